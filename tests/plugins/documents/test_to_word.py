from pathlib import Path

import docx

from plugins.documents.blocks import parse
from plugins.documents.from_word import read_word
from plugins.documents.to_word import write_word

TEXT = """# Title & <co>

Plain **bold** *italic* ~~struck~~ `code` [link](https://example.org/?a=1&b=2).

## Lists

- one
- two
  - deep
    - deeper

1. first
2. second

Between.

1. anew

> Said.

| A | B |
| --- | --- |
| Grüße | 2 |

```
def f():
    return "漢字"
```"""


def test_word_reads_back_what_was_written(tmp_path: Path) -> None:
    write_word(parse(TEXT), tmp_path / "a.docx")
    back = read_word(tmp_path / "a.docx").markdown
    assert back == TEXT.replace("| A | B |", "| **A** | **B** |")


def test_headings_title_and_numbering_are_words_own(tmp_path: Path) -> None:
    write_word(parse("# Report\n\n### Part\n\n3. c\n4. d\n\nx\n\n1. a"), tmp_path / "a.docx")
    document = docx.Document(str(tmp_path / "a.docx"))
    assert document.core_properties.title == "Report"
    assert [(each.style.name, each.text) for each in document.paragraphs if each.style] == [
        ("Heading 1", "Report"),
        ("Heading 3", "Part"),
        ("List Paragraph", "c"),
        ("List Paragraph", "d"),
        ("Normal", "x"),
        ("List Paragraph", "a"),
    ]
    listed = [each for each in document.paragraphs if each.text in "cda"]
    numbers = [each._p.xpath("w:pPr/w:numPr/w:numId/@w:val") for each in listed]
    assert numbers[0] == numbers[1] != numbers[2]


def test_a_table_repeats_its_head_and_keeps_alignment(tmp_path: Path) -> None:
    write_word(parse("|a|b|\n|---|--:|\n|1|2|\n"), tmp_path / "a.docx")
    [table] = docx.Document(str(tmp_path / "a.docx")).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["a", "b"], ["1", "2"]]
    assert table.rows[1].cells[1].paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT  # type: ignore[attr-defined]
    assert "w:tblHeader" in table.rows[0]._tr.xml and "w:tblHeader" not in table.rows[1]._tr.xml


def test_nothing_makes_an_empty_document(tmp_path: Path) -> None:
    write_word(parse(""), tmp_path / "a.docx")
    assert read_word(tmp_path / "a.docx").markdown == ""
