"""The paths in a job: with `~` as people write them, whole as they are used, or for another working folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, time
from typing import Any, cast

import msgspec

from agent.jobs import Job, Watch

Table = dict[str, Any]

_ONE = ("folder", "output")
_SEVERAL = ("folders", "inputs")
_WITHIN = (("condition", ("exists", "has_words")), ("report", ("path",)))


def plain_job(job: Job) -> Table:
    """The job as plain values, without what has its default; times and moments stay as they are."""
    return cast("Table", msgspec.to_builtins(job, builtin_types=(datetime, time)))


def each_path(values: Table, act: Callable[[str], str]) -> Table:
    """A copy of a job's plain values with every path in it changed. What is not of the right type stays as it is."""
    changed = {key: act(value) if key in _ONE and isinstance(value, str) else value for key, value in values.items()}
    for key in _SEVERAL:
        if isinstance(found := values.get(key), list | tuple):
            changed[key] = _each(cast("list[Any]", found), act)
    for section, keys in _WITHIN:
        if isinstance(table := values.get(section), dict):
            changed[section] = _keys(cast("Table", table), keys, act)
    if isinstance(triggers := values.get("triggers"), list | tuple):
        changed["triggers"] = [_in_watch(one, act) for one in cast("list[Any]", triggers)]
    if isinstance(allowed := values.get("allow"), list | tuple):
        changed["allow"] = [_in_permission(one, act) for one in cast("list[Any]", allowed)]
    return changed


def moved(job: Job, folder: str) -> Job:
    """The same job in another working folder: what lay in its old one lies in that one then."""

    def move(path: str) -> str:
        if path == job.folder:
            return folder
        inside = path.startswith(job.folder.rstrip("/\\") + os.sep)
        return os.path.join(folder, path[len(job.folder.rstrip("/\\")) + 1 :]) if inside else path

    return msgspec.convert(each_path(plain_job(job), move), Job)


def shortened(path: str) -> str:
    """A path below the home folder from `~/` on; any other as it is."""
    home = os.path.expanduser("~").rstrip("/\\")
    if path == home:
        return "~"
    if home and path.startswith(home + os.sep):
        return "~/" + path[len(home) + 1 :].replace(os.sep, "/")
    return path


def folders_of(job: Job) -> list[tuple[str, str]]:
    """All folders that must be whole paths, each with the key under which it stands."""
    watched = [("triggers.folder", one.folder) for one in job.triggers if isinstance(one, Watch)]
    named = [("folder", job.folder), *(("folders", one) for one in job.folders), *watched]
    return [*named, ("output", job.output)] if job.output else named


def _each(values: list[Any], act: Callable[[str], str]) -> list[Any]:
    return [act(value) if isinstance(value, str) else value for value in values]


def _keys(table: Table, keys: tuple[str, ...], act: Callable[[str], str]) -> Table:
    return {key: act(value) if key in keys and isinstance(value, str) else value for key, value in table.items()}


def _in_watch(trigger: Any, act: Callable[[str], str]) -> Any:
    return _keys(cast("Table", trigger), ("folder",), act) if isinstance(trigger, dict) else trigger


def _in_permission(permission: Any, act: Callable[[str], str]) -> Any:
    if not isinstance(permission, dict):
        return permission
    table = cast("Table", permission)
    to = table.get("to")
    if not str(table.get("what")).startswith(("fs.", "proc.")) or not isinstance(to, list | tuple):
        return table
    return {**table, "to": _each(cast("list[Any]", to), act)}
