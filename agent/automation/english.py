"""Phrases of English sentences that say when a job is due, and on what terms."""

from __future__ import annotations

from agent.automation import phrases as say
from agent.automation.phrases import Grammar, Language
from agent.automation.spoken import CLEAR_TIME, TIME
from agent.automation.watched import PATH, PLACE

_PARTS = {
    "day": (
        r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
        r"|sun(?:day)?)"
    ),
    "full": r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
    "and": r"\s*(?:,\s*and\b|,|\band\b|&|/|\bor\b)\s*",
    "num": r"(?:\d+(?:\.\d+)?|half\s+an?|one\s+and\s+a\s+half|forty-five|an?|one|two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|sixty|ninety)",
    "unit": r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|quarters?|years?)",
    "month": r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?",
    "nth": r"(?:first|second|third|fourth|fifth|last|[1-5](?:st|nd|rd|th))",
    "dom": r"(?:\d{1,2}(?:st|nd|rd|th)|first|last)",
    "dnum": r"\d{1,2}(?:st|nd|rd|th)",
    "each": r"(?:every|each|all)",
    "part": r"(?:morning|noon|afternoon|evening|night)",
    "inpart": r"(?P<part> (?:in the (?:morning|afternoon|evening)|at night)\b)?",
    "work": r"(?:week|work(?:ing)?\s?|business )day",
    "of_month": r"(?: day)? (?:of|in) (?:the|each|every|a) month\b",
    "only": r"(?:but )?(?:only )?(?:while|when|if|as long as) ",
    "not": r"(?:but )?(?:not|never|don['’]t(?: run)?|do not(?: run)?|skip(?: it)?|unless)(?: (?:while|when|if))? ",
    "is": (
        r"(?:(?:the )?(?:machine|laptop|computer|notebook|pc|mac) is |it(?:['’]s| is) |I(?:['’]m| am) "
        r"|we(?:['’]re| are) )?"
    ),
    "mains": r"(?:(?:on |connected to |running on |plugged in(?:to)? )(?:the )?(?:mains|ac|wall|external)"
    r"(?: (?:power|adapter|supply))?|plugged in|charging)\b",
    "screen": r"(?:the |my )?(?:screen|computer|machine|laptop)",
    "when": r"(?:when(?:ever)?|as soon as|once|(?:every|each) time|if)",
    "what": r"(?P<what>(?:(?!\b(?:when|then|if)\b)[^,;:]){1,80}?)",
    "got": r"(?:is|are|gets?|(?:has|have) been|was|were) ",
    "in": r"(?:directly )?(?:in|into|to|from|inside|within|under|on|of|below)",
    "time": TIME,
    "clear": CLEAR_TIME,
    "path": PATH,
    "place": PLACE,
}  # fmt: skip
_G = Grammar(_PARTS)
_P = _G.phrase
_CHANGES = (
    (r"(?:{got}(?:deleted|removed)|disappears?|vanish(?:es)?)", say.files("removed")),
    (r"{got}(?:renamed|moved)", say.files("moved")),
    (r"(?:changes?|{got}(?:changed|modified|updated|edited))", say.files("changed")),
    (r"(?:appears?|shows? up|{got}(?:added|created|new))", say.files("created")),
    (
        r"(?:settles?|arrives?|lands?|comes? in|turns? up|drops?"
        r"|{got}(?:saved|put|placed|dropped|downloaded|copied|written|there))",
        say.files("created", "changed"),
    ),
)
_WATCHES = say.watches(
    _G,
    _CHANGES,
    r"{when} {what} {verb} {in} {place}",
    r"{when} {what} {in} {place} {verb}\b",
    r"{when} (?:the (?:file|folder) )?(?P<path>{path}) {verb}\b",
)
_PHRASES: tuple[tuple[str, say.Handler], ...] = (
    (
        r"(?:cron(?: line)?\s*:?\s*[\"“`']?(?P<line>(?:[\w*,/#-]+[^\S\n]+){4}[\w*,/#-]*[\w*])[\"”`']?|(?P<name>@\w+)\b"
        r"|(?=[^a-z]*\*)(?P<bare>(?:[\d*][\d*,/-]*[^\S\n]+){3}[\w*][\w*,/-]*[^\S\n]+[\w*](?:[\w*,/#-]*[\w*])?)(?=$|[\s,:]))",
        say.cron_line,
    ),
    # days that come again
    (r"(?:{each} )?(?:(?:on|during) )?(?:the )?{work}s\b", say.WORKDAYS),
    (r"(?:on )?{each} (?:single )?{work}\b", say.WORKDAYS),
    (r"(?:{each} weekend|(?:on|at) (?:the )?weekends?|weekends)\b", say.WEEKEND),
    (r"(?:once )?{each} (?:and every |single )?day\b|(?:once )?daily\b|everyday\b|once (?:a|per) day\b", say.DAILY),
    (r"(?:on )?{each} (?:single )?(?P<days>{day}s?\b(?:{and}(?:on |every |each )?{day}s?\b)*)", _G.weekdays),
    (r"(?:on )?(?P<days>{full}s\b(?:{and}(?:on )?{full}s?\b)*)", _G.weekdays),
    (r"(?:on )?(?P<days>{full}\b(?:{and}(?:on )?{full}s?\b)+)", _G.weekdays),
    (
        r"(?:{each} |from |on )?(?P<a>{day})s?\s*(?:-|–|—|to\b|through\b|thru\b|until\b|till\b)\s*(?P<b>{day})s?\b",
        _G.week_range,
    ),
    (r"(?:in )?{each} (?P<part>{part}|midday|lunchtime|midnight)\b", say.each_part),
    (r"(?:in the )?(?P<part>(?:morning|afternoon|evening|night)s)\b", say.each_part),
    (r"(?:on |at )?(?:{each} |the )?(?P<n>{nth}(?:{and}(?:the )?{nth})*) (?P<day>{day}){of_month}", _G.nth_days),
    (r"(?:on )?{each} (?:second|third|fourth|fifth|2nd|3rd|4th|5th) {full}\b(?!{of_month})", say.unclear_nth),
    (r"(?:on )?{each} (?P<n>first|last|1st) (?P<day>{full})\b", _G.nth_days),
    (r"(?:on )?(?:the |{each} )?(?P<n>{dom}(?:{and}(?:the )?{dom})*){of_month}", _G.month_days),
    (
        r"(?:on )?the (?P<n>{dnum}(?:{and}(?:the )?{dnum})*)\b(?! (?:of )?{month})(?! (?:floor|place|version|time"
        r"|day|page|row|line|column|edition|chapter|one|draft)\b)",
        _G.month_days_alone,
    ),
    (r"(?:on )?(?:the |{each} )?last {work}{of_month}", say.last_workday),
    (r"(?:on )?the (?P<n>first|last) day\b(?! of)", _G.month_days_alone),
    (r"(?:at|by|on) the end of (?:the|each|every) month\b", say.month_end),
    (r"(?:at|by|on) the (?:beginning|start) of (?:the|each|every) month\b", say.month_start),
    (
        r"(?:except|but not|but|excluding|other than) (?:for )?(?:on )?(?P<days>{day}s?\b(?:{and}(?:on )?{day}s?\b)*)",
        _G.without,
    ),
    (r"(?:except|but not|excluding) (?:on |at )?(?:the )?weekends?\b(?P<days>(?!))?", lambda r, _: r.without((6, 0))),
    # paces
    (r"(?:twice|thrice|{num} times) daily\b", say.times_per),
    (r"(?:twice|thrice|{num} times) (?:a|per|each|every) (?:day|week|month|hour|year)\b", say.times_per),
    (r"once (?:a|per|an) (?P<unit>hour|week|month|quarter|year|minute)\b(?P<n>(?!))?", say.interval),
    (r"(?:once )?(?:every|each) (?:(?P<n>{num})[\s-]+)?(?P<unit>{unit})\b", say.interval),
    (r"(?:every|each) (?P<n>a few|few|a couple of|couple of|some|several) (?P<unit>{unit})\b", say.interval),
    (r"(?:once )?(?:every|each) (?P<n>\d+)(?P<unit>secs?|mins?|s|m|h|d)\b", say.interval),
    (
        r"(?:every|each) (?P<n>other|second|third|fourth|fifth|last|{dnum}) (?P<unit>minute|hour|day|week|month"
        r"|year)\b",
        say.every_nth,
    ),
    (r"(?:on )?(?:every|each) other (?P<day>{full})\b", say.other_weekday),
    (r"(?:every|each) half[\s-]+(?:an?[\s-]+)?hour\b|half-hourly\b", say.pace(30, "min")),
    (r"(?:every|each) quarter(?:[\s-]+of[\s-]+an| an)?[\s-]+hour\b", say.pace(15, "min")),
    (r"(?:every|each) hour and a half\b", say.pace(90, "min")),
    (r"hourly\b", say.pace(1, "hour")),
    (r"weekly\b", say.pace(1, "week")),
    (r"(?:bi-?weekly|fortnightly|every fortnight)\b", say.pace(2, "week")),
    (r"monthly\b", say.pace(1, "month")),
    (r"quarterly\b", say.pace(1, "quarter")),
    (r"(?:yearly|annually)\b", say.pace(1, "year")),
    (
        r"(?:on the (?:full )?hour|(?:at )?(?P<m>\d{1,2})(?: minutes?)? past(?: the hour| each hour| every"
        r" hour)?)\b",
        say.past_hour,
    ),
    (r"(?:between|from) (?P<a>{time})\s*(?:and|to|until|till|through|-|–)\s*(?P<b>{time})", say.window),
    (r"(?:during|in|within) (?:office|business|working|work) hours\b", say.office),
    # times
    (r"(?:at|@)\s*(?P<t>{time}(?:{and}(?:at )?{time})*){inpart}", say.at),
    (r"(?P<t>{clear}(?:{and}(?:at )?{clear})*){inpart}", say.at),
    (
        r"(?:in the |at |during the )?(?P<part>morning|afternoon|evening|night|noon|midday|midnight|lunchtime)\b",
        say.part,
    ),
    (
        r"\(?(?:in )?(?P<zone>UTC|GMT|(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian"
        r"|Pacific|Etc)/[\w/+-]+)(?: time)?\)?",
        say.zone_named,
    ),
    (
        r"\(?(?P<zone>local|(?-i:[A-Z])[a-z]+(?: (?:york|angeles|aires|paulo|city|kong|lumpur))?) time\)?(?=$"
        r"|[\s,;:.])",
        say.zone_named,
    ),
    (r"(?-i:[ECMPA][SD]T|BST|IST|JST|CES?T|EES?T|AE[SD]?T|HST)\b", say.unclear_zone),
    # once
    (r"(?:just |only )?(?:once|one time)\b(?! (?:a|an|per|every|each|in|the|my)\b)", say.once),
    (r"(?:on )?today\b(?P<part> {part}\b)?", say.ahead(0)),
    (r"this (?P<part>morning|noon|afternoon|evening)\b", say.ahead(0)),
    (r"(?P<part>tonight)\b", say.ahead(0)),
    (r"(?:on )?tomorrow\b(?P<part> {part}\b)?", say.ahead(1)),
    (r"(?:on )?(?:the )?day after tomorrow\b(?P<part> {part}\b)?", say.ahead(2)),
    (r"(?:on )?(?:the )?(?:next|coming|this) (?P<day>{full})\b(?P<part> {part}\b)?", say.coming),
    (r"on (?P<day>{day})\b(?P<part> {part}\b)?", say.coming),
    (r"(?P<day>{full})\b(?= at )", say.coming),
    (r"in (?P<n>{num}|a few|a couple of)[\s-]+(?P<unit>{unit})\b(?:['’]s? time\b)?", say.after),
    (r"(?P<n>{num}) (?P<unit>{unit}) from now\b", say.after),
    (r"in half[\s-]+an[\s-]+hour\b", say.after_minutes(30)),
    (r"(?:on )?(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:(?:T|,?\s+(?:at )?)(?P<t>\d{1,2}:\d\d))?(?!\d)", say.on_date),
    (
        r"(?:on )?(?:(?P<each>{each}|every year on|each year on) )?(?:the )?(?:{day},? )?(?P<d>\d{1,2})(?:st|nd"
        r"|rd|th)?\.?(?: of)? (?P<m>{month})(?:,? (?P<y>\d{4})(?![\d:]))?",
        say.on_date,
    ),
    (
        r"(?:on )?(?:(?P<each>{each}|every year on|each year on) )?(?:{day},? )?(?P<m>{month}) (?:the"
        r" )?(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![\d:])(?:,? (?P<y>\d{4})(?![\d:]))?",
        say.on_date,
    ),
    (r"(?:on )?\d{1,2}/\d{1,2}(?:/\d{2,4})?(?!\d)", say.unclear_date),
    (r"(?:on )?(?:{each} )?{full},? the {dnum}\b(?!{of_month})(?! (?:of )?{month})", say.unclear_date),
    # files
    *_WATCHES,
    (r"(?:all )?(?:together|in one (?:run|batch|go)|as (?:one|a) batch)\b", say.batch),
    (
        r"(?:but )?(?:not (?:in|below|including)|without|ignoring|excluding) (?:its |the |any )?sub-?folders\b",
        say.shallow,
    ),
    (r"(?:and|or|including|with|even in|also in)? ?(?:its |the |any |all )?sub-?folders\b", say.deep),
    # terms
    (r"{only}{is}{mains}|only {mains}", say.hold("on_battery")),
    (r"{not}{is}(?:on|running on|using) (?:the )?battery(?: power)?\b", say.hold("on_battery")),
    (
        r"{not}{is}(?:on|using) (?:an? )?(?:metered|mobile|cellular|limited)(?: (?:network|connection|data"
        r"|internet))?\b",
        say.hold("on_metered"),
    ),
    (
        r"(?:but )?only (?:(?:while|when|if) )?{is}on (?:wi-?fi|wlan|an? unmetered (?:network|connection))\b",
        say.hold("on_metered"),
    ),
    (r"{not}{screen} is locked\b|{only}{screen} is (?:unlocked|not locked)\b", say.hold("when_locked")),
    (
        r"(?:but )?(?:not|never|(?:with )?quiet(?: hours)?) (?:between|from) (?P<a>{time})"
        r"\s*(?:and|to|until|till|-|–)\s*(?P<b>{time})",
        say.quiet,
    ),
    (r"(?:but )?(?:not|never) (?:at|during the) night\b", say.at_night),
    (
        r"(?:but )?(?:not|never|at most|no)(?: if)?(?: it is)?(?: more than)? (?P<n>{num}) (?P<unit>{unit}) late\b",
        say.late,
    ),
    (
        r"(?:skip (?:what (?:was|it) missed|missed (?:runs|ones|times))|(?:don['’]t|do not|never|without)"
        r" catch(?:ing)? up(?: (?:on )?missed runs)?)\b",
        say.missed("skip"),
    ),
    (r"(?:catch up(?: on)?|make up for) all missed (?:runs|ones)\b", say.missed("all")),
    (r"ask (?:me )?(?:first )?(?:about missed runs|(?:if|when) (?:a run|it|one) was missed)\b", say.missed("ask")),
    (
        r"(?:but )?only (?:if|when) (?:something|anything) (?:has )?changed\b|unless nothing (?:has )?changed\b"
        r"|skip(?: it)? (?:if|when) (?:nothing (?:has )?changed|(?:it is )?unchanged)\b",
        say.unchanged,
    ),
)  # fmt: skip

