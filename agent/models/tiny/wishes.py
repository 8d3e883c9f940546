"""What a request wants changed into what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.models.tiny.mentions import quotes
from agent.models.tiny.texts import trim


@dataclass(frozen=True)
class Wish:
    """One way to understand the request: `old` becomes `new`, or the value of `key` does."""

    new: str
    old: str = ""
    key: str = ""


_VALUE = r"[“\"'`‘]?(.+?)[”\"'`’]?"
_END = r"(?=\s*(?:[,;!?]|\.(?:\s|$)|$|\bin\b|\bplease\b|\binstead\b))"
_THE_WORD = r"(?: the (?:words?|text|line|name|number))?"
_FROM_TO = [
    rf"\bfrom {_VALUE} (?:to|into) {_VALUE}{_END}",
    rf"\b(?:replace|swap|exchange){_THE_WORD} {_VALUE} (?:with|by|for) {_VALUE}{_END}",
    rf"\b(?:change|rename|turn|correct|fix|switch){_THE_WORD} [“\"'`‘](.+?)[”\"'`’] (?:to|into) {_VALUE}{_END}",
    rf"\b(?:change|rename|turn|correct){_THE_WORD} {_VALUE} (?:to|into) {_VALUE}{_END}",
]
_TO_FROM = [
    rf"\b(?:is|be|to|on|at|put|says?)\s+(?:on |at |in |called )?{_VALUE},? (?:and )?not (?:on |at |in )?{_VALUE}{_END}",
    rf"\b(?:put|write|use|have|says?|reads?) {_VALUE} instead of {_VALUE}{_END}",
]
_SET = r"(?:set|change|update|switch|make|put|adjust|increase|raise|lower|reduce|correct)"
_KEY_NEW = [
    rf"\b{_SET} (?:the |my )?(.+?) (?:to|into|at|=) {_VALUE}{_END}",
    rf"\b(?:the |my )?([\w ]+?) (?:should be|shall be|must be|is now|is|becomes) (?:now )?{_VALUE}{_END}",
    rf"\bmake (?:the |my )?(.+) {_VALUE}{_END}",
]
_ON_OFF = r"\b(?:turn|switch) (?:the )?([\w ]+?) (on|off)\b"
_OFF_ON = r"\b(?:turn|switch) (on|off) (?:the )?([\w ]+?)(?= in\b|[.,]|$)"
_ABLE = r"\b(?:(enable|activate)|disable|deactivate) (?:the )?([\w ]+?)(?= in\b|[.,]|$)"


def wishes(ask: str, file: str) -> list[Wish]:
    """The ways to understand a wish to change something in a file, the surest first."""
    text = without_file(ask, file)
    found = [Wish(trim(new), old=trim(old)) for old, new in _pairs(_FROM_TO, text)]
    found += [Wish(trim(new), old=trim(old)) for new, old in _pairs(_TO_FROM, text)]
    quoted = quotes(ask)
    if len(quoted) == 2 and not found:
        found.append(Wish(quoted[1], old=quoted[0]))
    found += [Wish(trim(new), key=trim(key)) for key, new in _pairs(_KEY_NEW, text)]
    found += [Wish(switch.lower(), key=trim(key)) for key, switch in _pairs([_ON_OFF], text)]
    found += [Wish(switch.lower(), key=trim(key)) for switch, key in _pairs([_OFF_ON], text)]
    found += [Wish("on" if able else "off", key=trim(key)) for able, key in _pairs([_ABLE], text)]
    return [wish for wish in found if wish.new and wish.new != wish.old]


def without_file(ask: str, file: str) -> str:
    """A request without the words that say in which file."""
    name = re.escape(file.rsplit("/", 1)[-1])
    text = re.sub(rf"^\s*(?:in|edit|open|update)\s+\S*{name}[,:]?\s*", "", ask, flags=re.IGNORECASE)
    return re.sub(rf"\s*\b(?:in|of|from|inside|within)\s+(?:the file |file )?\S*{name}", "", text, flags=re.IGNORECASE)


def _pairs(patterns: list[str], text: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield match[1] or "", match[2] or ""
