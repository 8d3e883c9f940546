"""What a sentence says of files that come, change or go: which files, in which folder."""

from __future__ import annotations

import os
import re

from agent.automation.reading import Reading
from agent.automation.words import IMAGES
from agent.errors import UsageError
from agent.jobs import Change, Watch

PATH = (
    r"""(?:"[^"]{1,400}"|“[^”]{1,400}”|„[^“”]{1,400}[“”]|'[^']{1,400}'|‘[^’]{1,400}’|`[^`]{1,400}`"""
    r"""|(?:~|\b[A-Za-z]:(?=\\)|(?<![\w/])(?=/))[^\s,;"“”]*)"""
)
"""A path as it is written in a sentence: quoted, or from `~`, `/` or a drive on."""
KNOWN = r"(?:downloads?|documents|desktop|pictures|music|videos|dokumente|schreibtisch|bilder|musik)"
PLACE = (
    rf"(?:(?:(?:my|the|meine[mnr]?|de[mnr])\s+)?(?:(?:folder|directory|ordner|verzeichnis)\s+)?(?P<path>{PATH})"
    rf"|(?:(?:my|the|meine[mnr]?|de[mnr])\s+)?(?:(?:folder|ordner)\s+)?(?P<known>{KNOWN})(?:[\s-]*(?:folder|directory|ordner|verzeichnis))?\b)"
)
"""A folder: a path, or one that every home has."""
FILE_NAME = r"[\w*?\[\]{}.+-]*[\w*?\]]\.[A-Za-z0-9*]{1,8}"

_HOMES = {
    "download": "Downloads", "downloads": "Downloads", "documents": "Documents", "dokumente": "Documents",
    "desktop": "Desktop", "schreibtisch": "Desktop", "pictures": "Pictures", "bilder": "Pictures", "music": "Music",
    "musik": "Music", "videos": "Videos",
}  # fmt: skip
_KINDS: dict[str, tuple[str, ...]] = {
    "file": ("*",), "datei": ("*",), "dateie": ("*",), "something": ("*",), "anything": ("*",), "etwas": ("*",),
    "was": ("*",), "pdf": ("*.pdf",), "csv": ("*.csv",), "json": ("*.json",), "xml": ("*.xml",), "txt": ("*.txt",),
    "text": ("*.txt",), "zip": ("*.zip",), "log": ("*.log",), "html": ("*.html", "*.htm"), "image": IMAGES,
    "picture": IMAGES, "photo": IMAGES, "bild": IMAGES, "bilder": IMAGES, "foto": IMAGES, "screenshot": IMAGES,
    "bildschirmfoto": IMAGES, "png": ("*.png",), "jpg": ("*.jpg", "*.jpeg"), "jpeg": ("*.jpg", "*.jpeg"),
    "gif": ("*.gif",), "svg": ("*.svg",), "word": ("*.docx", "*.doc"), "docx": ("*.docx",), "doc": ("*.doc",),
    "excel": ("*.xlsx", "*.xls"), "xlsx": ("*.xlsx",), "xls": ("*.xls",), "markdown": ("*.md",), "md": ("*.md",),
    "powerpoint": ("*.pptx", "*.ppt"), "video": ("*.mp4", "*.mov", "*.mkv", "*.webm", "*.avi"), "mp3": ("*.mp3",),
    "audio": ("*.mp3", "*.wav", "*.m4a", "*.ogg", "*.flac", "*.opus"), "mp4": ("*.mp4",), "eml": ("*.eml",),
    "email": ("*.eml",), "e-mail": ("*.eml",), "mail": ("*.eml",), "ics": ("*.ics",), "py": ("*.py",),
    "python": ("*.py",), "epub": ("*.epub",), "yaml": ("*.yaml", "*.yml"), "toml": ("*.toml",), "odt": ("*.odt",),
    "ods": ("*.ods",), "tex": ("*.tex",), "mbox": ("*.mbox",),
}  # fmt: skip
_FILLERS = re.compile(
    r"^(?:an?|the|any|one|some|new|neue[rsnm]?|eine?[rsnm]?|de[rmn]|die|das|irgendeine?|changed|geänderte?|files?|"
    r"dokument[e]?|documents?|datei(?:en)?|exports?|invoices?)$",
    re.I,
)
_BOTH: tuple[Change, ...] = ("created", "changed")


