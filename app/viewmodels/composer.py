"""What is about to be said: what was said before, the files that can be named, texts and images that go along."""

from __future__ import annotations

import heapq
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLocale, QObject, Signal

from agent.messages import ImagePart
from app.translation import translate
from app.viewmodels.background import Job
from app.viewmodels.fuzzy import score

MAX_SENT = 200
MAX_FILES = 50_000
"""Of a working folder that can be named; beyond that, paths are typed or dropped."""
SCAN_S = 2.0
FRESH_S = 10.0
"""How long a list of files is good."""
MAX_SHOWN = 50
LONG_TEXT = 20_000
"""Characters; a pasted text that is longer goes along as an attachment."""
_SKILL = re.compile(r"/(?:skill(?: +|$))?([^\s/]*)")
_MENTION = re.compile(r"(?:^|(?<=\s))@(\"[^\"\n]*|[^\s\"]*)$")


@dataclass(frozen=True)
class Draft:
    """What a person has begun to say."""

    text: str = ""
    images: tuple[ImagePart, ...] = ()
    pasted: tuple[str, ...] = ()
    """Long texts, each whole."""
    dry_run: bool = False
    """What would change the world is only to be shown."""

    def is_empty(self) -> bool:
        """Whether there is nothing to send; a dry run of nothing is nothing."""
        return not (self.text.strip() or self.images or self.pasted)

    def whole_text(self) -> str:
        """The text as it is sent: the long ones below what was typed."""
        return "\n\n".join(part for part in (self.text.strip(), *self.pasted) if part)


class ComposerViewModel(QObject):
    """Everything about the composer that is no widget."""

    files_found = Signal(str, list)
    """What was looked for, and the paths that fit, the best first; folders end with `/`."""
    skills_found = Signal(str, list)
    """What was looked for, and the names that fit, the best first."""

    def __init__(
        self,
        said: Sequence[str] = (),
        parent: QObject | None = None,
        skills: Callable[[str], Sequence[str]] = lambda _folder: (),
    ) -> None:
        """`said`: what was sent before, oldest first.

        `skills` gives the names of those for a folder; called in a thread, must not raise.
        """
        super().__init__(parent)
        self._skills = skills
        self.sent = SentTexts(said)
        self._folder = ""
        self._files: tuple[str, ...] = ()
        self._scanned_at = 0.0
        self._wanted: str | None = None
        self._job: Job | None = None

    def set_folder(self, folder: str) -> None:
        """Name files of another folder (absolute) from now on."""
        if folder != self._folder:
            self._folder = folder
            self.forget_files()

    def look_for(self, typed: str) -> None:
        """Find the files that fit what was typed; `files_found` brings them. Only the newest question is answered."""
        self._wanted = typed
        if self._job is None:
            self._ask()

    def look_for_skill(self, typed: str) -> None:
        """Find the skills whose names fit what was typed; `skills_found` brings them."""
        skills, folder = self._skills, self._folder

        def tell(names: object) -> None:
            self.skills_found.emit(typed, names)

        job = Job(lambda: best_fits(typed, skills(folder)))
        job.finished.connect(tell)
        job.start()

    def forget_files(self) -> None:
        """Give the memory of the list of files back; it is read again when it is needed."""
        self._files = ()
        self._scanned_at = 0.0
        self._wanted = None

    def _ask(self) -> None:
        typed, folder = self._wanted, self._folder
        if typed is None:
            return
        stale = time.monotonic() - self._scanned_at > FRESH_S or not self._files
        files = None if stale else self._files
        self._job = Job(lambda: _answer(typed, folder, files))
        self._job.finished.connect(self._answered)
        self._job.start()

    def _answered(self, answer: _Answer) -> None:
        self._job = None
        if self._wanted is None:
            return
        if answer.folder == self._folder and answer.scanned:
            self._files, self._scanned_at = answer.files, time.monotonic()
        if answer.typed == self._wanted and answer.folder == self._folder:
            self._wanted = None
            self.files_found.emit(answer.typed, answer.fitting)
        else:
            self._ask()


