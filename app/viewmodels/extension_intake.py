"""What was dropped, chosen or pasted: which kind of thing it is, told by what is in it. All of it blocks."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from agent.errors import UsageError
from agent.mcp_client.bundle import PROGRAM
from agent.skills.archive import opened_zip
from app.viewmodels.extension_item import Kind

MOST_ENTRIES = 60_000
"""Of a folder: more are not looked through."""
MOST_TEXT = 1_000_000
_MARKS: tuple[tuple[str, Kind], ...] = (
    ("homard.lock", "pack"), ("pack.toml", "pack"), ("plugin.toml", "plugin"), ("skill.md", "skill"),
    ("manifest.json", "server"),
)  # fmt: skip
"""Files that tell, the most telling first: a pack holds all the others."""
_ENDINGS: dict[str, Kind] = {
    ".mcpb": "server", ".dxt": "server", ".json": "server", ".skill": "skill", ".pack": "pack", ".lock": "pack",
}  # fmt: skip
_PACK = re.compile(r"https://[^\s?#]+\.pack(?:[?#]\S*)?", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https|ssh|file)://\S+|[\w.+-]+@[\w.-]+:\S+")


def kind_of_path(path: Path) -> Kind | None:
    """Tell what a folder or a file is; None: nothing that is known here."""
    if path.is_dir():
        return _kind_of_names(_names_in(path))
    if kind := _ENDINGS.get(path.suffix.lower()):
        return kind
    try:
        with opened_zip(path, PROGRAM) as archive:
            return _kind_of_names([name.casefold() for name in archive.namelist()])
    except UsageError:
        return None  # whoever installs one refuses it anyway


def kind_of_text(text: str) -> Kind | None:
    """Tell what a pasted text is: the settings of servers, the address of one pack, or of skills in a repository."""
    text = text.strip()
    if not text or len(text) > MOST_TEXT:
        return None
    if text.startswith("{"):
        try:
            return "server" if isinstance(json.loads(text), dict) else None
        except ValueError:
            return "server"  # whoever reads it says what is wrong with it, and where
    if _PACK.fullmatch(text):
        return "pack"
    return "skill" if _ADDRESS.fullmatch(text) else None


def _kind_of_names(names: list[str]) -> Kind | None:
    """The kind of the mark that lies highest; of two beside each other the more telling one."""
    found: list[tuple[int, int, Kind]] = []
    for name in names:
        for at, (mark, kind) in enumerate(_MARKS):
            if name.rpartition("/")[2] == mark:
                found.append((name.count("/"), at, kind))
    return min(found)[2] if found else None


def _names_in(folder: Path) -> list[str]:
    """File names of a folder and three levels below, in lower case; no link is followed."""
    names: list[str] = []
    waiting = [(str(folder), "", 0)]
    for place, above, depth in waiting:
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if len(names) > MOST_ENTRIES:
                        return names
                    if not entry.is_dir(follow_symlinks=False):
                        names.append(f"{above}{entry.name.casefold()}")
                    elif depth < 3 and entry.name != ".git":
                        waiting.append((entry.path, f"{above}{entry.name}/", depth + 1))
        except OSError:
            continue
    return names
