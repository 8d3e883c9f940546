"""The words of a request that a call needs, cut out of it: what to write, to add, to take out, to look for."""

from __future__ import annotations

import re

from agent.models.tiny.mentions import FILE_NAME, quotes
from agent.models.tiny.vocabulary import stem, word_list

_AFTER_COLON = re.compile(r":\s+(\S.*)$", re.DOTALL)
_SAYING = re.compile(
    r"\b(?:(?:that|which) (?:says|reads|contains)|saying|reading|says|contains|"
    r"with the (?:text|words?|contents?|line|sentence)(?: of)?|with content|"
    r"contain(?:s|ing)(?: only)?(?: the (?:text|words?|line))?|(?:remember|not(?:e|ing)|down|reminder) that)\b"
    r"(?: the (?:text|words?|line)\b)?[:,]?\s*",
    re.IGNORECASE,
)
_PUT = (
    r"\b(?:write|save|put|store|note|jot|add|append|insert|include|echo)\b(?: down)?"
    r"(?: (?:a|the) (?:new )?(?:line|item|task|entry|note|sentence|text|words?)\b)?(?: saying)?:?\s+(.+?)"
)
_PUT_SOMEWHERE = re.compile(rf"{_PUT}\s+(?:in|into|to|on|onto|at|as)\b", re.IGNORECASE)
_PUT_ALL = re.compile(rf"{_PUT}[.!]?$", re.IGNORECASE)
_NOTE = re.compile(r"\bnote (?:that|to|about|of)\s+(.+)$", re.IGNORECASE)
_OUT = re.compile(
    r"\b(?:remove|delete|take|erase|drop|strike|cross|cut|get rid of)\b\s+(.+?)\s+(?:from|out of|off|in)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:the|my|a|an|some|line|item|entry|task|word|text|point|about|with|of|for|that|says)\s+", re.IGNORECASE
)
_DESCRIPTION = re.compile(
    r"^(?:an?|some|the|\w+)\s[\w -]*\b(?:about|of|for|on|with|describing|explaining)\b", re.IGNORECASE
)
_NAMED_WORD = re.compile(r"\b(?:words?|names?|terms?|phrases?|expressions?)\s+([^\W_]{2,})", re.IGNORECASE)
_POLITE = re.compile(r"\s*(?:,\s*)?\b(?:please|thanks|thank you)\W*$", re.IGNORECASE)
_NOTHING = {"a note", "a file", "note", "this", "it", "that", "them"}


def text_to_write(ask: str, file: str) -> str:
    """What a file shall hold; empty if the request does not say it word for word."""
    if told := _quoted(ask, file) or _after_colon(ask):
        return told
    rest = _without_target(ask, file)
    if (saying := _SAYING.search(rest)) and rest[saying.end() :].strip():
        return trim(rest[saying.end() :])
    put = (_PUT_ALL if file and rest != ask.strip() else _PUT_SOMEWHERE).search(rest)
    if put and not FILE_NAME.search(put[1]) and put[1].lower() not in _NOTHING:
        return "" if _DESCRIPTION.match(put[1]) else trim(put[1].removeprefix("that "))
    note = _NOTE.search(rest)
    return trim(note[1]) if note else ""


def item_to_add(ask: str, file: str) -> str:
    """The line to add to a file; empty if none is named."""
    if told := _quoted(ask, file) or _after_colon(ask):
        return told
    put = _PUT_SOMEWHERE.search(ask)
    if put and put[1].lower() not in _NOTHING:
        return trim(put[1])
    rest = _without_target(ask, file)
    saying = _SAYING.search(rest)
    return trim(rest[saying.end() :]) if saying else ""


def item_to_remove(ask: str) -> str:
    """What the line to take out is about; empty if nothing is named."""
    if quoted := quotes(ask):
        return max(quoted, key=len)
    out = _OUT.search(ask)
    text = out[1].strip() if out else ""
    while (shorter := _LEADING.sub("", text)) != text:
        text = shorter
    return "" if text.lower() in _NOTHING else text


def keywords(ask: str) -> list[str]:
    """The words to look for in files, in the order of the request, without those that every request has."""
    if quoted := quotes(ask):
        return quoted
    named = _NAMED_WORD.search(ask)
    if named and stem(named[1]) not in word_list("stop") and "name of" not in ask.lower():
        return [named[1]]
    found = [re.sub(r"['’]s$", "", word) for word in re.findall(r"[^\W_][\w'’.-]*[^\W_]|[^\W_]", ask)]
    kept = [word for word in found if stem(word) not in word_list("stop") and (len(word) > 2 or word.isdigit())]
    return [] if all(word.isdigit() for word in kept) else kept


def trim(text: str) -> str:
    """A piece of a request without politeness, outer quotes and the full stop of the sentence it ended."""
    text = _POLITE.sub("", text.strip()).strip().strip('“”"`').strip()
    return text[:-1] if text.endswith(".") and text.count(".") == 1 else text


def _quoted(ask: str, file: str) -> str:
    return max((text for text in quotes(ask) if text.strip() != file), key=len, default="")


def _after_colon(ask: str) -> str:
    match = _AFTER_COLON.search(ask)
    return trim(match[1]) if match else ""


def _without_target(ask: str, file: str) -> str:
    """A request without the words that name the file to write to: `… in notes.txt …`, `… as a.txt`."""
    if not file:
        return ask.strip()
    called = r"(?:the |a |my )?(?:new )?(?:text )?(?:file |note )?(?:called |named )?"
    target = rf",?\s+(?:in|into|to|as|on|under|inside)\s+{called}[“\"'`]?{re.escape(file)}[”\"'`]?"
    return re.sub(target, "", ask, flags=re.IGNORECASE).strip()
