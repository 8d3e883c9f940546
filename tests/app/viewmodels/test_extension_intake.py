"""What was dropped or pasted is told by what is in it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from app.viewmodels.extension_intake import kind_of_path, kind_of_text


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["SKILL.md"], "skill"),
        (["skills/pdf/skill.md", "README.md"], "skill"),
        (["plugin.toml", "skills/x/SKILL.md"], "plugin"),
        (["pack.toml", "plugins/a/plugin.toml", "skills/b/SKILL.md"], "pack"),
        (["manifest.json", "server/index.js"], "server"),
        (["SKILL.md", "manifest.json"], "skill"),
        (["a/b/c/SKILL.md"], "skill"),
        (["README.md"], None),
        ([], None),
    ],
)
def test_folders_and_archives(names: list[str], kind: str | None, tmp_path: Path) -> None:
    folder, archive = tmp_path / "thing", tmp_path / "thing.zip"
    folder.mkdir()
    with zipfile.ZipFile(archive, "w") as made:
        for name in names:
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("x")
            made.writestr(f"thing/{name}", "x")
    assert kind_of_path(folder) == kind
    assert kind_of_path(archive) == kind


def test_other_files(tmp_path: Path) -> None:
    found = {}
    for name in ("a.mcpb", "b.DXT", "servers.json", "x.skill", "note.txt", "broken.zip"):
        (tmp_path / name).write_text("PK\x03\x04 no zip at all")
        found[name] = kind_of_path(tmp_path / name)
    assert found == {
        "a.mcpb": "server", "b.DXT": "server", "servers.json": "server", "x.skill": "skill", "note.txt": None,
        "broken.zip": None,
    }  # fmt: skip
    assert kind_of_path(tmp_path / "gone") is None


def test_a_link_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "SKILL.md").write_text("x")
    (tmp_path / "thing").mkdir()
    (tmp_path / "thing" / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert kind_of_path(tmp_path / "thing") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"mcpServers": {"time": {"command": "uvx"}}}', "server"),
        ("  {broken", "server"),
        ("https://example.org/skills.git", "skill"),
        ("git@example.org:anna/skills.git", "skill"),
        ("https://example.org/office-1.0.0.pack", "pack"),
        (" https://example.org/office.pack?key=x ", "pack"),
        ("https://example.org/skills?x=.pack", "skill"),
        ("please install https://example.org", None),
        ("http://example.org/skills", None),
        ("[1, 2]", None),
        ("", None),
        ("{" + "x" * 2_000_000, None),
    ],
)
def test_texts(text: str, kind: str | None) -> None:
    assert kind_of_text(text) == kind
