"""A folder of notes, found by name or by words as Obsidian finds them."""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.api import ToolRetry

from .note import links, target

MAX_NOTES = 20_000
MAX_NOTE_BYTES = 1_000_000
_SUFFIXES = (".md", ".markdown")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|#^\[\]\x00-\x1f]+')
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Hit:
    """A note that was found."""

    name: str
    """As a link names it: without `.md`."""
    line: str
    """The first line that holds one of the words; empty if only the name does."""


class Vault:
    """Reads the notes in one folder. Links out of it are not followed, nor is anything hidden read."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        """Give all notes as paths inside the folder, `Projects/Book.md`, the last changed first."""
        found = sorted(self._walk(), reverse=True)
        return [name for _, name in found[:MAX_NOTES]]

    def text(self, name: str) -> str:
        """Read a note. Raises ToolRetry for one that is no text or too long."""
        data = (self.root / name).read_bytes()
        if len(data) > MAX_NOTE_BYTES:
            raise ToolRetry(f"{name} has {len(data)} bytes. Notes of up to {MAX_NOTE_BYTES} are read.")
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise ToolRetry(f"{name} is not UTF-8 text.") from None

    def check_same(self, name: str, text: str | None) -> None:
        """Look again before it is written. Raises ToolRetry if it holds something else than what was read.

        `text`: None if it was not there.
        """
        path = self.root / name
        try:
            same = path.read_bytes() == text.encode() if text is not None else not path.exists()
        except OSError:
            same = False
        if not same:
            raise ToolRetry(f"{name} was changed by something else meanwhile; nothing was written. Do it again.")

    def find(self, words: str, most: int) -> list[Hit]:
        """Give the notes that hold all the words, those with the words in their name first."""
        wanted = _fold(words).split()
        named: list[Hit] = []
        inside: list[Hit] = []
        for name in self.names():
            text = self._text_or_nothing(name)
            title, body = _fold(name), _fold(text)
            if not all(word in title or word in body for word in wanted):
                continue
            line = next((line for line in text.splitlines() if any(word in _fold(line) for word in wanted)), "")
            hits = named if all(word in title for word in wanted) else inside
            hits.append(Hit(bare(name), line.strip()[:200]))
        return [*named, *inside][:most]

    def resolve(self, name: str) -> str:
        """Find the one note that a name or link means. Raises ToolRetry with what it could be."""
        wanted = _fold(bare(target(name)))
        names = self.names()
        same = [each for each in names if _fold(bare(each)) == wanted]
        same = same or [each for each in names if _fold(Path(each).stem) == wanted]
        if len(same) == 1:
            return same[0]
        if same:
            raise ToolRetry(f"“{name}” could be {_listed(same)}. Give the whole path.")
        stems = {_fold(Path(each).stem): each for each in names}
        near = [stems[stem] for stem in difflib.get_close_matches(wanted, stems, n=5, cutoff=0.5)]
        raise ToolRetry(f"There is no note “{name}”." + (f" Near it: {_listed(near)}." if near else ""))

    def links_to(self, name: str) -> list[str]:
        """Give the notes that link to this one."""
        wanted = {_fold(bare(name)), _fold(Path(name).stem)}
        return [
            bare(other)
            for other in self.names()
            if other != name and any(_fold(bare(link)) in wanted for link in links(self._text_or_nothing(other)))
        ]

    def new(self, title: str) -> str:
        """Give the path of a note to be made; `Folder/Title` puts it in a folder. Raises ToolRetry if it is there."""
        parts = [_file_name(part) for part in bare(title).split("/")]
        if not all(parts):
            raise ToolRetry(f"“{title}” cannot be the name of a note. Use letters and digits.")
        name = "/".join(parts) + ".md"
        if any(_fold(name) == _fold(other) for other in self.names()) or (self.root / name).exists():
            raise ToolRetry(f"{name} is there already. Append to it, or take another title.")
        return name

    def _walk(self) -> Iterator[tuple[float, str]]:
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(each for each in folders if not each.startswith("."))
            for file in files:
                path = Path(folder, file)
                if file.lower().endswith(_SUFFIXES) and not file.startswith(".") and not path.is_symlink():
                    yield path.stat().st_mtime, path.relative_to(self.root).as_posix()

    def _text_or_nothing(self, name: str) -> str:
        try:
            return self.text(name)
        except (ToolRetry, OSError):
            return ""


def bare(name: str) -> str:
    """Give the name of a note as a link has it: without `.md`."""
    return next((name[: -len(end)] for end in _SUFFIXES if name.lower().endswith(end)), name)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _file_name(title: str) -> str:
    name = " ".join(_NOT_IN_NAMES.sub(" ", title).split())[:100].strip(" .")
    return f"{name} note" if _WINDOWS_DEVICE.fullmatch(name) else name


def _listed(names: list[str]) -> str:
    return ", ".join(bare(name) for name in names[:8])
