"""Where the last answer of a run goes, and whether a person is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.automation.desk import Desk, acts_as
from agent.automation.variables import path_rendered
from agent.errors import HomardError
from agent.jobs import JobRow, Slot
from agent.safety.printable import printable

FIRST_RUNS = 3
"""So many runs of a job are told in full, wherever its reports go: its person learns what it does."""
NOTHING_TO_SAY = "HEARTBEAT_OK"
"""An answer that means: nobody needs to hear of this."""
MAX_FILE = 4_000_000
"""Bytes; a report's file is not let grow beyond, for each report writes all of it."""


def is_nothing(text: str) -> bool:
    """Whether an answer says that there is nothing to say."""
    return text.strip().strip("`*.") == NOTHING_TO_SAY


def tells(row: JobRow, text: str) -> bool:
    """Whether the end of a run that did its work is told."""
    if is_nothing(text):
        return False
    return row.runs < FIRST_RUNS or row.job.report.to == "notification"


async def write_report(desk: Desk, slot: Slot, row: JobRow, text: str) -> str:
    """Append an answer to the job's file, once however often it is tried; says in a sentence why not, else is empty.

    It is written as a run writes: what the job may not write is not written, and it can be undone.
    """
    job = row.job
    if job.report.to != "file" or is_nothing(text):
        return ""
    moment = desk.local(slot.due_at)
    folder = Path(job.output or job.folder)
    section = f"## {job.name}, {moment:%Y-%m-%d %H:%M}\n\n{text.strip()}\n"
    try:
        path = await asyncio.to_thread(_absolute, folder, path_rendered(job.report.path, job, moment))
        before = await asyncio.to_thread(_text_of, path)
        if before.endswith(section):
            return ""
        whole = f"{before.rstrip()}\n\n{section}" if before.strip() else section
        arguments = {"path": str(path), "text": whole}
        acts = acts_as(row, slot.slot_id, slot.run_id)
        result = await desk.ports.run_tool(
            acts, "write", arguments, session_id=slot.session_id, cwd=str(folder), quotes=str(path)
        )
    except (OSError, ValueError, HomardError) as error:
        return f"The report was not written: {error}"
    return f"The report was not written: {result.text}" if result.is_error else ""


def _absolute(folder: Path, path: str) -> Path:
    return folder.expanduser() / Path(path).expanduser()


def _text_of(path: Path) -> str:
    """What stands in the file; empty when there is none. Raises OSError, and ValueError with a sentence."""
    try:
        if path.exists() and not path.is_file():
            raise ValueError(f"{printable(str(path))} is no file. Name another one in the job.")
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        return ""
    if len(data) > MAX_FILE:
        raise ValueError(
            f"{printable(str(path))} has grown to more than {MAX_FILE // 1_000_000} MB. "
            "Move it away, or put {date} into its name."
        )
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ValueError(f"{printable(str(path))} is no text in UTF-8. Name another file in the job.") from None
