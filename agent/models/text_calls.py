"""Tool calls that a model writes into its text instead of calling natively.

Understood, for the tools that were offered and no others:

    <tool_call>{"name": "read", "arguments": {...}}</tool_call>      Hermes, Qwen; several may follow one another
    ```json {"name": "read", "arguments": {...}} ```                 Qwen2.5-Coder; several blocks
    {"name": "read", "parameters": {...}}                            Llama 3; the whole text, also as a list
    <function=read>{...}</function>                                  Llama 3.1
    <function=read><parameter=path>a.txt</parameter></function>      Qwen3-Coder, inside <tool_call> or alone

Nothing may follow the calls, little prose may stand before them, and each must be whole and valid: an example in an
answer is not a call, and a cut call is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec

from agent.messages import ToolSpec

MAX_PROSE = 500
"""Characters that may stand before calls without a tag of their own."""

_TAGS = ("<tool_call>", "<function=", "[TOOL_CALLS]", "<|python_tag|>")
_CLOSING = ("</tool_call>", "</function>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "</s>")
_START = "|".join(map(re.escape, _TAGS))
_MAX_TEXT = 1 << 18
"""Characters; a longer text is not searched. All here is linear in them: a model may be led to write anything."""


class TextCalls(NamedTuple):
    """What was found in a text."""

    prose: str
    """The text before the calls."""
    calls: tuple[tuple[str, str], ...]
    """Name and arguments (a JSON object) of each."""


Tools = Mapping[str, ToolSpec]
Calls = list[tuple[str, str]]


def find_calls(text: str, tools: Sequence[ToolSpec]) -> TextCalls | None:
    """Find the calls that a complete text consists of; None if it is just text."""
    offered = {tool.name: tool for tool in tools}
    if not offered or len(text) > _MAX_TEXT:
        return None
    tag = re.search(_START, text)
    if tag is not None:
        prose = text[: tag.start()]
        quoted = prose.count("```") % 2 == 1 or prose.endswith("`")
        return None if quoted else _found(prose, _tagged(text, tag.start(), offered))
    prose, fence, _ = text.partition("```")
    if fence:
        return _found(prose, _fenced(text, len(prose), offered)) if len(prose) <= MAX_PROSE else None
    return _found("", _bare(text, offered))


def _found(prose: str, calls: Calls | None) -> TextCalls | None:
    return TextCalls(prose.strip(), tuple(calls)) if calls else None


def _tagged(text: str, at: int, offered: Tools) -> Calls | None:
    """Calls one after the other from `at` to the end of the text."""
    calls: Calls = []
    while (at := _skip(text, at, (*_CLOSING, *_TAGS[2:]))) < len(text):
        at = _skip(text, at, ("<tool_call>",))
        named = re.compile(r"<function=([^>\s]{1,100})>\s*").match(text, at)
        if named is not None:
            found, at = _function(text, named.end(), offered.get(named.group(1)))
        else:
            value, at = _json_at(text, at)
            found = _calls_of(value, offered)
        if not found:
            return None
        calls += found
    return calls


def _fenced(text: str, at: int, offered: Tools) -> Calls | None:
    """Calls in fenced blocks from `at` to the end of the text; the last may be left open."""
    calls: Calls = []
    while at < len(text):
        opening = re.compile(r"```[a-zA-Z_]{0,20}").match(text, at)
        if opening is None:
            return None
        found, at = _run(text, opening.end(), offered)
        if not found:
            return None
        calls += found
        at = _skip(text, at + len("```"), _CLOSING)
    return calls


def _bare(text: str, offered: Tools) -> Calls | None:
    """Calls as JSON, one after the other, with nothing else."""
    calls, at = _run(text, 0, offered)
    return calls if at >= len(text) else None


def _run(text: str, at: int, offered: Tools) -> tuple[Calls | None, int]:
    """Calls as JSON up to a fence or the end of the text, and where that is."""
    calls: Calls = []
    while (at := _skip(text, at, (";", ",", *_CLOSING))) < len(text) and not text.startswith("```", at):
        value, at = _json_at(text, at)
        found = _calls_of(value, offered)
        if not found:
            return None, at
        calls += found
    return calls, at


def _skip(text: str, at: int, words: Sequence[str]) -> int:
    """Where the text goes on after white space and these words."""
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif word := next((word for word in words if text.startswith(word, at)), ""):
            at += len(word)
        else:
            break
    return at


def _json_at(text: str, at: int) -> tuple[Any, int]:
    """The JSON object or list that starts there, and its end; (None, at) if there is none."""
    if not text.startswith(("{", "["), at):
        return None, at
    try:
        return json.JSONDecoder(strict=False, parse_constant=_refused).raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, at


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _calls_of(value: Any, offered: Tools) -> Calls | None:
    """The calls that a JSON value is; None unless all of it is calls."""
    if isinstance(value, list):
        each = [_calls_of(item, offered) for item in cast(list[Any], value) if isinstance(item, dict)]
        whole = len(each) == len(cast(list[Any], value)) and all(each)
        return [call for calls in each for call in calls or ()] if whole else None
    if not isinstance(value, dict):
        return None
    fields = cast(dict[str, Any], value)
    inner = fields.get("function")
    if isinstance(inner, dict):
        return _calls_of(cast(dict[str, Any], inner), offered) if fields.keys() <= {"function", "type", "id"} else None
    keys = fields.keys() - {"type", "id"}
    if keys not in ({"name", "arguments"}, {"name", "parameters"}) or str(fields["name"]) not in offered:
        return None
    arguments = fields["arguments"] if "arguments" in fields else fields["parameters"]
    if isinstance(arguments, str):
        arguments = _json_at(arguments, 0)[0]
    return [(str(fields["name"]), _dumped(arguments))] if isinstance(arguments, dict) else None


def _function(text: str, at: int, tool: ToolSpec | None) -> tuple[Calls | None, int]:
    """The call whose tag `<function=name>` ends at `at`, and where it ends."""
    if tool is None:
        return None, at
    value, end = _json_at(text, at)
    if isinstance(value, dict):
        return [(tool.name, _dumped(cast(dict[str, Any], value)))], end
    inside, closed, _ = text[at:].partition("</function>")
    before, *pieces = inside.split("<parameter=")
    if not closed or before.strip():
        return None, at
    properties = cast(dict[str, Any], tool.parameters.get("properties") or {})
    arguments: dict[str, Any] = {}
    for piece in pieces:
        key, named, rest = piece.partition(">")
        raw, ended, after = rest.partition("</parameter>")
        if not (named and ended) or after.strip():
            return None, at
        arguments[key] = _typed(raw.removeprefix("\n").removesuffix("\n"), properties.get(key))
    return [(tool.name, _dumped(arguments))], at + len(inside) + len(closed)


def _typed(raw: str, schema: Any) -> Any:
    """A parameter's text as the value that its schema asks for."""
    if not isinstance(schema, dict) or cast(dict[str, Any], schema).get("type") in (None, "string"):
        return raw
    try:
        return msgspec.json.decode(raw.strip())
    except (msgspec.DecodeError, RecursionError):
        return raw


