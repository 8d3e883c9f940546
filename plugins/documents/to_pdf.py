"""Markdown → PDF, by reportlab."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import HRFlowable, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid
from reportlab.platypus.xpreformatted import XPreformatted

from .blocks import Block, Code, Document, Heading, Item, Paragraph, Rule, Span, Table, plain
from .font import Fonts, fonts_for

MARGIN = 2.2 * cm
WIDTH = A4[0] - 2 * MARGIN - 12
CODE_COLUMNS = 84
_SIZES = {1: 20, 2: 16, 3: 13}
_ALIGN = {"center": 1, "right": 2}
_LINK_COLOUR = "#0B57A4"


def write_pdf(document: Document, path: Path) -> tuple[str, ...]:
    """Write a .pdf file on A4 pages. Returns what could not be shown, a sentence each."""
    fonts = fonts_for("".join(_texts(document)))
    pages = _Pages(
        str(path), pagesize=A4, title=document.title, author="", **dict.fromkeys(_MARGINS, MARGIN), lang="en"
    )
    writer = _Writer(fonts)
    flow: list[Any] = [piece for block in document.blocks for piece in writer.flow(block)]
    pages.build(flow or [Spacer(1, 1)], onFirstPage=_foot, onLaterPages=_foot)
    shown = " ".join(fonts.missing[:20])
    return (f"No installed font has these characters: {shown}. A Word document would show them.",) if shown else ()


_MARGINS = ("leftMargin", "rightMargin", "topMargin", "bottomMargin")


def _foot(canvas: Any, _pages: Any) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(A4[0] / 2, 1.1 * cm, str(canvas.getPageNumber()))


class _Title(Text):
    """A heading, which becomes a bookmark."""

    def __init__(self, markup: str, style: ParagraphStyle, *, level: int, name: str) -> None:
        super().__init__(markup, style)
        self.level, self.name = level, name


class _Pages(SimpleDocTemplate):
    """Pages with bookmarks."""

    _depth = -1
    _bookmarks = 0

    def afterFlowable(self, flowable: Any) -> None:
        """Called by reportlab when something was put on a page."""
        if isinstance(flowable, _Title):
            canvas: Any = self.canv
            self._depth = min(flowable.level - 1, self._depth + 1)  # a level that is skipped is refused
            self._bookmarks += 1
            canvas.bookmarkPage(f"heading-{self._bookmarks}")
            canvas.addOutlineEntry(flowable.name, f"heading-{self._bookmarks}", self._depth)


class _Writer:
    """Turns blocks into what reportlab lays out. Each text is escaped: reportlab reads tags, `<img src>` among them."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        font = f"{fonts.body}-0" if fonts.body != "Helvetica" else fonts.body
        self._body = ParagraphStyle("body", fontName=font, bulletFontName=font, fontSize=10.5, leading=15, spaceAfter=7)

    def flow(self, block: Block) -> Iterator[Any]:
        match block:
            case Heading(level, spans):
                size = _SIZES.get(level, 11)
                style = self._style(fontSize=size, leading=size * 1.3, spaceBefore=10, keepWithNext=1)
                yield _Title(self._markup(spans, bold=True), style, level=level, name=plain(spans))
            case Paragraph(spans, indent, quote):
                colour = HexColor("#555555") if quote else HexColor("#000000")
                yield Text(self._markup(spans), self._style(leftIndent=16 * (indent + quote), textColor=colour))
            case Item(spans, level, number, _):
                bullet = "•" if number is None else f"{number}."
                style = self._style(leftIndent=16 * (level + 1) + 4, bulletIndent=16 * level + 4, spaceAfter=3)
                yield Text(self._markup(spans), style, bulletText=bullet)
            case Code(text):
                style = self._style(fontName=self._code_font, fontSize=8.5, leading=11.5, backColor=HexColor("#F2F2F2"))
                yield XPreformatted(escape("\n".join(_wrapped(text)), quote=False), style)
                yield Spacer(1, 4)
            case Table():
                yield self._grid(block)
                yield Spacer(1, 8)
            case Rule():
                yield HRFlowable(width="100%", thickness=0.5, color=HexColor("#999999"), spaceBefore=6, spaceAfter=8)

    @property
    def _code_font(self) -> str:
        return self._fonts.code if self._fonts.code == "Courier" else f"{self._fonts.code}-0"

    def _style(self, **changes: Any) -> ParagraphStyle:
        return ParagraphStyle("own", parent=self._body, **changes)

    def _markup(self, spans: Iterable[Span], bold: bool = False) -> str:
        return "".join(self._span(span, bold) for span in spans)

    def _span(self, span: Span, bold: bool) -> str:
        text = escape(span.text, quote=False).replace("\n", "<br/>")
        text = f'<font face="{self._code_font}">{text}</font>' if span.code else text
        text = f"<b>{text}</b>" if span.bold or bold else text
        text = f"<i>{text}</i>" if span.italic else text
        text = f"<strike>{text}</strike>" if span.strike else text
        return f'<a href="{escape(span.link)}" color="{_LINK_COLOUR}">{text}</a>' if span.link else text

    def _grid(self, table: Table) -> Any:
        size = 9.0 if len(table.aligns) <= 10 else 6.0
        small = {"fontSize": size, "leading": size * 1.3, "spaceAfter": 0}
        styles = [self._style(alignment=_ALIGN.get(align, 0), **small) for align in table.aligns]
        rows = [
            [Text(self._markup(spans, row is table.rows[0]), style) for spans, style in zip(row, styles, strict=False)]
            for row in table.rows
        ]
        widths = _widths(table)
        gap = min(6.0, min(widths) / 5)
        padding = [(f"{side}PADDING", (0, 0), (-1, -1), gap) for side in ("LEFT", "RIGHT")]
        return Grid(rows, colWidths=widths, repeatRows=1, splitInRow=1, style=[*_LINES, *padding])


_LINES = [
    ("GRID", (0, 0), (-1, -1), 0.4, HexColor("#999999")),
    ("BACKGROUND", (0, 0), (-1, 0), HexColor("#EEEEEE")),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def _widths(table: Table) -> list[float]:
    """Share the page out by how much stands in each column, none under a third of its even share."""
    even = WIDTH / len(table.aligns)
    longest = [max(min(len(plain(row[at])), 60) + 2 for row in table.rows) for at in range(len(table.aligns))]
    shares = [max(WIDTH * length / sum(longest), even / 3) for length in longest]
    return [share * WIDTH / sum(shares) for share in shares]


def _wrapped(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield from (line[at : at + CODE_COLUMNS] for at in range(0, max(len(line), 1), CODE_COLUMNS))


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        match block:
            case Table(rows, _):
                yield from (plain(spans) for row in rows for spans in row)
            case Heading(_, spans) | Paragraph(spans) | Item(spans):
                yield plain(spans)
            case Code(text):
                yield text
            case Rule():
                pass
