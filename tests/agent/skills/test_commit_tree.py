"""Reading a commit: names, kinds and sizes, also of commits that git itself would not make."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.skills.commit_tree import Entry, contents_of, entries_of, why_not_written
from agent.skills.repository import fetch
from agent.skills.source import Source
from tests.helpers.repositories import blob, commit_tree, repository, tree


def test_entries_with_their_sizes(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    link = ("120000", "blob", blob(made, b"/etc"), "link")
    inner = tree(made, ("100644", "blob", blob(made, b"12345"), "a.pack"), link)
    commit_tree(made, tree(made, ("040000", "tree", inner, "team"), ("160000", "commit", "1" * 40, "module")))
    (tmp_path / "place").mkdir()
    store, found = asyncio.run(fetch(Source("git", f"file://{made}"), tmp_path / "place"))
    every = list(entries_of(store, found, ""))
    assert [(one.path, one.folder, bool(one.wrong)) for one in every] == [
        ("module", "", True), ("team/a.pack", "team", False), ("team/link", "team", True),
    ]  # fmt: skip
    inside = list(entries_of(store, found, "team"))
    with contents_of(store) as contents:
        assert [contents.size(one.name) for one in inside] == [5, 4]
        assert contents.why_not(inside) == "" and "larger than 4 bytes" in contents.why_not(inside, 4)
        assert contents.why_not(inside, 5, 8) == "its files are larger than 8 bytes"
        assert contents.why_not([every[0]]) == "module is larger than 20,000,000 bytes"  # it is not here at all
        assert contents.write(inside[0], tmp_path / "out") == (5, True)
    assert (tmp_path / "out" / "a.pack").read_bytes() == b"12345"
    with pytest.raises(UsageError, match="has no folder nope"):
        list(entries_of(store, found, "nope"))


def test_names_that_cannot_lie_beside_each_other() -> None:
    def why(*paths: str) -> str:
        return why_not_written("", [Entry(path, "100644", "0" * 40) for path in paths], 3)

    assert why("a", "b/c") == "" and why("a", "b", "c", "d") == "more than 3 files"
    assert "the same file on some systems" in why("a", "A") and why("a", "a") == "two files of one name"
    assert why("../a").startswith("../a: ") and why(".git/config").startswith(".git/config: ")
