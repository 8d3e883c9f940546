from pathlib import Path

import pypdf

from plugins.documents.blocks import parse
from plugins.documents.from_pdf import read_pdf
from plugins.documents.to_pdf import write_pdf

TEXT = """# Grüße & <b>co</b>

Text with a [link](https://example.org/?a=1&b="2") and `code <i>` and <img src="/etc/passwd"/>.

#### Deep first

- one
  - two

7. seven
8. eight

| Name | Count |
|---|--:|
| Жук | 12 |

> said

---

```
if x:
    y
```
"""


def test_a_pdf_reads_back_with_what_it_was_made_of(tmp_path: Path) -> None:
    assert write_pdf(parse(TEXT), tmp_path / "a.pdf") == ()
    text = read_pdf(tmp_path / "a.pdf").markdown
    whole = ("# Grüße & <b>co</b>", '<img src="/etc/passwd"/>', "## Deep first", "7.  seven\n8.  eight", "if x:\n    y")
    for piece in (*whole, "Name   Count", "Жук   12"):
        assert piece in text
    assert text.index("- one") < text.index("- two")


def test_links_title_and_bookmarks_are_there(tmp_path: Path) -> None:
    write_pdf(parse(TEXT), tmp_path / "a.pdf")
    reader = pypdf.PdfReader(tmp_path / "a.pdf")
    assert reader.metadata and reader.metadata.title == "Grüße & <b>co</b>"
    links = [each.get_object()["/A"]["/URI"] for each in reader.pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert links == ["https://example.org/?a=1&b=%222%22"]
    assert [getattr(each, "title", "inner") for each in reader.outline] == ["Grüße & <b>co</b>", "inner"]


def test_letters_without_a_font_are_told(tmp_path: Path) -> None:
    [note] = write_pdf(parse("Write \U000e0041\U0010fffd."), tmp_path / "a.pdf")
    assert note.startswith("No installed font has these characters:")


def test_what_is_too_large_for_a_page_is_broken_up(tmp_path: Path) -> None:
    long = "word " * 5000
    code = f"```\n{'x' * 2000}\n{'y' * 20}\n```"
    text = f"{long}\n\n|a|b|\n|---|---|\n|{long}|x|\n\n{code}\n\n{'z' * 3000}\n\n# {'T ' * 300}"
    write_pdf(parse(text), tmp_path / "a.pdf")
    pages = pypdf.PdfReader(tmp_path / "a.pdf").pages
    assert len(pages) > 10
    assert sum(page.extract_text().count("word") for page in pages) == 10_000


def test_wide_tables_and_empty_texts_do_not_fail(tmp_path: Path) -> None:
    head, line = "|" + "c|" * 40, "|" + "---|" * 40
    write_pdf(parse(f"{head}\n{line}\n{head}\n{head}"), tmp_path / "a.pdf")
    write_pdf(parse(""), tmp_path / "b.pdf")
    assert len(pypdf.PdfReader(tmp_path / "b.pdf").pages) == 1
