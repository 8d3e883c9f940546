"""Phrases of German sentences that say when a job is due, and on what terms."""

from __future__ import annotations

from agent.automation import phrases as say
from agent.automation.phrases import Grammar, Language
from agent.automation.spoken import CLEAR_TIME, TIME
from agent.automation.watched import PATH, PLACE

_PARTS = {
    "full": r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)",
    "day": r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|(?:mo|di|mi|do|fr|sa|so)\b\.?)",
    "and": r"\s*(?:,\s*und\b|,|\bund\b|&|/|\boder\b|\bsowie\b)\s*",
    "num": r"(?:paar|\d+(?:,\d+)?|eine[rmn]?\s+halben|halben?|anderthalb|eineinhalb|fünfundvierzig"
    r"|eine[nrm]?|ein|zwei|drei|"
    r"vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|fünfzehn|zwanzig|dreißig|vierzig|sechzig|neunzig)",
    "unit": r"(?:sekunden?|sek|minuten?|min|stunden?|std|tage?n?|wochen?|monate?n?|quartale?|jahre?n?)\b\.?",
    "month": r"(?:jan(?:uar)?|jänner|feb(?:ruar)?|mär(?:z)?|apr(?:il)?|mai|juni?|juli?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    r"okt(?:ober)?|nov(?:ember)?|dez(?:ember)?)\b\.?",
    "nth": r"(?:erste[nrms]?|zweite[nrms]?|dritte[nrms]?|vierte[nrms]?|fünfte[nrms]?|letzte[nrms]?|[1-5]\.)",
    "dom": r"(?:\d{1,2}\.(?!\d)|ersten|letzten(?: tag)?)",
    "each": r"(?:jede[nmrs]?|an jedem|immer am|jeweils am|immer|jeweils)",
    "part": r"(?:früh|morgen|vormittag|mittag|nachmittag|abend|nacht)",
    "parts": r"(?:morgens|früh|vormittags|mittags|nachmittags|abends|nachts)",
    "inpart": r"(?P<part> {parts}\b)?",
    "work": r"(?:werk|arbeits|wochen)tag",
    "of_month": r"(?: (?:des|eines|im|in jedem|jeden|jedes)(?: jeden)? monats?| des monats)\b",
    "but": r"(?:aber )?(?:und )?",
    "only": r"(?:aber )?nur(?:,? (?:wenn|solange|während))? ",
    "machine": r"(?:(?:der|das|mein) (?:rechner|laptop|computer|notebook|pc|gerät) |er |es |ich )?",
    "is": r"(?: (?:ist|hängt|läuft|bin|steht|angeschlossen ist))?",
    "mains": (
        r"(?:am (?:netz(?:teil)?|strom(?:netz)?|ladegerät|kabel)|(?:mit|bei|im|auf) netz(?:strom|betrieb)|an der"
        r" steckdose)\b"
    ),
    "battery": r"(?:auf |im |mit |bei )?(?:dem )?(?:akku|batterie)(?:betrieb|strom)?\b",
    "when": r"(?:immer[,]? wenn|jedes mal[,]? wenn|wenn|sobald|falls)",
    "what": r"(?P<what>(?:(?!\b(?:wenn|sobald|dann)\b)[^,;:]){1,80}?)",
    "in": r"(?:direkt )?(?:in|im|ins|nach|aus|unter|unterhalb von|auf)",
    "time": TIME,
    "clear": CLEAR_TIME,
    "path": PATH,
    "place": PLACE,
}  # fmt: skip
_PARTS["inpart"] = _PARTS["inpart"].replace("{parts}", _PARTS["parts"])
_G = Grammar(_PARTS)
_P = _G.phrase
_DONE = r" (?:wird|werden|wurde|worden ist)"
_CHANGES = (
    (rf"(?:(?:gelöscht|entfernt){_DONE}|verschwindet|verschwinden)", say.files("removed")),
    (rf"(?:umbenannt|verschoben){_DONE}", say.files("moved")),
    (
        rf"(?:sich (?:ver)?änder[nt]|(?:ver)?änder[nt]|(?:geändert|verändert|bearbeitet|aktualisiert){_DONE})",
        say.files("changed"),
    ),
    (
        r"(?:auftauch(?:t|en)|erschein(?:t|en)|(?:hin|da)zukomm(?:t|en)|neu (?:ist|sind)|entsteht"
        rf"|(?:hinzugefügt|erstellt|angelegt|erzeugt){_DONE})",
        say.files("created"),
    ),
    (
        r"(?:landet|landen|ankomm(?:t|en)|eintriff[t]?|eintreffen|liegt|liegen|fertig (?:ist|sind)|kommt|kommen|ruht"
        rf"|(?:abgelegt|gespeichert|geschrieben|heruntergeladen|kopiert){_DONE})",
        say.files("created", "changed"),
    ),
)
_WATCHES = say.watches(
    _G,
    _CHANGES,
    r"{when} (?:sich )?{what} {in} {place} {verb}\b",
    r"{when} (?:sich )?{in} {place} {what} {verb}\b",
    r"{when} (?:sich )?(?:die datei |der ordner )?(?P<path>{path}) {verb}\b",
)
_PHRASES: tuple[tuple[str, say.Handler], ...] = (
    # days that come again
    (r"(?:{each} |an jedem )?{work}\b|{work}s\b|an (?:allen |den )?{work}en\b|unter der woche\b", say.WORKDAYS),
    (r"(?:jedes wochenende|(?:immer )?am wochenende|an (?:den )?wochenenden)\b", say.WEEKEND),
    (r"(?:(?:an )?jede[nm] (?:einzelnen )?tag|(?:einmal )?(?:tag)?täglich|einmal (?:am|pro) tag)\b", say.DAILY),
    (r"{each} (?P<days>{day}(?!\w)(?:{and}(?:jeden |an jedem |am )?{day}(?!\w))*)", _G.weekdays),
    (r"{each} (?P<days>{full})(?P<part>{part})\b", _G.weekday_part),
    (r"(?:immer |jeweils )?(?P<days>{full}s(?:{and}{full}s)*)\b", _G.weekdays),
    (r"(?:immer )?am (?P<days>{full}(?:{and}(?:am )?{full})+)", _G.weekdays),
    (r"(?:jeweils |immer )?(?:von )?(?P<a>{day})s?\s*(?:-|–|—|bis)\s*(?P<b>{day})s?(?!\w)", _G.week_range),
    (r"jede[nr]? (?P<part>{part})\b", say.each_part),
    (r"(?P<part>{parts})\b", say.each_part),
    (
        r"(?:immer |jeweils )?(?:an jedem |jeden |am )(?P<n>{nth}(?:{and}(?:am )?{nth})*)"
        r" (?P<day>{full})(?:{of_month})",
        _G.nth_days,
    ),
    (r"jeden (?:zweiten|dritten|vierten|2\.|3\.|4\.) {full}\b(?!{of_month})", say.unclear_nth),
    (r"(?:jeden|am) (?P<n>ersten|letzten) (?P<day>{full}) (?:jeden|im) monat\b", _G.nth_days),
    (
        r"(?:immer |jeweils )?(?:am |zum |jeden )(?P<n>{dom}(?:{and}(?:am )?{dom})*)(?:{of_month}| jeden monat\b)",
        _G.month_days,
    ),
    (r"(?:monatlich|jeden monat) am (?P<n>{dom}(?:{and}(?:am )?{dom})*)", _G.month_days),
    (r"(?:am|zum|jeden) (?:letzten {work}){of_month}", say.last_workday),
    (r"(?:am|zum|jeweils am|jedes) (?:monatsende|ende (?:des|jedes) monats)\b", say.month_end),
    (r"(?:am|zum|jeweils am) (?:monatsanfang|monatsersten|anfang (?:des|jedes) monats)\b", say.month_start),
    (r"(?:außer|ausgenommen|aber nicht|nur nicht) (?:am )?(?P<days>{day}s?(?:{and}(?:am )?{day}s?)*)", _G.without),
    (r"(?:außer|aber nicht|ausgenommen) (?:am )?wochenenden?\b", lambda r, _: r.without((6, 0))),
    # paces
    (
        r"(?:zweimal|dreimal|viermal|mehrmals|\d+ ?(?:x|mal)) (?:am|pro|in der|im|täglich|die)(?: (?:tag|woche"
        r"|monat|stunde|jahr))?\b",
        say.times_per,
    ),
    (r"einmal (?:pro|die|in der|im|je) (?P<unit>stunde|woche|monat|quartal|jahr|minute)\b(?P<n>(?!))?", say.interval),
    (r"alle (?:(?P<n>{num}) ?)(?P<unit>{unit})", say.interval),
    (r"jede[nrs]? (?P<unit>minute|stunde|woche|monat|quartal|jahr)\b(?P<n>(?!))?", say.interval),
    (r"jede[nrs]? (?P<n>{nth}) (?P<unit>minute|stunde|tag|woche|monat|jahr)\b", say.every_nth),
    (r"(?:jede halbe stunde|halbstündlich|alle halbe stunde)\b", say.pace(30, "min")),
    (r"(?:jede viertelstunde|viertelstündlich|alle viertelstunde)\b", say.pace(15, "min")),
    (r"(?:alle anderthalb stunden)\b", say.pace(90, "min")),
    (r"stündlich\b", say.pace(1, "hour")),
    (r"wöchentlich\b", say.pace(1, "week")),
    (r"(?:vierzehntäglich|zweiwöchentlich|alle vierzehn tage|alle 14 tage)\b", say.pace(2, "week")),
    (r"monatlich\b", say.pace(1, "month")),
    (r"(?:vierteljährlich|quartalsweise)\b", say.pace(1, "quarter")),
    (r"jährlich\b", say.pace(1, "year")),
    (r"(?:zur vollen stunde|(?P<m>\d{1,2}) minuten nach(?: jeder| der)?(?: vollen)? stunde)\b", say.past_hour),
    (r"(?:zwischen|von) (?P<a>{time})\s*(?:und|bis|-|–)\s*(?P<b>{time})", say.window),
    (r"(?:während der (?:büro|arbeits|geschäfts)zeit(?:en)?|zu (?:büro|arbeits|geschäfts)zeiten)\b", say.office),
    # times
    (r"(?:um|gegen|jeweils um)\s+(?P<t>{time}(?:{and}(?:um )?{time})*){inpart}", say.at),
    (r"(?P<t>{clear}(?:{and}(?:um )?{clear})*){inpart}", say.at),
    (r"(?:am |in der |zu )?(?P<part>vormittag|mittag|nachmittag|abend|nacht|mitternacht)\b", say.part),
    (
        r"\(?(?:in )?(?P<zone>UTC|GMT|(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian"
        r"|Pacific|Etc)/[\w/+-]+)\)?",
        say.zone_named,
    ),
    (r"(?P<zone>[a-zäöü]+(?: york)?)er zeit\b", say.zone_named),
    (r"(?P<zone>ortszeit)\b", say.zone_named),
    # once
    (r"(?:nur )?(?:einmalig|einmal|ein einziges mal)\b(?! (?:pro|am|im|in|täglich|die)\b)", say.once),
    (r"heute\b(?P<part> {part}\b)?", say.ahead(0)),
    (r"morgen\b(?P<part> {part}\b)?", say.ahead(1)),
    (r"übermorgen\b(?P<part> {part}\b)?", say.ahead(2)),
    (r"(?:am )?(?:nächsten|kommenden|diesen) (?P<day>{full})\b(?P<part> {part}\b)?", say.coming),
    (r"am (?P<day>{full})(?P<part>{part}| {part})?\b", say.coming),
    (r"(?P<day>{full})\b(?= um )", say.coming),
    (r"in (?P<n>{num}|ein paar|einigen|paar) (?P<unit>{unit})", say.after),
    (r"in einer (?:viertelstunde)\b", say.after_minutes(15)),
    (r"(?:am )?(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:(?:T|,?\s+(?:um )?)(?P<t>\d{1,2}:\d\d))?(?!\d)", say.on_date),
    (
        r"(?:am |(?P<each>jeden |jährlich am |jedes jahr am ))?(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:\s?(?P<y>"
        r"\d{4}|\d{2})(?![\d:.]))?",
        say.on_date,
    ),
    (
        r"(?:am |(?P<each>jeden |jährlich am |jedes jahr am ))?(?:{day},? (?:den |dem )?)?(?P<d>\d{1,2})\."
        r" (?P<m>{month})(?: (?P<y>\d{4})(?![\d:]))?",
        say.on_date,
    ),
    # files
    *_WATCHES,
    (r"(?:alle )?(?:zusammen in einem lauf|in einem lauf|gesammelt|als stapel)\b", say.batch),
    (r"(?:aber )?(?:ohne|nicht in(?: den)?) unterordnern?\b", say.shallow),
    (r"(?:auch in|und in|mit|samt|einschließlich|inklusive)(?: den| allen| seinen)? unterordnern?\b", say.deep),
    # terms
    (r"{only}{machine}{mains}{is}", say.hold("on_battery")),
    (
        r"(?:aber )?(?:nicht|nie)(?:,? (?:wenn|solange))? {machine}{battery}{is}|außer {machine}{battery}{is}",
        say.hold("on_battery"),
    ),
    (r"(?:im |bei )akkubetrieb (?:auslassen|überspringen)\b", say.hold("on_battery")),
    (
        r"(?:aber )?(?:nicht|nie) (?:im|über|bei|in einem|mit)?\s*(?:getaktete[nmr]?|mobile[nmr]?"
        r"|begrenzte[nmr]?) (?:netz(?:werk)?|verbindung|daten)\b",
        say.hold("on_metered"),
    ),
    (
        r"(?:aber )?(?:nicht|nie) (?:im|über) mobilfunk(?:netz)?\b|(?:aber )?nur (?:im|über|mit) (?:wlan|wi-?fi)\b",
        say.hold("on_metered"),
    ),
    (
        r"(?:aber )?(?:nicht|nie),? (?:wenn|solange|während) (?:der )?(?:bildschirm|rechner|computer) gesperrt"
        r" ist\b",
        say.hold("when_locked"),
    ),
    (r"(?:aber )?(?:nicht|nie) (?:zwischen|von) (?P<a>{time})\s*(?:und|bis|-|–)\s*(?P<b>{time})", say.quiet),
    (r"(?:aber )?(?:nicht|nie) (?:nachts|in der nacht)\b", say.at_night),
    (
        r"(?:aber )?(?:nicht|höchstens|maximal)(?: mehr als)? (?P<n>{num}) (?P<unit>{unit}) (?:zu spät|verspätet"
        r"|später)\b",
        say.late,
    ),
    (
        r"(?:verpasste(?: läufe)? (?:auslassen|überspringen)|verpasstes (?:auslassen|überspringen)|nichts"
        r" nachholen|ohne nachholen)\b",
        say.missed("skip"),
    ),
    (r"alle verpassten(?: läufe)? nachholen\b", say.missed("all")),
    (r"(?:bei verpassten läufen )(?:fragen|nachfragen|frag mich)\b", say.missed("ask")),
    (
        r"(?:aber )?nur,? (?:wenn|falls) sich (?:etwas|was) geändert hat\b|außer es hat sich nichts geändert\b",
        say.unchanged,
    ),
)  # fmt: skip

