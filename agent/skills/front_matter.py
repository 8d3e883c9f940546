"""The head of a SKILL.md: YAML between two lines of three hyphens.

Read by PyYAML, for what people write is YAML (folded texts, quotes, JSON inside). Every scalar stays the text it is: no
`no` becomes False. Anchors and aliases are refused: with them ten lines can stand for a billion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import yaml

MAX_CHARS: Final = 32_768
"""Of the head: more is not read."""

MAX_OPENED: Final = 500
"""Brackets that it opens: what is nested deeper than any would take seconds to read."""

Value = str | list["Value"] | dict[str, "Value"]

_HEAD: Final = re.compile(r"\A---[ \t]*\n(?P<head>(?:.*\n)*?)---[ \t]*(?:\n|\Z)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_FIELD: Final = re.compile(r"^(?P<name>[A-Za-z][\w-]*):(?:[ \t]+(?P<value>.*))?$")


@dataclass(frozen=True)
class FrontMatter:
    """A SKILL.md taken apart."""

    fields: Mapping[str, Value]
    body: str
    problems: tuple[str, ...] = ()
    """What is against the standard, a sentence each; the fields are what could be read all the same."""


def take_apart(text: str) -> FrontMatter:
    """Split a SKILL.md into fields and body. Never raises: what cannot be read is a problem."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.startswith("---"):
        return FrontMatter({}, text, ("There is no front matter: the file must begin with a line ---.",))
    found = _HEAD.match(text[:MAX_CHARS])
    if found is None:
        return FrontMatter({}, text, ("The front matter has no end: a second line --- is missing.",))
    body = text[found.end() :].strip("\n")
    try:
        loaded = _load(found["head"])
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problem = f"The front matter is not valid YAML ({_where(error)}); it was read line by line."
        return FrontMatter(_mended(found["head"]), body, (problem,))
    if not isinstance(loaded, dict):
        return FrontMatter({}, body, ("The front matter holds no fields.",))
    return FrontMatter(loaded, body)


def text_of(value: Value | None) -> str:
    """A field as text; empty where it is none."""
    return value.strip() if isinstance(value, str) else ""


class _Loader(yaml.BaseLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        loader: Any = super()
        if loader.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it holds an alias (*name)")
        return loader.compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        loader: Any = super()
        names: set[str] = set()
        for key, _value in node.value:
            name = str(loader.construct_object(key, deep=True))
            if name in names:
                raise yaml.YAMLError(f"the field {name} stands there twice")
            names.add(name)
        return loader.construct_mapping(node, deep)

    def construct_scalar(self, node: Any) -> Any:
        loader: Any = super()
        text = loader.construct_scalar(node)
        if not _SURROGATE.search(text):
            return text
        # By \\u as JSON writes it: two of them may be one character, and half of one can be stored nowhere.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _load(head: str) -> Value | None:
    if head.count("[") + head.count("{") > MAX_OPENED:
        raise yaml.YAMLError("it is nested too deeply")
    loader: Any = _Loader(head)
    try:
        return cast("Value | None", loader.get_single_data())
    finally:
        loader.dispose()


def _where(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 2}: {error.problem}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error) or type(error).__name__


def _mended(head: str) -> dict[str, Value]:
    """The fields with texts put in quotes that begin a mapping by mistake; if that does not help, line by line."""
    lines = [_quoted(line) for line in head.split("\n")]
    try:
        loaded = _load("\n".join(lines))
    except (yaml.YAMLError, RecursionError, ValueError):
        loaded = None
    return loaded if isinstance(loaded, dict) else _line_by_line(head)


def _quoted(line: str) -> str:
    found = _FIELD.match(line)
    value = (found["value"] or "").strip() if found is not None else ""
    if found is None or not value or value[0] in "\"'[{|>&*!" or not (": " in value or value.endswith(":")):
        return line
    return f"{found['name']}: '{value.replace(chr(39), chr(39) * 2)}'"


def _line_by_line(head: str) -> dict[str, Value]:
    """What a person meant who wrote `description: Use when: always`: text up to the next field."""
    fields: dict[str, list[str]] = {}
    name = ""
    for line in head.split("\n"):
        if found := _FIELD.match(line):
            name = found["name"]
            fields.setdefault(name, [found["value"] or ""])
        elif name and line.startswith((" ", "\t")):
            fields[name] = [*fields[name], line.strip()]
    return {name: " ".join(lines).strip().strip("\"'") for name, lines in fields.items()}
