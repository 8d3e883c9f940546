"""Sources of every kind, brought to where they can be looked at, and gone afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import zipfile
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.skills.bring import PRIVATE, brought
from agent.skills.install import skills_in
from agent.skills.source import Source, source_of
from tests.helpers.repositories import commit, repository, skill_text


def places(source: Source) -> tuple[dict[str, str], Source, Path]:
    """Names of skills with where they lie, what the source is then, and where it was."""

    async def main() -> tuple[dict[str, str], Source, Path]:
        async with brought(source) as found:
            return {one.name: found.path_of(one.folder) for one in skills_in(found)}, found.source, found.root

    return asyncio.run(main())


def market(place: Path, *plugins: dict[str, object]) -> None:
    (place / ".claude-plugin").mkdir(parents=True, exist_ok=True)
    (place / ".claude-plugin" / "marketplace.json").write_text(json.dumps({"plugins": list(plugins)}))


def test_folders_zips_and_repositories(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    last = commit(made, skills__a__SKILL_DOT_md=skill_text("a"), plugins__p__skills__b__SKILL_DOT_md=skill_text("b"))
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.write(made / "skills" / "a" / "SKILL.md", "top/a/SKILL.md")
    assert places(Source("folder", str(made)))[0] == {"a": "skills/a", "b": "plugins/p/skills/b"}
    assert places(Source("folder", str(made), path="skills"))[0] == {"a": "a"}
    assert places(Source("zip", str(tmp_path / "r.zip")))[0] == {"a": "top/a"}
    names, source, root = places(source_of(f"file://{made}", tmp_path))
    assert (names, source.commit) == ({"a": "skills/a", "b": "plugins/p/skills/b"}, last)
    assert not root.exists() and not root.parent.parent.exists()


def test_a_repository_that_is_a_skill(tmp_path: Path) -> None:
    made = repository(tmp_path / "letters.git")
    commit(made, SKILL_DOT_md="---\ndescription: No name.\n---\n", inner__SKILL_DOT_md=skill_text("inner"))
    assert places(source_of(f"file://{made}", tmp_path))[0] == {"letters": ""}


def test_plugins_of_a_marketplace_here_and_elsewhere(tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    commit(other, skills__far__SKILL_DOT_md=skill_text("far"), x__near__SKILL_DOT_md=skill_text("near"))
    made = repository(tmp_path / "market")
    elsewhere = {"source": "url", "url": f"file://{other}"}
    market(
        made,
        {"name": "here", "source": "./plugins/here", "description": "Things."},
        {"name": "there", "source": elsewhere},
        {"name": "part", "source": elsewhere, "skills": ["./x/near"]},
        {"name": "gone", "source": "./gone"},
        {"name": "out", "source": "../other"},
    )
    commit(made, plugins__here__skills__a__SKILL_DOT_md=skill_text("a"), skills__b__SKILL_DOT_md=skill_text("b"))
    for at in (str(made), str(made / ".claude-plugin" / "marketplace.json"), f"file://{made}"):
        for plugin, names in (("here", {"a": "plugins/here/skills/a"}), ("there", {"far": "skills/far"})):
            assert places(source_of(at, tmp_path, plugin=plugin))[0] == names
        assert places(source_of(at, tmp_path, plugin="part"))[0] == {"near": "x/near"}
        with pytest.raises(UsageError, match="no folder"):
            places(source_of(at, tmp_path, plugin="gone"))
        with pytest.raises(UsageError, match="no plugin 'out'"):
            places(source_of(at, tmp_path, plugin="out"))
    with pytest.raises(UsageError, match="say which plugin with --plugin"):
        places(source_of(str(made / ".claude-plugin" / "marketplace.json"), tmp_path))
    assert places(source_of(f"file://{made}", tmp_path))[0] == {"a": "plugins/here/skills/a", "b": "skills/b"}


def test_a_marketplace_leads_nowhere_inside(tmp_path: Path) -> None:
    hosts = ("127.0.0.1", "localhost", "169.254.169.254", "[::1]", "10.0.0.1")
    market(tmp_path, *({"name": host, "source": {"source": "url", "url": f"https://{host}/x"}} for host in hosts))
    for host in hosts:
        with pytest.raises(UsageError, match="to which the marketplace leads"):
            places(source_of(str(tmp_path), tmp_path, plugin=host))


def test_what_a_killed_one_fetched_is_cleared_up(tmp_path: Path) -> None:
    dead = Path(tempfile.gettempdir()) / f"{PRIVATE}{2**22 + 1}-left"
    dead.mkdir(exist_ok=True)
    (tmp_path / "folder").mkdir()
    places(Source("folder", str(tmp_path / "folder")))
    assert not dead.exists() and not list(Path(tempfile.gettempdir()).glob(f"{PRIVATE}{os.getpid()}-*"))