GERMAN = Language(
    phrases=tuple(_P(pattern, act) for pattern, act in _PHRASES),
    joints=_G.compile(
        r"(?:[\s,;]|\bund\b(?=\s+(?:am|um|jeden|jede|alle|nur|nicht|immer)\b)|\baber\b(?!\s+(?:nur|nicht|nie"
        r"|ohne)\b)|\bauch\b)*"
    ),
    openers=_G.compile(
        r"\s*(?:(?:bitte|please|hallo|hey|homard|kannst du|könntest du|ich möchte,? dass du|ich will,? dass"
        r" du)\b[\s,:]*)*"
    ),
    leading=_G.compile(r"(?:[\s,;:]|[.—–-](?=\s)|\b(?:dann|bitte|und|aber)\b)+"),
    bounds=_G.compile(
        r"[\s,;]*(?:aber )?(?P<said>(?:oder|und) {path}|(?:bis|ab|seit|außer|ausgenommen|nur|nicht"
        r"|beginnend|angefangen)\b(?: (?:am"
        r"|um|zum|in|ab|an))?"
        r" (?:{full}|{month}|{time}|\d|morgen|nächste|heute|wenn|falls|solange|während|dem|der|(?:den )?\w*feiertag"
        r"|(?:den )?\w*ferien\b|weihnachten|ostern|pfingsten|silvester|neujahr|ende\b|auf weiteres|ich\b|wir\b)"
        r"|für (?:die nächsten )?{num} {unit}|zwischen {full}\b|(?:nicht|außer|ohne) \S*\*"
        r"|(?:im|in den|während (?:der|des)) (?:{month}|sommers?|winters?|frühlings?|frühjahrs?|herbst(?:es)?"
        r"|\w*ferien)\b"
        r"|(?:oder|und|dann) (?:(?:am|um|jeden) )?(?:{full}s?|{part}s?|{clear}|{work}s?)\b"
        r"|um (?:\d+|viertel|halb|dreiviertel|kurz|fünf|zehn|zwanzig)\b|(?:bei|zu|vor|nach) sonnen(?:auf|unter)gang"
        r"|(?:vor|nach) (?:\d{1,2}|halb|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)\b|0\d{3}\b"
        r"|(?:ruhig|still|ruhe(?:zeit)?) (?:von|zwischen|nachts)\b)"
    ),
    timelike=_G.compile(
        r"\b(?:jede[nrs]? (?:{full}|{work}|tag|woche|monat|stunde|minute|morgen|abend)\b|alle {num} {unit}|um {clear}"
        r"|(?:bis|ab) (?:zum |am )?(?:{full}|{month}|\d|nächste)|übermorgen\b|täglich\b|wöchentlich\b|monatlich\b"
        r"|stündlich\b)"
    ),
)  # fmt: skip
