import pytest

from app import highlight, theme
from app.highlight import Span, is_ready, prepare, spans


def test_spans_name_what_stands_where() -> None:
    assert spans('def f():\n    return "a"  # c', "Python") == [
        Span(0, 3, "keyword"),
        Span(4, 1, "name"),
        Span(13, 6, "keyword"),
        Span(20, 3, "string"),
        Span(25, 3, "comment"),
    ]


@pytest.mark.parametrize("language", ["", "text", "no such language", "x" * 10_000, "\x00"])
def test_what_nobody_knows_stays_plain(language: str) -> None:
    assert spans("if x: pass", language) == []


@pytest.mark.parametrize("code", ["", "\n\n", "'", '"""', "a\ud800b = 1", "\x00", "🦞 = 'x'"])
def test_spans_lie_inside_the_code_in_order(code: str) -> None:
    at = 0
    for span in spans(code, "python"):
        assert at <= span.start < span.start + span.length <= len(code)
        at = span.start + span.length


def test_a_prepared_language_is_ready() -> None:
    assert not is_ready("cobol")
    prepare("COBOL")
    assert is_ready("cobol")


@pytest.mark.parametrize(("kinds", "shown"), [(highlight.LIGHT, theme.LIGHT), (highlight.DARK, theme.DARK)])
def test_each_kind_can_be_read_behind_code_and_in_a_diff(kinds: dict[str, str], shown: theme.Colors) -> None:
    backgrounds = (shown.code, shown.added, shown.removed)
    poor = [(kind, behind) for kind, color in kinds.items() for behind in backgrounds if contrast(color, behind) < 4.5]
    assert poor == []
    assert set(highlight.LIGHT) == set(highlight.DARK)


def contrast(one: str, other: str) -> float:
    """WCAG 2: from 1 (the same) to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
