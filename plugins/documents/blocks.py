"""Markdown as blocks in order, the way that documents are made of them: parsed by markdown-it, lists flattened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_CHARS = 2_000_000
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LINKS = ("https://", "http://", "mailto:")


@dataclass(frozen=True)
class Span:
    """A piece of text in one style; `\\n` in it breaks the line."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    link: str = ""
    """Of the web or mail only."""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    spans: Spans


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    spans: Spans
    indent: int = 0
    """Inside so many lists."""
    quote: bool = False


@dataclass(frozen=True)
class Item:
    """The first paragraph of a list item."""

    spans: Spans
    level: int
    """From 0."""
    number: int | None
    """None: a bullet."""
    run: int
    """The same for the items of one list."""


@dataclass(frozen=True)
class Code:
    """Lines of code."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows of cells, the head first."""

    rows: tuple[tuple[Spans, ...], ...]
    aligns: tuple[str, ...]
    """`left`, `center`, `right` or empty, for each column."""


@dataclass(frozen=True)
class Rule:
    """A line across the page."""


Block = Heading | Paragraph | Item | Code | Table | Rule


@dataclass(frozen=True)
class Document:
    """All blocks."""

    blocks: tuple[Block, ...]
    images: int
    """So many pictures were left out: files that a text names are never opened."""

    @property
    def title(self) -> str:
        """The first heading."""
        return next((plain(block.spans) for block in self.blocks if isinstance(block, Heading)), "")


def plain(spans: Sequence[Span]) -> str:
    """Give the text without its styles."""
    return "".join(span.text for span in spans)


def parse(markdown: str) -> Document:
    """Read Markdown: CommonMark with tables, struck text and boxes to tick. HTML in it is text."""
    text = _NOT_IN_XML.sub("", markdown[:MAX_CHARS].replace("\r\n", "\n").removeprefix("\ufeff"))
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader = _Reader()
    reader.read(parser.parse(_FRONT_MATTER.sub("", text)))
    return Document(tuple(reader.blocks), reader.images)


@dataclass
class _List:
    run: int
    number: int | None
    fresh: bool = False
    """The item has no paragraph yet."""


@dataclass
class _Reader:
    blocks: list[Block] = field(default_factory=list[Block])
    images: int = 0
    lists: list[_List] = field(default_factory=list[_List])
    runs: int = 0
    quotes: int = 0
    rows: list[list[Spans]] = field(default_factory=list[list[Spans]])
    aligns: list[str] = field(default_factory=list[str])

    def read(self, tokens: list[Token]) -> None:
        for at, token in enumerate(tokens):
            match token.type:
                case "heading_open":
                    self.blocks.append(Heading(int(token.tag[1:]), self._spans(tokens[at + 1])))
                case "paragraph_open":
                    self._paragraph(self._spans(tokens[at + 1]))
                case "fence" | "code_block":
                    self.blocks.append(Code(token.content.rstrip("\n").expandtabs(4)))
                case "hr":
                    self.blocks.append(Rule())
                case "bullet_list_open" | "ordered_list_open":
                    self.runs += 1
                    first = int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None
                    self.lists.append(_List(self.runs, first))
                case "bullet_list_close" | "ordered_list_close":
                    self.lists.pop()
                case "list_item_open":
                    self.lists[-1].fresh = True
                case "blockquote_open" | "blockquote_close":
                    self.quotes += 1 if token.type.endswith("open") else -1
                case _:
                    self._table(token, tokens[min(at + 1, len(tokens) - 1)])

    def _paragraph(self, spans: Spans) -> None:
        if not self.lists or not self.lists[-1].fresh:
            self.blocks.append(Paragraph(spans, len(self.lists), self.quotes > 0))
            return
        own = self.lists[-1]
        own.fresh = False
        self.blocks.append(Item(_with_box(spans), len(self.lists) - 1, own.number, own.run))
        if own.number is not None:
            own.number += 1

    def _table(self, token: Token, after: Token) -> None:
        match token.type:
            case "table_open":
                self.rows, self.aligns = [], []
            case "tr_open":
                self.rows.append([])
            case "th_open" | "td_open":
                self.rows[-1].append(self._spans(after))
                if token.type == "th_open":
                    self.aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            case "table_close":
                self.blocks.append(Table(tuple(tuple(row) for row in self.rows), tuple(self.aligns)))
            case _:
                pass

    def _spans(self, inline: Token) -> Spans:
        found: list[Span] = []
        style = Span("")
        for token in inline.children or []:
            match token.type:
                case "text":
                    found.append(replace(style, text=_BREAK.sub("\n", token.content)))
                case "code_inline":
                    found.append(replace(style, text=token.content, code=True))
                case "softbreak" | "hardbreak":
                    found.append(replace(style, text=" " if token.type == "softbreak" else "\n"))
                case "image":
                    self.images += 1
                    found.append(replace(style, text=f"[image: {token.content}]" if token.content else "[image]"))
                case "link_open":
                    target = str(token.attrs.get("href", ""))
                    style = replace(style, link=target if target.lower().startswith(_LINKS) else "")
                case _:
                    style = _styled(style, token)
        return tuple(span for span in found if span.text)


def _styled(style: Span, token: Token) -> Span:
    begins = token.nesting == 1
    match token.tag:
        case "strong":
            return replace(style, bold=begins)
        case "em":
            return replace(style, italic=begins)
        case "s":
            return replace(style, strike=begins)
        case "a":
            return replace(style, link="")
        case _:
            return style


def _with_box(spans: Spans) -> Spans:
    if spans and (match := re.match(r"\[([ xX])\] ", spans[0].text)):
        box = "☐ " if match[1] == " " else "☑ "
        return (replace(spans[0], text=box + spans[0].text[4:]), *spans[1:])
    return spans
