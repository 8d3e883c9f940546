"""Packs for tests: folders of authors, files that they built and signed, and homes that take them."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from agent.packs.archive import build, read_folder
from agent.packs.keys import PublisherKey, made_key
from agent.packs.kinds import open_packs
from agent.packs.mirror import Bounds, refreshed
from agent.packs.origin import named_origin
from agent.packs.service import Packs
from agent.packs.state import Origin
from tests.helpers.skills import write_skill

TODAY = date(2026, 11, 26)


def write_pack(place: Path, name: str = "minutes", version: str = "1.0.0", /, **more: Any) -> Path:
    """Make the folder of a pack with one skill of its name; `more`: further keys of pack.toml.

    `body`: of the skill; `files`: further files of the pack by path.
    """
    folder = place / name
    body, files = more.pop("body", "Do it."), more.pop("files", {})
    skill = more.pop("skill", name)
    if not (folder / "skills" / skill).exists():
        write_skill(folder / "skills", skill, body=body)
    else:
        head = f"---\nname: {skill}\ndescription: Says how.\n---\n\n"
        (folder / "skills" / skill / "SKILL.md").write_text(f"{head}{body}\n", encoding="utf-8")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    said = {"name": name, "version": version, "publisher": "Acme", "description": "Says how.",
            "skills": [f"skills/{skill}"], **more}  # fmt: skip
    (folder / "pack.toml").write_text(tomlkit.dumps(said), encoding="utf-8")
    return folder


def may(what: str, *to: str) -> dict[str, Any]:
    """A `[[capability]]`."""
    return {"what": what, "reason": "It is needed.", **({"to": list(to)} if to else {})}


def built(folder: Path, key: PublisherKey | None = None, into: Path | None = None, today: date = TODAY) -> Path:
    """Build the file of a pack, signed if there is a key; beside its folder, or in another one."""
    pack = read_folder(folder)
    return build(pack, into or folder.parent, None if key is None else key.sign(pack, today))


def home(tmp_path: Path, today: date = TODAY) -> Packs:
    """The packs of a new home."""
    return open_packs(tmp_path / "home" / "packs", tmp_path / "home" / "skills", today=lambda: today)


def enabled(packs: Packs, folder: Path, key: PublisherKey | None = None) -> str:
    """Build, sign, install and enable a pack; its name."""
    key = key or made_key()
    packs.install(built(folder, key), trust=key.fingerprint)
    return packs.enable(folder.name).name


def named(words: str) -> Origin:
    """What a person typed that is fetched."""
    origin = named_origin(words, Path("/"))
    assert origin is not None
    return origin


def fetch(packs: Packs, origin: Origin, bounds: Bounds | None = None) -> Path:
    """Fetch from there now; the folder of the copy."""
    return asyncio.run(refreshed(packs.store, origin, packs.state(), bounds))


def again(packs: Packs, name: str = "letters") -> Path:
    """Fetch from where an installed pack came from."""
    origin = packs.find(name).installed.origin
    assert origin is not None
    return fetch(packs, origin)


def files(folder: Path) -> list[str]:
    """All files of a folder by their path in it."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def left(packs: Packs) -> list[str]:
    """What stands beside the packs that no person put there."""
    return [path.name for path in packs.store.folder.iterdir() if path.name.startswith(".new-")]
