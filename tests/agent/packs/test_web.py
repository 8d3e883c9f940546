"""Fetching from a real web server: what it gives that is evil, broken, late or older changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.errors import UsageError
from agent.packs.keys import PublisherKey, made_key
from agent.packs.lock import LockedPack, LockStatement, follow, read_lock, write_lock
from agent.packs.mirror import Bounds
from agent.packs.origin import mirror_of
from agent.packs.signing import public_of, signed_by
from agent.packs.source import chosen
from agent.packs.trust import UnknownKey
from agent.packs.update import next_of
from tests.helpers.git_web import certificate, server_context
from tests.helpers.packs import TODAY, again, built, fetch, files, home, left, named, write_pack
from tests.helpers.web_server import WebServer, web_server


class Shelf:
    """A web server with one pack on it, and who takes that."""

    def __init__(self, place: Path, web: WebServer) -> None:
        self.place, self.web, self.acme = place, web, made_key()
        self.packs = home(place)
        self.origin = named(f"https://127.0.0.1:{web.port}/get/latest.pack?key=x")

    def file(self, version: str = "1.0.0", body: str = "Do it.", key: PublisherKey | None = None) -> bytes:
        return built(write_pack(self.place, "letters", version, body=body), key or self.acme).read_bytes()

    def give(self, data: bytes, status: int = 200, **headers: str) -> None:
        self.web.add("/get/latest.pack", data, status, **headers)

    def install(self, *, replace: bool = False) -> str:
        where = chosen(fetch(self.packs, self.origin))
        return self.packs.install(where, trust=self.acme.fingerprint, replace=replace).installed.version


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    trusted = certificate(tmp_path / "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with web_server(server_context(trusted)) as web:
        yield Shelf(tmp_path, web)


def test_a_pack_of_a_web_server_and_its_updates(shelf: Shelf) -> None:
    shelf.give(shelf.file())
    assert shelf.install() == "1.0.0"
    one = shelf.packs.find("letters").installed
    assert (one.origin, one.came_from) == (shelf.origin, f"https://127.0.0.1:{shelf.web.port}/get/latest.pack")
    again(shelf.packs)
    assert next_of(shelf.packs, "letters") is None
    shelf.give(shelf.file("1.1.0", "Other."))
    again(shelf.packs)
    newer = next_of(shelf.packs, "letters")
    assert newer is not None and newer.name == "letters-1.1.0.pack"
    assert shelf.packs.install(newer, replace=True).installed.version == "1.1.0"
    shelf.give(shelf.file("1.0.9", "Older."))  # a server that goes back
    again(shelf.packs)
    assert next_of(shelf.packs, "letters") is None


def test_another_pack_on_the_second_fetch(shelf: Shelf) -> None:
    good, evil = shelf.file(), shelf.file("1.0.1", "Evil.", made_key())
    shelf.give(good)
    first = chosen(fetch(shelf.packs, shelf.origin))
    with pytest.raises(UnknownKey):
        shelf.packs.install(first)
    shelf.give(evil)
    with pytest.raises(UsageError, match="signed by another key than you said"):
        shelf.install()
    shelf.give(good)
    shelf.install()
    shelf.give(evil)
    again(shelf.packs)
    newer = next_of(shelf.packs, "letters")
    assert newer is not None
    with pytest.raises(UnknownKey):
        shelf.packs.install(newer, replace=True)
    assert shelf.packs.find("letters").installed.version == "1.0.0"


def test_what_a_web_server_can_do_wrong(shelf: Shelf) -> None:
    good = shelf.file()
    shelf.give(good)
    shelf.install()
    mirror = mirror_of(shelf.packs.store.folder, shelf.origin)
    before = files(mirror)

    def refused(why: str, bounds: Bounds | None = None) -> None:
        with pytest.raises(UsageError, match=rf"(?s){why}.*What is installed goes on as it is\.") as error:
            fetch(shelf.packs, shelf.origin, bounds)
        assert "key=x" not in str(error.value) and files(mirror) == before and left(shelf.packs) == []

    shelf.give(good, Content_Length=str(len(good) + 5))
    refused("could not be read", Bounds(timeout_s=2))
    shelf.give(good, Content_Length=str(len(good) - 5))
    refused("no zip that can be read|was not installed|is not")
    shelf.give(b"<html>Please log in</html>")
    refused("it is no zip that can be read")
    shelf.give(good, status=404)
    refused("there is no such file")
    shelf.give(good, status=401)
    refused("known to it only")
    shelf.web.routes["/get/latest.pack"] = (200, {}, (b"0" * 1_000_000 for _ in range(1_000_000)))
    refused("it is larger than 60,000,000 bytes")
    release = asyncio.Event()

    def drops() -> Iterator[bytes]:
        while not release.is_set():
            yield b"0"

    shelf.web.routes["/get/latest.pack"] = (200, {"Content-Length": "59000000"}, drops())
    refused("did not answer in full within 1 s", Bounds(timeout_s=1))
    release.set()
    for there in (f"https://127.0.0.1:{shelf.web.port + 1}/a.pack", "https://localhost/a.pack"):
        shelf.give(b"", status=302, Location=there)
        refused("not on the public internet")
    shelf.give(b"", status=302, Location=f"http://127.0.0.1:{shelf.web.port}/a.pack")
    refused("unencrypted")
    assert shelf.packs.find("letters").status == "off"


class Team:
    """A folder on a web server, who writes in it, and a member."""

    def __init__(self, place: Path, web: WebServer) -> None:
        self.place, self.web, self.folder = place, web, place / "shared"
        (self.folder / "packs").mkdir(parents=True)
        self.key, self.acme = made_key(), made_key()
        self.lead, self.member = home(place / "lead"), home(place / "member")
        self.origin = named(f"https://127.0.0.1:{web.port}/team/homard.lock?key=x")

    def lock(self, **versions: str) -> Path:
        packs = [
            built(write_pack(self.place / "source", name, version, body=version), self.acme, self.folder / "packs")
            for name, version in versions.items()
        ]
        return self.served(write_lock(self.lead, self.folder, "Sales", self.key, packs, TODAY))

    def served(self, lock: Path) -> Path:
        for path in files(self.folder):
            self.web.add(f"/team/{path}", (self.folder / path).read_bytes())
        self.web.requests.clear()
        return lock

    def follow(self, trust: str = "") -> list[str]:
        news = read_lock(self.member, fetch(self.member, self.origin), TODAY, trust=trust)
        follow(self.member, news)
        return [step.words for step in news.steps]


@pytest.fixture
def team(tmp_path: Path, shelf: Shelf) -> Team:
    return Team(tmp_path / "team", shelf.web)


def test_a_team_on_a_web_server(team: Team) -> None:
    old = team.lock(letters="1.0.0", plans="1.0.0").read_bytes()
    with pytest.raises(UnknownKey):
        team.follow()
    assert len(team.follow(team.key.fingerprint)) == 2
    found = team.member.find("letters").installed
    assert (found.origin, found.team) == (team.origin, True) and "key=x" not in found.came_from
    team.lock(letters="1.1.0", plans="1.0.0")
    assert team.follow() == ["replace letters 1.0.0 by 1.1.0; off until you enable it"]
    asked = [path for path, _ in team.web.requests]  # nothing that is here already
    assert asked == ["/team/homard.lock?key=x", "/team/packs/letters-1.1.0.pack?key=x"]
    team.web.add("/team/homard.lock", old)
    with pytest.raises(UsageError, match=r"This lock is older \(number 1\)"):
        team.follow()
    assert team.member.find("letters").installed.version == "1.1.0"


def test_a_lock_and_a_server_that_do_wrong(team: Team) -> None:
    team.lock(letters="1.0.0")
    team.follow(team.key.fingerprint)
    before = files(mirror_of(team.member.store.folder, team.origin))

    def refused(why: str) -> None:
        with pytest.raises(UsageError, match=why) as error:
            team.follow()
        assert "What is installed goes on as it is." in str(error.value) and "key=x" not in str(error.value)
        assert files(mirror_of(team.member.store.folder, team.origin)) == before and left(team.member) == []

    def lock(*paths: str) -> None:
        packs = tuple(
            LockedPack(f"a{number}", "1.0.0", "0" * 64, public_of(team.acme.private), path)
            for number, path in enumerate(paths)
        )
        statement = LockStatement("Sales", 2, TODAY.isoformat(), packs)
        team.web.add("/team/homard.lock", msgspec.json.encode(signed_by(team.key.private, statement)))

    lock("packs/none.pack")
    refused("none.pack was not fetched: there is no such file")
    for path in ("homard.lock", "Homard.lock"):
        lock(path)
        refused("cannot lie beside each other")
    lock("a", "a/b")
    refused("cannot be written|was not fetched")
    lock("../../secret")
    refused("names a pack that cannot be")
    team.web.add("/team/homard.lock", b"x" * 1_000_001)
    refused("larger than 1,000,000 bytes")
    team.web.add("/team/homard.lock", b"{}")
    refused("homard.lock: ")
    team.lock(letters="1.1.0")
    team.web.add("/team/packs/letters-1.1.0.pack", (team.folder / "packs" / "letters-1.0.0.pack").read_bytes())
    with pytest.raises(UsageError, match="not the pack that the lock names"):
        team.follow()
    assert team.member.find("letters").installed.version == "1.0.0"
