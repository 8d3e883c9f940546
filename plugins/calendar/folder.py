"""The calendars in a folder: each .ics file is one, named as the file is."""

from __future__ import annotations

from pathlib import Path

from agent.api import ToolFailed, ToolRetry

from .change import holds

MAX_BYTES = 20_000_000


class Calendars:
    """Reads the files of a folder that is there."""

    def __init__(self, folder: str) -> None:
        """Raises ToolFailed if it is not."""
        self._folder = Path(folder)
        if not self._folder.is_absolute() or not self._folder.is_dir():
            raise ToolFailed("No folder of calendars is set, or it is gone. Set it in the settings of this plugin.")

    def files(self) -> list[Path]:
        """Give the calendars; links are not followed."""
        return sorted(path for path in self._folder.glob("*.ics") if path.is_file() and not path.is_symlink())

    def texts(self) -> tuple[list[tuple[str, str]], list[str]]:
        """Give the names and texts of all that can be read, and what is wrong with the others."""
        texts: list[tuple[str, str]] = []
        problems: list[str] = []
        for path in self.files():
            try:
                texts.append((path.stem, text_of(path)))
            except ToolFailed as error:
                problems.append(str(error))
        return texts, problems

    def target(self, name: str) -> Path:
        """Give the file that a new event goes to. Raises ToolRetry if that could be several."""
        files = {path.stem: path for path in self.files()}
        if not files and not name:
            return self._folder / "Homard.ics"
        name = name or (next(iter(files)) if len(files) == 1 else "")
        if name not in files:
            raise ToolRetry(f"Which calendar? There are: {', '.join(files)}.")
        return files[name]

    def holding(self, event: str) -> tuple[Path, str]:
        """Give the file with an event, and its text. Raises ToolRetry."""
        for path in self.files():
            text = text_of(path)
            if holds(text, event):
                return path, text
        raise ToolRetry(f"There is no event {event}. List events first: each begins with its name.")


def check_same(path: Path, text: str) -> None:
    """Look again before it is replaced. Raises ToolRetry if it holds something else than what was read."""
    if text_of(path) != text:
        raise ToolRetry(f"{path.name} was changed by something else meanwhile; nothing was written. Do it again.")


def text_of(path: Path) -> str:
    """Read a calendar; one that is not there yet is empty. Raises ToolFailed."""
    if not path.exists():
        return ""
    if path.stat().st_size > MAX_BYTES:
        raise ToolFailed(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB and is not read.")
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise ToolFailed(f"{path.name} is not UTF-8, as calendars are.") from None
