"""The fields of a settings form, read from the JSON Schema and the values in force."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from PySide6.QtCore import QLocale

from agent.settings import usual_chat_folder
from app.translation import translate
from app.viewmodels.settings_words import choice_title, field_words, group_title, pattern_words

Kind = Literal["switch", "choice", "integer", "decimal", "text", "folder", "lines", "json"]
Path = tuple[str, ...]
TEXT_SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
"""What the form offers; the file may say anything between."""


@dataclass(frozen=True)
class Choice:
    """One of the values a field can have."""

    value: Any
    title: str


@dataclass(frozen=True)
class Field:
    """One setting, ready to be drawn."""

    path: Path
    title: str
    help: str
    kind: Kind
    value: Any
    """In force; None: not set."""
    default: Any
    optional: bool = False
    """It may be left empty, which is None."""
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    above: float | None = None
    """It must be more than this."""
    maximum: float | None = None
    pattern: str = ""
    required: tuple[str, ...] = ()
    """Names in its table that must be there if any is: the table as a whole may be absent."""
    placeholder: str = ""
    """What an empty entry means."""
    group: str = ""
    """Heading it stands under; empty for none."""

    @property
    def is_default(self) -> bool:
        """Whether there is nothing to reset."""
        return self.value == self.default

    @property
    def name(self) -> str:
        """The path as it is written: `app.theme`."""
        return ".".join(self.path)

    def matches(self, words: Sequence[str]) -> bool:
        """Whether a search for these lower-case words finds it."""
        text = f"{self.title}\n{self.help}\n{self.name}\n{self.group}".lower()
        return all(word in text for word in words)


def read_fields(schema: Mapping[str, Any], values: Mapping[str, Any]) -> list[Field]:
    """All fields, in the schema's order; of tables with free names those that the values have."""
    return list(_walk(schema, schema, (), values, _Place()))


@dataclass(frozen=True)
class _Place:
    """What the way down to a node says about it."""

    default: Any = None
    optional: bool = False
    required: tuple[str, ...] = ()
    help: str = ""


def _walk(schema: Mapping[str, Any], node: Mapping[str, Any], path: Path, value: Any, place: _Place) -> Iterator[Field]:
    node, optional = _resolved(schema, node)
    place = _Place(place.default, place.optional or optional, place.required, node.get("description", place.help))
    if "properties" in node:
        absent = place.optional and value is None
        needed = tuple(node.get("required", ())) if place.optional else ()
        held = cast(Mapping[str, Any], value or {})
        for name, child in node["properties"].items():
            default = _listed(child.get("default"))
            inner = _Place(default, absent or name in needed or default is None, needed)
            yield from _walk(schema, child, (*path, name), held.get(name, default), inner)
    elif isinstance(node.get("additionalProperties"), Mapping):
        for name, held in cast(Mapping[str, Any], value or {}).items():
            yield from _walk(schema, node["additionalProperties"], (*path, name), held, _Place())
    else:
        yield _field(node, path, value, place)


def _listed(default: Any) -> Any:
    """msgspec gives the default of an array as it is in Python: a tuple; values come as lists."""
    return list(cast(tuple[Any, ...], default)) if isinstance(default, tuple) else default


