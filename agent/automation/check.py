"""Whether a job can work: what cannot be is refused before it is saved, what may surprise is said."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from agent.automation.schedule import check_triggers
from agent.automation.variables import check_path, check_prompt
from agent.automation.watch.scope import check_patterns
from agent.errors import UsageError
from agent.jobs import Job, PluginEvent, Report, Watch
from agent.safety.printable import printable
from agent.safety.profile import check_profile
from agent.settings import ModelProfile

if TYPE_CHECKING:
    from agent.automation.watch.scope import Scope

MANY_FILES = 2_000
"""Of more files in a watched folder it is said how many there are."""
MOST_LOOKED_AT = 20_000
"""Entries of a watched folder that are counted, so that a whole disk takes no minutes."""


def check(
    job: Job, now: datetime, zone: ZoneInfo, own_folders: Sequence[str], *, old_triggers: bool = False
) -> list[str]:
    """Look at everything but the model; gives warnings, a sentence each. Blocks: call it in a thread.

    `old_triggers`: they are those the job has had, so that a moment in the past is no mistake. Raises UsageError that
    says what cannot be and what to do.
    """
    if not job.name.strip() or not job.prompt.strip():
        raise UsageError("A job needs a name and a prompt: say what it is called and what is to be done.")
    if not old_triggers:
        check_triggers(job.triggers, now, zone)
    for what, folder in _folders(job):
        if not os.path.isabs(os.path.expanduser(folder)):
            raise UsageError(f"{what} {printable(folder)} is not absolute. Give the whole path, or begin it with ~.")
    _check_quiet(job)
    _check_report(job)
    for watch in _watches(job):
        _check_not_own(watch, own_folders)
        check_patterns(watch)
    return [*check_prompt(job), *check_profile(job), *_warnings(job)]


def model_warnings(job: Job, model: ModelProfile) -> list[str]:
    """Say what a job's limits are worth with a model."""
    limits = job.limits
    if model.price is None and any((limits.max_usd, limits.usd_per_day, limits.usd_per_month)):
        return [f"The price of {model.label} is unknown: limits in money cannot hold. Those in tokens do."]
    return []


def plugin_warnings(job: Job, there: Mapping[str, Sequence[str]]) -> list[str]:
    """Say which plugins that a job waits for are not there, or not on; `there`: their triggers, by plugin."""
    warnings: list[str] = []
    for one in (trigger for trigger in job.triggers if isinstance(trigger, PluginEvent)):
        if one.plugin not in there:
            warnings.append(
                f"The plugin {one.plugin} is not on, or may not start jobs: nothing starts it until that is so. "
                "`homard plugins list` shows them."
            )
        elif one.trigger not in there[one.plugin]:
            known = ", ".join(there[one.plugin]) or "none"
            warnings.append(f"The plugin {one.plugin} has no trigger {one.trigger}; it has {known}.")
    return warnings


def output_of(report: Report) -> tuple[str, str]:
    """The plugin and its output that a report names; either may be empty."""
    plugin, _, output = report.plugin.partition(":")
    return plugin, output


def output_warnings(report: Report, there: Mapping[str, Sequence[str]]) -> list[str]:
    """Say whether the plugin that gets a job's answers is not there, or not on; `there`: their outputs, by plugin."""
    plugin, output = output_of(report)
    if plugin not in there:
        return [
            f"The answers go to the plugin {plugin}, which is not on, or takes none: until it does, they are only in "
            "the history. `homard plugins list` shows what there is."
        ]
    if output not in there[plugin]:
        return [f"The answers go to {output} of the plugin {plugin}, and it has {', '.join(there[plugin])}."]
    return []


def _folders(job: Job) -> Iterator[tuple[str, str]]:
    yield "The folder", job.folder
    yield from (("The folder", folder) for folder in job.folders)
    yield from (("The watched folder", watch.folder) for watch in _watches(job))
    if job.output:
        yield "The output folder", job.output


def _watches(job: Job) -> list[Watch]:
    return [trigger for trigger in job.triggers if isinstance(trigger, Watch)]


def _check_quiet(job: Job) -> None:
    quiet = job.policies.quiet
    if quiet is not None and quiet.since.replace(tzinfo=None) == quiet.until.replace(tzinfo=None):
        raise UsageError("Quiet hours that end when they begin are none. Give another end, or leave them out.")


def _check_report(job: Job) -> None:
    report = job.report
    if report.to == "plugin" and not all(output_of(report)):
        raise UsageError(
            f"The report goes to a plugin, and “{printable(report.plugin)}” names no output of one. Write "
            "it as PLUGIN:OUTPUT, such as team:board."
        )
    if report.to != "file":
        return
    if not report.path:
        raise UsageError("The report goes to a file, but to which? Give its path, such as reports/{date}.md.")
    if not job.output:
        raise UsageError("The report goes to a file, and the job may write nowhere. Give it an output folder.")
    check_path(report.path)
    output = os.path.normpath(os.path.expanduser(job.output))
    path = os.path.normpath(os.path.join(output, os.path.expanduser(report.path)))
    if Path(output) not in Path(path).parents:
        raise UsageError("The report's file is not in the output folder. Give a path inside it.")


def _check_not_own(watch: Watch, own_folders: Sequence[str]) -> None:
    """A folder around them may be watched: the watcher looks away there."""
    watched = Path(os.path.realpath(os.path.expanduser(watch.folder)))
    for own in (Path(os.path.realpath(folder)) for folder in own_folders):
        if watched.is_relative_to(own):
            raise UsageError(
                f"Homard keeps its own data in {printable(str(own))}, which changes with each run: a watch of "
                f"{printable(watch.folder)} would start itself for ever. Watch another folder."
            )


def _warnings(job: Job) -> Iterator[str]:
    for what, folder in dict(zip((folder for _, folder in _folders(job)), _folders(job), strict=True)).values():
        path = os.path.expanduser(folder)
        if not os.path.isdir(path):
            yield f"{what} {printable(folder)} is not there now."
        elif not os.access(path, os.R_OK | os.X_OK):
            yield f"{what} {printable(folder)} cannot be read."
    for watch in _watches(job):
        yield from _many(watch)
    if job.policies.unchanged == "skip" and not job.inputs and not _watches(job):
        yield "It runs once and never again: it skips what is unchanged, and no inputs are named that could change."


def _many(watch: Watch) -> Iterator[str]:
    from agent.automation.watch.scope import Scope

    found, whole = _counted(os.path.expanduser(watch.folder), Scope(watch))
    if found > MANY_FILES:
        number = f"{found:,}" if whole else f"more than {found:,}"
        runs = " Each that changes starts a run of its own." if watch.per == "file" else ""
        yield f"{number} files in {printable(watch.folder)} match.{runs} Narrower patterns make it cheaper."


def _counted(folder: str, scope: Scope) -> tuple[int, bool]:
    """How many files match, and whether all were looked at."""
    found = seen = 0
    for above, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if scope.enters(name)]
        seen += len(files) + len(folders)
        inside = os.path.relpath(above, folder)
        names = files if inside == "." else [f"{inside}/{name}" for name in files]
        found += sum(scope.takes(name.replace(os.sep, "/")) for name in names)
        if seen > MOST_LOOKED_AT:
            return found, False
    return found, True
