"""Plugins in temporary folders."""

from __future__ import annotations

from pathlib import Path

TOML = """\
api = 1
id = "{id}"
name = "{id}"
version = "1.0"
description = "A plugin of the tests."
"""


def write_plugin(place: Path, code: str, *, name: str = "hello", more: str = "", **files: str) -> Path:
    """Make a plugin: `code` is its main.py, `more` goes to the end of its plugin.toml; gives its folder."""
    folder = place / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plugin.toml").write_text(TOML.format(id=name) + more, encoding="utf-8")
    (folder / "main.py").write_text(code, encoding="utf-8")
    for file, text in files.items():
        (folder / f"{file}.py").write_text(text, encoding="utf-8")
    return folder


def capability(what: str, *to: str) -> str:
    """The lines of plugin.toml that ask for something."""
    return f'[[capability]]\nwhat = "{what}"\nto = {list(to)!r}\nreason = "The tests want it."\n'