def _resolved(schema: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """The node behind references and `or null`, and whether it may be null."""
    optional = False
    while True:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        elif "anyOf" in node:
            kinds = [one for one in node["anyOf"] if one.get("type") != "null"]
            optional = optional or len(kinds) < len(node["anyOf"])
            if len(kinds) != 1:
                return {}, optional
            node = kinds[0]
        else:
            return node, optional


def _field(node: Mapping[str, Any], path: Path, value: Any, place: _Place) -> Field:
    words = field_words(path)
    kind = _kind(node, path, place.optional)
    return Field(
        path=path,
        title=words.title if words else path[-1].replace("_", " ").capitalize(),
        help=words.help if words else place.help,
        kind=kind,
        value=value,
        default=place.default,
        optional=place.optional,
        choices=_choices(node, path, value, place.optional) if kind == "choice" else (),
        minimum=node.get("minimum"),
        above=node.get("exclusiveMinimum"),
        maximum=node.get("maximum"),
        pattern=node.get("pattern", ""),
        required=place.required,
        placeholder=_placeholder(path, kind),
        group=group_title(path),
    )


def _placeholder(path: Path, kind: Kind) -> str:
    """What an empty entry stands for."""
    if kind == "folder":
        return str(usual_chat_folder())
    return translate("Settings", "no cap") if "budget" in path else ""


def _kind(node: Mapping[str, Any], path: Path, optional: bool) -> Kind:
    if "enum" in node or "const" in node or path == ("app", "text_scale"):
        return "choice"
    if path == ("app", "chat_folder"):
        return "folder"
    match node.get("type"):
        case "boolean":
            return "choice" if optional else "switch"
        case "integer":
            return "integer"
        case "number":
            return "decimal"
        case "string":
            return "text"
        case "array" if node.get("items", {}).get("type") == "string":
            return "lines"
        case _:
            return "json"


def _choices(node: Mapping[str, Any], path: Path, value: Any, optional: bool) -> tuple[Choice, ...]:
    values: list[Any] = [None] if optional else []
    if path == ("app", "text_scale"):
        values += sorted({*TEXT_SCALES, value})
    elif node.get("type") == "boolean":
        values += [True, False]
    else:
        values += [node["const"]] if "const" in node else _in_order(node["enum"], path)
    return tuple(Choice(one, choice_title(path, one)) for one in values)


def _in_order(values: Sequence[Any], path: Path) -> list[Any]:
    """msgspec sorts what an enumeration allows; a person wants the usual one first."""
    first = {"theme": ("system", "light", "dark"), "tools": ("auto", "native", "text")}.get(path[-1], ())
    return sorted(values, key=lambda value: first.index(value) if value in first else len(first))


def parse(field: Field, raw: Any) -> Any:
    """The value that a person's entry means. Raises ValueError with a sentence when it is none."""
    if field.kind in ("switch", "choice"):
        return raw
    if field.kind == "lines":
        lines = raw.splitlines() if isinstance(raw, str) else raw
        return [line.strip() for line in lines if line.strip()]
    if not isinstance(raw, str):
        return _bounded(field, raw) if field.kind in ("integer", "decimal") else raw
    text = raw.strip()
    if not text and field.optional:
        return None
    if field.kind == "json":
        return _object(text)
    if field.kind in ("text", "folder"):
        if field.pattern and not re.search(field.pattern, text):
            raise ValueError(pattern_words(field.path))
        return text
    return _bounded(field, _number(field, text))


def shown(field: Field) -> str:
    """A value as the text in which a person edits it."""
    if field.value is None:
        return ""
    if field.kind == "lines":
        return "\n".join(field.value)
    if field.kind == "json":
        return json.dumps(field.value, ensure_ascii=False) if field.value else ""
    if field.kind == "integer":
        return QLocale().toString(int(field.value))
    if field.kind == "decimal":  # without marks between thousands: one of them is the other's decimal sign
        return f"{field.value:.10g}".replace(".", QLocale().decimalPoint())
    return str(field.value)


def _object(text: str) -> Any:
    try:
        value: Any = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ValueError(translate("Settings", 'Write a JSON object, for instance {"temperature": 0}.'))
    return cast(Any, value)


def _number(field: Field, text: str) -> float:
    whole = field.kind == "integer"
    try:
        return _digits(text) if whole else float(text.replace(",", "."))
    except ValueError:
        words = translate("Settings", "Write a whole number.") if whole else translate("Settings", "Write a number.")
        raise ValueError(words) from None


def _digits(text: str) -> int:
    """A whole number, its thousands set off in any of the usual ways."""
    plain = re.sub(r"(?<=\d)[\s.,'’_](?=\d{3}(?!\d))", "", text)
    if not re.fullmatch(r"[+-]?\d{1,18}", plain):
        raise ValueError(text)
    return int(plain)


def _bounded(field: Field, number: float) -> float:
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(translate("Settings", "Write a number."))
    if field.above is not None and number <= field.above:
        raise ValueError(translate("Settings", "It must be more than {bound}.").format(bound=f"{field.above:g}"))
    if field.minimum is not None and number < field.minimum:
        raise ValueError(translate("Settings", "It must be at least {bound}.").format(bound=f"{field.minimum:g}"))
    if field.maximum is not None and number > field.maximum:
        raise ValueError(translate("Settings", "It must be at most {bound}.").format(bound=f"{field.maximum:g}"))
    return number
