"""The calendar file: what calendars may rely on by RFC 5545."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.automation.ical import calendar_of
from agent.jobs import Cron, Job, JobRow, Slot

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


def row(name: str = "Mail", prompt: str = "Sum up", job_id: str = "j1") -> JobRow:
    job = Job(name=name, prompt=prompt, folder="/home/me", triggers=(Cron(fields="30 8 * * 1-5"),))
    return JobRow(job_id=job_id, job=job, version=1, created_at=NOW, updated_at=NOW)


def slot(at: datetime, job_id: str = "j1") -> Slot:
    return Slot(
        slot_id=0, job_id=job_id, key=at.isoformat(), origin="schedule", due_at=at, state="scheduled", version=1
    )


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_a_slot_is_an_event_in_utc() -> None:
    text = calendar_of([row()], [slot(datetime.fromisoformat("2026-11-27T08:30:00+01:00"))], NOW)
    lines = unfolded(text)
    uid = lines.pop(6)
    assert re.fullmatch(r"UID:[0-9a-f]{32}@homard", uid)
    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Homard//Automations//EN",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:Homard",
        "BEGIN:VEVENT",
        "DTSTAMP:20261126T100000Z",
        "LAST-MODIFIED:20261126T100000Z",
        "DTSTART:20261127T073000Z",
        "DURATION:PT5M",
        "SUMMARY:Mail",
        "DESCRIPTION:each weekday at 08:30\\nSum up",
        "CATEGORIES:Homard",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_only_what_is_to_come_within_ninety_days_of_jobs_that_were_asked_for() -> None:
    moments = [NOW - timedelta(days=1), NOW, NOW + timedelta(days=90), NOW + timedelta(days=91)]
    text = calendar_of([row()], [*map(slot, reversed(moments)), slot(moments[2], "other")], NOW)
    assert re.findall(r"DTSTART:(\S+)", text) == ["20270224T100000Z"]


def test_a_later_export_names_the_same_slot_alike_and_others_otherwise() -> None:
    first, second = slot(NOW + timedelta(days=1)), slot(NOW + timedelta(days=2))
    one = re.findall(r"UID:(\S+)", calendar_of([row()], [first, second], NOW))
    later = re.findall(r"UID:(\S+)", calendar_of([row(name="Post")], [first, second], NOW + timedelta(hours=3)))
    assert one == later and len(set(one)) == 2


@settings(deadline=None)
@given(st.text(min_size=1, max_size=100), st.text(min_size=1, max_size=300))
def test_any_text_is_escaped_and_folded(name: str, prompt: str) -> None:
    text = calendar_of([row(name, prompt)], [slot(NOW + timedelta(days=1))], NOW)
    assert text.endswith("END:VCALENDAR\r\n")
    physical = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in physical)
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]", text.replace("\r\n", ""))
    assert not any(line in ("", " ") for line in physical[:-1])
    summary = next(line for line in unfolded(text) if line.startswith("SUMMARY:")).removeprefix("SUMMARY:")
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", summary)


def test_a_long_prompt_is_cut() -> None:
    text = calendar_of([row(prompt="x" * 50_000)], [slot(NOW + timedelta(days=1))], NOW)
    assert len(text) < 2_000 and "…" in text
