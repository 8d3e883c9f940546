"""Whose signatures count: a key on first use, compared by a person, until it expires or is taken back."""

from __future__ import annotations

from datetime import date

import msgspec

from agent.errors import UsageError
from agent.packs.archive import Pack
from agent.packs.signing import Signed, fingerprint_of, opened, same_fingerprint
from agent.packs.state import State, TrustedKey
from agent.skills.name import folded


class UnknownKey(UsageError):
    """A pack or lock is signed by a key that nobody has let count here yet."""

    def __init__(self, publisher: str, public: str, note: str = "") -> None:
        self.publisher, self.fingerprint, self.note = publisher, fingerprint_of(public), note
        super().__init__(
            f"It is signed by a key that is not known here, with the fingerprint {self.fingerprint}. {note}"
            f"Ask {publisher} for theirs, by another way than the one it came by, compare all of it, and say "
            f"--trust {self.fingerprint} if it is the same. Nothing was changed."
        )


class RevokeStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="revoke", tag_field="for"):
    """Somebody says: this pack of mine, or my key, counts no more."""

    reason: str
    digest: str = ""
    """Of the pack; empty: the key itself."""


def checked_trust(state: State, pack: Pack, today: date, *, trust: str = "", unsigned: bool = False) -> State:
    """Say whether a pack may be installed by who signed it; the state with a key that counts from now on.

    `trust`: the fingerprint that a person compared; `unsigned`: they take it without. Raises UsageError, UnknownKey.
    """
    if pack.statement is None:
        if not unsigned:
            raise UsageError(
                "It is not signed, so nobody can tell who made it. --unsigned takes it all the same; do that with "
                "packs of your own. Nothing was changed."
            )
        return state
    expires = pack.statement.key_expires
    after = with_trusted(state, pack.key, pack.statement.publisher, expires, today, trust)
    if why := after.why_revoked(pack.key, pack.digest):
        raise UsageError(f"{pack.manifest.name} {pack.manifest.version} was taken back: {why} Nothing was changed.")
    return after


def with_trusted(state: State, public: str, publisher: str, expires: str, today: date, trust: str) -> State:
    """The state in which a key counts. Raises UsageError if it does not, UnknownKey if a person must compare it."""
    known = state.keys.get(public)
    meant = bool(trust) and same_fingerprint(trust, fingerprint_of(public))
    if trust and not meant:
        raise UsageError(
            f"It is signed by another key than you said: its fingerprint is {fingerprint_of(public)}. Do not take it "
            "before you know why. Nothing was changed."
        )
    if known is not None and known.revoked:
        raise UsageError(f"The key {fingerprint_of(public)} counts no more: {known.revoked} Nothing was changed.")
    if known is None and not meant:
        raise UnknownKey(publisher, public, _same_name(state, publisher))
    if known is None or meant:
        known = TrustedKey(publisher, known.since if known else today.isoformat(), expires)
        state = state.with_key(public, known)
    if known.expires and _day(known.expires) < today:
        raise UsageError(
            f"The key {fingerprint_of(public)} of {publisher} expired on {known.expires}. What is installed stays; for "
            "something new ask them for a pack that is signed with a key that counts. Nothing was changed."
        )
    return state


def with_revocation(state: State, signed: Signed) -> State:
    """Take a publisher's word about their own: only what was signed by that very key. Raises UsageError."""
    said = opened(signed, RevokeStatement)
    if said.digest:
        return msgspec.structs.replace(
            state, revoked={**state.revoked, f"{signed.key}/{said.digest}": _sentence(said.reason)}
        )
    return with_revoked_key(state, signed.key, said.reason)


def with_revoked_key(state: State, public: str, reason: str) -> State:
    """The state in which a key counts no more, for nothing that it signed."""
    known = state.keys.get(public, TrustedKey("", ""))
    return state.with_key(public, msgspec.structs.replace(known, revoked=_sentence(reason)))


def _same_name(state: State, publisher: str) -> str:
    others = [one for one, key in state.keys.items() if folded(key.publisher) == folded(publisher)]
    if not others:
        return ""
    return f"{publisher} is known here by another key, {fingerprint_of(others[0])}: it may be somebody else. "


def _sentence(reason: str) -> str:
    words = "".join(char for char in " ".join(reason.split()) if char.isprintable())[:300] or "no reason was given"
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min  # what cannot be read is over
