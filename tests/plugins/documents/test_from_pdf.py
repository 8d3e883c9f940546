import io
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from pypdf.generic import DecodedStreamObject, NameObject
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from agent.api import ToolFailed, ToolRetry
from plugins.documents.from_pdf import MOST_PAGES, read_pdf


@pytest.fixture
def file(tmp_path: Path) -> Path:
    canvas = Canvas(str(tmp_path / "a.pdf"), A4)
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    for page in (1, 2, 3):
        canvas.bookmarkPage(str(page))
        canvas.addOutlineEntry(f"Chapter  {page}", str(page), 0)
        canvas.drawString(72, 700, f"Chapter {page}")
        for line, text in enumerate(("Item", "Price", "• Tea", "3.50")):
            canvas.drawString(72 + 200 * (line % 2), 650 - 20 * (line // 2), text)
        if page == 2:
            canvas.drawImage(ImageReader(picture), 72, 300)
        canvas.showPage()
    canvas.save()
    return tmp_path / "a.pdf"


def test_pages_come_with_headings_lists_and_columns(file: Path) -> None:
    reading = read_pdf(file)
    assert reading.notes == ("3 pages.", "Images left out: 1.")
    assert reading.markdown.startswith(
        "[page 1]\n\n# Chapter 1\nItem   Price\n- Tea   3.50\n\n[page 2]\n\n# Chapter 2\n"
    )


def test_only_the_pages_that_are_asked_for_are_read(file: Path) -> None:
    reading = read_pdf(file, "2")
    assert reading.notes == ("Pages 2 of 3.", "Images left out: 1.") and "Chapter 1" not in reading.markdown
    with pytest.raises(ToolRetry, match="There are 3 pages"):
        read_pdf(file, "7")


def test_text_in_columns_is_read_one_after_the_other(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), A4)
    for column in (0, 1):
        for line in range(8):
            canvas.drawString(50 + 260 * column, 700 - 14 * line, f"Column {column} line {line} holds prose like this.")
    canvas.save()
    text = read_pdf(tmp_path / "a.pdf").markdown
    assert text.index("Column 0 line 7") < text.index("Column 1 line 0")


def test_many_pages_are_read_in_parts_and_time_is_bounded(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter()
    for _ in range(10_000):
        writer.add_blank_page(100, 100)
    writer.write(tmp_path / "a.pdf")
    reading = read_pdf(tmp_path / "a.pdf", "9000-10000")
    assert reading.notes == (
        f"Pages 9000-{8999 + MOST_PAGES} of 10000.",
        "There is no text on them: they may be scanned pictures.",
    )
    assert read_pdf(tmp_path / "a.pdf", seconds=0).notes == ("Pages  of 10000.",)


def test_a_broken_page_hides_no_other(file: Path, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=file)
    broken = DecodedStreamObject()
    broken.set_data(b"BT /F1 12 Tf ( ] [ << >> Tj 999 0 obj \xff")
    writer.pages[1][NameObject("/Contents")] = writer._add_object(broken)
    writer.pages[1][NameObject("/Resources")] = NameObject("/Nonsense")
    writer.write(tmp_path / "b.pdf")
    reading = read_pdf(tmp_path / "b.pdf")
    assert "# Chapter 1" in reading.markdown and "# Chapter 3" in reading.markdown
    assert "Pages 2 cannot be read." in reading.notes


def test_a_password_is_said(file: Path, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=file)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "b.pdf")
    with pytest.raises(ToolFailed, match="protected by a password"):
        read_pdf(tmp_path / "b.pdf")


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF"])
def test_what_is_no_pdf_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(ToolFailed, match="cannot be read as a PDF"):
        read_pdf(tmp_path / "a.pdf")


def test_a_stream_that_swells_is_stopped(tmp_path: Path) -> None:
    import zlib

    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(100, 100)
    bomb = DecodedStreamObject()
    squeezed = zlib.compressobj(9)
    data = b"".join(squeezed.compress(b"\n" * (1 << 20)) for _ in range(300)) + squeezed.flush()
    bomb.set_data(data)
    bomb[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = writer._add_object(bomb)
    writer.write(tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").stat().st_size < 1_000_000
    assert "Pages 1 cannot be read." in read_pdf(tmp_path / "a.pdf").notes
