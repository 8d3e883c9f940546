"""Taking packs out of a fetched commit: their files, what was taken back and the lock, or the folder of an author."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.packs.archive import SUFFIX, is_left_out
from agent.packs.manifest import FILE
from agent.packs.origin import LOCK
from agent.packs.source import MAX_LISTED, MAX_REVOKED, REVOKED
from agent.safety.printable import printable
from agent.skills.commit_tree import contents_of, entries_of, why_not_written
from agent.skills.tree import SKILL

DEPTH: Final = 4
"""So deep a lock may name packs in folders below it."""
MAX_ALL_BYTES: Final = 300_000_000


def write_packs(store: Path, commit: str, within: str, target: Path) -> None:
    """Write what of a commit's folder `within` belongs to packs below a new folder; all else stays away.

    If a pack.toml lies in it, it is the folder of an author, and comes whole. Blocks. Raises UsageError: then part may
    stand there.
    """
    entries = list(entries_of(store, commit, within))
    authors = any(entry.path == FILE for entry in entries)
    wanted = [entry for entry in entries if (authors and not is_left_out(entry.path)) or _is_given_out(entry.path)]
    if not wanted:
        raise UsageError(
            f"There is no pack (NAME-1.2.3{SUFFIX}), no {LOCK} and no {FILE} in that folder. --path names another one."
        )
    with contents_of(store) as contents:
        why = why_not_written("", wanted, MAX_LISTED + MAX_REVOKED)
        if why or (why := contents.why_not(wanted, SKILL.zip_bytes, MAX_ALL_BYTES)):
            raise UsageError(
                f"It holds what cannot be taken: {why}. Ask whoever keeps it, or name a folder with --path."
            )
        target.mkdir(mode=0o700, parents=True)
        for entry in wanted:
            if not contents.write(entry, target)[1]:
                raise UsageError(
                    f"{printable(entry.path)} is not in the repository but elsewhere (Git LFS). Packs belong into it "
                    "as they are."
                )


def _is_given_out(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    if path == LOCK or folder == REVOKED:
        return True
    return name.endswith(SUFFIX) and path.count("/") <= DEPTH
