"""The words of a request that a call needs: the text to write, the item to add, what to change into what, which fields.

Everything returned is cut out of the request; nothing is made up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.models.mentions import FILE_NAME, QUOTED, stem

_STOP = set(
    "a about all am an and any are as at be been but by can check come could day did do document does file find folder for from "
    "get give had has have he her here him his how i if in into is it its let letter list look looking many me mention "
    "mentioned much must my need note of on one or our out page please read reading said say see she should show so some "
    "somebody someone something speak talk tell text than that the their them there they thing this time to today u up us use "
    "value want was we were what when where which while who whom whose why will with word would write written wrote you your "
    "according anything anywhere appear contain containing deal every everything exact happen includ include include "
    "info item long old occur often place put search store stored thank use using".split()
)
_SAYING = re.compile(
    r"\b(?:that says|which says|that reads|saying|reading|with the (?:text|words?|content|contents|line|sentence)(?: of)?|"
    r"with content|containing(?: only)?(?: the (?:text|words?|line))?|that contains|which contains|says|contains|"
    r"(?:remember|note|noting|down|note saying|reminder) that)\b[:,]?\s*",
    re.IGNORECASE,
)
_PUT = re.compile(
    r"\b(?:write|save|put|store|note|jot|add|append|insert|include|echo)\b(?: down)?(?: (?:a|the) (?:new )?(?:line|item|task|entry|note|sentence|text|words?)\b)?"
    r"(?: (?:saying|that says))?[:]?\s+(.+?)\s+(?:in|into|to|on|onto|at|as)\b",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"\b(?:remove|delete|take|erase|drop|strike|cross|cut|get rid of)\b\s+(.+?)\s+(?:from|out of|off|in)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|my|a|an|some|line|item|entry|word|text|point|about|with|of|for)\s+", re.IGNORECASE)
_VALUE = r"[“\"'`‘]?(.+?)[”\"'`’]?"
_END = r"(?=\s*(?:[,;!?]|\.(?:\s|$)|$|\bin\b|\bplease\b|\binstead\b))"
_PAIRS = [
    re.compile(rf"\bfrom {_VALUE} (?:to|into) {_VALUE}{_END}", re.IGNORECASE),
    re.compile(
        rf"\b(?:replace|swap|exchange)(?: the (?:words?|text|line|name|number))? {_VALUE} (?:with|by|for) {_VALUE}{_END}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:change|rename|turn|correct|fix|switch)(?: the (?:words?|text|line|name|number))? [“\"'`‘](.+?)[”\"'`’] (?:to|into) {_VALUE}{_END}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:change|rename|turn|correct) {_VALUE} (?:to|into) {_VALUE}{_END}", re.IGNORECASE),
]
_REVERSED = [
    re.compile(
        rf"(?:\bis|\bbe|\bto|\bon|\bat|\bput|\bsays?)\s+(?:on |at |in |called )?{_VALUE},? (?:and )?not (?:on |at |in )?{_VALUE}{_END}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:put|write|use|have) {_VALUE} instead of {_VALUE}{_END}", re.IGNORECASE),
]
_SETTINGS = [
    re.compile(rf"\b(?:set|change|update|switch|make|put|adjust|increase|raise|lower|reduce|correct) (?:the |my )?(.+?) (?:to|into|at|=) {_VALUE}{_END}", re.IGNORECASE),
    re.compile(rf"\b(?:the |my )?([\w ]+?) (?:should be|shall be|must be|is now|is|becomes) (?:now )?{_VALUE}{_END}", re.IGNORECASE),
    re.compile(rf"\bmake (?:the |my )?(.+?) {_VALUE}{_END}", re.IGNORECASE),
]  # fmt: skip
_ON_OFF = re.compile(
    r"\b(?:turn|switch) (?:the )?([\w ]+?) (on|off)\b|\b(?:turn|switch) (on|off) (?:the )?([\w ]+?)(?= in\b|[.,]|$)",
    re.IGNORECASE,
)
_ABLE = re.compile(r"\b(enable|disable|activate|deactivate) (?:the )?([\w ]+?)(?= in\b|[.,]|$)", re.IGNORECASE)
_FIELD_LEAD = re.compile(
    r"\b(?:extract|give me|return|pull out|get|need|want|output|produce|find|fetch|read|take|what is|what are|what's|which|who is|list|show|tell me|"
    r"keys?|fields?|with|for|format)\b|[:]",
    re.IGNORECASE,
)
_NO_FIELD = _STOP | {"json", "object", "format", "answer", "reply", "key", "keys", "field", "like", "only", "output", "return", "extract", "form", "pull", "result", "just", "respond", "back", "also", "fetch", "want", "and", "produce", "turn", "parse", "convert", "keyed"}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One way to understand what shall become what; `old` or `key` may be empty."""

    new: str
    old: str = ""
    key: str = ""


