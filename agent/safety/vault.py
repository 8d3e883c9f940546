"""Keys in a file that is sealed with a passphrase, for machines that have no keyring to be trusted.

The key that seals is derived with scrypt (RFC 7914), the file is sealed with AES-256-GCM (NIST SP 800-38D). Nothing is
ever written in the clear, not for a moment; what was read stays in this process's memory until it is locked.
"""

from __future__ import annotations

import hashlib
import os
import threading
import unicodedata
from pathlib import Path
from typing import Literal

import msgspec

from agent.errors import SecretUnavailable, UsageError
from agent.whole_file import replace_file

VAULT_FILE = "keys.sealed"
"""Its name in the data folder."""
SHORTEST_PASSPHRASE = 8
VERSION = 1
_N, _R, _P = 2**17, 8, 1
"""128 MiB and half a second for each guess."""
_MOST_N, _MOST_R, _MOST_P = 2**20, 16, 4
"""What a file may ask for: it must not take all the memory there is."""
_MAX_BYTES = 4 << 20

VaultState = Literal["none", "locked", "open"]


class _Sealed(msgspec.Struct, frozen=True):
    """The file, as JSON; bytes are base64."""

    homard_keys: int
    """Version of this layout."""
    n: int
    r: int
    p: int
    salt: bytes
    nonce: bytes
    sealed: bytes
    """JSON of names and keys, encrypted; everything above but the nonce is authenticated with it."""
    sum: bytes = b""
    """SHA-256 of all the rest: tells damage from a wrong passphrase, and protects nothing."""

    def head(self) -> bytes:
        """What is authenticated besides the keys."""
        return msgspec.json.encode((self.homard_keys, self.n, self.r, self.p, self.salt))

    def summed(self) -> _Sealed:
        """With the sum that fits."""
        bare = msgspec.structs.replace(self, sum=b"")
        return msgspec.structs.replace(self, sum=hashlib.sha256(msgspec.json.encode(bare)).digest())


class Vault:
    """One sealed file. All methods but `state` block, for half a second at most, and may be called from threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._guard = threading.Lock()
        self._key = b""
        """Empty while it is locked."""
        self._salt = b""
        self._keys: dict[str, str] = {}

    @property
    def state(self) -> VaultState:
        """Whether there is a file, and whether it can be read now."""
        if self._key:
            return "open"
        return "locked" if self.path.exists() else "none"

    def create(self, passphrase: str) -> None:
        """Make the file and leave it open. Raises UsageError, SecretUnavailable; nothing was changed then."""
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise UsageError(
                f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters. Choose a longer one, "
                "for instance four words that have nothing to do with each other."
            )
        with self._guard:
            if self.state != "none":
                raise UsageError(f"There are sealed keys already in {self.path}. Unlock them, or move the file away.")
            salt = os.urandom(16)
            key = _derive(passphrase, salt, _N, _R, _P)
            self._write({}, key, salt)
            self._key, self._salt, self._keys = key, salt, {}

    def unlock(self, passphrase: str) -> None:
        """Read the file and leave it open. Raises SecretUnavailable: none there, wrong passphrase, or damaged."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        with self._guard:
            sealed = self._read()
            key = _derive(passphrase, sealed.salt, sealed.n, sealed.r, sealed.p)
            try:
                plain = AESGCM(key).decrypt(sealed.nonce, sealed.sealed, sealed.head())
            except InvalidTag:
                raise SecretUnavailable("The passphrase is not the one that sealed the keys. Try again.") from None
            try:
                keys = msgspec.json.decode(plain, type=dict[str, str])
            except msgspec.DecodeError:
                raise SecretUnavailable(self._damaged("what was sealed cannot be read")) from None
            if (sealed.n, sealed.r, sealed.p) != (_N, _R, _P):
                salt = os.urandom(16)
                key = _derive(passphrase, salt, _N, _R, _P)
                self._write(keys, key, salt)
            else:
                salt = sealed.salt
            self._key, self._salt, self._keys = key, salt, keys

    def lock(self) -> None:
        """Forget what was read; the file stays."""
        with self._guard:
            self._key, self._salt, self._keys = b"", b"", {}

    def get(self, name: str) -> str | None:
        """A key, if it is open and has it."""
        return self._keys.get(name)

    def values(self) -> tuple[str, ...]:
        """All keys of an open vault."""
        return tuple(self._keys.values())

    def change(self, changes: dict[str, str | None]) -> None:
        """Store keys, and forget those given as None. Raises SecretUnavailable; nothing was changed then."""
        with self._guard:
            if not self._key:
                raise SecretUnavailable("The keys are sealed. Unlock them with your passphrase in the app's Settings.")
            keys = {**self._keys, **changes}
            kept = {name: value for name, value in keys.items() if value is not None}
            self._write(kept, self._key, self._salt)
            self._keys = kept

    def _read(self) -> _Sealed:
        try:
            with self.path.open("rb") as file:
                data = file.read(_MAX_BYTES)
            sealed = msgspec.json.decode(data, type=_Sealed)
        except FileNotFoundError:
            raise SecretUnavailable(f"There are no sealed keys in {self.path.parent}. Seal some first.") from None
        except OSError as error:
            raise SecretUnavailable(
                f"The sealed keys in {self.path} cannot be read ({error.strerror}). Mend the file's permissions."
            ) from error
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise SecretUnavailable(self._damaged("it is no such file any more")) from None
        if sealed.homard_keys > VERSION:
            raise SecretUnavailable(
                f"{self.path} was sealed by a newer Homard; it was left as it is. Install that one."
            )
        if sealed.summed() != sealed:
            raise SecretUnavailable(self._damaged("its checksum does not fit"))
        sound = 1 < sealed.n <= _MOST_N and sealed.n & (sealed.n - 1) == 0
        if not (sound and 0 < sealed.r <= _MOST_R and 0 < sealed.p <= _MOST_P and len(sealed.nonce) == 12):
            raise SecretUnavailable(self._damaged("its parameters make no sense"))
        return sealed

    def _damaged(self, how: str) -> str:
        return (
            f"The file of the sealed keys, {self.path}, is damaged ({how}); it was left as it is. "
            "Put a copy of it back, or move it away and enter the keys anew."
        )

    def _write(self, keys: dict[str, str], key: bytes, salt: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        bare = _Sealed(VERSION, _N, _R, _P, salt, os.urandom(12), b"")
        secret = AESGCM(key).encrypt(bare.nonce, msgspec.json.encode(keys), bare.head())
        sealed = msgspec.structs.replace(bare, sealed=secret).summed()
        try:
            replace_file(self.path, msgspec.json.encode(sealed) + b"\n")
        except OSError as error:
            raise SecretUnavailable(
                f"The sealed keys could not be written to {self.path} ({error.strerror}); nothing was changed. "
                "Free some space, or make the folder writable, and try again."
            ) from error


def _derive(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # The same words typed on another system may come as other code points.
    words = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    try:
        return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(words)
    except MemoryError as error:
        raise SecretUnavailable(
            "There is not enough memory to unseal the keys (128 MiB). Close something and try again."
        ) from error
