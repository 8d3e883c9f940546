"""Plain tables for terminals and pipes."""

from __future__ import annotations

from collections.abc import Sequence

from agent.interfaces.cli.text import one_line


def table(head: Sequence[str], rows: Sequence[Sequence[str]], columns: int | None = None) -> str:
    """Align cells under their heads; the last column is cut where a line would be longer than `columns`."""
    cells = [[one_line(cell, 200) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "".join(f"{line if columns is None else one_line_end(line, columns)}\n" for line in lines)


def one_line_end(line: str, columns: int) -> str:
    """Cut a line that is too long."""
    return line if len(line) <= columns else f"{line[: columns - 1]}…"
