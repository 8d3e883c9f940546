"""Fetching packs of real repositories: what is evil, broken, killed or older changes nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from agent.errors import UsageError
from agent.packs.keys import PublisherKey, made_key
from agent.packs.lock import follow, leave, read_lock, write_lock
from agent.packs.mirror import Bounds, refreshed
from agent.packs.origin import MIRRORS, mirror_of, origin_at
from agent.packs.signing import signed_by
from agent.packs.source import chosen, publish, write_revocation
from agent.packs.state import State
from agent.packs.trust import RevokeStatement, UnknownKey
from agent.packs.update import next_of, take_revocations
from tests.helpers.command_line import ROOT
from tests.helpers.git_web import certificate, git_web
from tests.helpers.packs import TODAY, again, built, fetch, files, home, left, named, write_pack
from tests.helpers.repositories import commit, git, repository


class Team:
    """A repository in which a team keeps its packs, who writes there, and a member."""

    def __init__(self, place: Path) -> None:
        self.place, self.at = place, place / "team"
        repository(self.at)
        self.key, self.acme = made_key(), made_key()
        self.lead, self.member = home(place / "lead"), home(place / "member")
        self.origin = named(f"file://{self.at}#main")

    def pack(self, version: str = "1.0.0", body: str = "Do it.", key: PublisherKey | None = None) -> Path:
        source = write_pack(self.place / "source", "letters", version, body=body)
        return publish(built(source, key or self.acme), self.at)

    def lock(self, *packs: Path) -> str:
        write_lock(self.lead, self.at, "Sales", self.key, packs, TODAY)
        return commit(self.at)

    def follow(self, trust: str = "") -> list[str]:
        news = read_lock(self.member, fetch(self.member, self.origin), TODAY, trust=trust)
        follow(self.member, news)
        return [step.words for step in news.steps]

    def has(self) -> dict[str, tuple[str, str]]:
        return {one.name: (one.installed.version, one.status) for one in self.member.look()}


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def test_a_team_on_git(team: Team) -> None:
    first = team.lock(team.pack())
    with pytest.raises(UnknownKey):
        team.follow()
    assert team.follow(team.key.fingerprint) == ["install letters 1.0.0, off until you enable it"]
    one = team.member.find("letters").installed
    followed = team.member.state().followed
    assert followed is not None
    assert one.origin == followed.origin == msgspec.structs.replace(team.origin, commit=first)
    assert one.came_from == f"file://{team.at} at main ({first[:12]})" and one.team
    team.member.enable("letters")
    second = team.lock(team.pack("1.1.0", "Other."))
    assert read_lock(team.member, Path(followed.path), TODAY).steps == ()  # nobody fetched yet
    assert team.follow() == ["replace letters 1.0.0 by 1.1.0; off until you enable it"]
    assert team.member.find("letters").installed.origin == msgspec.structs.replace(team.origin, commit=second)
    assert team.follow() == []
    back = team.member.rollback("letters").installed
    assert (back.version, back.origin) == ("1.0.0", team.origin)  # of which commit it was, nobody knows any more


def test_an_older_repository_is_not_taken_for_the_present_one(team: Team) -> None:
    first = team.lock(team.pack())
    team.pack("1.1.0", "Mended.")
    write_revocation(team.at, signed_by(team.acme.private, RevokeStatement("It loses mail", "0" * 64)), "letters-0.9.0")
    team.lock(team.at / "letters-1.1.0.pack")
    team.follow(team.key.fingerprint)
    take_revocations(team.member, "letters")
    revoked = team.member.state().revoked
    assert list(revoked.values()) == ["It loses mail."]
    git(team.at, "reset", "--quiet", "--hard", first)  # a server that gives what was true once
    with pytest.raises(
        UsageError, match=r"This lock is older \(number 1\) than the one that you followed \(number 2\)"
    ):
        team.follow()
    again(team.member)
    assert next_of(team.member, "letters") is None and take_revocations(team.member, "letters") == []
    assert team.member.state().revoked == revoked and team.has() == {"letters": ("1.1.0", "off")}


def test_a_branch_that_was_moved_to_what_somebody_else_made(team: Team) -> None:
    team.lock(team.pack())
    team.follow(team.key.fingerprint)
    team.member.enable("letters")
    mallory = made_key()
    git(team.at, "checkout", "--quiet", "--orphan", "other")
    shutil.rmtree(team.place / "source")
    evil = team.pack("9.0.0", "Evil.", mallory)
    (team.at / "letters-1.0.0.pack").write_bytes(evil.read_bytes())
    commit(team.at)
    git(team.at, "branch", "--force", "main")
    team.member.remove("letters")
    with pytest.raises(UsageError, match="not the pack that the lock names"):  # its lock is as it was
        team.follow()
    team.member.install(team.pack("1.0.1", "Mine.", team.acme), trust=team.acme.fingerprint)
    found = next_of(team.member, "letters", fetch(team.member, team.origin))
    assert found is not None and found.name == "letters-9.0.0.pack"
    with pytest.raises(UnknownKey):
        team.member.install(found, replace=True)
    with pytest.raises(UsageError, match="by somebody else"):
        team.member.install(found, replace=True, trust=mallory.fingerprint)
    assert team.has() == {"letters": ("1.0.1", "off")}


def test_what_cannot_be_reached_leaves_all_as_it_is(team: Team) -> None:
    team.lock(team.pack())
    team.follow(team.key.fingerprint)
    team.member.enable("letters")
    os.rename(team.at, team.place / "away")
    mirror = mirror_of(team.member.store.folder, team.origin)
    before = files(mirror)
    with pytest.raises(
        UsageError, match=r"was not fetched: there is no repository\. .*What is installed goes on as it"
    ):
        team.follow()
    assert files(mirror) == before and team.has() == {"letters": ("1.0.0", "on")} and left(team.member) == []
    repository(team.at)
    commit(team.at, README_DOT_md="x")
    with pytest.raises(
        UsageError, match=r"file://.* at main was not taken\. There is no pack .*What is installed goes"
    ):
        team.follow()
    (team.at / "letters-1.0.1.pack").symlink_to("/etc/passwd")
    commit(team.at)
    with pytest.raises(UsageError, match=r"it is a link.*What is installed goes on as it is"):
        team.follow()
    (team.at / "letters-1.0.1.pack").unlink()
    (team.at / "homard.lock").write_bytes(b"{}")
    commit(team.at)
    with pytest.raises(UsageError, match=r"homard\.lock of file://.* at main \(.*\): .*Nothing was changed"):
        team.follow()
    before = files(mirror)
    with pytest.raises(UsageError, match=r"larger than 100 bytes.*What is installed goes on"):
        fetch(team.member, team.origin, Bounds(store_bytes=100))
    assert files(mirror) == before and left(team.member) == []


def test_the_folder_of_an_author_in_a_repository(tmp_path: Path) -> None:
    made, packs = repository(tmp_path / "packs.git"), home(tmp_path)
    write_pack(made, "minutes")
    commit(made)
    origin = named(f"file://{made}")
    origin = msgspec.structs.replace(origin, path="minutes")
    where = chosen(fetch(packs, origin))
    with pytest.raises(UsageError, match="It is not signed"):
        packs.install(where)
    packs.install(where, unsigned=True)
    write_pack(made, "minutes", "1.1.0", body="Other.")
    second = commit(made)
    assert again(packs, "minutes") == where == next_of(packs, "minutes")
    assert packs.install(where, unsigned=True, replace=True).installed.version == "1.1.0"
    assert packs.find("minutes").installed.origin == msgspec.structs.replace(origin, commit=second)


def test_over_https_with_where_it_moved_to(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.lock(team.pack())
    trusted = certificate(team.place)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with git_web(team.place, trusted) as web:
        web.moved = {"/packs": "/team/.git"}
        origin = named(f"{web.at}/packs#main")
        found = team.member.install(chosen(fetch(team.member, origin)), trust=team.acme.fingerprint)
        assert found.installed.came_from.startswith(f"{web.at}/packs at main (")
    with pytest.raises(UsageError, match=r"was not fetched: .*What is installed goes on as it is"):
        again(team.member)


@pytest.mark.skipif(os.name != "posix", reason="kills the process at a failpoint")
def test_a_fetch_that_is_killed_leaves_the_copy_before(team: Team) -> None:
    team.lock(team.pack())
    team.follow(team.key.fingerprint)
    mirror = mirror_of(team.member.store.folder, team.origin)
    team.lock(team.pack("1.1.0", "Other."))
    code = (
        "import asyncio, sys; from pathlib import Path; from agent.packs.mirror import refreshed; "
        "from agent.packs.origin import named_origin; from agent.packs.state import load_state; "
        "from agent.packs.store import Store; store = Store(Path(sys.argv[1])); "
        "asyncio.run(refreshed(store, named_origin(sys.argv[2], Path('/')), load_state(store.folder)))"
    )
    argv = [sys.executable, "-c", code, str(team.member.store.folder), f"file://{team.at}#main"]
    for step in ("begun", "fetched", "written", "aside", "swapped"):
        env = {**os.environ, "HOMARD_FAILPOINT": f"mirror.{step}", "PYTHONPATH": str(ROOT)}
        killed = subprocess.run(argv, env=env, cwd=team.place, capture_output=True, timeout=60, check=False)
        assert killed.returncode == -signal.SIGKILL, killed
        if step == "aside":
            assert not mirror.exists()
            os.rename(team.at, team.place / "away")
            with pytest.raises(UsageError, match="there is no repository"):
                fetch(team.member, team.origin)  # even a vain one mends what was left
            os.rename(team.place / "away", team.at)
        new = {"team/letters-1.1.0.pack"} if step == "swapped" else set[str]()
        assert set(files(mirror)) == {"origin.json", "team/homard.lock", "team/letters-1.0.0.pack"} | new, step
        assert [path.name for path in mirror.parent.iterdir()] == [mirror.name]
    for stage in team.member.store.folder.glob(".new-*"):
        os.utime(stage, (0, 0))
    assert team.follow() == ["replace letters 1.0.0 by 1.1.0; off until you enable it"] and left(team.member) == []


def test_copies_that_nothing_came_from_go_after_a_while(team: Team) -> None:
    team.lock(team.pack())
    team.follow(team.key.fingerprint)
    looked_at = repository(team.place / "other")
    (looked_at / "a-1.0.0.pack").write_bytes(b"x")
    commit(looked_at)
    mirrors = team.member.store.folder / MIRRORS
    fetch(team.member, named(f"file://{looked_at}"))
    assert len(list(mirrors.iterdir())) == 2
    ago = time.time() - 4_000
    for mirror in mirrors.iterdir():
        os.utime(mirror, (ago, ago))
    fetch(team.member, team.origin)
    assert list(mirrors.iterdir()) == [mirror_of(team.member.store.folder, team.origin)]
    team.member.remove("letters")
    os.utime(next(mirrors.iterdir()), (ago, ago))
    assert len(list(mirrors.iterdir())) == 1  # the lock is followed still
    leave(team.member)
    assert list(mirrors.iterdir()) == []


def test_two_at_once(team: Team) -> None:
    made = team.lock(team.pack())

    async def both() -> list[Path]:
        return await asyncio.gather(*(refreshed(team.member.store, team.origin, State()) for _ in range(2)))

    one, other = asyncio.run(both())
    assert one == other and files(one) == ["homard.lock", "letters-1.0.0.pack"] and left(team.member) == []
    assert origin_at(team.member.store.folder, one) == msgspec.structs.replace(team.origin, commit=made)


def test_one_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    packs = home(tmp_path)

    async def stopped() -> None:
        asked = asyncio.Event()

        async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.set()
            await reader.read()
            writer.close()

        async with await asyncio.start_server(hang, "127.0.0.1", 0) as server, asyncio.TaskGroup() as group:
            at = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/packs"
            fetching = group.create_task(refreshed(packs.store, named(at), State()))
            await asked.wait()
            assert len(left(packs)) == 1
            fetching.cancel()

    asyncio.run(stopped())
    assert left(packs) == [] and not (packs.store.folder / MIRRORS).exists()
