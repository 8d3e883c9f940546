"""What a request mentions: files and folders of the working folder, kinds of files, quoted words, numbers, addresses."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

MAX_ENTRIES = 400
MAX_DEPTH = 4

QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|`([^`]+)`|‘([^’]+)’|(?<!\w)'([^']+(?:'\w[^']*)*)'(?!\w)")
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_OUTSIDE = re.compile(r"(?<![\w:/])(?:~[/\\]|~$|\.\.[/\\]|/[\w.\-]|[A-Za-z]:\\)[\w./\\\-]*")
FILE_NAME = re.compile(r"(?<![\w/.])[\w\-./]*[\w\-]\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w/])")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,:]\d+)*(?!\w)")
_WORD = re.compile(r"[^\W_]+")

KINDS = {
    "*.txt": "txt text texts plain",
    "*.md": "md markdown",
    "*.pdf": "pdf",
    "*.csv": "csv",
    "*.json": "json",
    "*.py": "py python",
    "*.ini": "ini",
    "*.log": "log",
    "*.html": "html",
    "*.xml": "xml",
    "*.toml": "toml",
    "*.yaml": "yaml yml",
    "*.zip": "zip",
    "*.doc*": "doc docx word",
    "*.xls*": "xls xlsx excel",
    "*.js": "js javascript",
    "*.{jpg,jpeg,png,gif,heic,webp,bmp,tiff}": "image picture photo",
    "*.{jpg,jpeg}": "jpg jpeg",
    "*.png": "png",
    "*.gif": "gif",
    "*.mp3": "mp3",
    "*.{mp3,wav,flac,ogg,m4a}": "music song audio",
    "*.{mp4,mov,mkv,avi,webm}": "video movie film",
    "*.{zip,tar,gz,7z,rar}": "archive",
}
"""Globs and the words that ask for them."""
_KIND_WORDS = {word: glob for glob, words in KINDS.items() for word in words.split()}
_KIND_HEADS = {"file", "document", "script", "note", "table", "sheet"}
_NOT_ALONE = {"text", "texts", "plain", "word", "log", "json"}
"""Words that ask for a kind of file only before one of `_KIND_HEADS`."""


@dataclass(frozen=True)
class Place:
    """The working folder as it is now."""

    files: tuple[str, ...] = ()
    """Relative paths with `/`."""
    folders: tuple[str, ...] = ()


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
    """The files are named in full, as `notes.txt`."""
    folders: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """Globs."""
    quoted: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


def look_around(context: str) -> Place:
    """List the folder that the volatile context names (`folder: PATH`), bounded, without hidden entries or links."""
    match = re.search(r"^folder: (.+)$", context, re.MULTILINE)
    if match is None or not os.path.isabs(match[1]):
        return Place()
    root = Path(match[1])
    files: list[str] = []
    folders: list[str] = []
    for here, below, names in os.walk(root):
        depth = len(Path(here).relative_to(root).parts)
        below[:] = sorted(name for name in below if not name.startswith(".") and name != "node_modules")
        inside = Path(here).relative_to(root).as_posix()
        prefix = "" if inside == "." else inside + "/"
        files += [prefix + name for name in sorted(names) if not name.startswith(".")]
        folders += [prefix + name for name in below]
        if depth + 1 >= MAX_DEPTH:
            below[:] = []
        if len(files) + len(folders) > MAX_ENTRIES:
            break
    return Place(tuple(files[:MAX_ENTRIES]), tuple(folders[:MAX_ENTRIES]))


@dataclass
class _Text:
    """A request while its mentions are cut out."""

    text: str
    found: dict[str, list[str]] = field(default_factory=lambda: {})

    def cut(self, pattern: re.Pattern[str], mark: str) -> None:
        def replace(match: re.Match[str]) -> str:
            value = next((group for group in match.groups() if group), match[0])
            self.found.setdefault(mark, []).append(value)
            return mark

        self.text = pattern.sub(replace, self.text)

    def got(self, mark: str) -> list[str]:
        return self.found.get(mark, [])


def find_mentions(ask: str, place: Place) -> Mentions:
    """Find what a request mentions."""
    text = _Text(ask)
    text.cut(_URL, "URL")
    quoted = [next(group for group in match.groups() if group) for match in QUOTED.finditer(text.text)]
    for name in quoted:
        if FILE_NAME.fullmatch(name):
            text.text = re.sub(rf"[“\"`‘']{re.escape(name)}[”\"`’']", lambda _: name, text.text)  # noqa: B023
    text.cut(QUOTED, "TEXT")
    text.cut(_OUTSIDE, "OUTSIDE")
    explicit, new = _explicit_files(text, place)
    folders = _folders(text, place)
    kinds = _kinds(text)
    files = explicit or ([] if new else _named_files(text, place))
    text.cut(_NUMBER, "NUMBER")
    return Mentions(
        masked=text.text,
        files=tuple(files),
        new_files=tuple(new),
        explicit=bool(explicit),
        folders=tuple(folders),
        kinds=tuple(kinds),
        quoted=tuple(text.got("TEXT")),
        numbers=tuple(text.got("NUMBER")),
        urls=tuple(text.got("URL")),
    )


def stem(word: str) -> str:
    """A word without case and plural."""
    word = word.lower()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def words(text: str) -> list[str]:
    """The words of a text, as `stem` gives them."""
    return [stem(word) for word in _WORD.findall(text)]


def _explicit_files(text: _Text, place: Place) -> tuple[list[str], list[str]]:
    there: list[str] = []
    new: list[str] = []

    def replace(match: re.Match[str]) -> str:
        name = match[0].removeprefix("./")
        if "/.." in name:
            return "OUTSIDE"
        fitting = [path for path in place.files if path.lower() == name.lower()]
        fitting += [path for path in place.files if path.lower().endswith("/" + name.lower())]
        if fitting:
            there.extend(path for path in fitting if path not in there)
        else:
            new.append(name)
        return "FILE"

    text.text = FILE_NAME.sub(replace, text.text)
    return there, new


def _folders(text: _Text, place: Place) -> list[str]:
    found: list[str] = []
    for folder in place.folders:
        name = folder.rsplit("/", 1)[-1]
        pattern = re.compile(
            rf"(?<![\w/.]){re.escape(folder)}/?(?!\w)|(?<![\w/.]){re.escape(name)}/?(?![\w.])", re.IGNORECASE
        )
        if pattern.search(text.text):
            found.append(folder)
            text.text = pattern.sub("FOLDER", text.text)
    return found


def _kinds(text: _Text) -> list[str]:
    found: list[str] = []
    parts = re.split(r"(\W+)", text.text)
    out: list[str] = []
    index = 0
    while index < len(parts):
        word = parts[index]
        following = stem(parts[index + 2]) if index + 2 < len(parts) and not parts[index + 1].strip() else ""
        glob = _KIND_WORDS.get(stem(word)) if word.islower() or word.isupper() else None
        if (
            glob
            and (following in _KIND_HEADS or stem(word) not in _NOT_ALONE)
            and not (out and out[-1].endswith("as "))
        ):
            found.append(glob)
            out.append("KIND")
            index += 3 if following in _KIND_HEADS else 1
        else:
            out.append(word)
            index += 1
    text.text = "".join(out).replace(".KIND", "KIND")
    return found


def _named_files(text: _Text, place: Place) -> list[str]:
    """Files whose names are made of words of the request: `the rental contract` is `contract.txt`."""
    asked = words(text.text)
    scored: list[tuple[float, str]] = []
    for path in place.files:
        name = words(path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        shared = [word for word in name if word in asked]
        if not shared or max(len(word) for word in shared) < 3:
            continue
        share = sum(map(len, shared)) / max(sum(map(len, name)), 1)
        if share >= 0.4:
            around = [word for word in words(path.rpartition("/")[0]) if word in asked]
            scored.append((share + 0.1 * len(shared) + 0.3 * len(around), path))
    scored.sort(key=lambda item: (-item[0], item[1]))
    best = [path for score, path in scored if score >= scored[0][0] - 0.25]
    if best:
        named = set(words(best[0].rsplit(".", 1)[0]))
        text.text = _replace_named(text.text, named)
    return best


def _replace_named(text: str, named: set[str]) -> str:
    text = _WORD.sub(lambda match: "FILE" if stem(match[0]) in named else match[0], text)
    return re.sub(r"FILE(?:\W{1,2}(?:the )?FILE)+", "FILE", text)


def nearest_first(paths: Iterable[str], wanted: str) -> list[str]:
    """Order paths by how much of their name a text shares."""
    asked = set(words(wanted))
    return sorted(paths, key=lambda path: (-len(asked & set(words(path))), path))
