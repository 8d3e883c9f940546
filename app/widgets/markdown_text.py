"""One piece of Markdown without fenced code, drawn with the typography of the app."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QRectF, QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QWidget

from app.theme import SPACE, colors
from app.widgets.text_pane import MONO_SIZE, TextPane

SCHEMES = frozenset({"http", "https", "mailto", "file"})
"""What a link may open; any other is plain text."""
HEADINGS = {1: 1.3, 2: 1.15}
"""Sizes in em; deeper headings are only bold."""
EDGE = 2
"""Room between the text and its focus frame, in pixels."""

_BLOCK = re.compile(r"\s*(?:#{1,6}\s|\||[-=*_]{2,}\s*$|[:|-]+[-:| ]*$)|.*\\$")
"""Lines that end by themselves, or whose end means something: headings, tables, rules, a break that was written."""

_DIALECT = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class MarkdownText(TextPane):
    """Show Markdown (GitHub's dialect; HTML stays text, pictures are named but never loaded)."""

    link_activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=EDGE)
        self._source = ""
        self._plain = False
        self._quotes: list[tuple[int, int]] = []
        self.anchorClicked.connect(self._follow)
        self.highlighted.connect(self._tell_target)

    def set_source(self, markdown: str, plain: bool = False) -> None:
        """Show another text; a selection stays where the text before it is the same. `plain`: it is no Markdown."""
        if markdown != self._source:
            self._source = markdown
            self._plain = plain
            self._render()

    def _render(self) -> None:
        self.keep_selection(self._set)
        self.updateGeometry()

    def _set(self) -> None:
        document = self.document()
        document.clear()  # an empty one takes the indent without laying out anything
        document.setIndentWidth(round(_pixels(self.font()) * 1.7))
        if self._plain:
            document.setPlainText(self._source)
            return
        document.setMarkdown(with_line_ends(self._source), _DIALECT)
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        _Typography(document, self.font()).apply(cursor)
        cursor.endEditBlock()
        self._quotes = list(_quotes(document))

    def _follow(self, url: QUrl) -> None:
        if url.scheme().lower() in SCHEMES:
            self.link_activated.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))

    def _tell_target(self, url: QUrl) -> None:
        self.viewport().setToolTip(url.toString(QUrl.ComponentFormattingOption.FullyEncoded)[:500])

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._source:
            self._render()

    def paintEvent(self, e: QPaintEvent) -> None:
        """Draw the bars of quotations, then the text."""
        if self._quotes:
            painter = QPainter(self.viewport())
            layout = self.document().documentLayout()
            for number, level in self._quotes:
                area = layout.blockBoundingRect(self.document().findBlockByNumber(number))
                for depth in range(level):
                    bar = QRectF(EDGE + depth * 2 * SPACE, area.top(), 3, area.height())
                    painter.fillRect(bar, QColor(colors().border))
            painter.end()
        super().paintEvent(e)


def with_line_ends(markdown: str) -> str:
    """Keep the line ends within paragraphs: models write lists of facts as plain lines, and a person expects lines."""
    lines = markdown.split("\n")
    for at in range(len(lines) - 1):
        line, following = lines[at], lines[at + 1]
        if line.strip() and following.strip() and not _BLOCK.match(line) and not _BLOCK.match(following):
            lines[at] = line.rstrip() + "  "
    return "\n".join(lines)


