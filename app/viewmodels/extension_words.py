"""Words that several kinds of extensions share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QLocale

from app.translation import translate

SHOWN_NAMES = 12


def change_word(line: str) -> str:
    """What happened to a file, `changed: SKILL.md`, in the person's language; what has another form stays as it is."""
    what, found, path = line.partition(": ")
    if not found:
        return line
    words = {
        "new": translate("Extensions", "New: {path}"),
        "gone": translate("Extensions", "Gone: {path}"),
        "changed": translate("Extensions", "Changed: {path}"),
    }.get(what)
    return words.format(path=path) if words else line


def names_words(names: Sequence[str]) -> str:
    """Some names as a list, and how many more there are."""
    shown = ", ".join(names[:SHOWN_NAMES])
    if len(names) <= SHOWN_NAMES:
        return shown
    return translate("Extensions", "{names} and %n more", len(names) - SHOWN_NAMES).format(names=shown)


def files_words(count: int, size: int) -> str:
    """How many files, and how large."""
    words = translate("Extensions", "%n file(s), {size}", count)
    return words.format(size=QLocale().formattedDataSize(size))


def tokens_words(count: int) -> str:
    """A number of tokens."""
    return translate("Extensions", "about {count} tokens").format(count=QLocale().toString(count))


def facts_of(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those that say something."""
    return tuple((caption, " ".join(value.split())) for caption, value in pairs if value.strip())
