"""PowerPoint → Markdown, by python-pptx: a heading for each slide, its texts, tables and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE

from agent.api import ToolFailed

from .reading import Reading, check_package, numbers_in, spans_of, table, told

MOST_SLIDES = 200
MAX_DEPTH = 8
_PICTURES = (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.LINKED_PICTURE, MSO_SHAPE_TYPE.MEDIA)


def read_slides(path: Path, part: str = "") -> Reading:
    """Read slides. Raises ToolRetry for slides that are not there, ToolFailed for a file that cannot be read."""
    check_package(path)
    try:
        slides: list[Any] = list(pptx.Presentation(str(path)).slides)
    except Exception as error:
        raise ToolFailed(f"{path.name} cannot be read as a PowerPoint presentation ({told(error)}).") from error
    numbers = numbers_in(part, len(slides), MOST_SLIDES, "slides")
    pictures: list[str] = []
    pieces: list[str] = []
    for number in numbers:
        try:
            pieces.append(_slide(slides[number - 1], number, pictures))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            pieces.append(f"## Slide {number}\n\n(cannot be read: {told(error)})")
    notes = [
        f"Slides: {len(slides)}." if len(numbers) == len(slides) else f"Slides {spans_of(numbers)} of {len(slides)}."
    ]
    notes += [f"Images and charts left out: {len(pictures)}."] if pictures else []
    return Reading("\n\n".join(pieces), tuple(notes))


def _slide(slide: Any, number: int, pictures: list[str]) -> str:
    title = slide.shapes.title
    head = " ".join(title.text_frame.text.split()) if title is not None else ""
    shapes = (shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id)
    pieces = [f"## Slide {number}" + (f": {head}" if head else ""), *_shapes(shapes, pictures, 0)]
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None and frame.text.strip():
        pieces.append("Notes: " + frame.text.strip())
    return "\n\n".join(piece for piece in pieces if piece)


def _shapes(shapes: Iterable[Any], pictures: list[str], depth: int) -> Iterator[str]:
    for shape in shapes:
        kind = shape.shape_type
        if kind == MSO_SHAPE_TYPE.GROUP and depth < MAX_DEPTH:
            yield from _shapes(shape.shapes, pictures, depth + 1)
        elif kind in _PICTURES or getattr(shape, "has_chart", False):
            pictures.append(shape.name)
        elif getattr(shape, "has_table", False):
            yield table([[cell.text for cell in row.cells] for row in shape.table.rows])
        elif shape.has_text_frame:
            yield _text(shape)


def _text(shape: Any) -> str:
    """Give the paragraphs of a shape; those of a list, which a placeholder for text is, with bullets."""
    paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if paragraph.text.strip()]
    listed = shape.is_placeholder and (len(paragraphs) > 1 or any(paragraph.level for paragraph in paragraphs))
    lines = [
        f"{'  ' * paragraph.level}- {_one_line(paragraph)}" if listed else _one_line(paragraph)
        for paragraph in paragraphs
    ]
    return ("\n" if listed else "\n\n").join(lines)


def _one_line(paragraph: Any) -> str:
    return " ".join(paragraph.text.split())
