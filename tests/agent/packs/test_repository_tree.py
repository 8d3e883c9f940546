"""Taking packs out of a commit, also out of commits that git itself would not make."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.packs.repository_tree import write_packs
from agent.skills.repository import fetch
from agent.skills.source import Source
from tests.helpers.repositories import blob, commit, commit_tree, repository, tree

Entry = tuple[str, str, str, str]


def written(made: Path, tmp_path: Path, within: str = "") -> dict[str, bytes]:
    place = tmp_path / "place"
    place.mkdir()
    store, found = asyncio.run(fetch(Source("git", f"file://{made}"), place))
    out = place / "out"
    try:
        write_packs(store, found, within, out)
    finally:
        assert {path.name for path in place.iterdir() if not path.name.startswith("output-")} <= {"store", "out"}
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_what_is_given_out_and_nothing_else(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    (made / "link").symlink_to("/etc")
    (made / "team" / "packs").mkdir(parents=True)
    (made / "team" / "packs" / "b-1.0.0.pack").write_bytes(b"\r\n\0\xff$Id$")
    commit(
        made, team__a_DOT_pack="a", team__homard_DOT_lock="{}", team__revoked__a_DOT_json="x", team__README_DOT_md="x",
        team__deep__homard_DOT_lock="x", evil_DOT_sh="x",
    )  # fmt: skip
    commit(made, _DOT_gitattributes="* ident filter=evil\nteam export-ignore\n")
    assert written(made, tmp_path, "team") == {
        "a.pack": b"a", "homard.lock": b"{}", "revoked/a.json": b"x", "packs/b-1.0.0.pack": b"\r\n\0\xff$Id$",
    }  # fmt: skip


def test_the_folder_of_an_author_comes_whole(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    commit(made, pack_DOT_toml="x", skills__a__SKILL_DOT_md="y", node_modules__x="z", _DOT_venv__y="z")
    assert written(made, tmp_path) == {"pack.toml": b"x", "skills/a/SKILL.md": b"y"}


def evil(made: Path, name: str) -> Entry:
    file = blob(made, b"x")
    match name:
        case "a link":
            return ("120000", "blob", blob(made, b"/etc/passwd"), "a-1.0.0.pack")
        case "a submodule":
            return ("160000", "commit", "1" * 40, "a-1.0.0.pack")
        case "a lock that is a link":
            return ("120000", "blob", blob(made, b"/etc/passwd"), "homard.lock")
        case "a folder that leads out":
            return ("040000", "tree", tree(made, ("100644", "blob", file, "a.pack")), "..")
        case "a folder of git":
            return ("040000", "tree", tree(made, ("100644", "blob", file, "a.pack")), ".git")
        case "a name for an option":
            return ("100644", "blob", file, "--upload.pack")
        case "a name of another case":
            return ("100644", "blob", file, "Good-1.0.0.pack")
        case _:
            pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
            return ("100644", "blob", blob(made, pointer), "a-1.0.0.pack")


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("a link", "it is a link"),
        ("a submodule", "neither a file nor a folder"),
        ("a lock that is a link", "it is a link"),
        ("a folder that leads out", "no plain path inside"),
        ("a folder of git", ".git"),
        ("a name for an option", "for an option"),
        ("a name of another case", "the same file on some systems"),
        ("a pointer", "Git LFS"),
    ],
)
def test_what_cannot_be_taken_is_taken_not_even_in_part(what: str, why: str, tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    good = ("100644", "blob", blob(made, b"x"), "good-1.0.0.pack")
    commit_tree(made, tree(made, good, evil(made, what)))
    with pytest.raises(UsageError, match=why):
        written(made, tmp_path)


def test_evil_beside_the_folder_that_was_named_is_not_even_looked_at(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    good = tree(made, ("100644", "blob", blob(made, b"x"), "good-1.0.0.pack"))
    beside = (evil(made, what) for what in ("a link", "a lock that is a link", "a folder that leads out"))
    commit_tree(made, tree(made, ("040000", "tree", good, "team"), *beside))
    assert written(made, tmp_path, "team") == {"good-1.0.0.pack": b"x"}


@pytest.mark.parametrize("what", ["a link", "a submodule"])
def test_what_was_named_and_is_no_folder(what: str, tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    commit_tree(made, tree(made, evil(made, what)))
    with pytest.raises(UsageError, match=r"The repository has no folder a-1\.0\.0\.pack"):
        written(made, tmp_path, "a-1.0.0.pack")


def test_many_and_nothing(tmp_path: Path) -> None:
    made = repository(tmp_path / "many")
    file = blob(made, b"x")
    commit_tree(made, tree(made, *(("100644", "blob", file, f"a-1.0.{number}.pack") for number in range(6_001))))
    with pytest.raises(UsageError, match="more than 6,000 files"):
        written(made, tmp_path)
    (tmp_path / "2").mkdir()
    nothing = repository(tmp_path / "nothing")
    commit(nothing, README_DOT_md="x")
    with pytest.raises(UsageError, match=r"There is no pack \(NAME-1\.2\.3\.pack\), no homard\.lock and no pack\.toml"):
        written(nothing, tmp_path / "2")
