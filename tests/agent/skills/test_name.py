"""Names that fit, and paths that no skill may hold."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.skills.name import fits, same_names, slug, wrong_with


@pytest.mark.parametrize("name", ["a", "pdf", "meeting-notes", "a1-b2-c3", "x" * 64])
def test_names_that_fit(name: str) -> None:
    assert fits(name) and slug(name) == name


@pytest.mark.parametrize("name", ["", "-a", "a-", "a--b", "A", "ä", "a_b", "a b", "x" * 65, "a\n", "a/b", "١"])
def test_names_that_do_not(name: str) -> None:
    assert not fits(name)


@given(st.text(max_size=200))
def test_a_slug_fits_or_is_nothing(text: str) -> None:
    assert slug(text) == "" or fits(slug(text))


EVIL = [
    "../evil", "a/../../evil", "/tmp/evil", "..\\evil", "C:\\evil", "C:evil", "\\\\srv\\share", "a/./b", "a//b", "",
    "a\x00b", "CON", "aux.txt", "d/nul.tar.gz", "a.txt:ads", "trail. ", "dot.", "a" * 300, "d/" * 200 + "x",
    ".git/hooks/x", "sub/.GIT/config", "git~1/x", "\u202emd.exe", "a\nb", "-rf", "sub/-x", "a\u200bb", " a", "ﬁ/..",
]  # fmt: skip


@pytest.mark.parametrize("path", EVIL)
def test_paths_that_no_skill_may_hold(path: str) -> None:
    assert wrong_with(path)


@pytest.mark.parametrize(
    "path", ["SKILL.md", "scripts/run.sh", "ok (1).txt", "café/naïve.md", ".env", "a" * 150, "a.b"]
)
def test_paths_that_it_may(path: str) -> None:
    assert wrong_with(path) == ""


@given(st.lists(st.sampled_from(["..", ".", "a", "", "b c", "~", "/", "\\", "\x00", "C:"]), max_size=8))
def test_what_passes_stays_inside(parts: list[str]) -> None:
    path = "/".join(parts)
    if not wrong_with(path):
        assert os.path.normpath(os.path.join("/base", path)).startswith("/base/")


def test_names_that_are_one_file_somewhere() -> None:
    assert same_names(["SKILL.md", "skill.MD"]) == [("SKILL.md", "skill.MD")]
    assert same_names(["caf\u00e9.md", "cafe\u0301.md"]) == [("caf\u00e9.md", "cafe\u0301.md")]
    assert same_names(["Docs/a.md", "docs/b.md"]) == [("Docs", "docs")]
    assert same_names(["a/b", "a/c", "ab"]) == []
