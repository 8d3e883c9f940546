"""The key that seals the audit, and the anchor in the keyring.

The key lies in the system's keyring: a shell command, another account or a copied disk cannot read it there. Where
there is no keyring it lies in a file of mode 0600 beside the database. Then the chain still shows damage and what a
confined command did, but not what a program of this user did that read the key: `homard audit verify` says so. It is
not kept among the keys sealed with a passphrase, because the audit must be written before anybody has typed one.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import sys
from pathlib import Path
from typing import Literal

import msgspec

from agent.audit.anchor import Anchor, opened
from agent.errors import SecretUnavailable, StorageError
from agent.safety.secrets import KeyringSecrets
from agent.storage.database import sync_folder

KEY_FILE = "audit.key"
"""Its name in the data folder."""
ENTRY = "audit"
"""The key's name in the keyring: one for all homes, so that a home that is moved can still be verified."""

Kept = Literal["keyring", "file"]


class Key(msgspec.Struct, frozen=True):
    """A key of the audit."""

    value: bytes
    kept: Kept
    why: str = ""
    """Why it is not in the keyring, for a person."""

    @property
    def fingerprint(self) -> bytes:
        """Names the key without telling anything of it, 8 bytes."""
        return hmac.digest(self.value, b"fingerprint", "sha256")[:8]


class KeyPlace:
    """Where the keys of one home are."""

    def __init__(self, secrets: KeyringSecrets, data: Path) -> None:
        self._secrets = secrets
        self._file = data / KEY_FILE
        place = hashlib.sha256(os.fsencode(os.path.realpath(data))).hexdigest()
        self._anchor_entry = f"audit-anchor-{place[:12]}"

    async def load(self, *, from_file: bool) -> Key:
        """Give the key to go on with, made at the first use; `from_file`: the keyring need not be asked.

        Raises StorageError when there is no keyring and the file can be neither read nor written.
        """
        if from_file and (keys := await asyncio.to_thread(self.file_keys)):
            return keys[0]
        try:
            return await self._from_keyring()
        except SecretUnavailable as error:
            return await asyncio.to_thread(self._file_or_new, str(error))

    async def others(self, key: Key) -> list[Key]:
        """All other keys that older rows may have been sealed with."""
        if key.kept == "keyring":
            return await asyncio.to_thread(self.file_keys)
        try:
            value = _bytes_of(await self._secrets.read_entry(ENTRY))
        except SecretUnavailable:
            return []
        return [Key(value, "keyring")] if value else []

    def file_keys(self) -> list[Key]:
        """The key in the file, if there is one. Blocks. Raises StorageError."""
        key = self._from_file("")
        return [] if key is None else [key]

    async def read_anchor(self, key: Key) -> Anchor | None:
        """The anchor in the keyring; None: there is none, or it cannot be had now."""
        if key.kept != "keyring":
            return None
        try:
            entry = await self._secrets.read_entry(self._anchor_entry)
            return opened(bytes.fromhex(entry or ""), key.value)
        except (SecretUnavailable, ValueError):
            return None

    async def write_anchor(self, key: Key, anchor: Anchor) -> bool:
        """Store the anchor in the keyring; False: there is none, or it refused."""
        if key.kept != "keyring":
            return False
        try:
            await self._secrets.write_entry(self._anchor_entry, anchor.sealed(key.value).hex())
        except SecretUnavailable:
            return False
        return True

    async def _from_keyring(self) -> Key:
        value = _bytes_of(await self._secrets.read_entry(ENTRY))
        if value is None:
            await self._secrets.write_entry(ENTRY, os.urandom(32).hex())
            value = _bytes_of(await self._secrets.read_entry(ENTRY))  # another home may have written at the same time
        if value is None:
            raise SecretUnavailable("The keyring did not keep the key of the audit.")
        self._secrets.known.note(value.hex())
        return Key(value, "keyring")

    def _file_or_new(self, why: str) -> Key:
        if (key := self._from_file(why)) is not None:
            return key
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = self._file.with_suffix(".part")
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(os.urandom(32).hex())
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._file)
            sync_folder(self._file.parent)
        except OSError as error:
            raise self._unusable(error) from error
        key = self._from_file(why)
        if key is None:
            raise StorageError(f"The key of the audit in {self._file} was not kept; nothing was done. Try again.")
        return key

    def _from_file(self, why: str) -> Key | None:
        try:
            if sys.platform != "win32" and self._file.stat().st_mode & 0o077:
                self._file.chmod(0o600)
            value = _bytes_of(self._file.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            value = None
        except OSError as error:
            raise self._unusable(error) from error
        if value is None:
            raise StorageError(
                f"The key of the audit in {self._file} is damaged; nothing was done. Put a copy of it back, or move it "
                "away: a new one is made, and `homard audit verify` says from where on it holds."
            )
        self._secrets.known.note(value.hex())
        return Key(value, "file", why)

    def _unusable(self, error: OSError) -> StorageError:
        return StorageError(
            f"The key of the audit in {self._file} cannot be used ({error.strerror}); nothing was done. "
            "Mend the permissions of the data folder, or free some space, and try again."
        )


def _bytes_of(text: str | None) -> bytes | None:
    try:
        value = bytes.fromhex(text or "")
    except ValueError:
        return None
    return value if len(value) == 32 else None
