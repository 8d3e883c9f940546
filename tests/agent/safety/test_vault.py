"""The sealed file with its real cost; each case seals a file or two."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.errors import SecretUnavailable, UsageError
from agent.safety.vault import Vault

ROOT = Path(__file__).parents[3]
WORDS = "größe corréct horse"
KEY = "sk-T0pS3cret"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a file with one key."""
    vault = Vault(tmp_path_factory.mktemp("vault") / "keys.sealed")
    vault.create(WORDS)
    vault.change({"openai": KEY})
    return vault.path.read_bytes()


def restored(folder: Path, data: bytes) -> Vault:
    vault = Vault(folder / "keys.sealed")
    vault.path.write_bytes(data)
    return vault


def test_a_vault_keeps_keys_for_who_knows_the_words_and_nobody_else(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "home" / "keys.sealed")
    assert vault.state == "none"
    with pytest.raises(SecretUnavailable, match="There are no sealed keys"):
        vault.unlock(WORDS)
    vault.create(WORDS)
    assert vault.state == "open" and vault.get("openai") is None
    vault.change({"openai": KEY, "other": "sk-2"})
    vault.change({"other": None, "third": "sk-3"})
    assert (vault.get("openai"), vault.get("other"), vault.values()) == (KEY, None, (KEY, "sk-3"))
    vault.lock()
    assert vault.state == "locked" and vault.get("openai") is None and vault.values() == ()
    for forbidden in (lambda: vault.change({"openai": "sk-4"}), lambda: vault.unlock("wrong words")):
        with pytest.raises(SecretUnavailable):
            forbidden()
    with pytest.raises(UsageError, match="sealed keys already"):
        vault.create(WORDS)
    vault.unlock(unicodedata.normalize("NFD", WORDS))
    assert vault.values() == (KEY, "sk-3")
    assert KEY.encode() not in vault.path.read_bytes()
    assert [file.name for file in vault.path.parent.iterdir()] == ["keys.sealed"]
    if os.name == "posix":
        assert stat.S_IMODE(vault.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(vault.path.parent.stat().st_mode) == 0o700


def test_each_writing_has_a_nonce_of_its_own(tmp_path: Path, sealed: bytes) -> None:
    vault = restored(tmp_path, sealed)
    vault.unlock(WORDS)
    nonces = {json.loads(sealed)["nonce"]}
    for _ in range(3):
        vault.change({})
        nonces.add(json.loads(vault.path.read_bytes())["nonce"])
    assert len(nonces) == 4


def same(data: bytes, sealed: bytes) -> bool:
    """Whether only bits differ that base64 does not use."""
    from agent.safety import vault

    try:
        return msgspec.json.decode(data, type=vault._Sealed) == msgspec.json.decode(sealed, type=vault._Sealed)  # pyright: ignore[reportPrivateUsage]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def test_damage_is_told_from_a_wrong_passphrase(tmp_path: Path, sealed: bytes) -> None:
    with pytest.raises(SecretUnavailable, match="The passphrase is not the one"):
        restored(tmp_path, sealed).unlock("wrong words")
    damaged = [sealed[:length] for length in range(0, len(sealed) - 1, 7)]
    flipped = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(0, len(sealed) - 1, 3)]
    damaged += [data for data in flipped if not same(data, sealed)]
    assert len(damaged) > len(sealed) / 3
    for data in [*damaged, b"\xff\xfe", b"[]"]:
        vault = restored(tmp_path, data)
        with pytest.raises(SecretUnavailable, match=r"is damaged \(|newer Homard"):
            vault.unlock(WORDS)
        assert vault.state == "locked" and vault.path.read_bytes() == data


def resummed(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """What someone makes of the file who knows the layout, but not the words."""
    from agent.safety import vault

    fields = json.loads(data)
    change(fields)
    return msgspec.json.encode(msgspec.json.decode(json.dumps(fields), type=vault._Sealed).summed())  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda fields: fields.update(n=2**30), "parameters make no sense"),
        (lambda fields: fields.update(n=3), "parameters make no sense"),
        (lambda fields: fields.update(r=10_000), "parameters make no sense"),
        (lambda fields: fields.update(nonce="AAAA"), "parameters make no sense"),
        (lambda fields: fields.update(n=2**14), "passphrase is not the one"),
        (lambda fields: fields.update(homard_keys=2), "newer Homard"),
    ],
)
def test_a_forged_file_neither_opens_nor_takes_all_memory(
    tmp_path: Path, sealed: bytes, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    vault = restored(tmp_path, resummed(sealed, change))
    with pytest.raises(SecretUnavailable, match=words):
        vault.unlock(WORDS)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path, sealed: bytes) -> None:
    vault = restored(tmp_path, sealed)
    vault.unlock(WORDS)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SecretUnavailable, match="nothing was changed"):
            vault.change({"openai": "sk-new"})
    finally:
        tmp_path.chmod(0o700)
    assert vault.get("openai") == KEY and vault.path.read_bytes() == sealed


def test_a_write_that_fails_changes_nothing(tmp_path: Path, sealed: bytes) -> None:
    vault = restored(tmp_path, sealed)
    vault.unlock(WORDS)
    vault.path.unlink()
    vault.path.mkdir()  # nothing can take the place of a folder
    (vault.path / "in the way").touch()
    with pytest.raises(SecretUnavailable, match="nothing was changed"):
        vault.change({"openai": "sk-new"})
    assert vault.get("openai") == KEY and [file.name for file in tmp_path.iterdir()] == ["keys.sealed"]


def test_cryptography_is_imported_when_something_is_sealed() -> None:
    code = "import sys, agent.safety.secrets; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
