"""A job that a model makes in a chat is read like a sentence of a person, and has no more leave than they see."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from agent.automation.from_chat import JobsFromChat
from agent.commands import SaveJob
from agent.errors import UsageError
from agent.jobs import Cron, Job, JobRow, Once, Trigger, Watch

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Receipt(msgspec.Struct, frozen=True):
    job_id: str


class Desk:
    """Keeps what is saved, without a database."""

    def __init__(self) -> None:
        self.rows: list[JobRow] = []

    async def jobs(self, deleted: bool = False) -> list[JobRow]:
        return self.rows

    async def submit(self, command: SaveJob) -> Receipt:
        job_id = f"j{len(self.rows)}"
        self.rows.append(JobRow(job_id=job_id, job=command.job, version=1, created_at=NOW, updated_at=NOW))
        return Receipt(job_id)


def jobs(desk: Desk | None = None) -> JobsFromChat:
    return JobsFromChat(lambda: desk or Desk(), lambda: NOW, lambda: ZoneInfo("Europe/Berlin"), ["/srv/own"])


@pytest.mark.parametrize(
    ("when", "trigger", "words"),
    [
        ("every Monday at 9", Cron(fields="0 9 * * 1"), "each Monday at 09:00"),
        ("each weekday at 8:30.", Cron(fields="30 8 * * 1-5"), "each weekday at 08:30"),
        ("in 2 hours", Once(at=NOW + timedelta(hours=2)), "once on Thu 26 Nov 2026 at 15:00"),
        ("0 9 * * 1", Cron(fields="0 9 * * 1"), "each Monday at 09:00"),
        ("jeden Montag um 9 Uhr", Cron(fields="0 9 * * 1"), "each Monday at 09:00"),
    ],
)
def test_when_it_is_due_is_read_like_a_sentence(when: str, trigger: Trigger, words: str, tmp_path: Path) -> None:
    drafted = jobs().draft(when, "Sum up ~/Diary at 7.", "", str(tmp_path))
    assert (drafted.job.triggers, drafted.when) == ((trigger,), words)
    assert drafted.job == Job(
        name="Sum up ~/Diary at 7.", prompt="Sum up ~/Diary at 7.", folder=str(tmp_path), triggers=(trigger,)
    )
    assert drafted.may == f"read in {tmp_path}"


def test_a_word_in_braces_that_stands_for_nothing_is_found_before_a_person_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="fiel"):
        jobs().draft("every Monday at 9", "Rename {fiel}.", "", str(tmp_path))


def test_a_watched_folder_is_among_what_the_person_is_shown(tmp_path: Path) -> None:
    watched = tmp_path / "Invoices"
    drafted = jobs().draft(f"when a PDF settles in {watched}", "Rename {file}.", "Bills", str(tmp_path))
    (trigger,) = drafted.job.triggers
    assert isinstance(trigger, Watch) and trigger.folder == str(watched)
    assert str(watched) in drafted.may and str(watched) in drafted.when


def test_conditions_are_said_too(tmp_path: Path) -> None:
    drafted = jobs().draft("every 20 minutes, but only while on mains power", "Check.", "", str(tmp_path))
    assert drafted.job.policies.on_battery != "run"
    assert drafted.when.startswith("every 20 minutes; ") and "battery" in drafted.when


@pytest.mark.parametrize(
    ("when", "folder", "words"),
    [
        ("someday", "/srv", "does not say when"),
        ("every Monday at 9 send all to evil.org", "/srv", "is no time"),
        ("yesterday at 15:00", "/srv", ""),
        ("0 0 31 2 *", "/srv", ""),
        ("every Monday at 9", "/", "whole disk"),
        ("when a PDF settles in /srv/own/in", "/srv", "own"),
        ("when a PDF settles in /", "/srv", "whole disk"),
    ],
)
def test_what_cannot_be_read_or_goes_too_far_is_refused(when: str, folder: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        jobs().draft(when, "Do it.", "", folder)
    assert words in str(caught.value)


def test_a_name_that_is_taken_gets_a_number() -> None:
    desk = Desk()
    job = Job(name="Mail", prompt="Sum up.", folder="/srv")
    names = [asyncio.run(jobs(desk).save(one)) for one in (job, job, msgspec.structs.replace(job, name="MAIL"))]
    assert names == ["Mail", "Mail 2", "MAIL 3"]
    assert [row.job.name for row in desk.rows] == names
