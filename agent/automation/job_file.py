"""A job as one TOML file: to keep, to share, to edit by hand. Paths below the home folder stand as `~/…`.

    format = 1
    name = "Mail summary"
    prompt = "Summarise the new mail exports."
    folder = "~/Mail"

    [[triggers]] # each weekday at 08:30
    kind = "cron"
    fields = "30 8 * * 1-5"

The keys are those of `agent.jobs.Job`. What is left out has its default; what is misspelt is an error. Times of day may
be written as "22:00", and a moment without an offset is one of this machine's time zone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, cast

import msgspec

from agent.automation.job_paths import Table, each_path, folders_of, plain_job
from agent.automation.zone import on_the_wall
from agent.errors import UsageError
from agent.jobs import (
    Condition,
    Cron,
    Every,
    Job,
    JobLimits,
    Missed,
    Once,
    Permission,
    PluginEvent,
    Policies,
    Quiet,
    Report,
    Watch,
)

FORMAT = 1
"""Grows when an older Homard would read a file wrongly."""
MAX_CHARS = 1 << 20
MOST_TRIGGERS = 100
LARGEST = 1e10
"""No number in a job is larger: as seconds that is three hundred years, and clocks end soon after."""

_KEPT = "Nothing was taken from it."
_SHORT_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
_TABLES: dict[str, tuple[type[msgspec.Struct], ...]] = {
    "": (Job,),
    "triggers": (Cron, Every, Once, Watch, PluginEvent),
    "allow": (Permission,),
    "limits": (JobLimits,),
    "policies": (Policies,),
    "policies.missed": (Missed,),
    "policies.quiet": (Quiet,),
    "condition": (Condition,),
    "report": (Report,),
}


def read_job(text: str) -> Job:
    """Read a job's file. Raises UsageError that says what is wrong, where, and what would be right."""
    return job_of(parse_table(text))


def parse_table(text: str) -> Table:
    """What the file says, without `format`. Raises UsageError when it is no TOML, or of a newer Homard."""
    if len(text) > MAX_CHARS:
        raise UsageError(f"It is longer than {MAX_CHARS >> 20} MiB: that is no job. {_KEPT}")
    try:
        values: Table = msgspec.toml.decode(text.removeprefix("\ufeff"))
    except (msgspec.DecodeError, UnicodeError) as error:
        raise UsageError(f"It is no TOML: {error}. {_KEPT} Mend that place and try again.") from None
    except RecursionError:
        raise UsageError(f"Its brackets are nested too deep: that is no job. {_KEPT}") from None
    version = values.pop("format", FORMAT)
    if version != FORMAT:
        raise UsageError(
            f"It has the format {version!r}, and this Homard reads {FORMAT}. {_KEPT} "
            "Take it with a newer Homard, or write `format = 1` if its keys are those of this one."
        )
    return values


def job_of(values: Table, act: Callable[[str], str] = os.path.expanduser) -> Job:
    """Make a job of what its file says; `act` makes each path a whole one. Raises UsageError."""
    try:
        job = msgspec.convert(_normal(each_path(values, act)), Job)
    except msgspec.ValidationError as error:
        raise UsageError(f"{explain(error)} {_KEPT} Mend that and try again.") from None
    if len(job.triggers) > MOST_TRIGGERS:
        raise UsageError(f"It has {len(job.triggers):,} triggers, and {MOST_TRIGGERS} are the most. {_KEPT}")
    for key, text in (("name", job.name), ("prompt", job.prompt)):
        if not text.strip():
            raise UsageError(f"`{key}` is empty. {_KEPT} Write a text there.")
    for key, path in folders_of(job):
        if not os.path.isabs(path):
            raise UsageError(f"`{key}` is {path!r}: where is that? {_KEPT} Write the whole path, or one from ~/ on.")
    _check_storable(job)
    return job


def _check_storable(job: Job) -> None:
    """Raise UsageError for what the store would not give back as it is, or no clock could count."""
    for key, value in _numbers(plain_job(job), ""):
        if not -LARGEST < value < LARGEST:
            raise UsageError(f"`{key}` is {value}, and no number in a job is so large. {_KEPT} Write a smaller one.")
    try:
        msgspec.json.encode(job)
    except UnicodeEncodeError:
        raise UsageError(f"A name in it is no text: its bytes are no UTF-8. {_KEPT} Rename that folder.") from None


def _numbers(value: Any, key: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for name, one in cast("Table", value).items():
            yield from _numbers(one, _dotted(key, name))
    elif isinstance(value, list | tuple):
        for one in cast("list[Any]", value):
            yield from _numbers(one, key)
    elif isinstance(value, int | float):
        yield key, value


def explain(error: msgspec.ValidationError) -> str:
    """What is wrong in a job's plain values, as a sentence with the key as it stands in the file."""
    said, _, where = str(error).partition(" - at `")
    place = re.sub(r"\[.*?\]", "", where.rstrip("`").removeprefix("$")).strip(".")
    if found := _UNKNOWN.match(said):
        return _unknown(place, found[1])
    if found := _MISSING.match(said):
        return f"`{_dotted(place, found[1])}` is missing."
    return f"`{place}`: {said[:1].lower()}{said[1:]}." if place else f"{said}."


def _unknown(place: str, key: str) -> str:
    known = [name for kind in _TABLES.get(place, ()) for name in kind.__struct_fields__]
    if not known:
        return f"`{_dotted(place, key)}` is not known here."
    near = get_close_matches(key, known, 1)
    hint = f"Is it meant to be `{near[0]}`?" if near else f"Known are {', '.join(dict.fromkeys(known))}."
    return f"`{_dotted(place, key)}` is not known here. {hint}"


def _dotted(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _normal(values: Table) -> Table:
    """Short times of day as whole ones, moments without an offset as those of this machine."""
    normal = dict(values)
    if isinstance(policies := values.get("policies"), dict) and "quiet" in policies:
        normal["policies"] = _each_value(cast("Table", policies), "quiet", _time)
    if isinstance(triggers := values.get("triggers"), list):
        normal["triggers"] = [_all_values(one, _moment) for one in cast("list[Any]", triggers)]
    return normal


def _each_value(table: Table, key: str, act: Callable[[Any], Any]) -> Table:
    return {**table, key: _all_values(table[key], act)}


def _all_values(table: Any, act: Callable[[Any], Any]) -> Any:
    return {key: act(value) for key, value in cast("Table", table).items()} if isinstance(table, dict) else table


def _time(value: Any) -> Any:
    found = _SHORT_TIME.fullmatch(value) if isinstance(value, str) else None
    return f"{int(found[1]):02}:{found[2]}:00" if found else value


def _moment(value: Any) -> Any:
    if not isinstance(value, datetime) or value.tzinfo is not None:
        return value
    try:
        return on_the_wall(value)
    except (ValueError, OverflowError):  # in the first or the last year there is
        return value.replace(tzinfo=UTC)
