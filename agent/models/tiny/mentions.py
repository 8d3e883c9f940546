"""What a request mentions: files and folders that are there, kinds of files, quoted words, numbers, addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agent.models.tiny.place import Place
from agent.models.tiny.vocabulary import WORD, kind_words, stem, words

QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|`([^`]+)`|‘([^’]+)’|(?<!\w)'([^']+(?:'\w[^']*)*)'(?!\w)")
FILE_NAME = re.compile(r"(?<![\w/.-])[\w\-./]*[\w\-]\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w/])")
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_OUTSIDE = re.compile(r"(?<![\w:/])(?:~[/\\]|~$|\.\.[/\\]|/[\w.\-]|[A-Za-z]:\\)[\w./\\\-]*")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,:]\d+)*(?!\w)")

_NEW_THING = re.compile(
    r"\b(?:an?|new|another)\s+(?:new |short )?(?:note|list|file|text|letter|document|memo|reminder)s?\b", re.IGNORECASE
)
"""`Make a note` does not speak of notes.txt."""

_KIND_HEADS = {"file", "document", "script", "note", "table", "sheet"}
_NOT_ALONE = {"text", "plain", "word", "log", "json", "shell", "sh", "slide", "film", "song", "table"}
"""Words that ask for a kind of file only before one of `_KIND_HEADS`."""


@dataclass(frozen=True)
class Mentions:
    """What was found in a request."""

    masked: str
    """The request with what was found replaced by FILE, FOLDER, KIND, TEXT, NUMBER, URL, OUTSIDE."""
    files: tuple[str, ...] = ()
    """Existing files, the surest first."""
    new_files: tuple[str, ...] = ()
    """Names of files that do not exist."""
    explicit: bool = False
    """The existing files are named in full, as `notes.txt`."""
    folders: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """Globs."""


@dataclass
class _Text:
    """A request while its mentions are cut out."""

    text: str
    files: list[str] = field(default_factory=lambda: [])
    new_files: list[str] = field(default_factory=lambda: [])
    folders: list[str] = field(default_factory=lambda: [])
    kinds: list[str] = field(default_factory=lambda: [])


def find_mentions(ask: str, place: Place) -> Mentions:
    """Find what a request mentions."""
    text = _Text(_URL.sub("URL", ask))
    _unquote_files(text)
    text.text = QUOTED.sub("TEXT", text.text)
    text.text = _OUTSIDE.sub("OUTSIDE", text.text)
    _find_files(text, place)
    explicit = bool(text.files)
    _find_folders(text, place)
    _find_kinds(text)
    if not text.files and not text.new_files:
        _find_described(text, place)
    return Mentions(
        masked=_NUMBER.sub("NUMBER", text.text),
        files=tuple(text.files),
        new_files=tuple(text.new_files),
        explicit=explicit,
        folders=tuple(text.folders),
        kinds=tuple(text.kinds),
    )


def quotes(text: str) -> list[str]:
    """The quoted parts of a text."""
    return [next(group for group in match.groups() if group) for match in QUOTED.finditer(text)]


def _unquote_files(text: _Text) -> None:
    for name in quotes(text.text):
        if FILE_NAME.fullmatch(name):
            text.text = re.sub(rf"[“\"`‘']{re.escape(name)}[”\"`’']", name.replace("\\", ""), text.text)


def _find_files(text: _Text, place: Place) -> None:
    def replace(match: re.Match[str]) -> str:
        name = match[0].removeprefix("./")
        if "/.." in name:
            return "OUTSIDE"
        fitting = [path for path in place.files if path.lower() == name.lower()]
        fitting = fitting or [path for path in place.files if path.lower().endswith("/" + name.lower())]
        if fitting:
            text.files += [path for path in fitting if path not in text.files]
        else:
            text.new_files.append(name)
        return "FILE"

    text.text = FILE_NAME.sub(replace, text.text)


def _find_folders(text: _Text, place: Place) -> None:
    for folder in place.folders:
        names = sorted({folder, folder.rsplit("/", 1)[-1]}, key=len, reverse=True)
        either = "|".join(map(re.escape, names))
        pattern = re.compile(rf"(?<![\w/.])(?:{either})(?:/|(?![\w.]))", re.IGNORECASE)
        if pattern.search(text.text):
            text.folders.append(folder)
            text.text = pattern.sub("FOLDER", text.text)


def _find_kinds(text: _Text) -> None:
    parts = re.split(r"(\W+)", text.text)
    out: list[str] = []
    index = 0
    while index < len(parts):
        word = parts[index]
        spaced = index + 2 < len(parts) and not parts[index + 1].strip()
        headed = spaced and stem(parts[index + 2]) in _KIND_HEADS
        glob = kind_words().get(stem(word)) if word.islower() or word.isupper() else None
        if glob and (headed or stem(word) not in _NOT_ALONE):
            text.kinds.append(glob)
            word = "KIND"
            index += 2 if headed else 0
        out.append(word)
        index += 1
    text.text = "".join(out).replace(".KIND", "KIND")


def _find_described(text: _Text, place: Place) -> None:
    """Files whose names are made of words of the request: `the rental contract` is `contract.txt`."""
    asked = words(_NEW_THING.sub(" ", text.text))
    scored: list[tuple[float, str]] = []
    for path in place.files:
        folder, _, name = path.rpartition("/")
        parts = words(name.rpartition(".")[0] or name)
        shared = [word for word in parts if word in asked]
        share = sum(map(len, shared)) / max(sum(map(len, parts)), 1)
        if share >= 0.4 and max(map(len, shared)) >= 3:
            around = [word for word in words(folder) if word in asked]
            scored.append((share + 0.1 * len(shared) + 0.3 * len(around), path))
    scored.sort(key=lambda item: (-item[0], item[1]))
    text.files = [path for score, path in scored if score >= scored[0][0] - 0.25]
    if text.files:
        named = set(words(text.files[0].rpartition(".")[0]))
        masked = WORD.sub(lambda match: "FILE" if stem(match[0]) in named else match[0], text.text)
        text.text = re.sub(r"FILE(?:\W{1,2}(?:the )?FILE)+", "FILE", masked)
