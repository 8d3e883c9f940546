"""The colours of charts, light and dark: told apart by brightness too, at least 3:1 against the page."""

from __future__ import annotations

from app.theme import is_dark
from app.viewmodels.usage_chart import OTHERS

_LIGHT = ("#1f5fa8", "#c2680c", "#2b8a57", "#7440b0", "#b52d63")
_DARK = ("#79b4ff", "#f0a64f", "#6bd09a", "#bd9df5", "#f58bb2")
_OTHERS = ("#7c7c86", "#8f8f9a")


def series_color(color: int) -> str:
    """A colour in the theme in force, `#rrggbb`."""
    if color == OTHERS:
        return _OTHERS[is_dark()]
    colors = _DARK if is_dark() else _LIGHT
    return colors[color % len(colors)]
