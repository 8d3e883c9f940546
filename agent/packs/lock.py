"""The lock of a team: which packs each member has, at which hash. Signed, in a shared folder or a git repository.

It brings, changes and takes away packs; it enables none and grants nothing. What it brought before and names no more,
goes. A member sees the difference and follows it, or not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

import msgspec

from agent.errors import UsageError
from agent.packs.keys import PublisherKey
from agent.packs.origin import LOCK as FILE
from agent.packs.origin import drop_unused, origin_at
from agent.packs.service import Found, Packs
from agent.packs.signing import MAX_BYTES, fingerprint_of, opened, read_signed, same_fingerprint, signed_by
from agent.packs.state import Followed, State
from agent.packs.trust import UnknownKey
from agent.skills.hidden import visible
from agent.skills.name import fits, wrong_with
from agent.whole_file import replace_file

MOST: Final = 200


class LockedPack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One pack that members have."""

    name: str
    version: str
    digest: str
    key: str
    """Public key of its publisher."""
    file: str
    """Beside the lock, or in a folder below it."""


class LockStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="lock", tag_field="for"):
    """What the team's key signs."""

    team: str
    serial: int
    """Grows with each lock, so that no older one is taken for the present one."""
    signed: str
    packs: tuple[LockedPack, ...]
    revoked: dict[str, str] = {}
    """`key/digest` of packs that nobody may use any more, and why."""
    key_expires: str = ""


@dataclass(frozen=True)
class Step:
    """One thing that following a lock does."""

    does: Literal["install", "update", "remove", "revoke"]
    name: str
    words: str
    locked: LockedPack | None = None


@dataclass(frozen=True)
class News:
    """A lock that was read, and what following it would change."""

    lock: LockStatement
    followed: Followed
    """That it is followed, if a person says so."""
    steps: tuple[Step, ...]


def write_lock(packs: Packs, folder: Path, team: str, key: PublisherKey, files: Sequence[Path], today: date) -> Path:
    """Sign a lock over packs that lie in the folder; gives its path. Blocks. Raises UsageError.

    Those that the lock there revoked stay revoked.
    """
    path = folder / FILE
    before = open_lock(path)[0] if path.exists() else LockStatement(team, 0, "", ())
    locked: list[LockedPack] = []
    for file in files:
        with packs.store.opened(file) as pack:
            if not pack.key:
                raise UsageError(f"{file.name} is not signed, and a lock names signed packs only.")
            inside = os.path.relpath(file, folder).replace(os.sep, "/")
            if wrong_with(inside):
                raise UsageError(f"{file} does not lie in {folder}: publish it there first.")
            locked.append(LockedPack(pack.manifest.name, pack.manifest.version, pack.digest, pack.key, inside))
    if len({one.name for one in locked}) < len(locked):
        raise UsageError("A pack stands there in two versions. Name one. Nothing was written.")
    statement = LockStatement(
        team, before.serial + 1, today.isoformat(), tuple(locked), before.revoked, key_expires=key.expires
    )
    try:
        replace_file(path, msgspec.json.encode(signed_by(key.private, statement)))
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}). Nothing was changed.") from error
    return path


def read_lock(packs: Packs, path: Path, today: date, *, trust: str = "") -> News:
    """Read a lock and say what following it would change; changes nothing. Blocks. Raises UsageError, UnknownKey."""
    path = path / FILE if path.is_dir() else path
    origin = origin_at(packs.store.folder, path)
    lock, public = open_lock(path, f"{FILE} of {origin}" if origin is not None else "")
    state = packs.state()
    followed = state.followed
    expires = _trusted(state, public, lock, today, trust)
    if followed is not None and followed.key == public and lock.serial < followed.serial:
        raise UsageError(
            f"This lock is older (number {lock.serial}) than the one that you followed (number {followed.serial}). "
            "Nothing was changed."
        )
    followed = Followed(str(path), public, lock.team, lock.serial, expires, origin)
    return News(lock, followed, tuple(_steps(_with_lock(state, lock, followed), lock)))


def _with_lock(state: State, lock: LockStatement, followed: Followed) -> State:
    """The state in which a lock is followed and its revocations count."""
    return msgspec.structs.replace(state, revoked={**state.revoked, **lock.revoked}, followed=followed)


