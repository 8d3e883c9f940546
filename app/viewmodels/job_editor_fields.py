"""Everything of a job but its triggers and permissions as fields of a form, and what an entry makes of the job."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Literal, cast

import msgspec

from agent.jobs import Job, Quiet
from app.translation import translate
from app.viewmodels.settings_fields import Choice, Field, Kind, Path, parse

Group = Literal["task", "folders", "missed", "machine", "limits", "condition", "report"]
GROUPS: tuple[Group, ...] = ("task", "folders", "report", "limits", "missed", "machine", "condition")
FOLDED: frozenset[Group] = frozenset(("limits", "missed", "machine", "condition"))
"""Closed to begin with: their defaults do for most jobs."""
HOUR, MINUTE = 3_600, 60
_DEFAULT = Job(name="-", prompt="-", folder="/")
_OWN: frozenset[Path] = frozenset((("name",), ("prompt",), ("folder",)))
"""Without a default: each job has its own."""
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})", re.ASCII)


@dataclass(frozen=True)
class Spec:
    """One field: where it stands in a job, and how it is shown."""

    group: Group
    path: Path
    kind: Kind
    title: str
    help: str = ""
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    optional: bool = False
    factor: int = 1
    """So many of the job's units are one of the form's: 60 where a person thinks in minutes."""
    placeholder: str = ""
    lines: bool = False
    """The job holds a tuple of texts."""

    def field(self, job: Job) -> Field:
        """The field as the job has it."""
        value = self._shown(job)
        known = self.kind != "choice" or value in [choice.value for choice in self.choices]
        choices = self.choices if known else (*self.choices, Choice(value, str(value)))
        default = value if self.path in _OWN else self._shown(_DEFAULT)
        return Field(
            self.path, self.title, self.help, self.kind, value, default, self.optional, choices,
            self.minimum, self.above, self.maximum, placeholder=self.placeholder,
        )  # fmt: skip

    def put(self, job: Job, raw: Any) -> Job:
        """The job with an entry. Raises ValueError with a sentence when it is none."""
        if self.path[:2] == ("policies", "quiet"):
            return _with_quiet(job, self.path[-1], raw)
        value: Any = parse(self.field(job), raw)
        if self.kind == "integer" and value is not None:
            value = int(value) * self.factor
        elif self.kind == "decimal" and value is not None:
            value = float(value) * self.factor
        return put(job, self.path, tuple(cast("list[str]", value)) if self.lines else value)

    def _shown(self, job: Job) -> Any:
        if self.path[:2] == ("policies", "quiet"):
            return _quiet_value(job.policies.quiet, self.path[-1])
        value = get(job, self.path)
        if self.lines:
            return list(value)
        if value is not None and self.factor != 1:
            shown = value / self.factor
            return round(shown) if self.kind == "integer" else shown
        return value


def get(job: Job, path: Path) -> Any:
    """What a job has there."""
    found: Any = job
    for name in path:
        found = getattr(found, name)
    return found


def put(job: Job, path: Path, value: Any) -> Job:
    """The job with something else there; nothing is checked."""
    return cast("Job", _put(job, path, value))


def _put(part: Any, path: Path, value: Any) -> Any:
    first, *rest = path
    inner = _put(getattr(part, first), tuple(rest), value) if rest else value
    return msgspec.structs.replace(part, **{first: inner})


def is_shown(spec: Spec, job: Job) -> bool:
    """Whether a field means something in this job as it is."""
    match spec.path:
        case ("policies", "missed", "most"):
            return job.policies.missed.do == "all"
        case ("policies", "missed", "within_s"):
            return job.policies.missed.do != "skip"
        case ("policies", "quiet", "since" | "until" | "do"):
            return job.policies.quiet is not None
        case ("report", "path"):
            return job.report.to == "file"
        case ("report", "plugin"):
            return job.report.to == "plugin"
        case ("inputs",):
            return job.policies.unchanged == "skip"
        case _:
            return True


def specs(models: Sequence[str], outputs: Sequence[str] = ()) -> list[Spec]:
    """All fields in the order of the form; `models`, and `outputs` of plugins, are those one can choose from."""
    return [*_task(models), *_folders(), *_report(outputs), *_limits(), *_missed(), *_machine(), *_condition()]


def group_words(group: Group) -> tuple[str, str]:
    """The heading of a part of the form, and a sentence about it."""
    return {
        "task": (translate("JobEditor", "What is to be done"), ""),
        "folders": (translate("JobEditor", "Where"), ""),
        "report": (translate("JobEditor", "Where the answer goes"), ""),
        "limits": (
            translate("JobEditor", "Limits"),
            translate("JobEditor", "A run that reaches one of them ends; its work is kept."),
        ),
        "missed": (translate("JobEditor", "Missed runs, overlap and failures"), ""),
        "machine": (translate("JobEditor", "When it must wait"), ""),
        "condition": (
            translate("JobEditor", "Only if"),
            translate("JobEditor", "Looked at before a model is called: a run that is not needed costs nothing."),
        ),
    }[group]


def _task(models: Sequence[str]) -> list[Spec]:
    offered = [Choice("", translate("JobEditor", "The default one")), *(Choice(one, one) for one in models)]
    return [
        Spec("task", ("name",), "text", translate("JobEditor", "Name")),
        Spec("task", ("prompt",), "text", translate("JobEditor", "Task")),
        Spec("task", ("model",), "choice", translate("JobEditor", "Model"), choices=tuple(offered)),
    ]


def _folders() -> list[Spec]:
    return [
        Spec(
            "folders", ("folder",), "folder", translate("JobEditor", "Works in"),
            translate("JobEditor", "It may read everything in this folder."),
        ),
        Spec(
            "folders", ("folders",), "lines", translate("JobEditor", "May read as well"),
            translate("JobEditor", "Further folders, one on each line."), lines=True,
        ),
        Spec(
            "folders", ("output",), "folder", translate("JobEditor", "May write in"),
            translate("JobEditor", "The one folder it may change without asking, where it can be undone. Empty: none."),
        ),
    ]  # fmt: skip


def _report(outputs: Sequence[str]) -> list[Spec]:
    none = translate("JobEditor", "Choose one") if outputs else translate("JobEditor", "None that is on takes answers")
    to = (
        Choice("notification", translate("JobEditor", "A notification")),
        Choice("chat", translate("JobEditor", "Among the chats")),
        Choice("file", translate("JobEditor", "A file")),
        Choice("plugin", translate("JobEditor", "A plugin")),
        Choice("nothing", translate("JobEditor", "Only its history")),
    )
    return [
        Spec(
            "report", ("report", "to"), "choice", translate("JobEditor", "The answer goes to"),
            translate("JobEditor", "The history has it in any case; what failed or needs you is always told."), to,
        ),
        Spec(
            "report", ("report", "path"), "text", translate("JobEditor", "File"),
            translate("JobEditor", "In the folder it may write in; {date}, {time} and {job} stand for what they say."),
            placeholder="{date}.md",
        ),
        Spec(
            "report", ("report", "plugin"), "choice", translate("JobEditor", "Plugin"),
            translate("JobEditor", "It gets the whole answer of each run, whatever that holds."),
            (Choice("", none), *(Choice(one, one) for one in outputs)),
        ),
    ]  # fmt: skip


def _limits() -> list[Spec]:
    unlimited = translate("JobEditor", "no limit")

    def money(name: str, title: str) -> Spec:
        return Spec("limits", ("limits", name), "decimal", title, above=0, optional=True, placeholder=unlimited)

    def whole(name: str, title: str, minimum: int) -> Spec:
        return Spec("limits", ("limits", name), "integer", title, minimum=minimum)

    return [
        money("max_usd", translate("JobEditor", "Dollars for a run")),
        money("usd_per_day", translate("JobEditor", "Dollars a day")),
        money("usd_per_month", translate("JobEditor", "Dollars a month")),
        Spec(
            "limits", ("limits", "runs_per_day"), "integer", translate("JobEditor", "Runs a day"), minimum=1,
            optional=True, placeholder=unlimited,
        ),
        whole("max_tokens", translate("JobEditor", "Tokens for a run"), 1),
        Spec(
            "limits", ("limits", "max_time_s"), "decimal", translate("JobEditor", "Minutes for a run"), above=0,
            factor=MINUTE,
        ),
        whole("max_calls", translate("JobEditor", "Uses of tools in a run"), 0),
        whole("max_turns", translate("JobEditor", "Steps in a run"), 1),
    ]  # fmt: skip


def _missed() -> list[Spec]:
    do = (
        Choice("once", translate("JobEditor", "Run once for all of them")),
        Choice("all", translate("JobEditor", "Run for each of them")),
        Choice("ask", translate("JobEditor", "Ask me")),
        Choice("skip", translate("JobEditor", "Leave them out")),
    )
    overlap = (
        Choice("skip", translate("JobEditor", "Leave it out")),
        Choice("queue", translate("JobEditor", "Let one wait")),
        Choice("beside", translate("JobEditor", "Run both")),
    )
    return [
        Spec(
            "missed", ("policies", "missed", "do"), "choice", translate("JobEditor", "Missed runs"),
            translate("JobEditor", "Due while Homard was off or the computer slept."), do,
        ),
        Spec(
            "missed", ("policies", "missed", "most"), "integer", translate("JobEditor", "At most so many of them"),
            minimum=1, maximum=100,
        ),
        Spec(
            "missed", ("policies", "missed", "within_s"), "decimal",
            translate("JobEditor", "At most so many hours late"), above=0,
            optional=True, factor=HOUR, placeholder=translate("JobEditor", "however late"),
        ),
        Spec(
            "missed", ("policies", "overlap"), "choice", translate("JobEditor", "Due while it still works"),
            choices=overlap,
        ),
        Spec(
            "missed", ("policies", "pause_after"), "integer", translate("JobEditor", "Pauses after failures in a row"),
            minimum=1, maximum=100,
        ),
    ]  # fmt: skip


def _machine() -> list[Spec]:
    holds = (
        Choice("run", translate("JobEditor", "Run anyway")),
        Choice("wait", translate("JobEditor", "Wait until it is over")),
        Choice("skip", translate("JobEditor", "Leave it out")),
    )

    def hold(name: str, title: str) -> Spec:
        return Spec("machine", ("policies", name), "choice", title, choices=holds)

    quiet = ("policies", "quiet")
    return [
        hold("on_battery", translate("JobEditor", "On battery")),
        hold("on_metered", translate("JobEditor", "On a metered network")),
        hold("when_locked", translate("JobEditor", "While the screen is locked")),
        Spec(
            "machine", (*quiet, "on"), "switch", translate("JobEditor", "Quiet hours"),
            translate("JobEditor", "Nothing of it starts in these hours."),
        ),
        Spec("machine", (*quiet, "since"), "text", translate("JobEditor", "Quiet from"), placeholder="22:00"),
        Spec("machine", (*quiet, "until"), "text", translate("JobEditor", "Quiet until"), placeholder="07:00"),
        Spec("machine", (*quiet, "do"), "choice", translate("JobEditor", "In quiet hours"), choices=holds[1:]),
    ]  # fmt: skip


def _condition() -> list[Spec]:
    unchanged = (
        Choice("run", translate("JobEditor", "Run anyway")),
        Choice("skip", translate("JobEditor", "Leave it out")),
    )

    def part(name: str, title: str, help: str, placeholder: str) -> Spec:
        return Spec("condition", ("condition", name), "text", title, help, placeholder=placeholder)

    return [
        part("exists", translate("JobEditor", "This is there"), translate("JobEditor", "A file or folder."), ""),
        part(
            "has_words", translate("JobEditor", "Something is written in"),
            translate("JobEditor", "More than headings, comments and empty lines."), "HEARTBEAT.md",
        ),
        part(
            "succeeds", translate("JobEditor", "This command succeeds"),
            translate("JobEditor", "It runs in the working folder, in the sandbox, without the network."), "",
        ),
        Spec(
            "condition", ("policies", "unchanged"), "choice", translate("JobEditor", "Nothing has changed"),
            translate("JobEditor", "Neither the files below nor the task, since its last run."), unchanged,
        ),
        Spec(
            "condition", ("inputs",), "lines", translate("JobEditor", "Files it depends on"),
            translate("JobEditor", "Paths in the working folder, one on each line; * stands for anything."), lines=True,
        ),
    ]  # fmt: skip


_USUAL_QUIET = Quiet(since=time(22), until=time(7))


def _quiet_value(quiet: Quiet | None, name: str) -> Any:
    if name == "on":
        return quiet is not None
    value = getattr(quiet or _USUAL_QUIET, name)
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _with_quiet(job: Job, name: str, raw: Any) -> Job:
    if name == "on":
        return put(job, ("policies", "quiet"), _USUAL_QUIET if raw else None)
    value = clock_of(raw) if name in ("since", "until") else raw
    return put(job, ("policies", "quiet"), msgspec.structs.replace(job.policies.quiet or _USUAL_QUIET, **{name: value}))


def clock_of(raw: str) -> time:
    """A time of day as it is typed. Raises ValueError with a sentence."""
    found = _CLOCK.fullmatch(raw.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(translate("JobEditor", "Write a time such as 08:30 or 22:00."))
    return time(int(found[1]), int(found[2]))


def by_path(found: Sequence[Spec]) -> dict[Path, Spec]:
    """Fields by where they stand."""
    return {spec.path: spec for spec in found}
