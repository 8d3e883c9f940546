"""A job as flags change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec

from agent.automation.job_file import explain
from agent.automation.job_paths import Table
from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.flag_values import NONE
from agent.interfaces.cli.commands.jobs.flags import DETAILS, FLAGS, STARTS, Flag, Given
from agent.jobs import Job


def with_parts(job: Table, given: Given, cwd: str) -> Table:
    """A job's plain values as the flags say; what starts it is another matter. Raises UsageError."""
    for flag in FLAGS:
        if said := given.of(flag):
            value = _value(flag, [one for one in said if one != NONE] if flag.adds else said, cwd)
            kept = [] if NONE in said or not flag.adds else list(job.get(flag.key, ()))
            job = _put(job, flag.key.split("."), [*kept, *(value or ())] or None if flag.adds else value)
    return job


def with_triggers(now: Sequence[Table], given: Given, cwd: str) -> list[Table]:
    """The plain triggers as the flags say; `now`: those there are, or that were made of words. Raises UsageError."""
    made = [{"kind": kind, **_start(flag, text, cwd)} for kind, flag in STARTS.items() for text in given.of(flag)]
    triggers = made if made or given.manual else [dict(one) for one in now]
    for kind, flags in DETAILS.items():
        fitting = [one for one in triggers if one["kind"] == kind]
        for flag in flags:
            if not (said := given.of(flag)):
                continue
            if not fitting:
                raise UsageError(f"{flag.option} goes with --{kind}, and nothing of the kind starts it. {_KEPT}")
            for one in fitting:
                one |= {flag.key: _value(flag, said, cwd)}
    return [{key: value for key, value in one.items() if value is not None} for one in triggers]


def _start(flag: Flag, text: str, cwd: str) -> Table:
    value = _read(flag, text, cwd)
    return {flag.key: value} if flag.key else value


def made_job(values: Table) -> Job:
    """The job of plain values that came from flags; numbers may be text. Raises UsageError that names the flag."""
    try:
        return msgspec.convert(values, Job, strict=False)
    except msgspec.ValidationError as error:
        sentence = explain(error)
        key, _, rest = sentence.removeprefix("`").partition("`")
        option = _OPTIONS.get(key)
        raise UsageError(f"{f'{option}{rest}' if option else sentence} {_KEPT}") from None


_KEPT = "Nothing was changed."
_OPTIONS = {
    **{flag.key: flag.option for flag in FLAGS},
    **{f"triggers.{flag.key}": flag.option for flag in (*STARTS.values(), *DETAILS["cron"], *DETAILS["watch"])},
    **dict.fromkeys(("report.to", "report.plugin"), "--report"),
    **dict.fromkeys(("triggers.plugin", "triggers.trigger"), "--on PLUGIN:TRIGGER"),
}


def _value(flag: Flag, said: list[str], cwd: str) -> Any:
    """None: the default."""
    if said in ([], [NONE]):
        return None
    values = [_read(flag, text, cwd) for text in said]
    return values if flag.several else values[0]


def _read(flag: Flag, text: str, cwd: str) -> Any:
    try:
        return flag.read(text, cwd)
    except UsageError as error:
        raise UsageError(f"{flag.option}: {error}") from None


def _put(table: Table, key: Sequence[str], value: Any) -> Table:
    """A copy with a value deep inside; None takes away what is there. What a table already holds stays in it."""
    first, rest = key[0], key[1:]
    inner = table.get(first)
    within = cast("Table", inner) if isinstance(inner, dict) else {}
    if rest:
        value = _put(within, rest, value) or None
    elif isinstance(value, dict):
        value = {**within, **cast("Table", value)}
    if value is None:
        return {name: one for name, one in table.items() if name != first}
    return {**table, first: value}
