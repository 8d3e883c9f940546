"""PDF → Markdown, by pypdf: the text of each page, headings by the bookmarks."""

from __future__ import annotations

import logging
import re
import time
from pathlib import Path
from typing import Any, cast

import pypdf
from pypdf.errors import PyPdfError

from agent.api import ToolFailed

from .reading import MAX_CHARS, Reading, numbers_in, spans_of, told

MOST_PAGES = 100
MAX_SECONDS = 40.0
_BESIDE = re.compile(r"\S.{24,}\S {3,}\S.{24,}\S")
"""Prose on both sides of a gap."""
_MARGIN = re.compile(r"^ {13,}")
_GAP = re.compile(r"(?<=\S) {4,}")
_BULLET = re.compile(r"^(\s*)[•▪●◦‣■–\x7f]\s+", re.MULTILINE)
logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of each oddity of a file, thousands of times


def read_pdf(path: Path, part: str = "", seconds: float = MAX_SECONDS) -> Reading:
    """Read pages. Raises ToolRetry for pages that are not there, ToolFailed for a file that cannot be read."""
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ToolFailed(f"{path.name} is protected by a password. Save it without one.")
        count = len(reader.pages)
        headings = _headings(reader)
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ToolFailed(f"{path.name} cannot be read as a PDF ({told(error)}).") from None
    return _pages(reader, numbers_in(part, count, MOST_PAGES, "pages"), count, headings, seconds)


def _pages(
    reader: pypdf.PdfReader, numbers: list[int], count: int, headings: dict[int, list[tuple[int, str]]], seconds: float
) -> Reading:
    deadline = time.monotonic() + seconds
    pieces: list[str] = []
    done: list[int] = []
    broken: list[int] = []
    images = size = 0
    for number in numbers:
        if size > MAX_CHARS or time.monotonic() > deadline:
            break
        try:
            page = reader.pages[number - 1]
            text = _with_headings(_text(page), headings.get(number, []))
            images += _images(page)
        except Exception as error:  # noqa: BLE001 - a page can be broken in any way, and the others are still of use
            broken.append(number)
            text = f"(cannot be read: {type(error).__name__})"
        pieces.append(f"[page {number}]\n\n{text}".rstrip())
        size += len(text)
        done.append(number)
    return Reading("\n\n".join(pieces), tuple(_notes(done, count, images, broken, bool(size))))


def _text(page: Any) -> str:
    """Give the text as it is laid out, which keeps tables; where it stands in columns, in the order of the file."""
    lines = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False).split("\n")
    beside = sum(bool(_BESIDE.fullmatch(line.strip())) for line in lines)
    if beside > len(lines) * 0.4:
        return page.extract_text()
    return "\n".join(_GAP.sub("   ", _MARGIN.sub(" " * 12, line.rstrip())) for line in lines)


def _notes(done: list[int], count: int, images: int, broken: list[int], text: bool) -> list[str]:
    notes = [f"{count} page{'s' * (count != 1)}." if len(done) == count else f"Pages {spans_of(done)} of {count}."]
    if images:
        notes.append(f"Images left out: {images}.")
    if broken:
        notes.append(f"Pages {spans_of(broken)} cannot be read.")
    if done and not text:
        notes.append("There is no text on them: they may be scanned pictures.")
    return notes


def _with_headings(text: str, headings: list[tuple[int, str]]) -> str:
    lines = _BULLET.sub(r"\1- ", text).split("\n")
    for level, title in headings:
        for index, line in enumerate(lines):
            if " ".join(line.split()).casefold() == title.casefold():
                lines[index] = f"{'#' * min(level, 6)} {title}"
                break
    return "\n".join(lines)


def _headings(reader: pypdf.PdfReader) -> dict[int, list[tuple[int, str]]]:
    """Give the bookmarks by the number of their page, each with its level."""
    found: dict[int, list[tuple[int, str]]] = {}

    def walk(entries: list[Any], level: int) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(cast("list[Any]", entry), level + 1)
            elif (index := reader.get_destination_page_number(entry)) is not None:
                found.setdefault(index + 1, []).append((level, " ".join(str(entry.title).split())))

    try:
        walk(cast("list[Any]", reader.outline), 1)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return found


def _images(page: Any) -> int:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    found = objects.get_object().values() if objects is not None else ()
    return sum(one.get_object().get("/Subtype") == "/Image" for one in found)
