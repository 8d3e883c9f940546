"""What must hold before a model is called."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.automation.conditions import has_words, unmet
from agent.errors import ToolFailed
from agent.jobs import Condition, Job, JobRow

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def why(folder: Path, condition: Condition, code: int = 0) -> tuple[str, list[str]]:
    job = Job(name="n", prompt="p", folder=str(folder), condition=condition)
    row = JobRow(job_id="j", job=job, version=1, created_at=NOW, updated_at=NOW)
    ran: list[str] = []

    async def run(_row: JobRow, command: str) -> int:
        ran.append(command)
        return code

    return asyncio.run(unmet(row, run)), ran


def test_all_that_is_named_must_hold_and_the_cheap_is_tried_first(tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text("# Todo\n- call Ann\n")
    whole = Condition(exists="list.md", has_words="list.md", succeeds="test -f x")
    assert why(tmp_path, whole) == ("", ["test -f x"])
    assert why(tmp_path, whole, code=3) == ("`test -f x` ended with 3.", ["test -f x"])
    assert why(tmp_path, Condition(exists="nowhere", succeeds="x")) == (f"{tmp_path}/nowhere is not there.", [])
    assert why(tmp_path, Condition(exists=str(tmp_path))) == ("", [])
    assert why(tmp_path, Condition()) == ("", [])
    (tmp_path / "list.md").write_text("# Todo\n")
    assert why(tmp_path, whole) == (f"Nothing stands in {tmp_path}/list.md.", [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_what_is_no_text_file_holds_no_words(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "nowhere", "."):
        assert why(tmp_path, Condition(has_words=name))[0]


def test_a_command_that_cannot_be_run_is_no_answer(tmp_path: Path) -> None:
    async def run(_row: JobRow, _command: str) -> int:
        raise ToolFailed("No sandbox.")

    job = Job(name="n", prompt="p", folder=str(tmp_path), condition=Condition(succeeds="x"))
    row = JobRow(job_id="j", job=job, version=1, created_at=NOW, updated_at=NOW)
    with pytest.raises(ToolFailed):
        asyncio.run(unmet(row, run))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("# Heading\n\n## Another\n", False),
        ("<!-- call Ann\nand Bob -->\n# x", False),
        ("<!-- never closed\ncall Ann", False),
        ("- \n* [ ]\n1. \n- [x]\n---\n", False),
        ("- call Ann", True),
        ("- [ ] call Ann", True),
        ("word", True),
        ("#!", False),
        ("12", True),
    ],
)
def test_headings_comments_and_empty_points_are_no_words(text: str, expected: bool) -> None:
    assert has_words(text) is expected
