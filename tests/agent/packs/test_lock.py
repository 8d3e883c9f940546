"""A team's lock: members have what it names, at that hash, after they saw it; nobody else can write one."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import msgspec
import pytest

from agent.errors import UsageError
from agent.packs.keys import PublisherKey, made_key
from agent.packs.lock import FILE, LockedPack, LockStatement, follow, leave, read_lock, write_lock
from agent.packs.service import Packs
from agent.packs.signing import opened, public_of, read_signed, signed_by
from agent.packs.source import publish
from agent.packs.trust import UnknownKey, with_revoked_key
from tests.helpers.packs import TODAY, built, enabled, home, write_pack


class Team:
    """A shared folder, who writes in it, and a member."""

    def __init__(self, place: Path) -> None:
        self.place, self.folder = place, place / "shared"
        self.folder.mkdir(parents=True)
        self.key, self.acme = made_key(), made_key()
        self.lead, self.member = home(place / "lead"), home(place / "member")

    def pack(self, name: str, version: str = "1.0.0", body: str = "Do it.", key: PublisherKey | None = None) -> Path:
        source = write_pack(self.place / "source", name, version, body=body)
        return publish(built(source, key or self.acme), self.folder)

    def lock(self, *files: Path) -> Path:
        return write_lock(self.lead, self.folder, "Sales", self.key, files, TODAY)

    def follow(self, trust: str = "", today: date = TODAY) -> list[str]:
        news = read_lock(self.member, self.folder, today, trust=trust)
        before = has(self.member)
        assert has(self.member) == before  # looking changes nothing
        follow(self.member, news)
        return [step.words for step in news.steps]


def has(packs: Packs) -> dict[str, tuple[str, str]]:
    return {one.name: (one.installed.version, one.status) for one in packs.look()}


def test_a_member_has_what_the_lock_names(tmp_path: Path) -> None:
    team = Team(tmp_path)
    letters, plans = team.pack("letters"), team.pack("plans")
    team.lock(letters, plans)
    with pytest.raises(UnknownKey) as unknown:
        team.follow()
    assert (unknown.value.publisher, unknown.value.fingerprint) == ("Sales", team.key.fingerprint)
    assert team.follow(team.key.fingerprint) == [
        "install letters 1.0.0, off until you enable it", "install plans 1.0.0, off until you enable it",
    ]  # fmt: skip
    assert has(team.member) == {"letters": ("1.0.0", "off"), "plans": ("1.0.0", "off")}
    assert team.follow() == []
    team.member.enable("letters")
    enabled(team.member, write_pack(tmp_path, "mine"))
    newer = team.pack("letters", "1.1.0", "Other.")
    team.lock(newer)
    assert team.follow() == [
        "replace letters 1.0.0 by 1.1.0; off until you enable it",
        "remove plans 1.0.0: the lock names it no more",
    ]
    assert has(team.member) == {"letters": ("1.1.0", "off"), "mine": ("1.0.0", "on")}
    team.lock(letters)  # the team goes back
    assert team.follow() == ["replace letters 1.1.0 by 1.0.0; off until you enable it"]


def test_who_follows_no_more_keeps_what_came(tmp_path: Path) -> None:
    team = Team(tmp_path)
    team.lock(team.pack("letters"))
    team.follow(team.key.fingerprint)
    leave(team.member)
    team.lock(team.pack("plans"))
    with pytest.raises(UnknownKey):
        team.follow()
    assert team.follow(team.key.fingerprint) == ["install plans 1.0.0, off until you enable it"]
    assert set(has(team.member)) == {"letters", "plans"}


def test_an_older_lock_is_not_taken_for_the_present_one(tmp_path: Path) -> None:
    team = Team(tmp_path)
    old = team.lock(team.pack("letters")).read_bytes()
    team.lock(team.pack("letters", "1.1.0", "Mended."))
    team.follow(team.key.fingerprint)
    (team.folder / FILE).write_bytes(old)
    with pytest.raises(UsageError, match="This lock is older"):
        team.follow()
    assert has(team.member) == {"letters": ("1.1.0", "off")}


def test_only_the_key_of_the_team_locks(tmp_path: Path) -> None:
    team, mallory = Team(tmp_path), made_key()
    letters = team.pack("letters")
    team.lock(letters)
    team.follow(team.key.fingerprint)
    enabled(team.member, write_pack(tmp_path, "game"), mallory)  # trusted, as a publisher
    evil = LockStatement("Sales", 9, TODAY.isoformat(), ())
    for signed in (signed_by(mallory.private, evil), signed_by(made_key().private, evil)):
        (team.folder / FILE).write_bytes(msgspec.json.encode(signed))
        with pytest.raises(UnknownKey, match="You followed a lock of Sales until now, signed by another key"):
            team.follow()
    changed = msgspec.structs.replace(read_signed(team.lock(letters).read_bytes()), key=public_of(mallory.private))
    (team.folder / FILE).write_bytes(msgspec.json.encode(changed))
    with pytest.raises(UsageError, match="signature is wrong"):
        team.follow()
    assert has(team.member) == {"game": ("1.0.0", "on"), "letters": ("1.0.0", "off")}


def test_a_pack_that_is_not_the_one_that_was_locked_is_not_installed(tmp_path: Path) -> None:
    team = Team(tmp_path)
    letters = team.pack("letters")
    team.lock(letters)
    (tmp_path / "evil").mkdir()
    for key in (team.acme, made_key()):
        evil = built(write_pack(tmp_path / "evil", "letters", body="Evil."), key)
        letters.write_bytes(evil.read_bytes())
        with pytest.raises(UsageError, match="not the pack that the lock names"):
            team.follow(team.key.fingerprint)
    letters.unlink()
    with pytest.raises(UsageError, match="There is no pack at"):
        team.follow()
    assert has(team.member) == {}


@pytest.mark.parametrize("file", ["../letters.pack", "/etc/passwd", "a\\b.pack", "a\nb"])
def test_a_lock_names_files_beside_it_only(tmp_path: Path, file: str) -> None:
    team = Team(tmp_path)
    named = LockedPack("letters", "1.0.0", "0" * 64, public_of(team.acme.private), file)
    for locked in (named, msgspec.structs.replace(named, name="Ä", file="a.pack")):
        lock = LockStatement("Sales", 1, TODAY.isoformat(), (locked,))
        (team.folder / FILE).write_bytes(msgspec.json.encode(signed_by(team.key.private, lock)))
        with pytest.raises(UsageError, match="names a pack that cannot be"):
            team.follow(team.key.fingerprint)


def test_what_a_team_takes_back_is_off_and_stays_off(tmp_path: Path) -> None:
    team = Team(tmp_path)
    letters = team.pack("letters")
    team.lock(letters)
    team.follow(team.key.fingerprint)
    team.member.enable("letters")
    lock = opened(read_signed((team.folder / FILE).read_bytes()), LockStatement)
    gone = {f"{lock.packs[0].key}/{lock.packs[0].digest}": "it sends mail"}
    revoking = msgspec.structs.replace(lock, serial=2, revoked=gone)
    (team.folder / FILE).write_bytes(msgspec.json.encode(signed_by(team.key.private, revoking)))
    assert team.follow() == ["use letters 1.0.0 no more: it sends mail"]
    assert has(team.member) == {"letters": ("1.0.0", "revoked")}
    team.lock(letters)  # its writer forgets; members do not
    assert has(team.member) == {"letters": ("1.0.0", "revoked")}
    with pytest.raises(UsageError, match="taken back"):
        team.member.install(letters, trust=team.acme.fingerprint)


def test_a_lock_that_cannot_be_had_changes_nothing(tmp_path: Path) -> None:
    team = Team(tmp_path)
    team.lock(team.pack("letters"))
    team.follow(team.key.fingerprint)
    os.rename(team.folder, tmp_path / "away")
    with pytest.raises(UsageError, match=r"cannot be reached .* What is installed goes on"):
        team.follow()
    assert has(team.member) == {"letters": ("1.0.0", "off")}
    team.folder.mkdir()
    for garbage in (b"", b"{}", b"[" * 100_000, b"\xff", b"x" * 2_000_000):
        (team.folder / FILE).write_bytes(garbage)
        with pytest.raises(UsageError, match="Nothing was changed"):
            team.follow()


def test_a_key_of_a_team_that_expired_moves_nothing(tmp_path: Path) -> None:
    team = Team(tmp_path)
    team.key = made_key("2026-11-30")
    team.lock(team.pack("letters"))
    team.follow(team.key.fingerprint)
    with pytest.raises(UsageError, match="expired on 2026-11-30"):
        team.follow(today=date(2026, 12, 1))


def test_what_a_lock_cannot_name(tmp_path: Path) -> None:
    team = Team(tmp_path)
    unsigned = built(write_pack(tmp_path / "a", "letters"), None, team.folder)
    with pytest.raises(UsageError, match="names signed packs only"):
        team.lock(unsigned)
    elsewhere = built(write_pack(tmp_path / "b", "plans"), team.acme)
    with pytest.raises(UsageError, match="publish it there first"):
        team.lock(elsewhere)
    both = team.pack("letters", "1.0.1"), team.pack("letters", "1.0.2")
    with pytest.raises(UsageError, match="in two versions"):
        team.lock(*both)
    assert not (team.folder / FILE).exists()


def test_what_a_person_said_while_they_looked_stays_said(tmp_path: Path) -> None:
    team = Team(tmp_path)
    team.lock(team.pack("letters"))
    mine = enabled(team.member, write_pack(tmp_path / "mine", "mine"))
    news = read_lock(team.member, team.folder, TODAY, trust=team.key.fingerprint)
    team.member.disable(mine)
    follow(team.member, news)
    assert has(team.member) == {"letters": ("1.0.0", "off"), "mine": ("1.0.0", "off")}


def test_a_key_that_they_took_back_meanwhile_stays_so_and_they_look_again(tmp_path: Path) -> None:
    team = Team(tmp_path)
    team.lock(team.pack("letters"))
    news = read_lock(team.member, team.folder, TODAY, trust=team.key.fingerprint)
    public = public_of(team.acme.private)
    team.member.edit(lambda state: with_revoked_key(state, public, "it was stolen"))
    with pytest.raises(UsageError, match="changed since you looked"):
        follow(team.member, news)
    assert has(team.member) == {} and team.member.state().keys[public].revoked and not team.member.state().followed
    assert team.follow(team.key.fingerprint) == []
