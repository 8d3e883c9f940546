"""Fonts for PDF files: of those that are installed, one that has the letters of a text."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import reportlab
from reportlab.lib import fonts
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

_mapping: Any = fonts.addMapping
_metrics: Any = pdfmetrics

_BODY = (
    ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique"),
    ("NotoSans-Regular", "NotoSans-Bold", "NotoSans-Italic", "NotoSans-BoldItalic"),
    ("LiberationSans-Regular", "LiberationSans-Bold", "LiberationSans-Italic", "LiberationSans-BoldItalic"),
    ("segoeui", "segoeuib", "segoeuii", "segoeuiz"),
    ("Arial", "Arial Bold", "Arial Italic", "Arial Bold Italic"),
    ("arial", "arialbd", "ariali", "arialbi"),
    ("Arial Unicode",) * 4,
    ("Vera", "VeraBd", "VeraIt", "VeraBI"),
)
"""Regular, bold, italic, both: the files of a family. The last comes with reportlab and has Western letters only."""
_CODE = (("DejaVuSansMono",) * 4, ("LiberationMono-Regular",) * 4, ("consola",) * 4, ("Courier New",) * 4)


@dataclass(frozen=True)
class Fonts:
    """The families to write with, registered at reportlab, and the letters that the first has no picture of."""

    body: str
    code: str
    missing: str


def fonts_for(text: str) -> Fonts:
    """Find the fonts for a text: the first that has all its letters, else the one that lacks the fewest."""
    files = _installed()
    wanted = {letter for letter in text if letter > " "}
    best: tuple[int, str, set[str]] | None = None
    for family in _BODY:
        name = _register(family, files)
        missing = wanted - _letters(name) if name else wanted
        if name and (best is None or len(missing) < best[0]):
            best = (len(missing), name, missing)
        if name and not missing:
            break
    code = next((name for family in _CODE if (name := _register(family, files))), "Courier")
    _, body, missing = best or (0, "Helvetica", {letter for letter in wanted if letter > "ÿ"})
    return Fonts(body, code, "".join(sorted(missing)))


def _installed() -> dict[str, Path]:
    """Give the files of the families above, by name, that are on this machine."""
    wanted = {name.lower(): name for family in (*_BODY, *_CODE) for name in family}
    found: dict[str, Path] = {}
    for place in _places():
        for folder, _, files in os.walk(place):
            for file in files:
                stem, ending = os.path.splitext(file)
                if ending.lower() == ".ttf" and stem.lower() in wanted:
                    found.setdefault(wanted[stem.lower()], Path(folder, file))
    return found


def _places() -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts")
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts/Supplemental"), Path("/Library/Fonts"))
    else:
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
    yield Path(reportlab.__file__).parent / "fonts"


def _register(family: tuple[str, ...], files: dict[str, Path]) -> str:
    """Make a family known to reportlab; empty: it is not here, or cannot be read."""
    name = family[0]
    if name not in files:
        return ""
    for style, file in enumerate(family):
        own = f"{name}-{style}"
        try:
            if own not in _metrics.getRegisteredFontNames():
                _metrics.registerFont(TTFont(own, files.get(file, files[name])))
        except (TTFError, OSError):
            return ""
        _mapping(name, style & 1, style >> 1, own)
    return name


def _letters(name: str) -> set[str]:
    return {chr(code) for code in _metrics.getFont(f"{name}-0").face.charToGlyph}
