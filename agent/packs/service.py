"""The packs of one home: brought in, looked at, enabled by a person, changed and taken away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Concatenate, Final, Literal, ParamSpec, TypeVar

import msgspec

from agent.errors import UsageError
from agent.packs.archive import Pack
from agent.packs.capability import CapabilityText
from agent.packs.origin import drop_unused, origin_at
from agent.packs.part import Part, Parts
from agent.packs.requirement import why_unmet
from agent.packs.state import Installed, Origin, Placed, State, editing, load_state, save_state
from agent.packs.store import Store, kept_before
from agent.packs.trust import checked_trust
from agent.skills.tree import Stamp, differences, look

MAX_FORMER: Final = 2_000
"""Skills of packs that were here once, remembered so long."""
Status = Literal["on", "off", "changed", "revoked", "waiting"]
"""`changed`: some byte is another one than the person saw, so nothing of it is used; `waiting`: a pack that it needs is
not on."""


@dataclass(frozen=True)
class Found:
    """A pack with what was said of it."""

    name: str
    installed: Installed
    status: Status
    why: str = ""
    changes: tuple[str, ...] = ()
    """Since it was installed: `changed: skills/letters/SKILL.md`."""


_Options = ParamSpec("_Options")
_Done = TypeVar("_Done")


def _alone(act: Callable[Concatenate[Packs, _Options], _Done]) -> Callable[Concatenate[Packs, _Options], _Done]:
    """Let nobody else change packs meanwhile, in whichever process."""

    @wraps(act)
    def alone(packs: Packs, *args: _Options.args, **options: _Options.kwargs) -> _Done:
        with packs.alone():
            return act(packs, *args, **options)

    return alone


def _nobody(_name: str, _status: str) -> None:
    """Tell nobody."""


class Packs:
    """All methods block for the disk; they raise UsageError, after which nothing is changed, and StorageError."""

    def __init__(
        self,
        folder: Path,
        kinds: Sequence[Parts],
        today: Callable[[], date] = date.today,
        told: Callable[[str, str], None] = _nobody,
    ) -> None:
        """`folder`: where packs are kept; it need not be there. `kinds`: where parts of each kind live.

        `told`: hears of each pack (name, status) that somebody changed; called in the thread that did it.
        """
        self.store = Store(folder)
        self._told = told
        self.kinds = {one.kind: one for one in kinds}
        self._today = today

    # -- looking

    def look(self) -> list[Found]:
        """All packs by name."""
        state = load_state(self.store.folder)
        return [self._judged(state, name) for name in sorted(state.packs)]

    def find(self, name: str) -> Found:
        """The pack of a name. Raises UsageError that says which there are."""
        state = load_state(self.store.folder)
        if name in state.packs:
            return self._judged(state, name)
        there = (
            f"There are: {', '.join(sorted(state.packs))}."
            if state.packs
            else "There is none yet: homard pack install, or new."
        )
        raise UsageError(f"There is no pack {name!r} here. {there}")

    def _found(self, name: str) -> Found:
        found = self.find(name)
        self._told(name, found.status)
        return found

    def read(self, name: str) -> Pack:
        """The pack of a name as it lies on the disk, if it is what was installed."""
        installed = self.find(name).installed
        return self.store.read(name, installed.digest, installed.files)

    def parts_of(self, pack: Pack) -> list[Part]:
        """Read all parts of a pack. Raises UsageError if one cannot be used, or no such part can be here."""
        found = [part for kind in self.kinds.values() for part in kind.found(pack)]
        manifest = pack.manifest
        for kind, listed in (("plugin", manifest.plugins), ("server", manifest.servers)):
            if listed and kind not in self.kinds:
                raise UsageError(f"It holds a {kind}, and this Homard cannot use one from a pack.")
        for part in found:
            if twice := [one for one in found if one is not part and (one.kind, one.name) == (part.kind, part.name)]:
                raise UsageError(f"It holds the {part.kind} {part.name} twice: {part.path} and {twice[0].path}.")
        return found

    def texts_of(self, installed: Installed) -> dict[str, str]:
        """The skills of a pack, those that its plugins brought among them: hashes and folders."""
        return {
            digest: folder
            for placed in installed.parts
            if placed.kind in self.kinds
            for digest, folder in self.kinds[placed.kind].texts(placed).items()
        }

    def _judged(self, state: State, name: str) -> Found:
        one = state.packs[name]
        changes = (*self.store.changes(name, one), *self._changed_parts(one))
        if why := state.why_revoked(one.key, one.digest):
            return Found(name, one, "revoked", why, changes)
        if changes:
            return Found(name, one, "changed", "Install it again, or remove it.", changes)
        if not one.enabled:
            return Found(name, one, "off")
        if why := why_unmet(state, name):
            return Found(name, one, "waiting", why)
        return Found(name, one, "on")

    def _changed_parts(self, installed: Installed) -> list[str]:
        granted = installed.granted if installed.enabled else ()
        return [
            f"{change} (of the {placed.kind} {placed.name})"
            for placed in installed.parts
            if placed.kind in self.kinds
            for change in self.kinds[placed.kind].changes(placed, granted)
        ]

    # -- changing

    @_alone
    def install(
        self, source: Path, *, trust: str = "", unsigned: bool = False, replace: bool = False, seen: str = ""
    ) -> Found:
        """Bring in a pack from its file, or from the folder of its author; it is off until a person enables it.

        `trust`: fingerprint of the publisher's key, as a person compared it; `unsigned`: they take it without;
        `replace`: one of that name may be there, which is then kept for rollback. `seen`: the hash of what a person
        looked at; another one is not installed. Raises UnknownKey too.
        """
        self.store.clear()
        with self.store.opened(source) as pack:
            if seen not in ("", pack.digest):
                raise UsageError(f"{source.name} is another one than the one you looked at. Nothing was changed.")
            state = checked_trust(self.state(), pack, self._today(), trust=trust, unsigned=unsigned)
            before = state.packs.get(pack.manifest.name)
            if before is not None:
                _check_successor(before, pack, replace=replace)
            return self.apply(state, pack, str(source))

    @_alone
    def apply(self, state: State, pack: Pack, source: str, *, team: bool = False, known: bool = False) -> Found:
        """Put a pack that was judged in the place of what is there, off. `known`: it lies among the kept ones."""
        name = pack.manifest.name
        before = state.packs.get(name)
        parts = self.parts_of(pack)
        had = {(one.kind, one.name) for one in before.parts} if before is not None else set[tuple[str, str]]()
        for part in parts:
            if (part.kind, part.name) not in had and (why := self.kinds[part.kind].taken(part)):
                raise UsageError(f"{why} Nothing was changed.")
        if before is not None:
            state = with_former(state, name, self.texts_of(before))
            self._switch_off(before)
        pack, files = self.store.kept(pack) if known else self.store.keep(pack)
        planned = tuple(self.kinds[part.kind].planned(part) for part in parts)
        origin = before.origin if known and before is not None else origin_at(self.store.folder, Path(source))
        if known and origin is not None:
            origin = msgspec.structs.replace(origin, commit="")
        one = _installed(pack, files, source, planned, before, origin, team=team)
        save_state(self.store.folder, state.with_pack(name, one))  # what is killed from here on is seen as changed
        self.store.drop(name, (pack.digest, *(kept.digest for kept in one.kept)))
        for placed in before.parts if before is not None else ():
            if (placed.kind, placed.name) not in {(part.kind, part.name) for part in parts}:
                self._kind(placed).remove(placed)
        placed = tuple(self._put(part, pack) for part in parts)
        save_state(self.store.folder, state.with_pack(name, msgspec.structs.replace(one, parts=placed)))
        return self._found(name)

    def _put(self, part: Part, pack: Pack) -> Placed:
        try:
            return self.kinds[part.kind].put(part, pack)
        finally:
            shutil.rmtree(self.store.stage, ignore_errors=True)

    def _switch_off(self, installed: Installed) -> None:
        for placed in installed.parts:
            self._kind(placed).disable(placed)

    def _kind(self, placed: Placed) -> Parts:
        """Raises UsageError for a part that this Homard knows nothing of."""
        kind = self.kinds.get(placed.kind)
        if kind is None:
            raise UsageError(f"It holds the {placed.kind} {placed.name}, and this Homard cannot use one from a pack.")
        return kind

    @_alone
    def enable(self, name: str, granted: Sequence[CapabilityText] | None = None, *, seen: str = "") -> Found:
        """Let a pack be used as it stands, with all that it asks for or with less. Raises UsageError.

        `seen`: the hash of what a person looked at, or its beginning; another one is not enabled.
        """
        found = self.find(name)
        one = found.installed
        if not one.digest.startswith(seen):
            raise UsageError(
                f"The pack {name} is another one than the one you looked at. Nothing was enabled; look again: "
                f"homard pack show {name}"
            )
        if found.status in ("changed", "revoked"):
            raise UsageError(f"The pack {name} is not enabled. {' '.join((found.why, *found.changes[:5]))}")
        allowed = one.asked if granted is None else tuple(cap for cap in one.asked if cap in granted)
        state = self.state()
        # Looked at again: by now the times of the files tell whether they change, so that nobody has to read them.
        parts = tuple(_looked_at(placed) for placed in one.parts)
        files = self.store.look(name, one)
        on = msgspec.structs.replace(one, enabled=True, granted=allowed, files=files, parts=parts)
        if why := why_unmet(state.with_pack(name, on), name):
            raise UsageError(f"The pack {name} is not enabled. {why}")
        try:
            for placed in one.parts:
                self._kind(placed).enable(placed, allowed)
        except BaseException:
            self._switch_off(one)
            raise
        save_state(self.store.folder, state.with_pack(name, on))
        return self._found(name)

    @_alone
    def disable(self, name: str) -> Found:
        """Let nothing of a pack be used; it stays where it is."""
        one = self.find(name).installed
        save_state(self.store.folder, self.state().with_pack(name, msgspec.structs.replace(one, enabled=False)))
        self._switch_off(one)
        return self._found(name)

    @_alone
    def remove(self, name: str) -> None:
        """Take a pack away with all its parts and kept versions."""
        one = self.find(name).installed
        texts = self.texts_of(one)
        self._switch_off(one)
        for placed in one.parts:
            self._kind(placed).remove(placed)
        state = with_former(self.state(), name, texts).with_pack(name, None)
        save_state(self.store.folder, state)
        self.store.drop(name)
        drop_unused(self.store.folder, state)
        self._told(name, "removed")

    @_alone
    def rollback(self, name: str) -> Found:
        """Go back to the version before; it is off until a person enables it."""
        one = self.find(name).installed
        before = next((kept for kept in one.kept if _order(kept.version) <= _order(one.version)), None)
        if before is None:
            raise UsageError(f"There is no version of {name} before {one.version}. Nothing was changed.")
        state = self.state()
        pack = self.store.read(name, before.digest)
        if why := state.why_revoked(pack.key, pack.digest):
            raise UsageError(f"{name} {pack.manifest.version} was taken back: {why} Nothing was changed.")
        return self.apply(state, pack, one.source, team=one.team, known=True)

    def state(self) -> State:
        """What was said of all packs and keys."""
        return load_state(self.store.folder)

    def alone(self) -> AbstractContextManager[None]:
        """Let nobody else change packs or keys until the block ends; the methods that change something ask for it."""
        return editing(self.store.folder)

    def edit(self, change: Callable[[State], State]) -> State:
        """Say something else of packs and keys; gives all that is said. Parts of packs that it revokes are off."""
        with self.alone():
            before = self.state()
            state = change(before)
            if state != before:
                save_state(self.store.folder, state)
            for name, one in state.packs.items():
                if state.why_revoked(one.key, one.digest) and not before.why_revoked(one.key, one.digest):
                    self._switch_off(one)
                    self._told(name, "revoked")
            return state


def _check_successor(before: Installed, pack: Pack, *, replace: bool) -> None:
    name, version = pack.manifest.name, pack.manifest.version
    if before.key != pack.key:
        raise UsageError(
            f"The pack {name} that is here is by somebody else: it is signed by another key, or not at all. Remove it "
            "first if you want this one. Nothing was changed."
        )
    if before.digest != pack.digest and not replace:
        raise UsageError(f"{name} {before.version} is here. `homard pack update` takes another. Nothing was changed.")
    if _order(before.version) > pack.manifest.order:
        raise UsageError(f"{name} {before.version} is here, and {version} is older. Nothing was changed.")
    if before.version == version and before.digest != pack.digest and pack.key:
        raise UsageError(
            f"{name} {version} is here with other content: a publisher raises the version for each change. Ask them "
            "why. Nothing was changed."
        )


def with_former(state: State, name: str, texts: Iterable[str]) -> State:
    """The state that remembers which skills a pack had, by hash: chats that have read them stay cut."""
    mine = dict.fromkeys(texts, name)
    former = {digest: owner for digest, owner in state.former.items() if digest not in mine} | mine
    return msgspec.structs.replace(state, former=dict(list(former.items())[-MAX_FORMER:]))


def _looked_at(placed: Placed) -> Placed:
    files = dict(look(Path(placed.place), placed.files).files) if placed.place else {}
    return msgspec.structs.replace(placed, files=files) if not differences(placed.files, files) else placed


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _installed(
    pack: Pack,
    files: dict[str, Stamp],
    source: str,
    parts: tuple[Placed, ...],
    before: Installed | None,
    origin: Origin | None,
    *,
    team: bool,
) -> Installed:
    manifest = pack.manifest
    return Installed(
        manifest.version,
        pack.digest,
        manifest.publisher,
        manifest.description,
        pack.key,
        source,
        team,
        files,
        parts,
        manifest.requires,
        manifest.rules,
        manifest.capabilities,
        kept=kept_before(before, pack.digest),
        origin=origin,
    )
