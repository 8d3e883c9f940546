"""Skills for the common list: those among the person's own and those of the working folders they trust."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from agent.context.tokens import prompt_tokens
from agent.errors import UsageError
from agent.skills.bring import brought
from agent.skills.install import skills_in, take
from agent.skills.place import places
from agent.skills.run import RunSkills
from agent.skills.shelf import Found, Shelf
from agent.skills.skill import read_skill
from agent.skills.source import source_of
from agent.skills.state import State, load_state
from agent.skills.update import take_update, updates
from agent.tasks import uninterrupted
from app.translation import translate
from app.viewmodels.extension_item import Act, Extension, Kind
from app.viewmodels.extension_skill_words import (
    Newer,
    Trusted,
    consent_of,
    details_of,
    folder_of,
    item_of,
    trust_consent,
    update_consent,
)
from app.viewmodels.extension_source import Consent, Cost, Details, Uses
from app.viewmodels.extension_words import names_words
from app.viewmodels.job_words import short_path
from app.viewmodels.settings_fields import Field

MOST_AT_ONCE = 200
"""Skills of a working folder that are agreed to together."""


class SkillSource:
    """An `ExtensionSource` over the shelf of one home."""

    def __init__(self, skills: Path, budget: Callable[[], int]) -> None:
        """`skills`: the folder of the person's own ones; it need not be there. `budget`: tokens of each request."""
        self._skills = skills
        self._budget = budget
        self._found: dict[str, Found] = {}

    @property
    def kind(self) -> Kind:
        """Skills."""
        return "skill"

    async def rows(self, uses: Uses) -> Sequence[Extension]:
        """List them."""
        found = await asyncio.to_thread(self._look)
        self._found = {str(one.skill.folder): one for one in found}
        return [item_of(one, uses) for one in found]

    async def cost(self) -> Cost:
        """Count as a request does: names, descriptions within the budget, and the tool."""
        return await asyncio.to_thread(self._cost)

    async def details(self, key: str) -> Details:
        """Say all of one."""
        return details_of(await asyncio.to_thread(self._fresh, key))

    async def consent(self, key: str) -> Consent:
        """Say what enabling it would mean, as its files are now."""
        return consent_of(await asyncio.to_thread(self._fresh, key))

    async def enable(self, consent: Consent, granted: frozenset[str]) -> Consent | None:
        """Let it be used as it was shown, or take the newer one that was."""
        if isinstance(consent.seal, Newer):
            await self._take(consent.item.title, consent.seal)
        else:
            await asyncio.to_thread(self._enable, consent)
        return None

    async def disable(self, key: str) -> None:
        """Let it be used no more; it stays where it is."""
        found = self._known(key)
        await asyncio.to_thread(self._shelf().disable, found.skill.name, folder_of(found))

    async def remove(self, key: str) -> None:
        """Delete one of the person's own; of a working folder, trust the folder no more."""
        found = self._known(key)
        if found.project:
            await asyncio.to_thread(self._shelf().trust, folder_of(found), trusted=False)
        else:
            await asyncio.to_thread(self._shelf().remove, found.skill.name)

    async def do(self, act: Act, key: str) -> str:
        """There is nothing else to do about a skill."""
        return ""

    async def update(self, key: str) -> Consent | None:
        """Look where it came from."""
        found = self._known(key)
        async with updates(self._shelf(), [found.skill.name]) as (made,):
            return update_consent(made)

    async def install(self, place: Path | str) -> Sequence[str] | Consent:
        """Copy the skills of a folder, a zip or a repository among the person's own; all of them are off.

        One that is there already is asked about, with all that would change.
        """
        source = await asyncio.to_thread(source_of, str(place), Path.home())
        shelf = self._shelf()
        async with brought(source) as there:
            skills = await asyncio.to_thread(skills_in, there)
            known = await asyncio.to_thread(self._known_names, [skill.name for skill in skills])
            if not known:
                found = await uninterrupted(asyncio.to_thread(take, shelf, there, every=True), "install skills")
                return [str(one.skill.folder) for one in found]
        if len(skills) > 1:
            words = translate("Extensions", "{names} are there already, so nothing was added. Remove them first.")
            raise UsageError(words.format(names=names_words(known)))
        async with updates(shelf, known, source=source) as (made,):
            consent = update_consent(made)
        if consent is None:
            words = translate("Extensions", "{name} is there already, and it is the same.")
            raise UsageError(words.format(name=known[0]))
        return consent

    async def trust_consent(self, folder: Path) -> Consent:
        """Say what it would mean to let a working folder bring skills of its own: agreeing enables those there now."""
        return await asyncio.to_thread(self._trust_consent, folder)

    async def log(self, key: str) -> str:
        """Skills have none."""
        return ""

    async def change_setting(self, key: str, field: Field, value: Any) -> None:
        """Skills have no settings."""

    def folder(self, key: str) -> Path | None:
        """Where it lies."""
        return Path(key)

    async def _take(self, name: str, seal: Newer) -> None:
        async with updates(self._shelf(), [seal.name], source=seal.source) as (made,):
            if made.after is None or made.after.tree.digest != seal.digest:
                raise _stale(name)
            take = partial(take_update, self._shelf(), made, over_edits=True)
            await uninterrupted(asyncio.to_thread(take), "update a skill")

    # -- in a thread

    def _shelf(self) -> Shelf:
        return Shelf(self._skills)

    def _known_names(self, names: Sequence[str]) -> list[str]:
        return [name for name in names if name and os.path.lexists(self._skills / name)]

    def _look(self) -> list[Found]:
        if not self._skills.is_dir():
            return []
        shelf = self._shelf()
        found = {one.skill.folder: one for one in shelf.look()}
        for folder in load_state(shelf.skills).trusted:
            found.update((one.skill.folder, one) for one in shelf.look(Path(folder)) if one.project)
        return list(found.values())

    def _cost(self) -> Cost:
        most = self._budget()
        if not self._skills.is_dir():
            return Cost(0, most)
        ready = RunSkills.look(self._skills, self._skills, most)
        return Cost(prompt_tokens(ready.prompt(), ready.specs, []), most)

    def _fresh(self, key: str) -> Found:
        for one in self._look():
            if str(one.skill.folder) == key:
                self._found[key] = one
                return one
        words = translate("Extensions", "{place} is not there any more.")
        raise UsageError(words.format(place=short_path(key)))

    def _known(self, key: str) -> Found:
        if key in self._found:
            return self._found[key]
        return self._fresh(key)

    def _enable(self, consent: Consent) -> None:
        if isinstance(consent.seal, Trusted):
            self._enable_all(consent.seal)
            return
        found = self._fresh(consent.item.key)
        if found.skill.tree.digest != consent.seal:
            raise _stale(consent.item.title)
        shelf, cwd = self._shelf(), folder_of(found)
        if shelf.enable(found.skill.name, cwd).skill.tree.digest != consent.seal:
            shelf.disable(found.skill.name, cwd)
            raise _stale(consent.item.title)

    def _enable_all(self, seal: Trusted) -> None:
        shelf = self._shelf()
        others = [one for one in shelf.trust(seal.folder) if one.status == "on"]
        others = [one for one in others if seal.digests.get(one.skill.folder) != one.skill.tree.digest]
        for one in others:
            shelf.disable(one.skill.name, seal.folder)
        if others:
            raise _stale(names_words([one.skill.name for one in others]))

    def _trust_consent(self, folder: Path) -> Consent:
        real = Path(os.path.realpath(folder))
        inside = [place for place, project in places(self._skills, State((str(real),)), real) if project]
        if not inside:
            words = translate("Extensions", "{folder} has no skills of its own (.agents/skills, .claude/skills).")
            raise UsageError(words.format(folder=short_path(str(real))))
        if len(inside) > MOST_AT_ONCE:
            words = translate(
                "Extensions", "{folder} has more than %n skill(s): too many to agree to at once.", MOST_AT_ONCE
            )
            raise UsageError(words.format(folder=short_path(str(real))))
        return trust_consent(real, [read_skill(place) for place in inside])


def _stale(name: str) -> UsageError:
    words = translate("Extensions", "{name} changed while you read, so it was not turned on. Look at it again.")
    return UsageError(words.format(name=name))
