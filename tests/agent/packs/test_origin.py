"""What a person typed: something that is fetched, or a place on their disk."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agent.errors import UsageError
from agent.packs.origin import MIRRORS, NOTE, mirror_of, named_origin, origin_at
from agent.packs.state import Origin
from tests.helpers.repositories import git


@pytest.mark.parametrize(
    ("named", "origin"),
    [
        ("https://h.example/team/packs.git", Origin("git", "https://h.example/team/packs.git")),
        ("https://h.example/team/packs#v2", Origin("git", "https://h.example/team/packs", "v2")),
        ("https://h.example/t/p/tree/main/team", Origin("git", "https://h.example/t/p", "main", "team")),
        ("git@h.example:team/packs.git", Origin("git", "git@h.example:team/packs.git")),
        ("ssh://git@h.example/packs", Origin("git", "ssh://git@h.example/packs")),
        ("file:///srv/packs.git#main", Origin("git", "file:///srv/packs.git", "main")),
        (" https://H.example/a-1.0.0.pack ", Origin("file", "https://h.example/a-1.0.0.pack")),
        ("https://h.example/a.PACK?key=x", Origin("file", "https://h.example/a.PACK?key=x")),
        ("https://h.example/team/homard.lock", Origin("lock", "https://h.example/team/homard.lock")),
        ("https://h.example/t/p/blob/main/team/homard.lock", Origin("git", "https://h.example/t/p", "main", "team")),
        ("https://h.example/t/p/blob/main/team/a-1.0.0.pack", Origin("git", "https://h.example/t/p", "main", "team")),
        ("ssh://git@h.example/a.pack", Origin("git", "ssh://git@h.example/a.pack")),
        ("team", None),
        ("a-1.0.0.pack", None),
        ("./https:/x.pack", None),
    ],
)
def test_what_is_fetched(named: str, origin: Origin | None, tmp_path: Path) -> None:
    assert named_origin(named, tmp_path) == origin


@pytest.mark.parametrize(
    ("named", "path", "why"),
    [
        ("http://h.example/a.pack", "", "Over plain http"),
        ("http://h.example/packs", "", "is not fetched from"),
        ("https://me:secret@h.example/a.pack", "", "user name or password"),
        ("ext://h.example/r", "", "is not fetched from"),
        ("ext::sh -c evil://x", "", "There is no"),
        ("https://h.example/r#--upload-pack=evil", "", "no branch, tag or commit"),
        ("https://h.example/r#a..b", "", "no branch, tag or commit"),
        ("ssh://-oProxyCommand=evil/r", "", "An ssh URL reads"),
        ("https://h.example/r", "../..", "is no folder of the source"),
        ("team", "x", "--path is for what is fetched"),
        ("https://h.example/a.pack", "x", "--path is for a repository"),
        ("http://h.example/homard.lock", "", "Over plain http"),
    ],
)
def test_what_is_refused(named: str, path: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=why):
        named_origin(named, tmp_path, path)


def test_a_bare_repository_on_the_disk_is_one(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "packs.git")
    assert named_origin("packs.git", tmp_path, "team") == Origin("git", f"file://{tmp_path}/packs.git", path="team")


def test_words_keep_a_secret_of_the_query_and_name_the_commit() -> None:
    assert str(Origin("file", "https://h/a.pack?key=secret")) == "https://h/a.pack"
    assert (
        str(Origin("git", "https://h/r", "main", "team", "0123456789abcdef"))
        == "https://h/r at main in team (0123456789ab)"
    )


def test_a_copy_tells_of_what_it_is_one(tmp_path: Path) -> None:
    origin = Origin("git", "https://h/r", "main")
    mirror = mirror_of(tmp_path, origin)
    assert mirror == mirror_of(tmp_path, msgspec.structs.replace(origin, commit="1" * 40))
    assert mirror != mirror_of(tmp_path, msgspec.structs.replace(origin, path="team"))
    assert origin_at(tmp_path, mirror / "r") is None
    mirror.mkdir(parents=True)
    (mirror / NOTE).write_bytes(msgspec.json.encode(origin))
    assert origin_at(tmp_path, mirror / "r" / "team" / "a.pack") == origin_at(tmp_path, mirror) == origin
    other = mirror_of(tmp_path, Origin("file", "https://h/a.pack"))
    mirror.rename(other)  # it says that it is of another place
    assert origin_at(tmp_path, other / "r") is None
    for place in (tmp_path, tmp_path / MIRRORS, tmp_path / "x", tmp_path / MIRRORS / ".." / "x"):
        assert origin_at(tmp_path, place) is None
