import io
import zipfile
from pathlib import Path

import docx
import pytest
from PIL import Image

from agent.api import ToolFailed, ToolRetry
from plugins.documents.from_word import read_word


@pytest.fixture
def file(tmp_path: Path) -> Path:
    document = docx.Document()
    document.add_heading("Report", 1)
    document.add_paragraph("All is well.")
    document.add_heading("Numbers", 2)
    document.add_paragraph("one", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("A", "B|C", "1", "2"), strict=True):
        cell.text = text
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    document.add_picture(picture)
    document.add_heading("End", 1)
    document.save(str(tmp_path / "a.docx"))
    return tmp_path / "a.docx"


def test_headings_lists_and_tables_come_in_and_images_are_told(file: Path) -> None:
    reading = read_word(file)
    assert reading.notes == ("Images left out: 1.",)
    assert "# Report\n\nAll is well.\n\n## Numbers\n\n- one\n" in reading.markdown
    assert "| A | B\\|C |\n| --- | --- |\n| 1 | 2 |\n\n[image" in reading.markdown
    assert "base64" not in reading.markdown


def test_a_heading_gives_what_stands_under_it(file: Path) -> None:
    assert read_word(file, "numbers").markdown.startswith("## Numbers\n\n- one")
    assert "# End" not in read_word(file, "Report").markdown and "## Numbers" in read_word(file, "Report").markdown
    with pytest.raises(ToolRetry, match="There are: Report; Numbers; End"):
        read_word(file, "Nothing")


def rewritten(file: Path, name: str, change: bytes, by: bytes) -> Path:
    evil = file.with_name("evil.docx")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(evil, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, data.replace(change, by) if entry == name else data)
    return evil


def test_an_entity_opens_no_file(file: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("TOP SECRET")
    begins = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
    dtd = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'.encode()
    evil = rewritten(file, "word/document.xml", begins, begins + dtd)
    evil = rewritten(evil.rename(tmp_path / "one.docx"), "word/document.xml", b"All is well.", b"All &x; is well.")
    assert "SECRET" not in read_word(evil).markdown


def test_a_picture_elsewhere_is_not_fetched(file: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("TOP SECRET")
    evil = rewritten(file, "word/document.xml", b"r:embed=", b"r:link=")
    relations = b'Target="media/image1.png"'
    outside = f'Target="{(tmp_path / "secret.txt").as_uri()}" TargetMode="External"'.encode()
    evil = rewritten(evil.rename(tmp_path / "one.docx"), "word/_rels/document.xml.rels", relations, outside)
    assert "SECRET" not in read_word(evil).markdown


def test_entities_that_swell_are_stopped(file: Path, tmp_path: Path) -> None:
    begins = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    dtd = f'<!DOCTYPE x [<!ENTITY e0 "lol">{levels}]>'.encode()
    evil = rewritten(file, "word/document.xml", begins, begins + dtd)
    evil = rewritten(evil.rename(tmp_path / "one.docx"), "word/document.xml", b"All is well.", b"&e9;")
    with pytest.raises(ToolFailed, match="cannot be read as a Word document"):
        read_word(evil)


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_what_is_no_word_file_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    with pytest.raises(ToolFailed, match="is damaged, encrypted or not what"):
        read_word(tmp_path / "a.docx")


def test_a_zip_without_a_document_is_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as package:
        package.writestr("x", "y")
    with pytest.raises(ToolFailed, match="cannot be read as a Word document"):
        read_word(tmp_path / "a.docx")
