import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from agent.api import ToolFailed, ToolRetry
from plugins.documents.from_excel import MOST_ROWS, read_excel


@pytest.fixture
def file(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sales: Any = book.active
    sales.title = "Sales"
    sales.append(["Day", "Amount", "Paid", "Note"])
    sales.append([date(2026, 12, 1), 0.1 + 0.2, True, "a|b"])
    sales.append([datetime(2026, 12, 2, 9, 30), 5, False, None])
    sales.append([time(8, 15), "=SUM(B2:B3)"])
    book.create_sheet("Empty")
    book.create_sheet("It's")["C3"] = "far"
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_sheets_become_tables_with_values_as_people_read_them(file: Path) -> None:
    reading = read_excel(file)
    assert reading.notes == ("Sheets: Sales, Empty, It's.",)
    assert reading.markdown == (
        "## Sales\n\n| Day | Amount | Paid | Note |\n| --- | --- | --- | --- |\n"
        "| 2026-12-01 | 0.3 | TRUE | a\\|b |\n| 2026-12-02 09:30:00 | 5 | FALSE |  |\n"
        "| 08:15:00 | =SUM(B2:B3) |  |  |\n\n## Empty\n\n(empty)\n\n"
        "## It's\n\n|  |  |  |\n| --- | --- | --- |\n|  |  |  |\n|  |  | far |"
    )


def test_what_a_formula_gave_is_shown_where_the_file_says_so(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for entry in old.namelist():
            data = old.read(entry).replace(b"<f>SUM(B2:B3)</f><v />", b"<f>SUM(B2:B3)</f><v>5.3</v>")
            new.writestr(entry, data.replace(b"<f>SUM(B2:B3)</f><v></v>", b"<f>SUM(B2:B3)</f><v>5.3</v>"))
    assert "| 08:15:00 | 5.3 |" in read_excel(tmp_path / "b.xlsx").markdown


def test_one_sheet_or_cells_of_it_are_asked_for(file: Path) -> None:
    assert read_excel(file, "It's").markdown.count("##") == 1
    assert read_excel(file, "Sales!B1:C2").markdown == "## Sales\n\n| Amount | Paid |\n| --- | --- |\n| 0.3 | TRUE |"
    assert "(empty)" in read_excel(file, "Sales!AA100:AB200").markdown
    with pytest.raises(ToolRetry, match="There are: Sales, Empty, It's"):
        read_excel(file, "Costs")


def test_long_sheets_are_cut_and_it_is_said(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for number in range(MOST_ROWS + 5):
        sheet.append([number])
    book.save(tmp_path / "a.xlsx")
    reading = read_excel(tmp_path / "a.xlsx")
    assert reading.notes[1].startswith(f"Only the first {MOST_ROWS} rows of “Sheet”")
    assert f"| {MOST_ROWS - 1} |" in reading.markdown and f"| {MOST_ROWS} |" not in reading.markdown
    assert "| 1004 |" in read_excel(tmp_path / "a.xlsx", "Sheet!A1001:A2000").markdown


def test_a_sheet_that_lies_about_its_size_costs_nothing(file: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for entry in old.namelist():
            data = old.read(entry).replace(b'ref="A1:D4"', b'ref="A1:XFD1048576"')
            new.writestr(entry, data.replace(b'<row r="4">', b'<row r="1048576">').replace(b'"A4"', b'"A1048576"'))
    assert "| 2026-12-01 | 0.3 | TRUE |" in read_excel(tmp_path / "b.xlsx").markdown


@pytest.mark.parametrize("part", ["Sales!A0:B2", "Sales!A1:ZZZZ9"])
def test_cells_that_are_none_are_refused(file: Path, part: str) -> None:
    with pytest.raises(ToolRetry):
        read_excel(file, part)


def test_what_is_no_workbook_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(ToolFailed, match="is damaged, encrypted or not what"):
        read_excel(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as package:
        package.writestr("x", "y")
    with pytest.raises(ToolFailed, match="cannot be read as an Excel workbook"):
        read_excel(tmp_path / "b.xlsx")
