"""Which files a watch is about."""

from __future__ import annotations

from typing import Any

import pytest

from agent.automation.watch.scope import Scope
from agent.jobs import Watch


def takes(path: str, **fields: Any) -> bool:
    return Scope(Watch(folder="/f", **fields)).takes(path)


@pytest.mark.parametrize(
    ("path", "patterns", "taken"),
    [
        ("a.pdf", ("*.pdf",), True),
        ("deep/in/A.PDF", ("*.pdf",), True),
        ("a.txt", ("*.pdf",), False),
        ("reports/2026/x.csv", ("reports/**/*.csv",), True),
        ("other/x.csv", ("reports/**/*.csv",), False),
        ("build.log", ("/build.log",), True),
        ("sub/build.log", ("/build.log",), False),
        ("inbox/any.bin", ("inbox/",), True),
        ("caf\udce9.pdf", ("*.pdf",), True),
        ("a\nb.pdf", ("*.pdf",), True),
        ("a.txt", ("*.pdf", "*.txt"), True),
    ],
)
def test_patterns_are_those_of_gitignore_in_any_case(path: str, patterns: tuple[str, ...], taken: bool) -> None:
    assert takes(path, patterns=patterns) is taken


def test_what_is_ignored_is_not_taken() -> None:
    assert not takes("out/a.pdf", patterns=("*.pdf",), ignore=("out/",))
    assert not takes("draft-a.pdf", ignore=("draft-*",))
    assert takes("in/a.pdf", patterns=("*.pdf",), ignore=("out/",))


@pytest.mark.parametrize(
    "name",
    [
        ".hidden", ".#lock", "#auto#", "doc~", "~$letter.docx", "4913", "film.mkv.part", "x.crdownload", "x.tmp",
        "x.PART", "Thumbs.db", "x.filepart", ".homard-0123456789abcdef.tmp",
    ],
)  # fmt: skip
def test_hidden_and_unfinished_files_are_never_taken(name: str) -> None:
    assert not takes(name)
    assert not takes(f"sub/{name}", patterns=("*",), ignore=("nothing",))


def test_folders_that_are_hidden_or_below_a_flat_watch_are_not_entered() -> None:
    assert Scope(Watch(folder="/f")).enters("sub")
    assert not Scope(Watch(folder="/f")).enters(".git")
    assert not Scope(Watch(folder="/f", recursive=False)).enters("sub")
