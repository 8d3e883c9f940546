"""Lists of marketplaces: what an entry may lead to, and how names are chosen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.skills.marketplace import Plugin, chosen, read_marketplace, skill_folders
from agent.skills.source import Source

WEB = Source("git", "https://h/market")


def marketplace(root: Path, *plugins: dict[str, Any], **more: Any) -> Path:
    (root / ".claude-plugin").mkdir(parents=True)
    whole = {"name": "m", "owner": {"name": "o"}, "plugins": list(plugins), **more}
    (root / ".claude-plugin" / "marketplace.json").write_text(json.dumps(whole))
    return root


def place_of(root: Path, said: object, came: Source = WEB, **more: Any) -> Source | str | None:
    found = read_marketplace(marketplace(root, {"name": "p", "source": said}, **more), came)
    return found["p"].place if found else None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("./", ""),
        ("./plugins/p", "plugins/p"),
        ("p", "base/p"),
        ({"source": "github", "repo": "a/b"}, Source("git", "https://github.com/a/b.git")),
        ({"source": "github", "repo": "a/b", "ref": "v1"}, Source("git", "https://github.com/a/b.git", ref="v1")),
        (
            {"source": "github", "repo": "a/b", "ref": "v1", "sha": "1" * 40},
            Source("git", "https://github.com/a/b.git", ref="1" * 40),
        ),
        ({"source": "url", "url": "https://h/x.git"}, Source("git", "https://h/x.git")),
        (
            {"source": "git-subdir", "url": "https://h/x.git", "path": "tools/p"},
            Source("git", "https://h/x.git", path="tools/p"),
        ),
        ({"source": "git-subdir", "url": "a/b", "path": "p"}, Source("git", "https://github.com/a/b.git", path="p")),
        ({"source": "npm", "package": "x"}, None),
        ("../other", None),
        ("/etc", None),
        ({"source": "url", "url": "file:///home/me/secret.git"}, None),
        ({"source": "url", "url": "ssh://evil/x"}, None),
        ({"source": "url", "url": "git@evil:x.git"}, None),
        ({"source": "url", "url": "ext::sh -c evil"}, None),
        ({"source": "github", "repo": "../../x"}, None),
        ({"source": "github", "repo": "a/b", "ref": "--upload-pack=evil"}, None),
        ({"source": "git-subdir", "url": "https://h/x", "path": "../.."}, None),
        (7, None),
    ],
)
def test_where_an_entry_may_lead(said: object, meant: object, tmp_path: Path) -> None:
    assert place_of(tmp_path, said, metadata={"pluginRoot": "./base"}) == meant


def test_it_leads_to_the_protocol_that_the_person_used_themselves(tmp_path: Path) -> None:
    at = {"source": "url", "url": "ssh://git@h/x"}
    assert place_of(tmp_path / "1", at, Source("git", "git@h:market.git")) == Source("git", "ssh://git@h/x")
    at = {"source": "url", "url": "file:///srv/x"}
    assert place_of(tmp_path / "2", at, Source("folder", "/srv/market")) == Source("git", "file:///srv/x")


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no marketplace in"):
        read_marketplace(tmp_path, WEB)
    path = marketplace(tmp_path / "m") / ".claude-plugin" / "marketplace.json"
    for text in ("{", "[" * 100_000):
        path.write_text(text)
        with pytest.raises(UsageError, match="no marketplace in"):
            read_marketplace(tmp_path / "m", WEB)
    for text in ('"x"', "[]", '{"plugins": {}}', '{"plugins": [1, {}, {"name": 5}, {"name": "x", "source": []}]}'):
        path.write_text(text)
        assert read_marketplace(tmp_path / "m", WEB) == {}
    path.unlink()
    path.symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match="is a link"):
        read_marketplace(tmp_path / "m", WEB)


def test_which_plugin(tmp_path: Path) -> None:
    plugins = {name: Plugin(name, f"For {name}.", "", ()) for name in ("a", "b")}
    assert chosen(plugins, "b", WEB).name == "b"
    assert chosen({"a": plugins["a"]}, "", WEB).name == "a"
    for name in ("", "c"):
        with pytest.raises(UsageError, match=r"There are:\n  a: For a\.\n  b: For b\."):
            chosen(plugins, name, WEB)


def test_where_its_skills_are(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "two")
    assert skill_folders(tmp_path, Plugin("p", "", "", ("one", "two"))) == [tmp_path / "one", tmp_path / "two"]
    assert skill_folders(tmp_path, Plugin("p", "", "", ())) == [tmp_path]
    (tmp_path / "skills").mkdir()
    assert skill_folders(tmp_path, Plugin("p", "", "", ())) == [tmp_path / "skills"]
    for path in ("none", "link"):
        with pytest.raises(UsageError, match="no folder"):
            skill_folders(tmp_path, Plugin("p", "", "", (path,)))