ENGLISH = Language(
    phrases=tuple(_P(pattern, act) for pattern, act in _PHRASES),
    joints=_G.compile(
        r"(?:[\s,;]|\band\b(?=\s+(?:on|at|every|each|only|not|never|also|again)\b)|\bbut\b(?!\s+(?:not|only"
        r"|on|skip|{full}s?)\b)|\balso\b|\bagain\b)*"
    ),
    openers=_G.compile(
        r"\s*(?:(?:please|hey|hi|homard|could you|can you|I want you to|I(?:['’]d| would) like you to)\b[\s,:]*)*"
    ),
    leading=_G.compile(r"(?:[\s,;:]|[.—–-](?=\s)|\b(?:then|please|and|but|I want you to|you should)\b)+"),
    bounds=_G.compile(
        r"[\s,;]*(?:but )?(?P<said>(?:or|and) {path}|(?:until|till|up to|starting|beginning|as of|from|since"
        r"|except|excluding|unless|only|"
        r"not|never)\b(?: (?:on|at|in|from))? ?(?:{full}|{month}|{time}|tomorrow|next|today|it\b|the |if|when|while|"
        r"then|(?:(?:public|bank|school|national) )?holidays?\b|christmas|xmas|easter|new year|further notice|I\b|we\b)"
        r"|for (?:the next )?{num} (?:{unit}|times)\b|between {full}\b|h\d\d\b|(?:not|except|without|ignoring) \S*\*"
        r"|(?:in|during) (?:the )?(?:{month}|summer|winter|spring|autumn|fall|holidays?|vacations?)\b|at half\b"
        r"|(?:or|and|then) (?:(?:on|at|in the|every|each) )?(?:{full}s?|{part}s?|{clear}|{work}s?|weekends?)\b"
        r"|at (?:minute|sunrise|sunset|dawn|dusk|\d)\w*|(?:to|past|before|after) (?:\d{1,2}|noon|midnight|one|two|three"
        r"|four|five|six|seven|eight|nine|ten|eleven|twelve)\b|0\d{3}\b"
        r"|(?:with )?quiet (?:hours|from|between|at)\b"
        r"|skip(?: it)? (?:at|during|on|in|from|between|when|if|while|every)\b)"
    ),
    timelike=_G.compile(
        r"\b(?:(?:every|each) (?:other )?(?:{full}|{num} {unit}|minute|hour|day|week|month|year|morning|evening"
        r"|{work})\b"
        r"|at {clear}|(?:until|till|starting|beginning|as of) (?:on |at |in )?(?:{full}|{month}|\d|tomorrow|next)"
        r"|for (?:the next )?{num} (?:days?|weeks?|months?|times)\b|tomorrow\b|tonight\b|weekly\b|daily\b"
        r"|monthly\b|hourly\b)"
    ),
)
