"""Folders of skills for tests."""

from __future__ import annotations

from pathlib import Path

from agent.skills.shelf import Shelf


def write_skill(place: Path, name: str, description: str = "Says how.", body: str = "Do it.", **files: str) -> Path:
    """Make a skill; `files`: further ones by path, `__` for a slash and `_DOT_` for a dot."""
    folder = place / name
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text(
        f"---\nname: {name}\ndescription: {description}\n---\n\n{body}\n", encoding="utf-8"
    )
    for path, text in files.items():
        target = folder / path.replace("__", "/").replace("_DOT_", ".")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


def enabled_skill(skills: Path, name: str, description: str = "Says how.", body: str = "Do it.", **files: str) -> Path:
    """Make one among the person's own, and enable it."""
    folder = write_skill(skills, name, description, body, **files)
    assert Shelf(skills).enable(name).status == "on"
    return folder
