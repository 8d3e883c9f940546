"""What another version of a plugin would change: what it may do, and its text line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.plugin_host.collection import Found, plugin_tree
from agent.plugin_host.effective import beyond
from agent.plugin_host.install import opened
from agent.plugin_host.manifest import Manifest, read_manifest
from agent.plugin_host.words import consent
from agent.skills.tree import Stamp, differences, read_same

MAX_LINES: Final = 2_000
"""Of all files together."""
MAX_COMPARED: Final = 3_000
"""Lines of a file: comparing takes time with their square."""
MAX_BYTES: Final = 400_000


@dataclass(frozen=True)
class Newer:
    """Between the plugin that is here and the one at a source."""

    manifest: Manifest
    digest: str
    """Of the tree that was compared."""
    more: tuple[str, ...]
    """What it asks for that it did not before: sentences with reasons."""
    less: tuple[str, ...]
    files: tuple[str, ...]
    """As `tree.differences` says them."""
    text: tuple[str, ...]
    """A unified difference of what is text; what is too long to be shown is said to be."""


def compare(before: Found, source: Path) -> Newer | None:
    """Compare a plugin with the one in a folder or zip; None: they are the same. Blocks; raises UsageError."""
    with opened(source) as folder:
        manifest, tree = read_manifest(folder), plugin_tree(folder, compiled=False)
        if tree.digest == before.tree.digest:
            return None
        more = consent(manifest, beyond(manifest.capability, before.wanted))
        less = consent(before.manifest, beyond(before.wanted, manifest.capability)) if before.manifest else []
        return Newer(
            manifest,
            tree.digest,
            tuple(f"{words} ({reason})" for words, reason in more),
            tuple(words for words, _reason in less),
            tuple(differences(before.tree.files, tree.files)),
            tuple(_text(before.folder, before.tree.files, folder, tree.files)),
        )


def _text(old: Path, old_files: Mapping[str, Stamp], new: Path, new_files: Mapping[str, Stamp]) -> Iterator[str]:
    left = MAX_LINES
    for path in sorted(old_files.keys() | new_files.keys()):
        before, now = _lines(old, path, old_files), _lines(new, path, new_files)
        if path in old_files and path in new_files and old_files[path].sha256 == new_files[path].sha256:
            continue
        if before is None or now is None:
            yield f"{path} is no text, or too long to be shown."
            continue
        lines = list(difflib.unified_diff(before, now, f"before/{path}", f"now/{path}", lineterm="", n=2))
        yield from lines[:left]
        if len(lines) > left:
            yield f"… {len(lines) - left:,} more lines of {path}"
        left = max(0, left - len(lines))


def _lines(folder: Path, path: str, files: Mapping[str, Stamp]) -> list[str] | None:
    """The lines of a file; none where there is none. None: it cannot be shown."""
    stamp = files.get(path)
    if stamp is None:
        return []
    data = read_same(folder, path, stamp) if stamp.size <= MAX_BYTES else None
    if data is None or b"\0" in data:
        return None
    lines = data.decode("utf-8", "replace").split("\n")
    return lines if len(lines) <= MAX_COMPARED else None
