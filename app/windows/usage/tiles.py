"""The figures at the top: today, the month, the time that is looked at, its tokens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.usage_report import Figures
from app.viewmodels.usage_words import (
    cached_words,
    cost_words,
    count,
    few,
    fresh_of,
    money,
    outlook_words,
    period_words,
    tokens_of,
)
from app.widgets.cards.surface import Surface, column
from app.widgets.cards.words import Words

_NARROWEST_CHARS = 24


class Tiles(QWidget):
    """Four figures side by side; two by two where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = {name: Tile(self) for name in ("today", "month", "period", "tokens")}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE)
        self._columns = 0
        self._arrange(4)

    def show_figures(self, figures: Figures) -> None:
        """Show what is known."""
        total, tiles = figures.total, self.tiles
        tiles["today"].show_words(translate("Usage", "Today"), cost_words(figures.today), _today_words(figures))
        spent = money(figures.outlook.spent_usd)
        unknown = any(row.unknown_calls for row in figures.month)
        tiles["month"].show_words(
            translate("Usage", "This month"),
            translate("Usage", "at least {amount}").format(amount=spent) if unknown else spent,
            outlook_words(figures.outlook),
        )
        tiles["period"].show_words(
            period_words(figures.period), cost_words(total), translate("Usage", "%n model call(s)", total.calls)
        )
        tiles["tokens"].show_words(
            translate("Usage", "Tokens"),
            few(tokens_of(total)),
            cached_words(total),
            translate("Usage", "{fresh} fresh, {cached} cached, {output} written").format(
                fresh=count(fresh_of(total)), cached=count(total.cached_tokens), output=count(total.output_tokens)
            ),
        )

    def fit(self, width: int) -> None:
        """Arrange the tiles for a width."""
        self._arrange(4 if width >= self.fontMetrics().averageCharWidth() * _NARROWEST_CHARS * 4 else 2)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for at, tile in enumerate(self.tiles.values()):
            self._grid.addWidget(tile, at // columns, at % columns)
        for at in range(4):
            self._grid.setColumnStretch(at, 1 if at < columns else 0)


class Tile(Surface):
    """A figure with what it is above it, and more about it below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = Words("", self, tone="muted", face="small", wrap=True)
        self.figure = _Figure("", self)
        self.more = Words("", self, tone="muted", face="small", wrap=True)
        layout = column(self, QMargins(SPACE * 3 // 2, SPACE, SPACE * 3 // 2, SPACE), 2)
        for words in (self.caption, self.figure, self.more):
            layout.addWidget(words)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_words(self, caption: str, figure: str, more: str, tip: str = "") -> None:
        """Show a figure."""
        self.caption.setText(caption)
        self.figure.setText(figure)
        self.more.setText(more)
        self.setToolTip(tip)
        self.figure.setAccessibleName(", ".join(filter(None, (f"{caption}: {figure}", more, tip))))


class _Figure(Words):
    """Large."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent, face="bold", wrap=True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeading)

    def setFont(self, arg__1: QFont | str | Sequence[str]) -> None:
        """Larger than what is around it."""
        font = QFont(arg__1)
        font.setPointSizeF(font.pointSizeF() * 1.5)
        super().setFont(font)


def _today_words(figures: Figures) -> str:
    cap = next((cap for cap in figures.caps if (cap.span, cap.unit, cap.provider) == ("day", "usd", "")), None)
    calls = translate("Usage", "%n model call(s)", figures.today.calls)
    return (
        calls if cap is None else translate("Usage", "of {limit}, {calls}").format(limit=money(cap.limit), calls=calls)
    )
