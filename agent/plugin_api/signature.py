"""From a function to what a model is told of it: type hints become JSON Schema, the docstring the description."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from agent.plugin_api.context import Context
from agent.plugin_api.files import FileMark, FileUse

MAX_DEPTH: Final = 8
"""So deep a schema may be nested."""


class SignatureError(Exception):
    """A function cannot be what its mark says; the text says why and what to do."""


class Signature(msgspec.Struct, frozen=True):
    """What a function takes."""

    description: str
    arguments: type[msgspec.Struct]
    schema: dict[str, Any]
    """JSON Schema of type object, flat, without references."""
    files: dict[str, FileUse]
    context: str
    """The parameter that is the Context; empty: it takes none."""

    def taken(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Check arguments and give them as the function takes them. Raises msgspec.ValidationError."""
        checked = msgspec.convert(dict(arguments), self.arguments, dec_hook=_path)
        return {name: getattr(checked, name) for name in checked.__struct_fields__}


def signature_of(function: Callable[..., Any]) -> Signature:
    """Read a function. Raises SignatureError."""
    name = function.__name__
    try:
        hints = get_type_hints(function, include_extras=True)
    except (NameError, TypeError, AttributeError) as error:
        raise SignatureError(f"The type hints of {name} cannot be read: {error}. Import what they name.") from None
    description, words = _docstring(inspect.getdoc(function) or "", frozenset(hints))
    if not description:
        raise SignatureError(f'{name} has no docstring. Say in it what the tool does: """Search the notes."""')
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    files: dict[str, FileUse] = {}
    context = ""
    for parameter in inspect.signature(function).parameters.values():
        hint = hints.get(parameter.name, inspect.Parameter.empty)
        _check(name, parameter, hint)
        if hint is Context:
            context = parameter.name
            continue
        if (mark := _mark_of(hint)) is not None:
            files[parameter.name] = mark.use
        elif _holds_path(hint):
            raise SignatureError(
                f"{parameter.name} of {name} is a path that says not what for. Write ReadFile for a file that is read, "
                "WriteFile for one that is made (one to a parameter), str for any other text."
            )
        meta = msgspec.Meta(description=words[parameter.name]) if parameter.name in words else None
        typed = Annotated[hint, meta] if meta else hint
        if parameter.default is inspect.Parameter.empty:
            fields.append((parameter.name, typed))
        else:
            fields.append((parameter.name, typed, _default(parameter.default)))
    return _made(name, description, fields, files, context)


def _check(name: str, parameter: inspect.Parameter, hint: Any) -> None:
    if parameter.kind not in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY):
        raise SignatureError(f"{name} takes {parameter}; a model names each argument. Write the parameters out.")
    if hint is inspect.Parameter.empty:
        raise SignatureError(f"{parameter.name} of {name} has no type. Write one: {parameter.name}: str")


def _made(
    name: str,
    description: str,
    fields: list[tuple[str, Any] | tuple[str, Any, Any]],
    files: dict[str, FileUse],
    context: str,
) -> Signature:
    try:
        arguments = msgspec.defstruct("Arguments", fields, kw_only=True, forbid_unknown_fields=True)
        schema, components = msgspec.json.schema_components(
            [arguments], ref_template="{name}", schema_hook=_path_schema
        )
        flat = _flat(components[schema[0]["$ref"]], components, 0)
    except (TypeError, ValueError, NameError, NotImplementedError) as error:
        raise SignatureError(f"The parameters of {name} cannot be given as JSON: {error}") from None
    flat.pop("title", None)
    return Signature(description, arguments, {"type": "object", "properties": {}, **flat}, files, context)


def _flat(schema: Any, components: Mapping[str, Any], depth: int) -> Any:
    """Put what is referred to in its place."""
    if depth > 2 * MAX_DEPTH:
        raise ValueError(f"it is nested more than {MAX_DEPTH} deep, or holds itself")
    if isinstance(schema, dict):
        plain = cast("dict[str, Any]", schema)
        if "$ref" in plain:
            rest = {key: value for key, value in plain.items() if key != "$ref"}
            inner = {k: v for k, v in components[plain["$ref"]].items() if k != "title"}
            return _flat({**inner, **rest}, components, depth + 1)
        told = {key: value for key, value in plain.items() if (key, value) != ("default", None)}
        return {key: _flat(value, components, depth + 1) for key, value in told.items()}
    if isinstance(schema, list):
        return [_flat(one, components, depth + 1) for one in cast("list[Any]", schema)]
    return schema


def _path_schema(kind: type) -> dict[str, Any]:
    if kind is Path:
        return {"type": "string"}
    raise NotImplementedError


def _path(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"Expected `{kind.__name__}`")


def _mark_of(hint: Any) -> FileMark | None:
    """The mark of a hint, also of one that may be None; a list of files is none."""
    if get_origin(hint) is Annotated:
        return next((one for one in get_args(hint)[1:] if isinstance(one, FileMark)), _mark_of(get_args(hint)[0]))
    if get_origin(hint) in (Union, UnionType):
        return next((mark for one in get_args(hint) if (mark := _mark_of(one)) is not None), None)
    return None


def _holds_path(hint: Any) -> bool:
    if isinstance(hint, type):
        return issubclass(hint, Path)
    return any(_holds_path(one) for one in get_args(hint))


def _default(value: Any) -> Any:
    if isinstance(value, list | dict | set):
        copy = cast("list[Any]", value).copy
        return msgspec.field(default_factory=copy)
    return value


_HEADING = re.compile(r"(args|arguments|parameters|returns|raises)\s*:\s*", re.IGNORECASE)
_LINE = re.compile(r"(\w+)\s*(?:\([^)]*\))?\s*:\s+(.*)")


def _docstring(text: str, parameters: frozenset[str]) -> tuple[str, dict[str, str]]:
    """Split it into the description and the words about parameters: `name: text`, further lines indented."""
    said: list[str] = []
    words: dict[str, str] = {}
    current, indent, ended = "", 0, False
    for line in text.splitlines():
        bare = line.strip()
        found = _LINE.fullmatch(bare)
        if _HEADING.fullmatch(bare):
            current, ended = "", bare.lower().startswith(("returns", "raises"))
        elif ended:
            continue
        elif found and found[1] in parameters:
            current, indent = found[1], len(line) - len(line.lstrip())
            words[current] = found[2]
        elif current and bare and len(line) - len(line.lstrip()) > indent:
            words[current] += f" {bare}"
        else:
            current = ""
            said.append(bare)
    return " ".join(" ".join(said).split()), words