def watch_of(reading: Reading, what: str, path: str, known: str, on: tuple[Change, ...]) -> Watch:
    """Make the watch; notes on the reading how the folder was read.

    `path` is as it was written; `known` instead of it is the name of a folder that every home has. Raises UsageError
    for a kind of files that is not known.
    """
    folder, name = folder_of(path or f"~/{_HOMES[known.casefold()]}"), ""
    if known:
        reading.doubt(f"“{known}” was read as ~/{_HOMES[known.casefold()]}.")
    if not what and has_ending(folder):  # “when ~/x/build.log changes”
        folder, name = os.path.split(folder)
    reading.folder = reading.folder or folder
    fresh = re.search(r"\b(?:new|neue[rsnm]?)\b", what, re.I)
    return Watch(
        folder=folder,
        patterns=(f"/{name}",) if name else patterns_of(what or "file"),
        on=("created",) if fresh and on == _BOTH else on,
        recursive=not name,
    )


def patterns_of(what: str) -> tuple[str, ...]:
    """Globs of “a new PDF or CSV file”. Raises UsageError for a kind that is not known."""
    quoted = r"[\"“„‘'`]([^\"”“’'`]+\.\w+)[\"”“’'`]"
    found: list[str] = re.findall(quoted, what)
    what = re.sub(quoted, " ", what)
    for raw in re.split(r"[\s,/]+|\bor\b|\band\b|\boder\b|\bund\b", what):
        word = raw.strip("“”\"'`‘’„.:").casefold() if "*" not in raw else raw.strip("“”\"'`‘’„:")
        word = re.sub(r"-(?:files?|datei(?:en)?|dokumente?|documents?)$", "", word)
        if not word:
            continue
        kind = _KINDS.get(word) or _KINDS.get(word.removesuffix("s")) or _KINDS.get(word.removesuffix("n"))
        kind = kind or _KINDS.get(word.removesuffix("en")) or _KINDS.get(word.removeprefix("."))
        if re.fullmatch(FILE_NAME, raw.strip("“”\"'`‘’„,:"), re.I) or "*" in raw:
            found.append(raw.strip("“”\"'`‘’„,:"))
        elif kind == ("*",) or (kind is None and _FILLERS.match(word)):
            continue
        elif kind is not None:
            found.extend(kind)
        else:
            raise UsageError(
                f"“{word}” is no kind of file known here. Write it as a pattern, as in “when a *.pdf settles in ~/A”."
            )
    return tuple(dict.fromkeys(found)) or ("*",)


def folder_of(written: str) -> str:
    """The absolute path of one that stands in a sentence, without quotes and the sentence's own marks."""
    text = written.strip()
    text = text[1:-1] if text[:1] in "\"'“„‘`" else text.rstrip(".:!?)")
    expanded = os.path.expanduser(text)
    return expanded.rstrip("/\\") or expanded[:1]


def has_ending(path: str) -> bool:
    """Tell whether the last part of a path looks like the name of a file."""
    return bool(re.search(r"[^/\\.][^/\\]*\.[A-Za-z0-9]{1,5}$", path))


def folder_in(text: str) -> str:
    """The folder of the first path in a text; empty if it has none."""
    for found in re.finditer(PATH, text):
        raw = found[0]
        inner = raw[1:] if raw[0] in "\"'“„‘`" else raw
        if not re.match(r"~(?:$|[/\\\"'”“’`])|~[\w.-]*[/\\]|/[\w.~-]|[A-Za-z]:\\", inner):
            continue
        folder = folder_of(raw)
        return os.path.dirname(folder) if has_ending(folder) else folder
    return ""
