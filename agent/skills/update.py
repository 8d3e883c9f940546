"""Newer versions of installed skills: fetched, compared, and taken only as a person has seen them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from agent.errors import UsageError
from agent.skills.bring import Brought, brought
from agent.skills.install import copied, put, skills_in, staged
from agent.skills.review import Review, review
from agent.skills.shelf import Found, Shelf
from agent.skills.skill import Skill, read_skill
from agent.skills.source import Source

Outcome = Literal["same", "newer", "none"]


@dataclass(frozen=True)
class Update:
    """What an installed skill would become."""

    found: Found
    outcome: Outcome
    """`none`: it cannot be told, or cannot be taken."""
    why: str = ""
    """Of `none`, as a sentence."""
    after: Skill | None = None
    """The newer one, in a private copy."""
    source: Source | None = None
    place: str = ""
    review: Review = field(default_factory=lambda: Review((), ()))
    edited: bool = False
    """A person changed the installed one since; that would be lost."""

    @property
    def name(self) -> str:
        """Of the skill."""
        return self.found.skill.name


@asynccontextmanager
async def updates(
    shelf: Shelf, names: Sequence[str] = (), *, source: Source | None = None
) -> AsyncGenerator[list[Update]]:
    """Look for newer versions of installed skills; what is found can be taken until the block ends.

    `names`: which; empty: all that came from a repository. `source`: where to look instead of where it came from, for
    one skill. What cannot be fetched is an outcome. Raises UsageError for a name that is not there.
    """
    found = await asyncio.to_thread(_wanted, shelf, names)
    async with AsyncExitStack() as stack:
        got: dict[Source, Brought | str] = {}
        made: list[Update] = []
        for one in found:
            origin = source or _asked_again(one.origin)
            if origin is not None and origin not in got:
                got[origin] = await _got(stack, origin)
            made.append(await asyncio.to_thread(_compared, one, got[origin] if origin is not None else _NOWHERE))
        yield made


def take_update(shelf: Shelf, update: Update, *, over_edits: bool = False) -> Found:
    """Put the newer one in place, as it was compared; where it was on it is on. Blocks.

    `over_edits`: also where a person changed the installed one. Raises UsageError: nothing was changed.
    """
    skill, after, source = update.found.skill, update.after, update.source
    if update.outcome != "newer" or after is None or source is None:
        raise UsageError(
            f"There is nothing to take for {update.name}. {update.why} Nothing was changed.".replace("  ", " ")
        )
    if update.edited and not over_edits:
        raise UsageError(
            f"{update.name} was changed here since it was installed, and nothing was replaced. --replace takes the "
            f"newer one all the same; copy {skill.folder} first if you want to keep yours."
        )
    if read_skill(skill.folder).tree.digest != skill.tree.digest:
        raise UsageError(f"{update.name} changed while you looked at it. Nothing was replaced; look again.")
    was_on = shelf.is_enabled(skill.folder)
    with staged(shelf.skills) as stage:
        copy = copied(after, stage / "whole" / skill.folder.name)
        put(copy, skill.folder, stage)
        shelf.note_installed(skill.folder, source, update.place, keep=True)
    return shelf.agree(update.name, after.tree.digest) if was_on else shelf.find(update.name)


_NOWHERE = (
    "It was put there by hand, so nobody knows where a newer one would be. Install it from its source, or name that "
    "with --from."
)


def _wanted(shelf: Shelf, names: Sequence[str]) -> list[Found]:
    if names:
        return [shelf.find(name) for name in dict.fromkeys(names)]
    return [one for one in shelf.look() if one.origin is not None and one.origin.kind == "git"]


def _asked_again(origin: Source | None) -> Source | None:
    """Where it came from, at what its branch is now."""
    return msgspec.structs.replace(origin, commit="") if origin is not None else None


async def _got(stack: AsyncExitStack, source: Source) -> Brought | str:
    try:
        return await stack.enter_async_context(brought(source))
    except UsageError as error:
        return str(error)


def _compared(found: Found, there: Brought | str) -> Update:
    if isinstance(there, str):
        return Update(found, "none", there)
    every = skills_in(there)
    name = found.skill.name
    after = next((one for one in every if there.path_of(one.folder) == found.place and one.name == name), None)
    after = after or next((one for one in every if one.name == name), None)
    if after is None:
        names = ", ".join(sorted(one.name for one in every)) or "none"
        return Update(found, "none", f"There is no skill {name} in {there.source} any more. There are: {names}.")
    if why := there.refused.get(after.folder, after.unusable):
        return Update(found, "none", f"The newer one cannot be taken: {why}")
    if after.tree.digest == found.skill.tree.digest:
        return Update(found, "same")
    made = review(found.skill, after)
    place = there.path_of(after.folder)
    return Update(found, "newer", "", after, there.source, place, made, found.changed_since_install)
