import io
from pathlib import Path
from typing import Any

import pptx
import pytest
from PIL import Image
from pptx.util import Inches

from agent.api import ToolFailed, ToolRetry
from plugins.documents.from_slides import read_slides


@pytest.fixture
def file(tmp_path: Path) -> Path:
    deck = pptx.Presentation()
    first: Any = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Plan"
    body = first.placeholders[1].text_frame
    body.text = "One"
    paragraph = body.add_paragraph()
    paragraph.text, paragraph.level = "Two", 1
    first.notes_slide.notes_text_frame.text = "Say hello"
    second: Any = deck.slides.add_slide(deck.slide_layouts[6])
    table = second.shapes.add_table(2, 2, 0, 0, Inches(3), Inches(1)).table
    for at, text in enumerate(("A", "B", "1", "2")):
        table.cell(at // 2, at % 2).text = text
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    second.shapes.add_picture(picture, 0, 0)
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "In a group"
    deck.save(str(tmp_path / "a.pptx"))
    return tmp_path / "a.pptx"


def test_slides_come_with_titles_lists_tables_and_notes(file: Path) -> None:
    reading = read_slides(file)
    assert reading.notes == ("Slides: 2.", "Images and charts left out: 1.")
    assert reading.markdown == (
        "## Slide 1: Plan\n\n- One\n  - Two\n\nNotes: Say hello\n\n"
        "## Slide 2\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\nIn a group"
    )


def test_slides_are_asked_for_by_number(file: Path) -> None:
    reading = read_slides(file, "1")
    assert reading.notes == ("Slides 1 of 2.",) and "Slide 2" not in reading.markdown
    with pytest.raises(ToolRetry, match="There are 2 slides"):
        read_slides(file, "3")


def test_what_is_no_presentation_is_said(tmp_path: Path) -> None:
    import docx

    docx.Document().save(str(tmp_path / "a.pptx"))
    with pytest.raises(ToolFailed, match="cannot be read as a PowerPoint presentation"):
        read_slides(tmp_path / "a.pptx")
