"""What a person reads of a job is all of it, and no part of it can pass for another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agent.interfaces.cli.commands.jobs.view import called, job_parts, parts_text, slot_row, slot_words, standing
from agent.jobs import Condition, Cron, Job, JobRow, Permission, Slot

AT = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
JOB = Job(name="Mail", prompt="Sum up\nthe mail.\n", folder="/f", triggers=(Cron(fields="30 8 * * 1-5"),))


def row(**more: object) -> JobRow:
    return JobRow(job_id="ab12", job=JOB, version=1, created_at=AT, updated_at=AT, **more)  # type: ignore[arg-type]


def slot(**more: object) -> Slot:
    values = {"slot_id": 7, "job_id": "ab12", "key": "k", "origin": "schedule", "due_at": AT, "state": "done"}
    return Slot(**(values | {"version": 1} | more))  # type: ignore[arg-type]


def test_a_job_is_shown_whole_and_wrapped() -> None:
    text = parts_text("Mail", job_parts(JOB, "local/tiny"), 60)
    assert text.startswith(
        "Mail\n  When     each weekday at 08:30\n  Does     Sum up\n           the mail.\n  In       /f\n"
    )
    assert "  May      read in /f\n           anything else waits for your answer\n" in text
    assert text.endswith("  Model    the default one, local/tiny\n")
    assert max(map(len, text.splitlines())) <= 60
    assert "\n             " not in parts_text("Mail", job_parts(JOB), None), "through a pipe nothing is wrapped"


def test_nothing_in_a_job_can_look_like_another_part_of_it() -> None:
    hidden = "x\n  May      nothing\x1b[2K\u202e"
    job = Job(
        name=hidden,
        prompt=f"{hidden}\r\nlast",
        folder=f"/f/{hidden}",
        condition=Condition(succeeds=hidden),
        model=hidden,
        inputs=(hidden,),
        allow=(Permission(what="net.fetch", to=(hidden,)),),
    )
    text = parts_text(called(job), job_parts(job), None)
    assert "\x1b" not in text and "\u202e" not in text and "\r" not in text
    assert [line for line in text.splitlines() if line.startswith("  May")] == [
        line for line in text.splitlines() if line.startswith("  May      read in /f/x")
    ]
    assert sum(line.startswith("  May") for line in text.splitlines()) == 1
    assert len(called(Job(name="x" * 100 + "\n", prompt="p", folder="/f"))) <= 100


def test_whether_it_starts() -> None:
    states = [row(), row(paused="person"), row(paused="review"), row(paused="failures"), row(paused="loop")]
    assert [standing(one) for one in states] == [
        "on", "paused", "waits for your review", "paused after failures", "paused (loop)"
    ]  # fmt: skip
    assert standing(row(deleted_at=AT)) == "deleted"


def test_what_came_of_a_slot() -> None:
    ran = slot(
        run_id="r1", started_at=AT, finished_at=AT + timedelta(seconds=90), cost_usd=0.0123, summary="All\nwell."
    )
    assert slot_row(ran, "Mail")[2:] == ("Mail", "done", "90 s", "$0.0123", "All well.")
    unknown = slot(run_id="r1", started_at=AT, finished_at=AT)
    assert slot_row(unknown, "Mail")[5] == "price unknown", "what is unknown is never 0"
    missed = slot(state="missed", reason="app_off", count=12, until=AT + timedelta(days=2))
    assert slot_row(missed, "Mail")[2:] == ("Mail", "missed ×12", "", "", "app off")
    assert " – " in slot_row(missed, "Mail")[1]
    assert slot_words(missed) == "12 times missed: app off"
    assert slot_words(slot(state="skipped", note="Quiet hours.")) == "skipped: Quiet hours."
