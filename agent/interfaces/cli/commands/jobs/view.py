"""Jobs and slots as a person reads them on a terminal. Nothing in them may hide from the reader."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime

from agent.automation.words import (
    condition_words,
    limit_words,
    moment_words,
    path_words,
    policy_words,
    report_words,
    trigger_words,
)
from agent.interfaces.cli.outcome import money
from agent.interfaces.cli.text import one_line, revealed
from agent.jobs import Job, JobRow, Slot
from agent.safety.profile import permission_words, profile_of

Part = tuple[str, Sequence[str]]
"""A head and its lines."""

_HEAD_COLUMNS = 9


def job_parts(job: Job, model: str = "") -> list[Part]:
    """All that a job says, in words; `model`: the one that will work, if that is known."""
    condition = condition_words(job.condition)
    parts: list[Part] = [
        ("When", [trigger_words(trigger) for trigger in job.triggers] or ["only when you start it"]),
        ("Does", job.prompt.strip().splitlines()),
        ("In", [path_words(job.folder)]),
        ("May", [*map(permission_words, profile_of(job)), "anything else waits for your answer"]),
        ("If", [condition] if condition else []),
        ("Limits", limit_words(job.limits)),
        ("Policy", policy_words(job.policies, job.triggers)),
        ("Answer", [report_words(job.report)]),
        ("Inputs", [", ".join(map(path_words, job.inputs))] if job.inputs else []),
        ("Model", [job.model or f"the default one{f', {model}' if model else ''}"]),
    ]
    return [part for part in parts if part[1]]


def parts_text(title: str, parts: Iterable[Part], columns: int | None) -> str:
    """The parts under their title; long lines are wrapped to fit, where there is a width to fit."""
    lines = [_shown(title)]
    for head, said in parts:
        for number, line in enumerate(said):
            first = f"  {head if number == 0 else '':<{_HEAD_COLUMNS}}"
            lines += _wrapped(_shown(line), first, columns)
    return "\n".join(lines) + "\n"


def called(job: Job) -> str:
    """The name of a job: one line, with nothing in it that moves the cursor or cannot be seen."""
    return one_line(revealed(job.name), 100)


def title_of(row: JobRow) -> str:
    """A job's name, id, and whether it starts."""
    return f"{called(row.job)} · {row.job_id} · {standing(row)}"


def standing(row: JobRow) -> str:
    """Whether a job starts, in a word or two."""
    if row.deleted_at is not None:
        return "deleted"
    if row.paused:
        return {"review": "waits for your review", "failures": "paused after failures"}.get(
            row.paused, f"paused ({row.paused})" if row.paused != "person" else "paused"
        )
    return "on" if row.job.triggers else "by hand"


def slot_words(slot: Slot) -> str:
    """What came of a slot, in a few words."""
    count = f"{slot.count:,} times " if slot.count > 1 else ""
    return f"{count}{slot.state}{f': {said}' if (said := _said(slot)) else ''}"


def slot_row(slot: Slot, name: str) -> tuple[str, ...]:
    """A slot as a row: id, moment, job, state, time, cost, what came of it."""
    took = (
        f"{(slot.finished_at - slot.started_at).total_seconds():.0f} s" if slot.finished_at and slot.started_at else ""
    )
    cost = money(slot.cost_usd) if slot.run_id and slot.finished_at else ""
    until = f" – {slot.until.astimezone():%m-%d %H:%M}" if slot.until else ""
    state = f"{slot.state} ×{slot.count:,}" if slot.count > 1 else slot.state
    return (
        str(slot.slot_id),
        f"{slot.due_at.astimezone():%Y-%m-%d %H:%M}{until}",
        name,
        state,
        took,
        cost,
        _said(slot),
    )


def _said(slot: Slot) -> str:
    return " ".join((slot.note or slot.summary or slot.reason.replace("_", " ")).split())


SLOT_HEAD = ("slot", "due", "job", "state", "took", "cost", "what came of it")


def moments(found: Sequence[datetime]) -> str:
    """Some moments in a row."""
    return ", ".join(moment_words(at) for at in found)


def _shown(line: str) -> str:
    """A line that is one line whatever is in it, so that no part of a job can look like another part."""
    return revealed(line).replace("\n", "\\n").replace("\t", "\\t")


def _wrapped(line: str, first: str, columns: int | None) -> list[str]:
    if columns is None:
        return [f"{first}{line}".rstrip()]
    wrapped = textwrap.wrap(
        line, max(20, columns - len(first)), break_on_hyphens=False, drop_whitespace=True, replace_whitespace=False
    )
    rest = " " * len(first)
    return [f"{first if number == 0 else rest}{one}".rstrip() for number, one in enumerate(wrapped or [""])]
