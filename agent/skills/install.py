"""Bringing skills in: copied whole from where they were brought to, then put in their place at once."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

from agent.errors import UsageError
from agent.skills.archive import unpack
from agent.skills.bring import Brought, brought
from agent.skills.name import fits, slug
from agent.skills.repository_tree import DEPTH
from agent.skills.shelf import Found, Shelf
from agent.skills.skill import FILE, Skill, read_skill
from agent.skills.source import Source
from agent.skills.tree import read_same
from agent.tasks import uninterrupted

MAX_LOOKED_AT: Final = 5_000
_STAGE, _GONE = ".new-", ".gone-"


class NoSkills(UsageError):
    """There is no skill at all where a person said; there may be something else."""


def install(
    shelf: Shelf, source: Path, *, names: Sequence[str] = (), every: bool = False, replace: bool = False
) -> list[Found]:
    """Copy skills of a folder or zip among the person's own; they are off until somebody enables them. Blocks.

    `names`: which ones, where the source holds several; `every`: all. `replace`: one of that name may be there.
    Raises UsageError: nothing was changed.
    """
    kind = "folder" if source.is_dir() else "zip"
    with staged(shelf.skills) as stage:
        root = source
        if kind == "zip":
            root = stage / "unpacked" / (slug(source.stem) or "skill")
            root.mkdir(parents=True, mode=0o700)
            unpack(source, root)
        found = Brought(root, Source(kind, str(source)), (root,))
        return take(shelf, found, names=names, every=every, replace=replace)


async def install_from(
    shelf: Shelf, source: Source, *, names: Sequence[str] = (), every: bool = False, replace: bool = False
) -> list[Found]:
    """The same from anywhere a person may name; a repository is fetched first. Raises UsageError."""

    def do(found: Brought) -> list[Found]:
        return take(shelf, found, names=names, every=every, replace=replace)

    async with brought(source) as found:
        return await uninterrupted(asyncio.to_thread(do, found), "install skills")


def take(
    shelf: Shelf, found: Brought, *, names: Sequence[str] = (), every: bool = False, replace: bool = False
) -> list[Found]:
    """Copy skills that were brought. Blocks; raises as `install`."""
    chosen = _chosen(found, skills_in(found), names, every)
    for skill in chosen:
        if not replace and os.path.lexists(shelf.skills / skill.name):
            raise UsageError(
                f"There is a skill {skill.name} already, and nothing was changed. --replace takes the new one in its "
                "place."
            )
    with staged(shelf.skills) as stage:
        copies = [copied(skill, stage / "whole" / skill.name) for skill in chosen]
        for skill, copy in zip(chosen, copies, strict=True):
            put(copy, shelf.skills / copy.name, stage)
            shelf.note_installed(shelf.skills / copy.name, found.source, found.path_of(skill.folder))
    return [shelf.find(skill.name) for skill in chosen]


def skills_in(found: Brought) -> list[Skill]:
    """All skills of a source, those that cannot be used among them. Blocks."""
    folders = [folder for place in found.folders for folder in _candidates(place)]
    return [read_skill(folder) for folder in dict.fromkeys(folders)]


def _chosen(brought: Brought, found: list[Skill], names: Sequence[str], every: bool) -> list[Skill]:
    source = str(brought.source)
    if not found:
        raise NoSkills(f"There is no folder with a {FILE} in {source}. Nothing was installed.")
    there = ", ".join(sorted(skill.name for skill in found))
    if missing := [name for name in names if name not in {skill.name for skill in found}]:
        raise UsageError(f"There is no skill {missing[0]} in {source}. There are: {there}. Nothing was installed.")
    if len(found) > 1 and not names and not every:
        raise UsageError(f"{source} holds several skills: {there}. Say which with --name, or --all.")
    chosen = [skill for skill in found if not names or skill.name in names]
    for skill in chosen:
        why = brought.refused.get(skill.folder, skill.unusable)
        if why or not fits(skill.name):
            raise UsageError(f"{skill.folder.name} was not installed. {why} Nothing was changed.")
        if twice := [other for other in chosen if other.name == skill.name and other is not skill]:
            places = f"{skill.folder} and {twice[0].folder}"
            raise UsageError(f"{places} have the same name, {skill.name}. Nothing was installed.")
    return chosen


def _candidates(root: Path) -> list[Path]:
    """Folders with a SKILL.md, from the source on; none inside another one, no link followed."""
    root = Path(os.path.realpath(root))
    found: list[Path] = []
    waiting = [(root, 0)]
    for looked_at, (folder, depth) in enumerate(waiting):
        if looked_at > MAX_LOOKED_AT:
            break
        try:
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda one: one.name)
        except OSError:
            continue
        if any(one.name.lower() == FILE.lower() and one.is_file(follow_symlinks=False) for one in inside):
            found.append(folder)
        elif depth < DEPTH:
            folders = [one for one in inside if one.is_dir(follow_symlinks=False) and one.name != ".git"]
            waiting += [(Path(one.path), depth + 1) for one in folders]
    return found


def copied(skill: Skill, target: Path) -> Path:
    """Copy a skill, byte for byte as it was read. Blocks. Raises UsageError if it changed since."""
    for path, stamp in skill.tree.files.items():
        data = read_same(skill.folder, path, stamp)
        if data is None:
            raise UsageError(f"{skill.folder / path} changed while it was copied. Nothing was installed; try again.")
        place = target.joinpath(*path.split("/"))
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_bytes(data)
        runs = os.access(skill.folder / path, os.X_OK)
        place.chmod(0o700 if runs else 0o600)
    return target


def put(copy: Path, target: Path, stage: Path) -> None:
    """Rename a copy to where it belongs; what was there goes with the stage. Raises UsageError."""
    before = stage / f"{_GONE}{target.name}"
    try:
        if os.path.lexists(target):
            target.rename(before)
        copy.rename(target)
    except OSError as error:
        if before.exists() and not os.path.lexists(target):
            before.rename(target)
        raise UsageError(f"{target} cannot be written ({error.strerror}). Nothing was installed.") from error


@contextmanager
def staged(skills: Path) -> Generator[Path]:
    """A folder beside the skills, so that a rename puts a whole one in its place. Raises UsageError."""
    _clear(skills)
    stage = skills / f"{_STAGE}{os.getpid()}-{os.urandom(6).hex()}"
    try:
        stage.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise UsageError(f"{skills} cannot be written ({error.strerror}). Nothing was installed.") from error
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _clear(skills: Path) -> None:
    """Remove what an installation left that was killed, and put back what it had taken out of the way."""
    stages = [stage for stage in skills.glob(f"{_STAGE}*") if not _works(stage)]
    for before in (one for stage in stages for one in stage.glob(f"{_GONE}*")):
        name = before.name.removeprefix(_GONE)
        if not os.path.lexists(skills / name):
            before.rename(skills / name)
    for left in (*stages, *skills.glob(f"{_GONE}*")):
        shutil.rmtree(left, ignore_errors=True)


def _works(stage: Path) -> bool:
    """Whether the installation that a stage belongs to may still be under way, here or in another process."""
    pid, dash, _rest = stage.name.removeprefix(_STAGE).partition("-")
    return bool(dash) and pid.isdigit() and psutil.pid_exists(int(pid))
