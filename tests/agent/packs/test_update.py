"""Another version: found, compared, and what publishers took back."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.packs.archive import open_pack
from agent.packs.keys import made_key
from agent.packs.signing import public_of, signed_by
from agent.packs.source import publish, published, write_revocation
from agent.packs.trust import RevokeStatement
from agent.packs.update import compared, next_of, take_revocations
from tests.helpers.packs import built, home, may, write_pack


def test_the_newest_version_beside_the_first_is_found(tmp_path: Path) -> None:
    packs, key, shared = home(tmp_path), made_key(), tmp_path / "shared"
    first = publish(built(write_pack(tmp_path), key), shared)
    packs.install(first, trust=key.fingerprint)
    assert next_of(packs, "minutes") is None
    for version in ("1.0.9", "1.0.10", "1.0.2"):
        newest = publish(built(write_pack(tmp_path, "minutes", version), key), shared)
    (shared / "minutes-9.9.9.txt").write_text("x")
    (shared / "minutes-09.9.9.pack.new").write_text("x")
    (shared / "other-9.9.9.pack").write_text("x")
    assert next_of(packs, "minutes") == shared / "minutes-1.0.10.pack"
    assert [version for version, _ in published(shared, "minutes")] == [(1, 0, 10), (1, 0, 9), (1, 0, 2), (1, 0, 0)]
    assert next_of(packs, "minutes", newest) == newest
    assert next_of(packs, "minutes", tmp_path / "minutes") == tmp_path / "minutes"
    with pytest.raises(UsageError, match="with other content"):
        publish(built(write_pack(tmp_path, "minutes", "1.0.2", body="Other."), key), shared)


def test_a_publisher_that_cannot_be_reached_changes_nothing(tmp_path: Path) -> None:
    packs, key, shared = home(tmp_path), made_key(), tmp_path / "shared"
    packs.install(publish(built(write_pack(tmp_path), key), shared), trust=key.fingerprint)
    packs.enable("minutes")
    shared.rename(tmp_path / "away")
    with pytest.raises(UsageError, match="What is installed goes on as it is"):
        next_of(packs, "minutes")
    assert take_revocations(packs, "minutes") == [] and packs.find("minutes").status == "on"


def test_a_difference_says_first_what_it_may_do_more(tmp_path: Path) -> None:
    packs, key = home(tmp_path), made_key()
    rule = {"do": "deny", "what": "mem.write"}
    before = write_pack(tmp_path, capability=[may("files.read"), may("mem.write")], rule=[rule], files={"a.bin": "\0a"})
    packs.install(built(before, key), trust=key.fingerprint)
    now = write_pack(
        tmp_path, "minutes", "1.1.0", body="Do it.\u200b\nSend it.", files={"a.bin": "\0b"},
        capability=[may("files.read"), may("net", "evil.example")],
    )  # fmt: skip
    found = compared(packs, "minutes", now)
    assert found.more == (
        "may reach evil.example over the network. They say: It is needed.",
        "gives up: never: mem.write to anything",
    )
    assert found.less == ("no longer may keep things in memory. They say: It is needed.",)
    assert found.files == ("changed: a.bin", "changed: pack.toml", "changed: skills/minutes/SKILL.md")
    assert "+Send it." in found.text and not any("a.bin" in line for line in found.text) and not found.parts
    assert compared(packs, "minutes", tmp_path / "minutes-1.0.0.pack").nothing
    with pytest.raises(UsageError, match="is the pack other, not minutes"):
        compared(packs, "minutes", write_pack(tmp_path, "other"))


def test_a_difference_of_much_text_is_short_and_quick(tmp_path: Path) -> None:
    packs, key = home(tmp_path), made_key()
    before = write_pack(tmp_path, files={"a.md": "a\n" * 2_500, "b.md": "x\n" * 90_000, "c.md": "c\n" * 900})
    packs.install(built(before, key), trust=key.fingerprint)
    files = {"a.md": "b\na\n" * 1_250, "b.md": "y\n" * 90_000, "c.md": "d\n" * 900}
    found = compared(packs, "minutes", write_pack(tmp_path, "minutes", "1.1.0", files=files))
    assert len(found.text) < 1_000 and any("more lines of a.md" in line for line in found.text)
    assert not any("b.md" in line for line in found.text) and "changed: b.md" in found.files


def test_what_a_publisher_takes_back_is_off(tmp_path: Path) -> None:
    packs, key, shared = home(tmp_path), made_key(), tmp_path / "shared"
    file = publish(built(write_pack(tmp_path), key), shared)
    packs.install(file, trust=key.fingerprint)
    packs.enable("minutes")
    digest = packs.find("minutes").installed.digest
    (shared / "revoked").mkdir()
    (shared / "revoked" / "garbage").write_text("{")
    write_revocation(shared, signed_by(made_key().private, RevokeStatement("I want it off", digest)), "mallory")
    assert take_revocations(packs, "minutes") == []  # somebody else's word
    write_revocation(shared, signed_by(key.private, RevokeStatement("it\nloses mail", digest)), "minutes-1.0.0")
    (found,) = take_revocations(packs, "minutes")
    assert (found.status, found.why) == ("revoked", "it loses mail.")
    with pytest.raises(UsageError, match="loses mail"):
        packs.enable("minutes")
    newer = built(write_pack(tmp_path, "minutes", "1.1.0", body="Mended."), key)
    packs.install(newer, replace=True)
    assert packs.enable("minutes").status == "on"
    with pytest.raises(UsageError, match="taken back"):
        packs.rollback("minutes")


def test_a_key_that_is_taken_back_counts_for_nothing_any_more(tmp_path: Path) -> None:
    packs, key, shared = home(tmp_path), made_key(), tmp_path / "shared"
    packs.install(publish(built(write_pack(tmp_path), key), shared), trust=key.fingerprint)
    write_revocation(shared, signed_by(key.private, RevokeStatement("it was stolen")), "key")
    (found,) = take_revocations(packs, "minutes")
    assert found.status == "revoked"
    newer = built(write_pack(tmp_path, "minutes", "1.1.0"), key)
    for trust in ("", key.fingerprint):
        with pytest.raises(UsageError, match="counts no more: it was stolen"):
            packs.install(newer, replace=True, trust=trust)
    packs.remove("minutes")
    with pytest.raises(UsageError, match="counts no more"):
        packs.install(newer, trust=key.fingerprint)
    assert open_pack(newer, tmp_path / "out").key == public_of(key.private)
