"""The colours of both themes."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from app.theme import DARK, LIGHT, Colors

TEXT = ("text", "muted", "accent", "link", "ok", "warn", "error")
BEHIND = ("window", "base", "raised", "hover", "said", "code", "added", "removed")


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_each_word_can_be_read_on_whatever_lies_behind_it(theme: Colors) -> None:
    color = asdict(theme)
    pairs = [(front, behind) for front in TEXT for behind in BEHIND]
    pairs += [("on_strong", "strong"), ("on_accent", "accent"), ("text", "selection"), ("muted", "border")]
    poor = {pair: contrast(color[pair[0]], color[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}