def text_to_write(ask: str, file: str) -> str:
    """What a file shall hold, cut out of the request; empty if the request does not say it word for word."""
    quoted = [text for text in quotes(ask) if text.strip() != file]
    if quoted:
        return max(quoted, key=len)
    after_colon = re.search(r":\s+(\S.*)$", ask, re.DOTALL)
    if after_colon:
        return _trim(after_colon[1])
    saying = _SAYING.search(ask)
    if saying and ask[saying.end() :].strip():
        rest = _without_target(ask[saying.end() :], file)
        if rest:
            return _trim(rest)
    put = _PUT.search(ask)
    if put and not FILE_NAME.search(put[1]) and put[1].lower() not in ("a note", "a file", "this", "it", "note"):
        return _trim(re.sub(r"^that\s+", "", put[1]))
    named = re.search(r"\b(?:a |the )?note (?:that|to|about|of)\s+(.+)$", ask, re.IGNORECASE)
    return _trim(_without_target(named[1], file)) if named else ""


def item_to_add(ask: str, file: str) -> str:
    """The line to add to a file."""
    quoted = [text for text in quotes(ask) if text.strip() != file]
    if quoted:
        return max(quoted, key=len)
    after_colon = re.search(r":\s+(\S.*)$", ask, re.DOTALL)
    if after_colon:
        return _trim(after_colon[1])
    put = _PUT.search(ask)
    if put:
        return _trim(put[1])
    saying = _SAYING.search(ask)
    return _trim(_without_target(ask[saying.end() :], file)) if saying else ""


def item_to_remove(ask: str) -> str:
    """What the line to take out is about."""
    quoted = quotes(ask)
    if quoted:
        return max(quoted, key=len)
    out = _OUT.search(ask)
    text = out[1].strip() if out else ""
    while (shorter := _ARTICLE.sub("", text)) != text:
        text = shorter
    return text


def changes(ask: str, file: str) -> list[Change]:
    """The ways to understand a wish to change something, the surest first."""
    text = _cut_file(ask, file)
    quoted = quotes(ask)
    found: list[Change] = []
    for pattern in _PAIRS:
        for match in pattern.finditer(text):
            found.append(Change(_trim(match[2]), old=_trim(match[1])))
    for pattern in _REVERSED:
        for match in pattern.finditer(text):
            found.append(Change(_trim(match[1]), old=_trim(match[2])))
    if len(quoted) == 2 and not found:
        found.append(Change(quoted[1], old=quoted[0]))
    for pattern in _SETTINGS:
        for match in pattern.finditer(text):
            found.append(Change(_trim(match[2]), key=_trim(match[1])))
    for match in _ON_OFF.finditer(text):
        found.append(Change((match[2] or match[3]).lower(), key=_trim(match[1] or match[4])))
    for match in _ABLE.finditer(text):
        found.append(Change("on" if match[1].lower() in ("enable", "activate") else "off", key=_trim(match[2])))
    return [change for change in found if change.new and change.new != change.old]


