"""The flags for every part of a job: for `homard jobs add` and `homard jobs edit` alike."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any

import typer

from agent.interfaces.cli.commands.jobs.flag_values import (
    Reader,
    cron,
    interval,
    moment,
    near_path,
    permission,
    plugin_event,
    quiet,
    report,
    seconds,
    switch,
    whole_path,
    words,
)
from agent.interfaces.cli.work import Work


@dataclass(frozen=True)
class Flag:
    """One flag: where its value belongs."""

    option: str
    key: str
    """Of the job, dotted; of a flag about triggers the key in the trigger."""
    help: str
    read: Reader = words
    several: bool = False
    adds: bool = False
    """On `edit` it adds to the list there is, instead of replacing it."""

    @property
    def name(self) -> str:
        """Of the parameter."""
        return self.option.removeprefix("--").replace("-", "_")


FLAGS = (
    Flag("--name", "name", "What it is called."),
    Flag(
        "--prompt", "prompt", "What is to be done; may hold {file}, {files}, {event}, {date}, {time}, {folder}, {job}."
    ),
    Flag("--folder", "folder", "Where it works; may be read. Default: where you are.", whole_path),
    Flag("--read", "folders", "A further folder that may be read. Adds.", whole_path, True, True),
    Flag("--output", "output", "The one folder it may write in, where that can be undone.", whole_path),
    Flag("--model", "model", "provider/model; `homard models` lists them."),
    Flag(
        "--allow",
        "allow",
        "What else it may do: net.fetch=HOST, proc.run=FOLDER. Adds.",
        permission,
        True,
        True,
    ),
    Flag("--max-usd", "limits.max_usd", "Money for one run."),
    Flag("--max-tokens", "limits.max_tokens", "Tokens of one run."),
    Flag("--max-time", "limits.max_time_s", "Time for one run: 90s, 30m.", seconds),
    Flag("--max-calls", "limits.max_calls", "Tool calls of one run."),
    Flag("--max-turns", "limits.max_turns", "Model calls of one run."),
    Flag("--usd-per-day", "limits.usd_per_day", "Money for all its runs of a day."),
    Flag("--usd-per-month", "limits.usd_per_month", "Money for all its runs of a month."),
    Flag("--runs-per-day", "limits.runs_per_day", "Runs of a day."),
    Flag("--missed", "policies.missed.do", "What was missed: skip it, run the latest once, all, or ask."),
    Flag("--missed-most", "policies.missed.most", "With all: the latest so many."),
    Flag("--missed-within", "policies.missed.within_s", "Not later than so long after: 6h.", seconds),
    Flag("--overlap", "policies.overlap", "Due while an earlier run works: skip, queue or beside."),
    Flag("--quiet", "policies.quiet", "Hours in which nothing starts: 22:00-07:00.", quiet),
    Flag("--quiet-do", "policies.quiet.do", "What is due in them: wait or skip."),
    Flag("--on-battery", "policies.on_battery", "run, wait or skip."),
    Flag("--on-metered", "policies.on_metered", "run, wait or skip."),
    Flag("--when-locked", "policies.when_locked", "run, wait or skip."),
    Flag("--pause-after", "policies.pause_after", "So many failures in a row, then it pauses."),
    Flag("--unchanged", "policies.unchanged", "Neither inputs nor prompt changed: run or skip."),
    Flag("--inputs", "inputs", "Files the work depends on, a glob. Repeatable.", near_path, several=True),
    Flag("--if-exists", "condition.exists", "Only if this file or folder is there.", near_path),
    Flag("--if-has-words", "condition.has_words", "Only if this text holds more than headings.", near_path),
    Flag("--if-succeeds", "condition.succeeds", "Only if this command ends with 0 (sandbox, no network)."),
    Flag("--report", "report", "Where its answer goes: notification, chat, file, PLUGIN:OUTPUT or nothing.", report),
    Flag("--report-path", "report.path", "Of the file; may hold {date}, {time}, {job}.", near_path),
)
"""What is not about triggers."""

WHEN = Flag("--when", "", 'When, in words: "each weekday at 8:30". Replaces what starts it.')
STARTS = {
    "cron": Flag("--cron", "fields", 'Five cron fields: "30 8 * * 1-5". Repeatable.', cron, several=True),
    "every": Flag("--every", "seconds", "An interval: 20m. Repeatable.", interval, several=True),
    "once": Flag("--at", "at", 'Once: "2030-01-31 15:00". Repeatable.', moment, several=True),
    "watch": Flag("--watch", "folder", "A folder to watch. Repeatable.", whole_path, several=True),
    "plugin": Flag("--on PLUGIN:TRIGGER", "", "", plugin_event, several=True),
}
"""By kind of trigger. On `edit` they replace all that started the job."""
DETAILS = {
    "cron": (Flag("--zone", "zone", "Of --cron: Europe/Berlin; default: this machine's, wherever it is."),),
    "watch": (
        Flag("--pattern", "patterns", "Of --watch: which files, *.pdf. Repeatable.", several=True),
        Flag("--ignore", "ignore", "Of --watch: which not. Repeatable.", several=True),
        Flag("--on", "on", "PLUGIN:TRIGGER starts it. Of --watch: created, changed, removed, moved.", several=True),
        Flag("--settle", "settle_s", "Of --watch: a file must have kept still so long: 2s.", seconds),
        Flag("--per", "per", "Of --watch: a run for each file, or for each batch."),
        Flag("--recursive", "recursive", "Of --watch: yes, or no for this folder only.", switch),
        Flag("--catch-up", "catch_up", "Of --watch: what changed while Homard was off: yes or no.", switch),
    ),
}
"""More about the triggers of a kind: those made by the same command, else those that the job has."""
ALL = (*FLAGS, WHEN, *(flag for kind, flag in STARTS.items() if kind != "plugin"), *DETAILS["cron"], *DETAILS["watch"])
_ON = next(flag for flag in DETAILS["watch"] if flag.option == "--on")

Values = dict[str, "str | list[str] | None"]


@dataclass(frozen=True)
class Given:
    """What was said by flags."""

    values: Values
    manual: bool = False
    """Nothing starts it but a person."""

    def __bool__(self) -> bool:
        return self.manual or any(self.values.values())

    def of(self, flag: Flag) -> list[str]:
        """The words behind a flag; empty: it was not given."""
        said = self.values.get(flag.name)
        return said if isinstance(said, list) else [said] if said is not None else []

    @property
    def starts(self) -> bool:
        """Whether they say anew what starts the job."""
        return self.manual or any(self.of(flag) for flag in (WHEN, *STARTS.values()))


def with_flags(command: Callable[..., Work]) -> Callable[..., Work]:
    """Give a command a flag for every part of a job; it gets them as `given`, a `Given`."""
    signature = inspect.signature(command, eval_str=True)
    own = [one.replace(kind=one.KEYWORD_ONLY) for one in signature.parameters.values() if one.name != "given"]

    @wraps(command)
    def run(**values: Any) -> Work:
        said: Values = {flag.name: values.pop(flag.name) for flag in ALL}
        # What happens to files has no colon in its name.
        on = said[_ON.name] or []
        said[_ON.name] = [one for one in on if ":" not in one] or None
        said[STARTS["plugin"].name] = [one for one in on if ":" in one] or None
        given = Given(said, values.pop("manual"))
        return command(**values, given=given)

    parameters = [*own, *map(_parameter, ALL), _MANUAL]
    vars(run)["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


_MANUAL = inspect.Parameter(
    "manual",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[bool, typer.Option("--manual", help="Nothing starts it but you.")],
)


def _parameter(flag: Flag) -> inspect.Parameter:
    kind: Any = list[str] | None if flag.several else str | None
    annotation = Annotated[kind, typer.Option(flag.option, help=flag.help)]
    return inspect.Parameter(flag.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
