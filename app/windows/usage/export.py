"""Usage as a file: the table that is shown, or each model call."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from PySide6.QtWidgets import QWidget

from agent.budget.export import calls_csv, calls_page, rows_csv
from agent.errors import StorageError
from app import dialogs
from app.translation import translate
from app.viewmodels.usage_report import Figures
from app.viewmodels.usage_screen import UsageViewModel

BEGIN = "\ufeff"
"""Without it, Excel takes the file for text of another alphabet."""


async def export_usage(parent: QWidget, model: UsageViewModel, what: str) -> str | None:
    """Ask where, then write a CSV file; its path, or None. `what`: `days`, `groups` or `calls`.

    Raises StorageError.
    """
    figures = model.figures
    if figures is None:
        return None
    first = figures.since.astimezone().date()
    name = f"usage-{what if what != 'groups' else figures.group}-{first}-{figures.now.astimezone().date()}.csv"
    kind = f"{translate('Usage', 'Table (*.csv)')};;{translate('Usage', 'All files (*)')}"
    path = await dialogs.save_file(parent, translate("Usage", "Export usage"), "", kind, name=name)
    if path is None:
        return None
    try:
        await _replaced(Path(path), partial(_write, model=model, figures=figures, what=what))
    except OSError as error:
        words = translate("Usage", "{path} cannot be written ({why}). Choose another place.")
        raise StorageError(words.format(path=path, why=error.strerror)) from error
    return path


async def _replaced(path: Path, write: Callable[[TextIO], Awaitable[None]]) -> None:
    """Write a file that is there only when whole; one that was there stays until then."""
    begun = path.with_name(f".{path.name[-200:]}.part")
    try:
        file = await asyncio.to_thread(partial(begun.open, "w", encoding="utf-8", newline=""))
        try:
            await write(file)
        finally:
            await asyncio.to_thread(file.close)
        await asyncio.to_thread(begun.replace, path)
    except BaseException:
        with contextlib.suppress(OSError):
            begun.unlink()
        raise


async def _write(file: TextIO, model: UsageViewModel, figures: Figures, what: str) -> None:
    if what != "calls":
        by = figures.group if what == "groups" else "month" if figures.monthly else "day"
        rows = figures.groups if what == "groups" else figures.steps
        await asyncio.to_thread(file.write, BEGIN + rows_csv(by, rows))
        return
    await asyncio.to_thread(file.write, BEGIN + calls_csv([], head=True))
    after = 0
    while True:
        page = partial(calls_page, since=figures.since, until=figures.until, after=after)
        calls, after = await model.database.read(page)
        await asyncio.to_thread(_append, file, calls)
        if not after:
            return


def _append(file: TextIO, calls: Sequence[tuple[Any, ...]]) -> None:
    file.write(calls_csv(calls, head=False))
