"""Signatures: Ed25519 over a statement that says what it is for, so that none can stand for another."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final, TypeVar

import msgspec

from agent.errors import UsageError

MAX_BYTES: Final = 1_000_000
"""Of a signed statement with all around it."""
_DOMAIN: Final = b"homard statement 1\n"
_KEY: Final = re.compile(r"[A-Za-z0-9+/]{43}=")
_SIGNATURE: Final = re.compile(r"[A-Za-z0-9+/]{86}==")

T = TypeVar("T", bound=msgspec.Struct)


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement with its signature, as it stands in a file."""

    key: str
    """Public, base64."""
    signature: str
    statement: str
    """JSON, signed byte by byte as it stands here."""


class PackStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="pack", tag_field="for"):
    """Somebody says: this pack is mine."""

    name: str
    version: str
    digest: str
    publisher: str
    signed: str
    """Day, ISO."""
    key_expires: str = ""
    """Last day on which the key counts for something new; empty: no end."""


def new_key() -> str:
    """Make a private key, base64."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def public_of(private: str) -> str:
    """The public key of a private one. Raises UsageError if it is none; its text is never quoted."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        raw = base64.b64decode(private.strip(), validate=True)
        return base64.b64encode(Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()).decode()
    except ValueError:
        raise UsageError("That is no private key of packs. `homard pack key` makes one.") from None


def fingerprint_of(public: str) -> str:
    """What two people compare: 32 hex digits of the key's SHA-256, in groups of four."""
    digits = hashlib.sha256(public.encode()).hexdigest()[:32]
    return "-".join(digits[at : at + 4] for at in range(0, 32, 4))


def same_fingerprint(one: str, other: str) -> bool:
    """Whether two fingerprints are the same, however they are grouped."""
    return _digits(one) == _digits(other) and len(_digits(one)) == 32


def signed_by(private: str, statement: msgspec.Struct) -> Signed:
    """Sign a statement."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = public_of(private)
    text = msgspec.json.encode(statement)
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(private.strip()))
    return Signed(public, base64.b64encode(key.sign(_DOMAIN + text)).decode(), text.decode())


def opened(signed: Signed, shape: type[T]) -> T:
    """Give what was signed, as what it must be. Raises UsageError if the signature or the shape is wrong."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not _KEY.fullmatch(signed.key) or not _SIGNATURE.fullmatch(signed.signature):
        raise UsageError("The signature is none.")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed.key))
        key.verify(base64.b64decode(signed.signature), _DOMAIN + signed.statement.encode())
    except (InvalidSignature, ValueError):
        raise UsageError("The signature is wrong: what was signed is not what stands here.") from None
    try:
        return msgspec.json.decode(signed.statement, type=shape)
    except msgspec.DecodeError as error:
        raise UsageError(f"What was signed is something else than expected ({error}).") from None


def read_signed(data: bytes) -> Signed:
    """Read a file with a signed statement. Raises UsageError."""
    try:
        if len(data) > MAX_BYTES:
            raise UsageError(f"It is longer than {MAX_BYTES:,} bytes.")
        return msgspec.json.decode(data, type=Signed)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise UsageError(f"It is no signed statement ({error}).") from None


def _digits(text: str) -> str:
    return re.sub(r"[^0-9a-f]", "", text.lower())
