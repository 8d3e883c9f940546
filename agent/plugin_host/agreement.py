"""What a person decides about plugins, and how it comes to stand on the disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from agent.errors import HomardError, ToolError, UsageError
from agent.plugin_api.wire import Ready
from agent.plugin_host.collection import Collection, Found
from agent.plugin_host.effective import cut
from agent.plugin_host.life import Life
from agent.plugin_host.manifest import Capability, Manifest, read_manifest
from agent.plugin_host.offers import check_said, claims_digest
from agent.plugin_host.skill_part import put_skills, take_skills
from agent.plugin_host.state import Accepted, change, editing, load_state, save_state

_log = logging.getLogger(__name__)


class Agreement:
    """Changes the state of the plugins of one home; each raises UsageError, and then nothing changed."""

    def __init__(self, collection: Collection, life: Callable[[str], Life], skills: Path | None) -> None:
        """`skills`: the person's skills, where those of plugins are put; None: nowhere."""
        self._collection, self._life, self._skills = collection, life, skills

    async def enable(self, plugin: str, granted: Sequence[Capability] | None, seen: str = "") -> None:
        """Let a plugin be used as it stands, with what was agreed to; None: all that it asks for.

        `seen`: the digest of what a person looked at; another one is not enabled.
        """
        found = await asyncio.to_thread(self._collection.find, plugin)
        manifest = usable(found)
        if seen not in ("", found.tree.digest) and not found.accepted.dev:
            raise UsageError(f"{plugin} is another one than the one you looked at. Nothing was enabled; look again.")
        agreed = cut(manifest.capability, manifest.capability if granted is None else granted)
        accepted = msgspec.structs.replace(
            self._as_it_stands(found, manifest), enabled=True, granted=agreed, stopped=""
        )
        accepted = await self._learnt(found, manifest, accepted)
        try:
            await asyncio.to_thread(self._say, plugin, accepted, found)
        except HomardError:
            await self._life(plugin).end()
            raise

    async def believe(self, plugin: str) -> None:
        """Take what its tools declare as true, until they declare something else."""
        found = await asyncio.to_thread(self._collection.find, plugin)
        digest = claims_digest(found.accepted.said)
        await asyncio.to_thread(change, self._collection.plugins, plugin, believed=digest)

    async def disable(self, plugin: str) -> None:
        """Let it be used no more; what was agreed to is kept."""
        await asyncio.to_thread(self._collection.find, plugin)
        await asyncio.to_thread(self.take_skills, plugin)
        await asyncio.to_thread(change, self._collection.plugins, plugin, enabled=False, stopped="")
        await self._life(plugin).end()

    async def reload(self, plugin: str) -> None:
        """Have it started anew, wherever it runs; of one that is being written, take what it offers now."""
        found = await asyncio.to_thread(self._collection.find, plugin)
        if found.status != "on":
            raise UsageError(f"The plugin {plugin} is not on: {found.why or 'enable it first.'}")
        if found.accepted.dev or found.tree.digest != found.accepted.digest:
            manifest = usable(found)
            accepted = await self._learnt(found, manifest, self._as_it_stands(found, manifest))
            await asyncio.to_thread(self._say, plugin, accepted, found)
        await asyncio.to_thread(change, self._collection.plugins, plugin, reloads=found.accepted.reloads + 1)
        await self._life(plugin).end()

    async def develop(self, folder: Path) -> str:
        """Use a plugin from the folder in which it is written, with all that it asks for; gives its id."""
        real = await asyncio.to_thread(folder.resolve)
        manifest = await asyncio.to_thread(read_manifest, real)
        there = {one.id: one for one in await asyncio.to_thread(self._collection.look)}
        other = there.get(manifest.id)
        if other is not None and other.folder != real and not other.accepted.dev:
            raise UsageError(f"{other.folder} holds a plugin {manifest.id} already. Remove it, or take another id.")
        before = other.accepted if other is not None else Accepted()
        await asyncio.to_thread(self._say, manifest.id, msgspec.structs.replace(before, dev=str(real)))
        await self.enable(manifest.id, None)
        await self.believe(manifest.id)
        return manifest.id

    def note(self, found: Found, said: Ready) -> None:
        """Keep what one offers that a person need not look at again: it is being written, or came with a new Homard.

        Blocks. What cannot be offered leaves what was.
        """
        try:
            manifest = usable(found)
            check_said(manifest, said)
            believed = claims_digest(said) if found.accepted.dev else found.accepted.believed
            accepted = msgspec.structs.replace(self._as_it_stands(found, manifest), said=said, believed=believed)
            self._say(found.id, accepted, found)
        except HomardError as error:
            _log.warning("%s", error)

    def _as_it_stands(self, found: Found, manifest: Manifest) -> Accepted:
        return msgspec.structs.replace(
            found.accepted,
            manifest=manifest,
            digest=found.tree.digest,
            files=dict(found.tree.files),
            program=self._collection.program if found.bundled else "",
        )

    async def _learnt(self, found: Found, manifest: Manifest, accepted: Accepted) -> Accepted:
        """Start it as it would be used, and take what it offers."""
        trial = msgspec.structs.replace(accepted, enabled=True)
        as_on = Found(found.id, found.folder, manifest, found.tree, trial, found.bundled, "on")
        try:
            said = await self._life(found.id).learn(as_on)
            check_said(manifest, said)
        except (ToolError, UsageError) as error:
            await self._life(found.id).end()
            raise UsageError(f"{error} Nothing was changed.") from None
        now = await asyncio.to_thread(self._collection.find, found.id)
        if now.tree.digest != found.tree.digest and not accepted.dev:
            await self._life(found.id).end()
            raise UsageError(f"{found.folder} changed meanwhile. Nothing was changed; look at it again.")
        return msgspec.structs.replace(accepted, said=said)

    def take_skills(self, plugin: str) -> None:
        """Take back the skills that it had put among the person's own. Blocks."""
        accepted = load_state(self._collection.plugins).plugins.get(plugin)
        if self._skills is not None and accepted is not None and accepted.skills:
            take_skills(self._skills, plugin, accepted.skills)
            change(self._collection.plugins, plugin, skills=())

    def _say(self, plugin: str, accepted: Accepted, found: Found | None = None) -> None:
        """Write it down. `found`: what it brings is put in its place first.

        Raises UsageError if a person has decided something else since it was looked at.
        """
        folder = self._collection.plugins
        with editing(folder):
            state = load_state(folder)
            if found is not None and not state.plugins.get(plugin, Accepted()).agrees_with(found.accepted):
                raise UsageError(
                    f"Something else was decided about {plugin} meanwhile. Nothing was changed; try again."
                )
            if found is not None and self._skills is not None:
                accepted = msgspec.structs.replace(accepted, skills=put_skills(self._skills, found, accepted.skills))
            save_state(folder, state.with_plugin(plugin, accepted))


def usable(found: Found) -> Manifest:
    """The manifest of one that can be used. Raises UsageError."""
    if found.manifest is None or found.status == "unusable":
        raise UsageError(f"The plugin {found.id} cannot be used. {found.why}")
    return found.manifest
