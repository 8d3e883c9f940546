"""What a job is: when it is due, what is to be done, how far it may go. Plain values, stored and exported as they are.

A job is due at a slot: a moment of its schedule, a file that settled, what a plugin tells, a person's wish. Each
(job, slot) is unique and ends in a state that says in words what came of it. See docs/automations.md.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Change = Literal["created", "changed", "removed", "moved"]
"""What happened to a watched file. `moved`: it has another path inside the watched folder; its content is known."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What people write: misspelt keys are errors, and what is left out has its default."""


class Cron(_Part, frozen=True, tag_field="kind", tag="cron"):
    """Moments by five cron fields, as Debian's cron reads them: 0 and 7 are Sunday, day and weekday joined by “or”."""

    fields: Annotated[str, Meta(min_length=9, max_length=200)]
    zone: str = ""
    """IANA name, `Europe/Berlin`; empty: that of this machine, wherever it is taken."""


class Every(_Part, frozen=True, tag_field="kind", tag="every"):
    """Moments at equal distances of real time, counted from `start`, whatever the clocks on the wall do."""

    seconds: Annotated[int, Meta(ge=10)]
    start: datetime | None = None
    """Aware; None: set to the moment when the job is saved."""


class Once(_Part, frozen=True, tag_field="kind", tag="once"):
    """One moment."""

    at: datetime
    """Aware."""


class Watch(_Part, frozen=True, tag_field="kind", tag="watch"):
    """Files of a folder that came, changed or went, and then kept still."""

    folder: Annotated[str, Meta(min_length=1)]
    """Absolute; `~` is the home folder."""
    patterns: tuple[str, ...] = ("*",)
    """Globs on the path below the folder, as in .gitignore (`*.pdf`, `reports/**/*.csv`); one must match."""
    ignore: tuple[str, ...] = ()
    """None of these may match. Hidden files, editors' and browsers' unfinished files are ignored anyway."""
    recursive: bool = True
    on: tuple[Change, ...] = ("created", "changed")
    settle_s: Annotated[float, Meta(gt=0, le=86_400)] = 2.0
    """Size and time of a file must have kept still for so long."""
    per: Literal["file", "batch"] = "file"
    """A run for each file, or one for all that settled together."""
    catch_up: bool = True
    """What changed while Homard was not running counts too, by the job's policy for missed runs."""


class PluginEvent(_Part, frozen=True, tag_field="kind", tag="plugin"):
    """Something that a plugin has come to know: a mail, a date, a price. It names each, and each counts once."""

    plugin: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    """Its id."""
    trigger: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    """Which of its triggers."""


Trigger = Cron | Every | Once | Watch | PluginEvent
"""When a job is due. Without any, only when a person wants it."""


class Permission(_Part, frozen=True):
    """What a job may do without asking, in the words of a rule; see docs/rules.md."""

    what: str
    """Verb: `fs.write`, `proc.run`, `net.fetch`, …"""
    to: tuple[str, ...]
    """Folders, hosts or recipients; of `proc.run` the working folder."""
    network: bool = False
    """Of `proc.run`: also with the network."""


class JobLimits(_Part, frozen=True):
    """How far one run of the job may go, and all its runs of a day or month together."""

    max_usd: Annotated[float, Meta(gt=0)] | None = None
    max_tokens: Annotated[int, Meta(ge=1)] = 200_000
    max_time_s: Annotated[float, Meta(gt=0)] = 1_800.0
    max_calls: Annotated[int, Meta(ge=0)] = 100
    """Tool calls."""
    max_turns: Annotated[int, Meta(ge=1)] = 40
    usd_per_day: Annotated[float, Meta(gt=0)] | None = None
    usd_per_month: Annotated[float, Meta(gt=0)] | None = None
    runs_per_day: Annotated[int, Meta(ge=1)] | None = None


class Missed(_Part, frozen=True):
    """What becomes of slots that passed while Homard was not running or the machine slept."""

    do: Literal["skip", "once", "all", "ask"] = "once"
    """`once`: the latest of them runs; `all`: the latest `most`, the oldest first; `ask`: a person says whether."""
    most: Annotated[int, Meta(ge=1, le=100)] = 10
    within_s: Annotated[float, Meta(gt=0)] | None = None
    """Not more than so late; None: however late."""


class Quiet(_Part, frozen=True):
    """Hours of the day, local time, in which nothing starts; over midnight if `until` is earlier than `since`."""

    since: time
    until: time
    do: Literal["wait", "skip"] = "wait"


Overlap = Literal["skip", "queue", "beside"]
"""A slot comes due while the run of an earlier one works: it is skipped, one waits for its end, or both work.

While the earlier one waits for a person's leave, the same holds of a schedule, so that no job asks each time anew.
"""
Hold = Literal["run", "wait", "skip"]
"""What a slot does while the machine is in that condition. `wait`: the latest one waits until it is over."""


