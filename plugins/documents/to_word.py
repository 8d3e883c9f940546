"""Markdown → Word, by python-docx, in Word's own styles so that a person can restyle all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import docx
from docx import oxml
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Twips

from .blocks import Block, Code, Document, Heading, Item, Paragraph, Rule, Span, Table

_oxml: Any = oxml
CODE_FONT = "Consolas"
_ALIGN = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_TWIPS = 360
_INDENT = Twips(_TWIPS)
_BULLETS = "•◦▪"


def write_word(document: Document, path: Path) -> None:
    """Write a .docx file."""
    word = _Word(document.title)
    for block in document.blocks:
        word.add(block)
    word.document.save(str(path))


class _Word:
    """A document that is being written. python-docx gives no types for most of what it makes."""

    def __init__(self, title: str) -> None:
        self.document: Any = docx.Document()
        self.document.core_properties.title = title[:255]
        self.document.core_properties.author = ""
        self.document.styles.add_style("HTML Preformatted", WD_STYLE_TYPE.PARAGRAPH).font.name = CODE_FONT
        self.document.styles.add_style("HTML Code", WD_STYLE_TYPE.CHARACTER).font.name = CODE_FONT
        self._abstracts = {numbered: self._abstract(numbered) for numbered in (False, True)}
        self._numberings: dict[int, int] = {}

    def add(self, block: Block) -> None:
        match block:
            case Heading(level, spans):
                self._write(self.document.add_heading("", level), spans)
            case Paragraph(spans, indent, quote):
                paragraph = self.document.add_paragraph(style="Quote" if quote else None)
                if indent:
                    paragraph.paragraph_format.left_indent = _INDENT * (indent + 1)
                self._write(paragraph, spans)
            case Item():
                self._item(block)
            case Code(text):
                self._code(text)
            case Table():
                self._table(block)
            case Rule():
                self._rule()

    def _item(self, item: Item) -> None:
        paragraph = self.document.add_paragraph(style="List Paragraph")
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = item.level
        properties.get_or_add_numId().val = self._numbering(item)
        self._write(paragraph, item.spans)

    def _numbering(self, item: Item) -> int:
        """Give the numbering of a list: one for each, because Word counts on through all that share one."""
        if item.run not in self._numberings:
            made = self.document.part.numbering_part.element.add_num(self._abstracts[item.number is not None])
            if item.number is not None:
                made.add_lvlOverride(ilvl=item.level).add_startOverride(item.number)
            self._numberings[item.run] = made.numId
        return self._numberings[item.run]

    def _abstract(self, numbered: bool) -> int:
        """Define how the levels of a list look: bullets, or 1. 2. 3. Returns the number of the definition."""
        root = self.document.part.numbering_part.element
        number = len(root.findall(qn("w:abstractNum"))) + 1000
        definition = _element("w:abstractNum", {"w:abstractNumId": str(number)})
        definition.append(_element("w:multiLevelType", {"w:val": "hybridMultilevel"}))
        for level in range(9):
            one = _element("w:lvl", {"w:ilvl": str(level)})
            one.append(_element("w:start", {"w:val": "1"}))
            one.append(_element("w:numFmt", {"w:val": "decimal" if numbered else "bullet"}))
            one.append(_element("w:lvlText", {"w:val": f"%{level + 1}." if numbered else _BULLETS[level % 3]}))
            properties = _element("w:pPr")
            properties.append(_element("w:ind", {"w:left": str(_TWIPS * (level + 1)), "w:hanging": str(_TWIPS)}))
            one.append(properties)
            definition.append(one)
        root.insert(0, definition)  # before each w:num, or Word calls the file damaged
        return number

    def _code(self, text: str) -> None:
        paragraph = self.document.add_paragraph(text, style="HTML Preformatted")
        paragraph._p.get_or_add_pPr().append(_element("w:shd", {"w:val": "clear", "w:fill": "F2F2F2"}))

    def _rule(self) -> None:
        borders = _element("w:pBdr")
        borders.append(_element("w:bottom", {"w:val": "single", "w:sz": "6", "w:space": "1", "w:color": "auto"}))
        self.document.add_paragraph()._p.get_or_add_pPr().append(borders)

    def _table(self, block: Table) -> None:
        table = self.document.add_table(len(block.rows), len(block.aligns), style="Table Grid")
        for cells, row in zip(block.rows, table.rows, strict=True):
            for spans, cell, align in zip(cells, row.cells, block.aligns, strict=False):
                paragraph = cell.paragraphs[0]
                paragraph.alignment = _ALIGN.get(align)
                self._write(paragraph, spans, bold=cells is block.rows[0])
        table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
        self.document.add_paragraph()

    def _write(self, paragraph: Any, spans: Iterable[Span], bold: bool = False) -> None:
        for span in spans:
            run = paragraph.add_run(span.text)
            run.bold, run.italic = (span.bold or bold) or None, span.italic or None
            run.font.strike = span.strike or None
            if span.code:
                run.style = "HTML Code"
            if span.link:
                self._link(paragraph, run, span.link)

    def _link(self, paragraph: Any, run: Any, target: str) -> None:
        run.font.underline = True
        relation = paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = _element("w:hyperlink", {"r:id": relation})
        link.append(run._r)
        paragraph._p.append(link)


def _element(name: str, attributes: Mapping[str, str] | None = None) -> Any:
    return _oxml.OxmlElement(name, {qn(key): value for key, value in (attributes or {}).items()})
