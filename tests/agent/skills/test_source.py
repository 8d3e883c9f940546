"""What a person may name as a source, and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import UsageError
from agent.skills.source import Source, plain_path, source_of
from tests.helpers.repositories import git


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("https://github.com/acme/skills", Source("git", "https://github.com/acme/skills")),
        ("HTTPS://GitHub.com/acme/skills.git", Source("git", "https://github.com/acme/skills.git")),
        ("https://host.example:8443/a/b#v1.0", Source("git", "https://host.example:8443/a/b", ref="v1.0")),
        (
            "https://github.com/acme/skills/tree/main/skills/pdf",
            Source("git", "https://github.com/acme/skills", ref="main", path="skills/pdf"),
        ),
        (
            "https://github.com/acme/skills/blob/v2/skills/pdf/SKILL.md",
            Source("git", "https://github.com/acme/skills", ref="v2", path="skills/pdf"),
        ),
        (
            "https://gitlab.example/group/sub/repo/-/tree/main/x/",
            Source("git", "https://gitlab.example/group/sub/repo", ref="main", path="x"),
        ),
        ("git@host.example:team/skills.git", Source("git", "git@host.example:team/skills.git")),
        ("ssh://git@host.example:22/skills.git#dev", Source("git", "ssh://git@host.example:22/skills.git", ref="dev")),
        ("file:///srv/My Repos/x.git", Source("git", "file:///srv/My Repos/x.git")),
    ],
)
def test_urls(named: str, meant: Source, tmp_path: Path) -> None:
    assert source_of(named, tmp_path) == meant


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("ext::sh -c touch", "There is no"),
        ("ext://sh", "ext:// is not fetched from"),
        ("http://github.com/a/b", "http:// is not fetched from"),
        ("git://host/a", "git:// is not fetched from"),
        ("https://me:secret@github.com/a/b", "user name or password"),
        ("https://2130706433/a/b", "number"),
        ("https://github.com/a/b?x=1", "question mark"),
        ("https://github.com/a/b/tree/main/../../x", "no folder of the source"),
        ("https://github.com/a/b#--upload-pack=x", "no branch"),
        ("https://github.com/a/b#a..b", "no branch"),
        ("ssh://-oProxyCommand=x/y", "ssh URL"),
        ("ssh://host/-x", "ssh URL"),
        ("file://relative", "absolute path"),
        ("https://github.com/a/b\u202e", "Nothing was fetched"),
        ("nothing-here", "Name a folder, a zip"),
    ],
)
def test_what_is_refused(named: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=why):
        source_of(named, tmp_path)


def test_places_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "folder" / ".claude-plugin").mkdir(parents=True)
    (tmp_path / "folder" / ".claude-plugin" / "marketplace.json").touch()
    (tmp_path / "list.json").touch()
    (tmp_path / "a#1.zip").touch()
    git(tmp_path, "init", "--quiet", "--bare", "bare.git")
    folder = str(tmp_path / "folder")
    assert source_of("folder", tmp_path) == Source("folder", folder)
    assert source_of("a#1.zip", tmp_path) == Source("zip", str(tmp_path / "a#1.zip"))
    assert source_of("bare.git", tmp_path) == Source("git", f"file://{tmp_path}/bare.git")
    usual = source_of("folder/.claude-plugin/marketplace.json", tmp_path, plugin="p")
    assert usual == Source("folder", folder, plugin="p", catalog=".claude-plugin/marketplace.json")
    assert source_of("list.json", tmp_path) == Source("folder", str(tmp_path), catalog="list.json")
    with pytest.raises(UsageError, match="Only a git repository has branches"):
        source_of("folder", tmp_path, ref="main")


def test_a_path_inside_has_one_form() -> None:
    assert [plain_path(one) for one in ("", "./", "./skills/pdf/", "a\\b", "a//b")] == [
        "",
        "",
        "skills/pdf",
        "a/b",
        "a/b",
    ]
    for path in ("/etc", "..", "a/../b", "a/-x", "a/.git/hooks", "\\x", "a:b"):
        with pytest.raises(UsageError, match="no folder of the source"):
            plain_path(path)


def test_it_says_what_it_is() -> None:
    source = Source("git", "https://h/r", ref="v1", path="skills/a", commit="0123456789abcdef", plugin="office")
    assert str(source) == "office of https://h/r at v1 in skills/a (0123456789ab)"


BEGINNINGS = ("", "https://", "ssh://", "file:///", "git@h:", "https://h/a/b/tree/", "https://[", "~", "#", "\0")


@given(st.sampled_from(BEGINNINGS), st.text(max_size=40), st.text(max_size=10), st.text(max_size=10))
def test_whatever_is_typed_it_is_a_source_or_a_sentence(beginning: str, rest: str, ref: str, path: str) -> None:
    try:
        source = source_of(beginning + rest, Path("/nowhere"), ref=ref, path=path)
    except UsageError:
        return
    for word in (source.at, source.ref):
        assert not word.startswith("-") and word.isprintable()
    assert ".." not in source.path.split("/") and (source.kind != "git" or source.protocol in ("https", "ssh", "file"))
