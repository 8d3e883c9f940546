"""Colours of source code: where which kind of token stands, and how each kind looks.

Pygments is imported when the first code is looked at: it is too slow for the start of the app.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from app.theme import is_dark

if TYPE_CHECKING:
    from pygments.lexer import Lexer

Kind = Literal[
    "keyword", "name", "type", "string", "number", "comment", "tag", "attribute", "added", "removed", "heading"
]

LIGHT: dict[Kind, str] = {
    "keyword": "#8a1f7a", "name": "#0b57a8", "type": "#7a4a00", "string": "#1c6b36", "number": "#9a3412",
    "comment": "#62626b", "tag": "#0b57a8", "attribute": "#7a4a00", "added": "#1a6b37", "removed": "#a8261d",
    "heading": "#0b57a8",
}  # fmt: skip
DARK: dict[Kind, str] = {
    "keyword": "#d7a1f0", "name": "#86bdff", "type": "#e8c076", "string": "#8fd6a4", "number": "#f2a97e",
    "comment": "#9a9aa5", "tag": "#86bdff", "attribute": "#e8c076", "added": "#74cf92", "removed": "#ff948a",
    "heading": "#86bdff",
}  # fmt: skip

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("Comment", "comment"),
    ("Keyword.Type", "type"),
    ("Keyword.Constant", "number"),
    ("Keyword", "keyword"),
    ("Operator.Word", "keyword"),
    ("Name.Function", "name"),
    ("Name.Class", "type"),
    ("Name.Exception", "type"),
    ("Name.Builtin", "name"),
    ("Name.Decorator", "attribute"),
    ("Name.Tag", "tag"),
    ("Name.Attribute", "attribute"),
    ("Name.Variable", "attribute"),
    ("Name.Constant", "number"),
    ("Literal.String", "string"),
    ("Literal.Number", "number"),
    ("Literal.Date", "number"),
    ("Generic.Inserted", "added"),
    ("Generic.Deleted", "removed"),
    ("Generic.Heading", "heading"),
    ("Generic.Subheading", "heading"),
    ("Generic.Prompt", "comment"),
)


class Span(NamedTuple):
    """A stretch of code of one kind; counted in Python characters."""

    start: int
    length: int
    kind: Kind


def spans(code: str, language: str) -> list[Span]:
    """Return the coloured stretches of `code` in order, none overlapping.

    `language` is what stands behind a fence (`python`, `c++`, `js`). Empty for plain text and for languages that
    Pygments does not know. Takes some 4 ms for 2,000 characters.
    """
    return list(each_span(code, language))


def each_span(code: str, language: str) -> Iterator[Span]:
    """The same one by one, for who must do something else in between."""
    lexer = _lexer(_name(language))
    return iter(()) if lexer is None else _merged(lexer.get_tokens_unprocessed(code))


def prepare(language: str) -> None:
    """Import what `language` needs: up to 60 ms the first time. May be called from any thread."""
    lexer = _lexer(_name(language))
    if lexer is not None:
        for _ in lexer.get_tokens_unprocessed("\n"):  # compiles its expressions
            pass
    _ready.add(_name(language))


def is_ready(language: str) -> bool:
    """Whether `spans` would start at once, without importing anything first."""
    return _name(language) in _ready


def color_of(kind: Kind) -> str:
    """The `#rrggbb` of a kind in the theme in force; at least 4.5:1 on `colors().code`."""
    return (DARK if is_dark() else LIGHT)[kind]


_ready: set[str] = set()


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name  # pyright: ignore[reportUnknownVariableType]
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language) if language else None
    except ClassNotFound:
        return None


def _merged(tokens: Iterable[tuple[int, Any, str]]) -> Iterator[Span]:
    last: Span | None = None
    for start, token, text in tokens:
        kind = _kind(token)
        if kind is None or not text.strip():
            continue
        if last and last.kind == kind and last.start + last.length == start:
            last = Span(last.start, last.length + len(text), kind)
            continue
        if last:
            yield last
        last = Span(start, len(text), kind)
    if last:
        yield last


def _name(language: str) -> str:
    return language[:40].strip().lower()


@cache
def _kind(token: tuple[str, ...]) -> Kind | None:
    path = ".".join(token)
    return next((kind for prefix, kind in _KINDS if path == prefix or path.startswith(prefix + ".")), None)