def _trusted(state: State, public: str, lock: LockStatement, today: date, trust: str) -> str:
    """The last day of the team's key. A publisher's key is none of a team: it was trusted for something else.

    Raises UsageError if it does not count, UnknownKey if a person must compare it.
    """
    before = state.followed
    known = before is not None and before.key == public
    if trust and not same_fingerprint(trust, fingerprint_of(public)):
        raise UsageError(f"The lock is signed by another key than you said: {fingerprint_of(public)}. Nothing changed.")
    if not known and not trust:
        other = f"You followed a lock of {before.team} until now, signed by another key. " if before is not None else ""
        raise UnknownKey(lock.team, public, other)
    expires = before.expires if before is not None and known and not trust else lock.key_expires
    if expires and expires < today.isoformat():
        raise UsageError(f"The key of {lock.team} expired on {expires}. What is installed stays. Nothing was changed.")
    return expires


def follow(packs: Packs, news: News) -> list[Found]:
    """Do what a lock says, after a person saw it. Blocks. Raises UsageError; what was done until then is done."""

    def followed(state: State) -> State:
        before, state = state.followed, _with_lock(state, news.lock, news.followed)
        newer = before is not None and before.key == news.followed.key and before.serial > news.followed.serial
        if newer or tuple(_steps(state, news.lock)) != news.steps:
            raise UsageError("The packs here changed since you looked. Nothing was changed; look again.")
        return state

    folder = Path(news.followed.path).parent
    done: list[Found] = []
    with packs.alone():
        packs.edit(followed)
        for step in news.steps:
            if step.does == "remove":
                packs.remove(step.name)
            elif step.locked is not None:
                done.append(_install(packs, step.locked, folder / step.locked.file))
    return done


def leave(packs: Packs) -> None:
    """Follow no lock any more; what it brought is the person's own from now on. Blocks."""

    def left(state: State) -> State:
        own = {name: msgspec.structs.replace(one, team=False) for name, one in state.packs.items()}
        return msgspec.structs.replace(state, packs=own, followed=None)

    drop_unused(packs.store.folder, packs.edit(left))


def _install(packs: Packs, locked: LockedPack, file: Path) -> Found:
    with packs.store.opened(file) as pack:
        if (pack.manifest.name, pack.digest, pack.key) != (locked.name, locked.digest, locked.key):
            raise UsageError(f"{file.name} is not the pack that the lock names: its hash or its key is another.")
        state = packs.state()
        if why := state.why_revoked(pack.key, pack.digest):
            raise UsageError(f"{locked.name} {locked.version} was taken back: {why}")
        return packs.apply(state, pack, str(file), team=True)


def _steps(state: State, lock: LockStatement) -> Iterator[Step]:
    named = {one.name: one for one in lock.packs}
    for name, one in sorted(named.items()):
        here = state.packs.get(name)
        if state.why_revoked(one.key, one.digest):
            continue
        if here is None:
            yield Step("install", name, f"install {name} {one.version}, off until you enable it", one)
        elif here.digest != one.digest:
            other = "" if here.key == one.key else ", of another publisher than the one that is here"
            words = f"replace {name} {here.version} by {one.version}{other}; off until you enable it"
            yield Step("update", name, words, one)
    for name, here in sorted(state.packs.items()):
        if why := lock.revoked.get(f"{here.key}/{here.digest}"):
            yield Step("revoke", name, f"use {name} {here.version} no more: {visible(why)}")
        if here.team and name not in named:
            yield Step("remove", name, f"remove {name} {here.version}: the lock names it no more")


def open_lock(path: Path, called: str = "") -> tuple[LockStatement, str]:
    """Read a lock whose signature is right; gives it, and the public key of whoever signed it, which need not count.

    `called`: what people know it as; empty: its path. Blocks. Raises UsageError.
    """
    called = called or str(path)
    try:
        with path.open("rb") as file:
            signed = read_signed(file.read(MAX_BYTES + 1))
        lock = opened(signed, LockStatement)
    except OSError as error:
        raise UsageError(
            f"{called} cannot be reached ({error.strerror}). What is installed goes on as it is; try again later."
        ) from error
    except UsageError as error:
        raise UsageError(f"{called}: {error} Nothing was changed.") from None
    if len(lock.packs) > MOST or not lock.team.isprintable() or visible(lock.team) != lock.team or not lock.team:
        raise UsageError(f"{called}: the team's name cannot be shown, or it names more than {MOST} packs.")
    if not (_is_day(lock.signed) and (not lock.key_expires or _is_day(lock.key_expires))):
        raise UsageError(f"{called}: its days are none.")
    for one in lock.packs:
        if not fits(one.name) or wrong_with(one.file) or not one.version.isprintable() or len(one.version) > 40:
            raise UsageError(f"{called} names a pack that cannot be: {visible(one.name)[:80]!r}. Nothing was changed.")
    return lock, signed.key


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
