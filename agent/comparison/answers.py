"""Marks replies to the tasks of a probe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import msgspec

from agent.messages import AssistantMessage

MAX_QUOTE = 80


class Marked(NamedTuple):
    """What a reply is worth."""

    right: int
    asked: int
    note: str = ""
    """What was wrong about it, with the model's own words."""


Mark = Callable[[AssistantMessage], Marked]
_NUMBERED = re.compile(r"^\W*(\d{1,2})\s*[.:)\]]+\**\s*(.+)$")


def unmarked(_reply: AssistantMessage) -> Marked:
    """A reply whose content does not matter."""
    return Marked(0, 0)


def mark_list(expected: tuple[str, ...]) -> Mark:
    """Numbered answers, each on a line of its own; `expected` in small letters."""

    def mark(reply: AssistantMessage) -> Marked:
        found = {int(hit[1]): hit[2] for line in reply.text.splitlines() if (hit := _NUMBERED.match(line))}
        wrong = [
            f"{number}: {quoted(found.get(number, ''))} instead of {answer}"
            for number, answer in enumerate(expected, 1)
            if not _equal(found.get(number, ""), answer)
        ]
        return Marked(len(expected) - len(wrong), len(expected), "; ".join(wrong))

    return mark


def mark_register(expected: str) -> Mark:
    """A number that had to be looked up in a long text."""

    def mark(reply: AssistantMessage) -> Marked:
        right = expected in re.findall(r"\d+", re.sub(r"(?<=\d)[,.](?=\d{3}\b)", "", reply.text))
        return Marked(int(right), 1, "" if right else f"{quoted(reply.text)} instead of {expected}")

    return mark


def mark_tools(name: str, arguments: dict[str, Any]) -> Mark:
    """Exactly one call, with these arguments; an empty name: none."""

    def mark(reply: AssistantMessage) -> Marked:
        calls = [(call.name, _json(call.arguments)) for call in reply.tool_calls]
        wanted = [(name, arguments)] if name else []
        if _same(calls, wanted):
            return Marked(1, 1)
        made = ", ".join(f"{call.name}({quoted(call.arguments)})" for call in reply.tool_calls)
        return Marked(0, 1, f"called {made or 'no tool'} instead of {name or 'none'}")

    return mark


def mark_json(expected: dict[str, Any], *, strict: bool) -> Mark:
    """A JSON value and nothing else; without `strict` a Markdown fence around it is forgiven."""

    def mark(reply: AssistantMessage) -> Marked:
        text = reply.text.strip()
        if not strict and (fenced := re.fullmatch(r"```\w*\n(.*)\n```", text, re.DOTALL)):
            text = fenced[1]
        right = _same(_json(text), expected)
        return Marked(int(right), 1, "" if right else f"not the JSON that was asked for: {quoted(text)}")

    return mark


def quoted(text: str) -> str:
    """A model's own words in a note: one line, cut."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return f"“{line if len(line) <= MAX_QUOTE else line[: MAX_QUOTE - 1] + '…'}”"


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text.encode(errors="replace"))
    except (msgspec.DecodeError, RecursionError):
        return None


def _same(said: Any, wanted: Any) -> bool:
    """Equal as JSON is: to Python, 0 is false."""
    if isinstance(wanted, dict):
        given: Any = said
        pairs = cast("dict[str, Any]", wanted)
        return (
            isinstance(said, dict)
            and given.keys() == pairs.keys()
            and all(_same(given[key], pairs[key]) for key in pairs)
        )
    if isinstance(wanted, list | tuple):
        given, items = said, cast("list[Any]", wanted)
        return isinstance(said, list | tuple) and len(given) == len(items) and all(map(_same, given, items))
    return isinstance(said, bool) == isinstance(wanted, bool) and said == wanted


def _equal(said: str, answer: str) -> bool:
    """Capitals, marks around an answer, spaces and commas make no difference."""
    bare = said.strip().rstrip(".").strip("*`\"'“” ").rstrip(".").lower()
    return re.sub(r"[\s,]", "", bare) == re.sub(r"[\s,]", "", answer)
