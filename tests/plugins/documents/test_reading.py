import zipfile
from pathlib import Path

import pytest

from agent.api import ToolFailed, ToolRetry
from plugins.documents.reading import MAX_ENTRIES, check_package, numbers_in, spans_of, table


@pytest.mark.parametrize(
    ("part", "numbers"),
    [
        ("", [1, 2, 3]),
        ("2", [2]),
        ("2-3", [2, 3]),
        ("3–", [3, 4, 5]),
        ("4-99", [4, 5]),
        ("5, 1-2 ,2", [5, 1, 2]),
        ("1-5", [1, 2, 3]),
    ],
)
def test_pages_are_asked_for_as_people_write_them(part: str, numbers: list[int]) -> None:
    assert numbers_in(part, 5, 3, "pages") == numbers


@pytest.mark.parametrize("part", ["0", "6", "x", "1-2-3", "-3", ",", "9" * 50])
def test_pages_that_are_none_are_refused(part: str) -> None:
    with pytest.raises(ToolRetry, match="There are 5 pages"):
        numbers_in(part, 5, 3, "pages")


def test_numbers_are_written_short() -> None:
    assert spans_of([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"
    assert spans_of([]) == ""


def test_a_table_is_written_with_what_would_break_it_escaped() -> None:
    rows = [["a", "b", ""], ["x|y", "1\n2", ""], ["", "", ""]]
    assert table(rows) == "| a | b |\n| --- | --- |\n| x\\|y | 1<br>2 |"
    assert table([]) == table([["", ""]]) == ""


@pytest.mark.parametrize(("name", "megabytes"), [("word/document.xml", 61), ("word/media/a.png", 501)])
def test_a_package_that_swells_is_not_opened(tmp_path: Path, name: str, megabytes: int) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr(name, bytes(megabytes * 1_000_000))
    assert (tmp_path / "bomb.docx").stat().st_size < 4_000_000
    with pytest.raises(ToolFailed, match="unpacks to more than 500 MB, 60 MB of it text"):
        check_package(tmp_path / "bomb.docx")


def test_what_is_not_read_whole_may_be_larger(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("xl/worksheets/sheet1.xml", bytes(61_000_000))
    check_package(tmp_path / "a.xlsx", "xl/worksheets/")
    with pytest.raises(ToolFailed, match="is not read"):
        check_package(tmp_path / "a.xlsx")


def test_a_package_of_too_many_entries_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "many.xlsx", "w") as package:
        for name in range(MAX_ENTRIES + 1):
            package.writestr(str(name), b"")
    with pytest.raises(ToolFailed, match="is not read"):
        check_package(tmp_path / "many.xlsx")