class SentTexts:
    """What was sent, to be called back; bounded, the oldest go first."""

    def __init__(self, said: Sequence[str] = ()) -> None:
        self.texts = list(said[-MAX_SENT:])
        """Oldest first."""
        self._at = len(self.texts)
        self._begun = ""

    def add(self, text: str) -> None:
        """Remember what was sent, and stand at the end again. Long texts are not remembered."""
        if text.strip() and len(text) <= LONG_TEXT and text not in self.texts[-1:]:
            self.texts = [*self.texts, text][-MAX_SENT:]
        self.leave()

    def leave(self) -> None:
        """Stand at the end again."""
        self._at = len(self.texts)

    def older(self, current: str) -> str | None:
        """The text before this one; `current` is what stands in the field, and is kept. None: there is none."""
        if self._at == 0:
            return None
        if self._at == len(self.texts):
            self._begun = current
        self._at -= 1
        return self.texts[self._at]

    def newer(self) -> str | None:
        """The text after this one, at last what had been begun. None: it stands at the end."""
        if self._at >= len(self.texts):
            return None
        self._at += 1
        return self._begun if self._at == len(self.texts) else self.texts[self._at]


@dataclass(frozen=True)
class Mention:
    """An `@` that is being typed."""

    start: int
    """Where the `@` stands."""
    typed: str


def mention_at(text: str) -> Mention | None:
    """The mention at the end of what stands before the cursor; None: there is none."""
    line = text[text.rfind("\n") + 1 :][-1_000:]
    found = _MENTION.search(line)
    if found is None:
        return None
    return Mention(len(text) - len(line) + found.start(), found[1].removeprefix('"'))


def skill_at(text: str) -> str | None:
    """What is typed of a skill's name in `/name` or `/skill name`, which is all before the cursor; None: nothing is."""
    found = _SKILL.fullmatch(text[:100])
    return None if found is None else found[1]


def mention_of(path: str, folder: str = "") -> str:
    """Write a file's path as a mention: from the working folder on if it lies in it."""
    shown = path
    if folder and path.startswith(prefix := folder.rstrip("/") + "/"):
        shown = path[len(prefix) :]
    return f'@"{shown}"' if re.search(r"\s", shown) else f"@{shown}"


def pasted_words(text: str) -> str:
    """What an attached text is called."""
    size = QLocale().formattedDataSize(
        len(text.encode("utf-8", "replace")), 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat
    )
    return translate("Composer", "Pasted text, {size}").format(size=size)


@dataclass(frozen=True)
class _Answer:
    typed: str
    folder: str
    files: tuple[str, ...]
    fitting: list[str]
    scanned: bool


def _answer(typed: str, folder: str, files: tuple[str, ...] | None) -> _Answer:
    known = files if files is not None else list_files(folder)
    return _Answer(typed, folder, known, best_fits(typed, known), files is None)


def best_fits(typed: str, names: Sequence[str]) -> list[str]:
    """The names or paths that fit best, at most `MAX_SHOWN`; with nothing typed those that lie nearest."""
    if not typed.strip():
        return heapq.nsmallest(MAX_SHOWN, names, key=lambda path: (path.rstrip("/").count("/"), path.casefold()))
    fitting = ((_fits(typed, path), path) for path in names)
    ranked = heapq.nsmallest(MAX_SHOWN, ((-fits, len(path), path) for fits, path in fitting if fits))
    return [path for _, _, path in ranked]


def _fits(typed: str, path: str) -> int:
    """A name that fits counts more than a folder on the way."""
    return max(score(typed, path.rstrip("/").rpartition("/")[2]) * 2, score(typed, path))


def list_files(folder: str) -> tuple[str, ...]:
    """The files and folders below a folder as a tool would find them, without what .gitignore leaves out. Blocking."""
    from agent.errors import ToolError
    from agent.safety.folders import Folders
    from agent.tools.stoppable import Stop
    from agent.tools.walk import Walk

    found: list[str] = []
    if not folder:
        return ()
    try:
        root = Path(folder)
        folders = Folders([root])
        for item in Walk(folders, folders.locate(".", root), Stop(SCAN_S)).items(deep=True):
            if not folders.hides(item.real):
                found.append(item.shown + "/" * item.is_folder)
            if len(found) >= MAX_FILES:
                break
    except (ToolError, OSError):
        return tuple(found)
    return tuple(found)