def _dumped(arguments: Any) -> str:
    return json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))


class TextGate:
    """Holds back text that may turn out to be a call, so that nobody is shown its JSON.

    That is: everything from a tag on, and a text that begins with a fence or a brace, unless its first key says no.
    """

    def __init__(self, holds: bool) -> None:
        self._held: list[str] = []
        self._state = "start" if holds else "open"

    def feed(self, piece: str) -> str:
        """Give back what may be shown by now."""
        if self._state == "open":
            return piece
        self._held.append(piece)
        if self._state == "shut":
            return ""
        text = self.close()
        if self._state == "start":
            likely = _begins_call(text.lstrip())
            if likely is not False:
                self._state = "shut" if likely else "start"
                self._held = [text]
                return ""
            self._state = "text"
        return self._up_to_tag(text)

    def close(self) -> str:
        """Give back what is held: it was no call."""
        held, self._held = "".join(self._held), []
        return held

    def _up_to_tag(self, text: str) -> str:
        """Show what stands before a tag, or before what may grow into one."""
        tag = re.search(_START, text)
        if tag is not None:
            self._state = "shut"
        last = max(text.rfind("<"), text.rfind("["))
        grows = last >= 0 and any(start.startswith(text[last:]) for start in _TAGS)
        end = tag.start() if tag else last if grows else len(text)
        self._held = [text[end:]]
        return text[:end]


def _begins_call(start: str) -> bool | None:
    """Whether a text begins like fenced or bare JSON of a call: its first key decides; None: not come to it yet."""
    if "```".startswith(start):
        return None
    opening = re.match(r'(?:```[a-zA-Z_]{0,20}\s{0,20})?(?:\[?\s{0,20}\{\s{0,20}(?:"([a-z]{0,10})("?))?|\[)?', start)
    if opening is None or not opening.group():
        return False
    if opening.group(2):
        return opening.group(1) in ("name", "type", "id", "function", "arguments", "parameters")
    return None if opening.end() == len(start) else False