class Policies(_Part, frozen=True):
    """What happens when things are not as planned."""

    missed: Missed = Missed()
    overlap: Overlap = "skip"
    quiet: Quiet | None = None
    on_battery: Hold = "run"
    on_metered: Hold = "run"
    when_locked: Hold = "run"
    pause_after: Annotated[int, Meta(ge=1, le=100)] = 3
    """Failures in a row, then the job pauses with one notice."""
    unchanged: Literal["run", "skip"] = "run"
    """What a slot does when neither `inputs` nor the prompt changed since the last run that did its work."""


class Condition(_Part, frozen=True):
    """Must hold before a model is called; all that is named."""

    exists: str = ""
    """A file or folder that must be there."""
    has_words: str = ""
    """A text file that must hold more than headings, comments and empty lines (HEARTBEAT.md)."""
    succeeds: str = ""
    """A command that must end with 0. It runs in the working folder, in the sandbox, without the network."""


class Report(_Part, frozen=True):
    """Where the last answer of a run goes. What needs a person, and what failed, is always told."""

    to: Literal["notification", "chat", "file", "plugin", "nothing"] = "notification"
    """`chat`: the run is among the chats. Whatever is chosen, the history has it."""
    path: str = ""
    """Of `file`: may hold {date}, {time}, {job}; relative to the output folder. It is appended to."""
    plugin: str = ""
    """Of `plugin`: which output of which, `team:board`. Who chose it for the job has said that it may have the answer.
    """


class Job(_Part, frozen=True):
    """All that a person says about one job."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    prompt: Annotated[str, Meta(min_length=1, max_length=100_000)]
    """May hold {file}, {files}, {event}, {date}, {time}, {folder}, {job}; `{{` is a brace."""
    folder: Annotated[str, Meta(min_length=1)]
    """Working folder, absolute; may be read."""
    triggers: tuple[Trigger, ...] = ()
    folders: tuple[str, ...] = ()
    """Further folders that may be read."""
    output: str = ""
    """The one folder that may be written in, where it can be undone; empty: none. It may be the working folder."""
    model: str = ""
    """Empty: the default one."""
    allow: tuple[Permission, ...] = ()
    """What it may do beside reading and writing in its folders, found by a dry run and accepted by a person."""
    limits: JobLimits = JobLimits()
    policies: Policies = Policies()
    condition: Condition = Condition()
    inputs: tuple[str, ...] = ()
    """Globs below the working folder, or absolute: what the work depends on, for `unchanged`."""
    report: Report = Report()


PauseReason = Literal["", "person", "review", "failures", "loop", "broken"]
"""Why a job starts nothing; empty: it does. `review`: imported or made by an agent, and nobody has looked yet."""

SlotState = Literal["scheduled", "due", "running", "done", "failed", "parked", "skipped", "missed"]
"""`scheduled` is not stored: it is what the schedule says of the time to come. The last four and `done` may end a slot;
`parked` waits for a person."""

SlotReason = Literal[
    "", "app_off", "asleep", "clock_set", "zone_changed", "busy", "too_late", "caught_up", "too_many",
    "battery", "metered", "locked", "quiet_hours", "budget", "overlap", "condition", "unchanged", "paused",
    "job_paused", "failures", "approval", "answer", "outcome_unknown", "expired", "cancelled", "run_failed",
    "interrupted", "loop", "deleted",
]  # fmt: skip
"""Why a slot is in its state, or waits in it; its `note` says so in a sentence."""

SlotOrigin = Literal["schedule", "file_watch", "manual", "plugin"]


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it is stored."""

    job_id: str
    job: Job
    version: int
    """From 1; each change of the job makes another one, and all are kept."""
    paused: PauseReason = ""
    paused_note: str = ""
    """Why, as a sentence with what to do next; empty when it is not paused."""
    failures: int = 0
    """In a row."""
    runs: int = 0
    """Slots that ran to an end, over all versions."""
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One moment, or event, for which a job was due."""

    slot_id: int
    job_id: str
    key: str
    """Names it within the job: the moment on the wall clock, the event, the wish."""
    origin: SlotOrigin
    due_at: datetime
    until: datetime | None = None
    """Of a row that stands for many slots of a long time off: the moment of the last."""
    count: int = 1
    """How many slots the row stands for."""
    not_before: datetime | None = None
    """It waits until then, so that not everything starts at once."""
    state: SlotState
    reason: SlotReason = ""
    note: str = ""
    version: int
    """Of the job."""
    session_id: str = ""
    run_id: str = ""
    attempts: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    summary: str = ""
    """The last answer, bounded."""
    tokens: int = 0
    cost_usd: float | None = None
    """None: unknown, or nothing ran."""
    files: int = 0
    """How many files it is about."""
