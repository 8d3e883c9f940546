"""git repositories for tests: ordinary ones, and trees that git itself would not make."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Ann"),
    **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "ann@example.org"),
}


def git(place: Path, *words: str, stdin: bytes = b"") -> str:
    """Run git in a folder; gives what it says."""
    done = subprocess.run(
        ["git", *words], cwd=place, env=ENVIRONMENT, input=stdin, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode().strip()


def repository(place: Path) -> Path:
    """Make an empty one."""
    place.mkdir(parents=True, exist_ok=True)
    git(place, "init", "--quiet", "--initial-branch=main")
    return place


def commit(place: Path, **files: str) -> str:
    """Write files (`__` for a slash, `_DOT_` for a dot) and commit all; gives the commit."""
    for path, text in files.items():
        target = place / path.replace("__", "/").replace("_DOT_", ".")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--allow-empty", "-m", "A commit")
    return git(place, "rev-parse", "HEAD")


def blob(place: Path, data: bytes) -> str:
    """Store a content."""
    return git(place, "hash-object", "-w", "--stdin", stdin=data)


def tree(place: Path, *entries: tuple[str, str, str, str]) -> str:
    """Store a folder of (mode, type, object, name), whatever the names are."""
    lines = "".join(f"{mode} {kind} {name}\t{path}\0" for mode, kind, name, path in entries)
    return git(place, "mktree", "-z", "--missing", stdin=lines.encode())


def commit_tree(place: Path, root: str) -> None:
    """Let `main` be this tree."""
    made = git(place, "commit-tree", root, "-m", "Made by hand")
    git(place, "update-ref", "refs/heads/main", made)


def skill_text(name: str, body: str = "Do it.", more: str = "") -> str:
    """A SKILL.md."""
    return f"---\nname: {name}\ndescription: Says how.\n{more}---\n\n{body}\n"
