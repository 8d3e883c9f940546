"""A text in the person's own editor, where their terminal is. Standard library only: the thin client loads it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_USUAL = ("editor", "nano", "vi")


def edited(text: str, name: str) -> tuple[str | None, str]:
    """Let the person change a text, in a file of this name that nobody else can read, and wait until they are done.

    Gives the text as they left it, or None and, as a sentence, why there is none.
    """
    command = editor_command(os.environ)
    if not command:
        return None, "No editor was found. Name yours in the environment variable EDITOR, for instance EDITOR=nano."
    with tempfile.TemporaryDirectory(prefix="homard-") as folder:
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        try:
            code = subprocess.run([*command, path], check=False).returncode
            with open(path, encoding="utf-8") as file:
                changed = file.read()
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or "the file is no UTF-8 text"
            return None, f"The editor {command[0]} did not work ({said}). EDITOR names another one."
    return (None, f"The editor {command[0]} ended with {code}.") if code else (changed, "")


def editor_command(environment: Mapping[str, str]) -> list[str]:
    """The editor as VISUAL or EDITOR names it, else one that is usual here; empty: there is none."""
    for variable in ("VISUAL", "EDITOR"):
        if named := environment.get(variable, "").strip():
            return named.split() if sys.platform == "win32" else _split(named)
    if sys.platform == "win32":
        return ["notepad.exe"]
    found = [path for name in _USUAL if (path := shutil.which(name, path=environment.get("PATH")))]
    return found[:1]


def _split(named: str) -> list[str]:
    try:
        return shlex.split(named)
    except ValueError:  # an open quote: then it is a path as it stands
        return [named]