class _Typography:
    """Turns what Qt's Markdown reader made into the look of the app."""

    def __init__(self, document: QTextDocument, font: QFont) -> None:
        self.document = document
        self.font = font
        self.colors = colors()
        self.gap = round(_pixels(font) * 0.6)
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.code = QTextCharFormat()
        self.code.setFontFamilies([mono.family()])
        if font.pointSizeF() > 0:
            self.code.setFontPointSize(font.pointSizeF() * MONO_SIZE)
        self.code.setBackground(QColor(self.colors.code))

    def apply(self, cursor: QTextCursor) -> None:
        block, last = self.document.begin(), self.document.lastBlock()
        while block.isValid():
            following = block.next()
            self._block(cursor, block, block == last, following)
            self._letters(cursor, block)
            block = following
        for table in self.document.rootFrame().childFrames():
            if isinstance(table, QTextTable):
                self._table(table)

    def _block(self, cursor: QTextCursor, block: QTextBlock, last: bool, following: QTextBlock) -> None:
        old = block.blockFormat()
        level = old.headingLevel()
        cursor.setPosition(block.position())
        if _exists(cursor.currentTable()):
            return
        new = QTextBlockFormat()
        tight = _exists(block.textList()) and _exists(following.textList())
        new.setTopMargin(self.gap if level and block.position() else 0)
        new.setBottomMargin(0 if last else self.gap // 2 if level else self.gap // 3 if tight else self.gap)
        new.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        quote = _quote_level(block)
        if quote:
            new.setLeftMargin(quote * 2 * SPACE)
            new.setRightMargin(0)
        if old.hasProperty(QTextFormat.Property.BlockCodeFence) or old.hasProperty(
            QTextFormat.Property.BlockCodeLanguage
        ):
            new.setBackground(QColor(self.colors.code))
        if old.hasProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth):
            new.setBackground(QColor(self.colors.border))
        cursor.mergeBlockFormat(new)
        if level:
            self._heading(cursor, block, level)
        elif quote:
            letters = QTextCharFormat()
            letters.setForeground(QColor(self.colors.muted))
            _select(cursor, block.position(), block.length() - 1).mergeCharFormat(letters)

    def _heading(self, cursor: QTextCursor, block: QTextBlock, level: int) -> None:
        size = HEADINGS.get(level, 1.0)
        for start, length, letters in list(_fragments(block)):
            letters.clearProperty(QTextFormat.Property.FontSizeAdjustment)
            letters.setFontWeight(QFont.Weight.Bold)
            if self.font.pointSizeF() > 0:
                letters.setFontPointSize(self.font.pointSizeF() * size)
            else:
                letters.setProperty(QTextFormat.Property.FontPixelSize, round(self.font.pixelSize() * size))
            _select(cursor, start, length).setCharFormat(letters)

    def _letters(self, cursor: QTextCursor, block: QTextBlock) -> None:
        for start, length, look in list(_fragments(block)):
            if look.isImageFormat():
                picture = look.toImageFormat()
                name = str(picture.property(QTextFormat.Property.ImageAltText) or "") or picture.name()
                plain = QTextCharFormat()
                plain.setFontItalic(True)
                plain.setForeground(QColor(self.colors.muted))
                _select(cursor, start, length).insertText(f"[{name}]", plain)
            elif look.isAnchor():
                self._link(_select(cursor, start, length), look)
            elif look.fontFixedPitch():
                _select(cursor, start, length).mergeCharFormat(self.code)

    def _link(self, cursor: QTextCursor, look: QTextCharFormat) -> None:
        if QUrl(look.anchorHref()).scheme().lower() in SCHEMES:
            letters = QTextCharFormat()
            letters.setForeground(QColor(self.colors.link))
            letters.setFontUnderline(True)
            letters.setToolTip("")
            cursor.mergeCharFormat(letters)
            return
        inert = QTextCharFormat(look)
        for kept in (
            QTextFormat.Property.IsAnchor,
            QTextFormat.Property.AnchorHref,
            QTextFormat.Property.TextToolTip,
            QTextFormat.Property.ForegroundBrush,
            QTextFormat.Property.FontUnderline,
            QTextFormat.Property.TextUnderlineStyle,
        ):
            inert.clearProperty(kept)
        cursor.setCharFormat(inert)

    def _table(self, table: QTextTable) -> None:
        look = table.format()
        look.setBorder(1)
        look.setBorderCollapse(True)
        look.setBorderBrush(QBrush(QColor(self.colors.border)))
        look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        look.setCellPadding(SPACE * 0.75)
        look.setCellSpacing(0)
        first = table.firstPosition() <= 1
        look.setTopMargin(0 if first else self.gap // 2)
        look.setBottomMargin(self.gap)
        look.setWidth(QTextLength())
        table.setFormat(look)
        for column in range(table.columns()):
            cell = table.cellAt(0, column)
            if table.rows() > 1:  # the reader aligns all rows but the first
                below = table.cellAt(1, column).firstCursorPosition().blockFormat().alignment()
                align = QTextBlockFormat()
                align.setAlignment(below)
                cell.firstCursorPosition().mergeBlockFormat(align)
            shade = cell.format()
            shade.setBackground(QColor(self.colors.code))
            cell.setFormat(shade)


def _select(cursor: QTextCursor, start: int, length: int) -> QTextCursor:
    cursor.setPosition(start)
    cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _fragments(block: QTextBlock) -> Iterator[tuple[int, int, QTextCharFormat]]:
    walk = block.begin()
    while not walk.atEnd():
        piece = walk.fragment()
        yield piece.position(), piece.length(), piece.charFormat()
        walk += 1


def _quote_level(block: QTextBlock) -> int:
    level = block.blockFormat().property(QTextFormat.Property.BlockQuoteLevel)
    return level if isinstance(level, int) else 0


def _quotes(document: QTextDocument) -> Iterator[tuple[int, int]]:
    block = document.begin()
    while block.isValid():
        level = _quote_level(block)
        if level:
            yield block.blockNumber(), level
        block = block.next()


def _exists(found: object) -> bool:
    """Qt's None, which the stubs of PySide6 do not know."""
    return found is not None


def _pixels(font: QFont) -> int:
    return QFontInfo(font).pixelSize()
