"""The private key of a publisher: in the keyring, or in an environment variable of a machine that builds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol

from agent.errors import SecretUnavailable, UsageError
from agent.packs.archive import Pack
from agent.packs.signing import PackStatement, Signed, fingerprint_of, new_key, public_of, signed_by

VARIABLE: Final = "HOMARD_PACK_KEY"
"""Where it is set, its key signs: as `homard pack key --show` printed it."""


class Secrets(Protocol):
    """Where keys are kept: `agent.safety.secrets.KeyringSecrets`."""

    async def get(self, reference: str) -> str:
        """Read the key of a reference. Raises SecretUnavailable."""
        ...

    async def set(self, name: str, value: str) -> Literal["keyring", "sealed", "session"]:
        """Store a key; says where. Raises SecretUnavailable."""
        ...

    async def delete(self, name: str) -> None:
        """Forget a key. Raises SecretUnavailable."""
        ...


@dataclass(frozen=True, repr=False)
class PublisherKey:
    """A private key, and its last day."""

    private: str
    expires: str = ""
    """ISO; empty: no end."""

    @property
    def fingerprint(self) -> str:
        """What others compare."""
        return fingerprint_of(public_of(self.private))

    @property
    def written(self) -> str:
        """As it is kept."""
        return f"{self.private} {self.expires}".strip()

    def sign(self, pack: Pack, today: date) -> Signed:
        """Sign a pack. Raises UsageError where the key is over."""
        if self.expires and date.fromisoformat(self.expires) < today:
            raise UsageError(
                f"Your key expired on {self.expires}. Nothing was signed; `homard pack key --new` makes one."
            )
        manifest = pack.manifest
        statement = PackStatement(
            manifest.name, manifest.version, pack.digest, manifest.publisher, today.isoformat(), self.expires
        )
        return signed_by(self.private, statement)


def read_key(text: str) -> PublisherKey:
    """Read a key as it is kept. Raises UsageError."""
    private, _, expires = text.strip().partition(" ")
    public_of(private)
    return PublisherKey(private, _day(expires.strip()) if expires.strip() else "")


def made_key(expires: str = "") -> PublisherKey:
    """Make a key. Raises UsageError if its last day is none."""
    return PublisherKey(new_key(), _day(expires) if expires else "")


async def find_key(secrets: Secrets, name: str) -> PublisherKey:
    """The key to sign with. Raises UsageError that says how to make one."""
    if os.environ.get(VARIABLE):
        return read_key(os.environ[VARIABLE])
    try:
        return read_key(await secrets.get(f"keyring:{_entry(name)}"))
    except SecretUnavailable as error:
        raise UsageError(f"There is no key to sign with. `homard pack key --new` makes one. ({error})") from None


async def keep_key(secrets: Secrets, name: str, key: PublisherKey) -> str:
    """Keep a new key; says where. Raises UsageError where it would be lost."""
    where = await secrets.set(_entry(name), key.written)
    if where == "session":
        await secrets.delete(_entry(name))
        raise UsageError(
            "There is no keyring on this machine that would keep the key. `homard pack key --new --show` prints one: "
            f"keep it where only you can read it, and set {VARIABLE} to it when you sign."
        )
    return where


def _entry(name: str) -> str:
    return f"pack-key-{name}"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{text!r} is no day. Write it as 2027-12-31.") from None