def fields(ask: str, file: str) -> list[str]:
    """The names of the fields that a request for JSON asks for, in its words."""
    braces = re.findall(r"[\"'“](\w[\w ]*)[\"'”]\s*:", ask)
    if braces:
        return braces
    keyed = re.search(r"\bkeys?\s+((?:[“\"'`]?\w+[”\"'`]?(?:\s*,\s*|\s+and\s+)?)+)", ask, re.IGNORECASE)
    if keyed and quotes(keyed[1]):
        return quotes(keyed[1])
    text = re.sub(
        r"\b(?:as|in|into|to) (?:an? )?(?:valid )?json\b.*?(?=[,.:]|\bwith\b|$)|\bjson\b",
        " ",
        _cut_file(ask, file),
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"\b(?:in|from|of|out of|by) (?:the |my |this )?(?:file|document|text)?(?=\s*(?:[.,:?!]|$|\bwith\b|\bas\b|\band\b))",
        " ",
        text,
    )
    found: list[str] = []
    for part in re.split(r",|\band\b|[.:;?!]|\bfrom\b|\bin\b|\bof the\b|\bwith\b", text):
        lead = list(_FIELD_LEAD.finditer(part))
        words = re.findall(r"[\w-]+", part[lead[-1].end() :] if lead else part)
        kept = [
            word for word in words if word.lower() not in _NO_FIELD or word.lower() in ("name", "day", "time", "note")
        ]
        if 0 < len(kept) <= 3:
            found.append("_".join(word.lower() for word in kept))
    return list(dict.fromkeys(found))


def keywords(ask: str) -> list[str]:
    """The words to look for in files, in the order of the request, without those every request has."""
    quoted = quotes(ask)
    if quoted:
        return quoted
    named = re.search(r"\b(?:words?|names?|terms?|phrases?|expression)\s+([^\W_]{2,})", ask, re.IGNORECASE)
    if named and named[1].lower() not in _STOP and not re.search(r"\bname of\b", ask, re.IGNORECASE):
        return [named[1]]
    found = [word for word in re.findall(r"[^\W_][\w'’.-]*[^\W_]|[^\W_]", ask)]
    kept = [word.removesuffix("'s").removesuffix("’s") for word in found]
    return [
        word
        for word in kept
        if stem(word) not in _STOP and word.lower() not in _STOP and (len(word) > 2 or word.isdigit())
    ]


def quotes(text: str) -> list[str]:
    """The quoted parts of a text."""
    return [next(group for group in match.groups() if group) for match in QUOTED.finditer(text)]


def _cut_file(ask: str, file: str) -> str:
    name = re.escape(file.rsplit("/", 1)[-1])
    text = re.sub(rf"^\s*(?:in|edit|open|update)\s+\S*{name}[,:]?\s*", "", ask, flags=re.IGNORECASE)
    text = re.sub(rf"\s*\b(?:in|of|from|inside|within)\s+(?:the file |file )?\S*{name}", "", text, flags=re.IGNORECASE)
    return text


def _without_target(text: str, file: str) -> str:
    """A text without the words at its end that name the file: `… in notes.txt`, `… as a.txt`."""
    name = re.escape(file)
    return (
        re.sub(
            rf",?\s+(?:in|into|to|as|on|under|inside)\s+(?:the |a |my )?(?:new )?(?:file |note )?(?:called |named )?[“\"'`]?{name}.*$",
            "",
            text,
            flags=re.IGNORECASE | re.DOTALL,
        ).strip()
        if file
        else text.strip()
    )


def _trim(text: str) -> str:
    text = re.sub(r"\s*(?:,\s*)?\b(?:please|thanks|thank you)\W*$", "", text.strip(), flags=re.IGNORECASE)
    text = text.strip().strip('“”"`').strip()
    return text[:-1] if text.endswith(".") and text.count(".") == 1 else text
