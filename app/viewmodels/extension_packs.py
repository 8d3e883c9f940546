"""Packs for the common list, and the lock of a team that says which of them its members have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from agent.errors import HomardError, UsageError
from agent.packs.lock import FILE as LOCK
from agent.packs.lock import News, follow, read_lock
from agent.packs.origin import named_origin
from agent.packs.service import Found, Packs
from agent.packs.source import chosen
from agent.packs.state import Origin
from agent.packs.trust import UnknownKey
from agent.packs.update import compared, next_of, take_revocations
from app.translation import translate
from app.viewmodels.extension_item import Act, Extension, Kind
from app.viewmodels.extension_pack_words import (
    COMPARED,
    TEAM,
    UNSIGNED,
    Incoming,
    Locked,
    capability_key,
    consent_of,
    details_of,
    item_of,
    key_consent,
    locked_of,
    team_consent,
    team_item,
    unsigned_consent,
    update_consent,
)
from app.viewmodels.extension_source import Consent, Cost, Details, Uses
from app.viewmodels.settings_fields import Field

TEAM_S = 3.0
"""Longest wait for the shared folder of a team."""


class PackSource:
    """An `ExtensionSource` over the packs of one home."""

    def __init__(self, packs: Packs, today: Callable[[], date] = date.today) -> None:
        self._packs = packs
        self._today = today

    @property
    def kind(self) -> Kind:
        """Packs."""
        return "pack"

    async def rows(self, uses: Uses) -> Sequence[Extension]:
        """List them, and the lock of the team where it says something new."""
        found = await asyncio.to_thread(self._packs.look)
        rows = [item_of(one) for one in found]
        news = await self._news()
        return [*rows, team_item(news)] if news is not None and news.steps else rows

    async def cost(self) -> Cost:
        """Nothing by itself: its parts are counted where they are."""
        return Cost(0)

    async def details(self, key: str) -> Details:
        """Say all of one."""
        if key == TEAM:
            news = await self._news()
            return Details(changes=tuple(step.words for step in news.steps) if news is not None else ())
        return await asyncio.to_thread(self._details, key)

    async def consent(self, key: str) -> Consent:
        """Say what enabling it would mean."""
        if key == TEAM:
            await self._fetched_team()
            news, path = await self._news(), self._lock_path()
            if news is None or path is None:
                raise UsageError(translate("Extensions", "The lock of the team cannot be read now. Try again later."))
            return team_consent(news, path)
        return await asyncio.to_thread(self._consent, key)

    async def enable(self, consent: Consent, granted: frozenset[str]) -> Consent | None:
        """Take the step that was shown."""
        match consent.seal:
            case Locked() as locked:
                return await asyncio.to_thread(self._follow, locked, granted)
            case Incoming() as incoming:
                return await asyncio.to_thread(self._take, incoming, granted)
            case digest:
                await asyncio.to_thread(self._enable, consent.item.key, str(digest), granted)
                return None

    async def disable(self, key: str) -> None:
        """Let nothing of it be used."""
        await asyncio.to_thread(self._packs.disable, key)

    async def remove(self, key: str) -> None:
        """Take it away with all that it brought."""
        await asyncio.to_thread(self._packs.remove, key)

    async def do(self, act: Act, key: str) -> str:
        """Go back to the version before."""
        if act != "rollback":
            return ""
        found = await asyncio.to_thread(self._packs.rollback, key)
        words = translate("Extensions", "{name} is {version} again. It is off until you turn it on.")
        return words.format(name=found.name, version=found.installed.version)

    async def update(self, key: str) -> Consent | None:
        """Look where it came from, and for what its publisher took back."""
        installed = (await asyncio.to_thread(self._packs.find, key)).installed
        folder = None if installed.origin is None else await self._fetched(installed.origin)
        elsewhere = folder is not None and not Path(installed.source).is_relative_to(folder)
        return await asyncio.to_thread(self._update, key, folder if elsewhere else None)

    async def install(self, place: Path | str) -> Sequence[str] | Consent:
        """Bring in a pack, or follow the lock of a team; whose key is not known yet is asked about first.

        A text is the URL of one pack, or of a repository of packs.
        """
        if isinstance(place, str):
            origin = await asyncio.to_thread(named_origin, place, Path.home())
            place = Path(place) if origin is None else await self._fetched(origin)
        return await asyncio.to_thread(self._install, place)

    async def log(self, key: str) -> str:
        """Packs have none."""
        return ""

    async def change_setting(self, key: str, field: Field, value: Any) -> None:
        """Packs have no settings."""

    def folder(self, key: str) -> Path | None:
        """Its parts lie in several places."""
        return None

    async def _fetched(self, origin: Origin) -> Path:
        from agent.packs.mirror import refreshed

        return await refreshed(self._packs.store, origin, await asyncio.to_thread(self._packs.state))

    async def _fetched_team(self) -> None:
        """Look at the lock as it is now; where it cannot be reached, as it was."""
        followed = (await asyncio.to_thread(self._packs.state)).followed
        if followed is not None and followed.origin is not None:
            with suppress(UsageError):
                await self._fetched(followed.origin)

    # -- in a thread

    def _details(self, key: str) -> Details:
        found = self._packs.find(key)
        try:
            pack = self._packs.read(key)
            return details_of(found, pack, self._packs.parts_of(pack))
        except HomardError:
            return details_of(found, None, ())

    def _consent(self, key: str) -> Consent:
        pack = self._packs.read(key)
        return consent_of(self._packs.find(key), pack, self._packs.parts_of(pack))

    def _enable(self, key: str, digest: str, granted: frozenset[str]) -> Found:
        found = self._packs.find(key)
        if found.installed.digest != digest:
            raise _stale(key)
        asked = found.installed.asked
        wanted = [one for at, one in enumerate(asked) if capability_key(at, one) in granted]
        return self._packs.enable(key, wanted, seen=digest)

    def _install(self, place: Path) -> Sequence[str] | Consent:
        if place.name == LOCK or (place.is_dir() and (place / LOCK).is_file()):
            return self._read_lock(place)
        place = chosen(place)
        incoming = Incoming(place)
        with self._packs.store.opened(place) as pack:
            if not pack.key:
                incoming = Incoming(place, unsigned=True)
            before = self._packs.state().packs.get(pack.manifest.name)
            if before is not None and before.digest != pack.digest:
                return self._compare(pack.manifest.name, place, unsigned=not pack.key)
        if incoming.unsigned:
            return unsigned_consent(place)
        try:
            return [self._packs.install(place).name]
        except UnknownKey as error:
            return key_consent(error, Incoming(place, error.fingerprint), place.name)

    def _update(self, key: str, place: Path | None) -> Consent | None:
        take_revocations(self._packs, key, place)
        source = next_of(self._packs, key, place)
        if source is None:
            return None
        with self._packs.store.opened(source) as pack:
            if pack.digest == self._packs.find(key).installed.digest:
                return None
            signed = bool(pack.key)
        return self._compare(key, source, unsigned=not signed)

    def _compare(self, name: str, source: Path, *, unsigned: bool) -> Consent:
        difference = compared(self._packs, name, source)
        with self._packs.store.opened(source) as pack:
            incoming = Incoming(source, unsigned=unsigned, digest=pack.digest)
            return update_consent(self._packs.find(name), pack, self._packs.parts_of(pack), difference, incoming)

    def _take(self, incoming: Incoming, granted: frozenset[str]) -> Consent | None:
        if not incoming.digest:
            if not {COMPARED, UNSIGNED} & granted:
                raise UsageError(translate("Extensions", "Nothing was added."))
            found = self._packs.install(incoming.source, trust=incoming.trust, unsigned=incoming.unsigned)
            return self._consent(found.name)
        with self._packs.store.opened(incoming.source) as pack:
            name = pack.manifest.name
            if pack.digest != incoming.digest:
                raise _stale(name)
        found = self._packs.install(incoming.source, unsigned=incoming.unsigned, replace=True, seen=incoming.digest)
        self._enable(found.name, incoming.digest, granted)
        return None

    def _read_lock(self, place: Path, trust: str = "") -> Consent:
        try:
            return team_consent(read_lock(self._packs, place, self._today(), trust=trust), place, trust)
        except UnknownKey as error:
            return key_consent(error, Locked(place, 0, error.fingerprint, ()), error.publisher)

    def _follow(self, locked: Locked, granted: frozenset[str]) -> Consent | None:
        if not locked.serial:  # the key of the team was compared; next is what following changes
            if COMPARED not in granted:
                raise UsageError(translate("Extensions", "Nothing was changed."))
            return self._read_lock(locked.path, locked.trust)
        news = read_lock(self._packs, locked.path, self._today(), trust=locked.trust)
        if locked_of(news, locked.path, locked.trust) != locked:
            raise _stale(news.lock.team)
        follow(self._packs, news)
        return None

    # -- of the team

    def _lock_path(self) -> Path | None:
        followed = self._packs.state().followed
        return Path(followed.path) if followed is not None else None

    async def _news(self) -> News | None:
        """What the lock that is followed says now; None: none is followed, or it cannot be reached."""
        path = await asyncio.to_thread(self._lock_path)
        if path is None:
            return None
        try:
            async with asyncio.timeout(TEAM_S):
                return await asyncio.to_thread(read_lock, self._packs, path, self._today())
        except (HomardError, TimeoutError):
            return None  # what is installed goes on as it is


def _stale(name: str) -> UsageError:
    words = translate("Extensions", "{name} changed while you read, so it was not turned on. Look at it again.")
    return UsageError(words.format(name=name))
