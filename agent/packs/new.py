"""The beginning of a pack."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.packs.manifest import FILE
from agent.skills.name import fits, slug
from agent.skills.new import create

TEMPLATE: Final = """\
format = 1
name = "{name}"
version = "1.0.0"
publisher = "{publisher}"
description = "{description}"

skills = ["skills/{skill}"]

# What its parts may do at most, with the reason for who is asked. Without any they may do nothing but give texts.
[[capability]]
what = "files.read"
reason = "Say why."
"""
PUBLISHER: Final = "Your name"
DESCRIPTION: Final = "Say in one line what this pack is for."


def create_pack(place: Path, name: str, publisher: str = "", description: str = "", skill: str = "") -> Path:
    """Make a folder with a pack.toml and one skill to fill in; gives the folder. Raises UsageError."""
    if not fits(name):
        hint = f" {slug(name)} would do." if slug(name) else ""
        raise UsageError(
            f"{name!r} is no name for a pack: it has 1 to 64 lower-case letters, digits and single hyphens between "
            f"them.{hint} Nothing was made."
        )
    folder = place / name
    words = {"publisher": publisher or PUBLISHER, "description": description or DESCRIPTION}
    for key, text in words.items():
        if any(char in text for char in '"\\') or not text.isprintable():
            raise UsageError(f"The {key} holds a quote, a backslash or what cannot be seen. Nothing was made.")
    try:
        folder.mkdir(parents=True)
        text = TEMPLATE.format(name=name, skill=skill or name, **words)
        (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
    except FileExistsError:
        raise UsageError(f"{folder} is there already, and was not touched. Choose another name.") from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be made ({error.strerror}). Choose another place.") from error
    create(folder / "skills", skill or name)
    return folder
