"""Tables → Excel, by openpyxl: the tables of a Markdown text, or a CSV file, with numbers and dates as such."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from agent.api import ToolRetry

from .blocks import Document, Heading, Table, plain

MOST_ROWS = 200_000
MAX_CELL_CHARS = 32_767
FUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        """ABS AND AVERAGE AVERAGEIF AVERAGEIFS CEILING CONCAT CONCATENATE COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE
        DATEDIF DAY DAYS EDATE EOMONTH FALSE FLOOR HLOOKUP IF IFERROR IFS INDEX INT LEFT LEN LOWER MATCH MAX MEDIAN MID
        MIN MOD MONTH NETWORKDAYS NOT OR POWER PRODUCT RANK RIGHT ROUND ROUNDDOWN ROUNDUP SIGN SQRT STDEV SUBTOTAL SUM
        SUMIF SUMIFS SUMPRODUCT TEXT TODAY TRIM TRUE TRUNC UPPER VALUE VAR VLOOKUP WEEKDAY WORKDAY XLOOKUP YEAR""",
    )
)
"""What a formula may use: none of these reaches a file, a program or the web."""
_NUMBER = re.compile(r"[-+]?(0|[1-9]\d{0,14})(\.\d{1,15})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
_NOT_IN_TITLES = re.compile(r"[\\/*?:\[\]']")


@dataclass(frozen=True)
class Sheet:
    """A table with its name."""

    title: str
    rows: Sequence[Sequence[str]]


def sheets_of(document: Document) -> list[Sheet]:
    """Give the tables of a text, each named by the heading above it. Raises ToolRetry if there is none."""
    found: list[Sheet] = []
    heading = ""
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = plain(block.spans)
        elif isinstance(block, Table):
            found.append(Sheet(heading, [[plain(spans) for spans in row] for row in block.rows]))
    if not found:
        raise ToolRetry("There is no table in the text. Write a Markdown table, under a heading as its name.")
    return found


def sheet_of_csv(text: str, title: str) -> Sheet:
    """Read CSV with commas, semicolons or tabs. Raises ToolRetry."""
    try:
        dialect = csv.Sniffer().sniff(text[:10_000], ",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        return Sheet(title, list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), dialect)))
    except csv.Error as error:
        raise ToolRetry(f"The CSV cannot be read: {error}.") from None


def write_excel(sheets: Sequence[Sheet], path: Path, formulas: bool = False) -> tuple[str, ...]:
    """Write an .xlsx file. What begins with `=` stays text unless formulas are wanted. Raises ToolRetry."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    texts = 0
    for number, sheet in enumerate(sheets, 1):
        if len(sheet.rows) > MOST_ROWS:
            raise ToolRetry(f"A sheet has at most {MOST_ROWS} rows here. Split the table.")
        page: Any = workbook.create_sheet(_NOT_IN_TITLES.sub(" ", sheet.title).strip()[:28] or f"Table {number}")
        for at, row in enumerate(sheet.rows, 1):
            for column, text in enumerate(row, 1):
                texts += _put(page.cell(at, column), text, formulas, head=at == 1)
        _lay_out(page, sheet)
    workbook.save(path)
    return (f"Cells that begin with = are text ({texts}): formulas are written only when asked for.",) if texts else ()


def _put(cell: Any, text: str, formulas: bool, head: bool) -> bool:
    """Fill a cell; tells whether a formula became text."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text.encode(errors="ignore").decode().strip())[:MAX_CELL_CHARS]
    formula = text.startswith("=") and len(text) > 1
    if formula and formulas:
        cell.value = _checked(text)
        return False
    value = text if head else _typed(text)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would take `=…` for a formula, and `#N/A` for an error
    if head:
        cell.font = Font(bold=True)
    if "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return formula


def _typed(text: str) -> Any:
    """Give a number, date or truth value for what is surely one; `007` and `1,5` stay text."""
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        return text
    return {"true": True, "false": False}.get(text.lower(), text or None)


def _checked(formula: str) -> str:
    outside = re.sub(r'"[^"]*"', '""', formula)
    used = {name.upper() for name in re.findall(r"([A-Za-z_.][\w.]*)\s*\(", outside)}
    if not used <= FUNCTIONS or re.search(r"[|'\[\]{}#@`]|://", outside):
        raise ToolRetry(f"{formula[:100]} is not written: only plain functions of cells in this file are.")
    return formula


def _lay_out(page: Any, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    if sheet.rows:
        page.auto_filter.ref = page.dimensions
    for column in range(1, max((len(row) for row in sheet.rows), default=0) + 1):
        longest = max((len(row[column - 1]) for row in sheet.rows[:1000] if len(row) >= column), default=0)
        page.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 8), 60)
