"""Taking skills out of a commit, also of commits that git itself would not make."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.skills.repository import fetch
from agent.skills.repository_tree import write_skills
from agent.skills.source import Source
from tests.helpers.repositories import blob, commit, commit_tree, repository, skill_text, tree


def written(made: Path, tmp_path: Path, within: str = "") -> tuple[Path, dict[Path, str]]:
    place = tmp_path / f"place{len(list(tmp_path.glob('place*')))}"
    place.mkdir()
    store, found = asyncio.run(fetch(Source("git", f"file://{made}"), place))
    return place / "out", write_skills(store, found, within, place / "out")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_skills_and_nothing_else_byte_for_byte(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    (made / "skills" / "a" / "bin").mkdir(parents=True)
    (made / "skills" / "a" / "data").write_bytes(b"\r\n\0\xff$Id$")
    (made / "skills" / "a" / "bin" / "run").write_text("x")
    (made / "skills" / "a" / "bin" / "run").chmod(0o755)
    commit(made, skills__a__SKILL_DOT_md=skill_text("a"), src__main_DOT_py="x", README_DOT_md="x")
    commit(made, _DOT_gitattributes="* ident filter=evil\nskills/a/bin export-ignore\n")
    out, refused = written(made, tmp_path)
    assert refused == {} and files(out) == ["skills/a/SKILL.md", "skills/a/bin/run", "skills/a/data"]
    assert (out / "skills/a/data").read_bytes() == b"\r\n\0\xff$Id$"
    if os.name == "posix":
        assert (out / "skills/a/bin/run").stat().st_mode & 0o777 == 0o700
    inner, _ = written(made, tmp_path, "skills/a")
    assert files(inner) == ["SKILL.md", "bin/run", "data"]
    with pytest.raises(UsageError, match="no folder nope"):
        written(made, tmp_path, "nope")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (("120000", "blob", b"/etc", "link"), "link: it is a link"),
        (("160000", "commit", None, "module"), "module: it is neither a file nor a folder"),
        (("100644", "blob", b"x", "-rf"), "for an option"),
        (("100644", "blob", b"x", "nul"), "something else on Windows"),
        (("100644", "blob", b"x", "skill.md"), "are the same file on some systems"),
        (("100644", "blob", b"x", "e\u200bvil"), "cannot be seen"),
    ],
)
def test_what_no_skill_may_hold_is_said_and_not_written(
    entry: tuple[str, str, bytes | None, str], why: str, tmp_path: Path
) -> None:
    made = repository(tmp_path / "r")
    mode, kind, data, name = entry
    inside = (mode, kind, blob(made, data) if data is not None else "1" * 40, name)
    text = ("100644", "blob", blob(made, skill_text("a").encode()), "SKILL.md")
    good = tree(made, text)
    commit_tree(made, tree(made, ("040000", "tree", tree(made, text, inside), "a"), ("040000", "tree", good, "b")))
    out, refused = written(made, tmp_path)
    assert list(refused) == [out / "a"] and why in refused[out / "a"]
    assert files(out) == ["a/SKILL.md", "b/SKILL.md"]


@pytest.mark.parametrize("name", ["..", ".", ".git", "GIT~1", "a\\b"])
def test_folders_that_lead_out_are_passed_over(name: str, tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    text = ("100644", "blob", blob(made, skill_text("a").encode()), "SKILL.md")
    evil, good = tree(made, text), tree(made, text)
    inner = tree(made, ("040000", "tree", evil, name), text)
    folders = (("040000", "tree", inner, "x"), ("040000", "tree", evil, name), ("040000", "tree", good, "b"))
    commit_tree(made, tree(made, *folders))
    out, refused = written(made, tmp_path)
    assert files(out) == ["b/SKILL.md", "x/SKILL.md"]
    assert list(refused) == [out / "x"] and refused[out / "x"].startswith("It holds what no skill may hold")
    assert {path.name for path in out.parent.iterdir()} <= {"out", "store"}


def test_a_few_objects_that_stand_for_a_billion_files(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    inner = tree(made, ("100644", "blob", blob(made, skill_text("a").encode()), "SKILL.md"))
    for _ in range(9):
        inner = tree(made, *(("040000", "tree", inner, f"d{number}") for number in range(10)))
    commit_tree(made, inner)
    with pytest.raises(UsageError, match="more than 100,000 files"):
        written(made, tmp_path)


def test_large_files_are_not_written(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    (made / "a").mkdir()
    (made / "a" / "big").write_bytes(b"0" * 20_000_001)
    commit(made, a__SKILL_DOT_md=skill_text("a"), b__SKILL_DOT_md=skill_text("b"))
    out, refused = written(made, tmp_path)
    assert files(out) == ["a/SKILL.md", "b/SKILL.md"]
    assert refused == {out / "a": "It holds what no skill may hold: a/big is larger than 20,000,000 bytes."}


def test_content_that_is_kept_elsewhere(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    commit(
        made, a__SKILL_DOT_md=skill_text("a"),
        a__font_DOT_ttf="version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
    )  # fmt: skip
    out, refused = written(made, tmp_path)
    assert refused == {out / "a": "a/font.ttf is not in the repository but elsewhere (Git LFS)."}
