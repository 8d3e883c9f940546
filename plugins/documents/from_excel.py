"""Excel → Markdown tables, by openpyxl. What a formula gave when the file was saved is shown; nothing is computed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from agent.api import ToolFailed, ToolRetry

from .reading import MAX_CHARS, Reading, check_package, table, told

MOST_ROWS = 1_000
MOST_COLUMNS = 100


def read_excel(path: Path, part: str = "") -> Reading:
    """Read all sheets, or one: `Sales` or `Sales!A1:D20`. Raises ToolRetry, ToolFailed."""
    check_package(path, "xl/worksheets/")
    try:
        values = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(path, read_only=True, keep_links=False)
    except Exception as error:
        raise ToolFailed(f"{path.name} cannot be read as an Excel workbook ({told(error)}).") from error
    try:
        return _workbook(values, formulas, part)
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
        raise ToolFailed(f"{path.name} is damaged ({told(error)}).") from error
    finally:
        values.close()
        formulas.close()


def _workbook(values: Any, formulas: Any, part: str) -> Reading:
    names: list[str] = [sheet.title for sheet in values.worksheets]
    name, bounds = _asked(part, names)
    pieces: list[str] = []
    notes = [f"Sheets: {', '.join(names)}."]
    size = 0
    for sheet in [name] if name else names:
        if size > MAX_CHARS:
            notes.append(f"“{sheet}” and what follows is not shown. Name a sheet as `part`.")
            break
        rows = list(_rows(values[sheet], formulas[sheet], bounds))
        if len(rows) > MOST_ROWS and not bounds:
            notes.append(f"Only the first {MOST_ROWS} rows of “{sheet}”; others as `part` {sheet}!A1001:Z2000.")
        text = table(rows[:MOST_ROWS])
        size += len(text)
        pieces.append(f"## {sheet}\n\n{text or '(empty)'}")
    return Reading("\n\n".join(pieces)[: 2 * MAX_CHARS], tuple(notes))


def _asked(part: str, names: list[str]) -> tuple[str, tuple[int, int, int, int] | None]:
    """Give a sheet and the columns and rows of it: first column, first row, last column, last row."""
    if not part:
        return "", None
    name, _, cells = part.rpartition("!") if re.search(r"![A-Za-z]{1,3}\d", part) else (part, "", "")
    name = name.strip().strip("'")
    if name not in names:
        raise ToolRetry(f"There is no sheet {name!r}. There are: {', '.join(names)}.")
    if not cells:
        return name, None
    try:
        left, top, right, bottom = (int(each) for each in range_boundaries(cells.upper()) if each)
    except ValueError:
        raise ToolRetry(f"{cells} are no cells. Write {name}!A1:D20.") from None
    return name, (left, top, min(right, left + MOST_COLUMNS - 1), min(bottom, top + MOST_ROWS - 1))


def _rows(values: Any, formulas: Any, bounds: tuple[int, int, int, int] | None) -> Iterator[list[str]]:
    left, top, right, bottom = bounds or (1, 1, MOST_COLUMNS, MOST_ROWS + 1)
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # what a file says of its own size may be anything
    box = {"min_col": left, "max_col": right, "min_row": top, "max_row": bottom, "values_only": True}
    for computed, written in zip(values.iter_rows(**box), formulas.iter_rows(**box), strict=False):
        yield [_shown(value, formula) for value, formula in zip(computed, written, strict=False)]


def _shown(value: Any, formula: Any) -> str:
    if value is None:
        return "" if formula is None else str(getattr(formula, "text", formula))  # never computed: as it is written
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)
