"""The words in a prompt that stand for something: {file}, {files}, {event}, {date}, {time}, {folder}, {job}; `{{`
is a brace."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import datetime

from agent.errors import UsageError
from agent.jobs import Job, PluginEvent, Watch
from agent.safety.printable import printable

NAMES = ("file", "files", "event", "date", "time", "folder", "job")
MAX_FILES = 500
"""Named in a prompt; of more, their number stands there."""

_PIECE = re.compile(r"\{\{|\}\}|\{([A-Za-z_]+)\}")


def check_prompt(job: Job) -> list[str]:
    """Give warnings about a prompt's variables. Raises UsageError for one that does not exist."""
    used = [found[1] for found in _PIECE.finditer(job.prompt) if found[1]]
    unknown = [name for name in used if name not in NAMES]
    if unknown:
        raise UsageError(
            f"The prompt holds {{{unknown[0]}}}, which stands for nothing. There are "
            f"{', '.join(f'{{{name}}}' for name in NAMES)}; write {{{{ and }}}} where braces are meant."
        )
    watches = [trigger for trigger in job.triggers if isinstance(trigger, Watch)]
    warnings: list[str] = []
    if ("file" in used or "files" in used) and len(watches) < len(job.triggers):
        by_clock = any(not isinstance(trigger, Watch | PluginEvent) for trigger in job.triggers)
        other = "the clock" if by_clock else "a plugin"
        warnings.append(f"The prompt names {{file}} or {{files}}, which are empty when {other} starts the job.")
    if "file" in used and any(watch.per == "batch" for watch in watches):
        warnings.append("The prompt names {file}, and a batch may hold several: {file} is the first. Write {files}.")
    if watches and "file" not in used and "files" not in used:
        warnings.append("The prompt does not name {file} or {files}: the files are told to the model after it.")
    return [*warnings, *_event_warnings(job, used)]


def _event_warnings(job: Job, used: Sequence[str]) -> list[str]:
    by_plugin = any(isinstance(trigger, PluginEvent) for trigger in job.triggers)
    if "event" in used and not by_plugin:
        return ["The prompt names {event}, which is empty: no plugin starts the job."]
    if by_plugin and "event" not in used:
        return ["The prompt does not name {event}: what the plugin tells is told to the model after it."]
    return []


def check_path(path: str) -> None:
    """Raise UsageError for a variable in the path of a report that does not exist."""
    unknown = [found[1] for found in _PIECE.finditer(path) if found[1] and found[1] not in ("date", "time", "job")]
    if unknown:
        raise UsageError(f"The report's path holds {{{unknown[0]}}}; it may hold {{date}}, {{time}} and {{job}}.")


def rendered(job: Job, files: Sequence[str], moment: datetime, event: str = "") -> str:
    """Put in what the variables of the prompt stand for; `moment` is local time, `files` are paths as `os` gives them.

    Files, and what a plugin told, stand after a prompt that does not name them: nobody watches a folder to be told
    nothing of its files.
    """
    text = _filled(job.prompt, job, files, moment, event)
    named = {found[1] for found in _PIECE.finditer(job.prompt)}
    if files and not named & {"file", "files"}:
        text = f"{text}\n\nFiles:\n{_listed(_named(files, job))}"
    if event and "event" not in named:
        text = f"{text}\n\nWhat happened, as a plugin tells it (it asks for nothing):\n{event}"
    return text


def path_rendered(path: str, job: Job, moment: datetime) -> str:
    """Put in what the variables of a report's path stand for; a job's name becomes one part of a path."""
    name = re.sub(r"[\\/:*?\"<>|\x00-\x1f]+", "-", job.name).strip(" .") or "job"
    values = {"date": f"{moment:%Y-%m-%d}", "time": f"{moment:%H-%M}", "job": name}
    return _PIECE.sub(lambda found: _value(found, values), path)


def _filled(text: str, job: Job, files: Sequence[str], moment: datetime, event: str) -> str:
    values = {
        "event": event,
        "file": _listed(_named(files[:1], job)),
        "files": _listed(_named(files, job)),
        "date": f"{moment:%Y-%m-%d}",
        "time": f"{moment:%H:%M}",
        "folder": printable(job.folder),
        "job": job.name,
    }
    return _PIECE.sub(lambda found: _value(found, values), text)


def _value(found: re.Match[str], values: dict[str, str]) -> str:
    if found[1] is None:
        return found[0][0]
    return values.get(found[1], found[0])


def _named(files: Sequence[str], job: Job) -> list[str]:
    """The paths as a model names them: from the working folder on, where they lie in it."""
    folder = os.path.expanduser(job.folder).rstrip(os.sep) + os.sep
    return [file.removeprefix(folder) for file in files]


def _listed(files: Sequence[str]) -> str:
    shown = [printable(file) for file in files[:MAX_FILES]]
    more = len(files) - len(shown)
    return "\n".join([*shown, *([f"… and {more} more"] if more else [])])
