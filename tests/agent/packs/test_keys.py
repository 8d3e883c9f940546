"""The private key of a publisher: kept where it lasts, or not at all."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

from agent.errors import SecretUnavailable, UsageError
from agent.packs.keys import VARIABLE, find_key, keep_key, made_key, read_key
from agent.packs.signing import fingerprint_of, public_of, same_fingerprint


class Kept:
    """A keyring that keeps for ever, or for a session."""

    def __init__(self, where: Literal["keyring", "sealed", "session"]) -> None:
        self.where: Literal["keyring", "sealed", "session"] = where
        self.values: dict[str, str] = {}

    async def get(self, reference: str) -> str:
        name = reference.removeprefix("keyring:")
        if name not in self.values:
            raise SecretUnavailable(f"The key {name!r} is not in the keyring.")
        return self.values[name]

    async def set(self, name: str, value: str) -> Literal["keyring", "sealed", "session"]:
        self.values[name] = value
        return self.where

    async def delete(self, name: str) -> None:
        self.values.pop(name, None)


def test_a_key_is_kept_with_its_last_day_and_found_again() -> None:
    async def main() -> None:
        for where in ("keyring", "sealed"):
            secrets, key = Kept(where), made_key("2030-01-01")
            assert await keep_key(secrets, "me", key) == where
            assert await find_key(secrets, "me") == key and list(secrets.values) == ["pack-key-me"]
            with pytest.raises(UsageError, match="homard pack key --new"):
                await find_key(secrets, "other")

    asyncio.run(main())


def test_a_key_that_would_be_lost_is_not_kept() -> None:
    async def main() -> None:
        secrets = Kept("session")
        with pytest.raises(UsageError, match=f"--show.*{VARIABLE}"):
            await keep_key(secrets, "me", made_key())
        assert secrets.values == {}

    asyncio.run(main())


def test_a_machine_that_builds_has_it_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    key = made_key("2030-01-01")
    monkeypatch.setenv(VARIABLE, key.written)
    assert asyncio.run(find_key(Kept("session"), "me")) == key


@pytest.mark.parametrize("text", ["", "secret-that-is-none", "AAAA", "ä" * 43 + "="])
def test_what_is_no_key_is_never_quoted(text: str) -> None:
    with pytest.raises(UsageError, match="is no private key") as raised:
        read_key(text)
    assert not text or text not in str(raised.value)


def test_a_key_shows_itself_to_nobody() -> None:
    key = made_key()
    assert key.private not in repr(key) and key.private not in str(key)
    with pytest.raises(UsageError, match="is no day"):
        made_key("31.12.2030")
    with pytest.raises(UsageError, match="is no day"):
        read_key(f"{key.private} soon")


def test_fingerprints_are_compared_whole() -> None:
    mark = fingerprint_of(public_of(made_key().private))
    assert len(mark) == 39 and same_fingerprint(mark, mark.upper().replace("-", " "))
    for other in (mark[:-1], mark[:4], "", mark + "0", fingerprint_of(public_of(made_key().private))):
        assert not same_fingerprint(mark, other) and not same_fingerprint(other, other[:-1])
