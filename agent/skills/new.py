"""The beginning of a skill."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from agent.errors import UsageError
from agent.skills.hidden import visible
from agent.skills.name import fits, slug
from agent.skills.skill import FILE

DESCRIPTION: Final = "Say what this skill does and when to use it, in one or two sentences with the words people use."
_PLAIN: Final = re.compile(r"[A-Za-z][\w ,.;()/'-]*")
TEMPLATE: Final = """\
---
name: {name}
description: {description}
---

# {title}

1. Say what to do first.
2. Say what comes then, and what a good result looks like.
"""


def create(place: Path, name: str, description: str = "") -> Path:
    """Make a folder with a SKILL.md to fill in; gives the folder. Raises UsageError."""
    if not fits(name):
        nearest = slug(name)
        hint = f" {nearest} would do." if nearest else ""
        raise UsageError(
            f"{name!r} is no name for a skill: it has 1 to 64 lower-case letters, digits and single hyphens between "
            f"them.{hint} Nothing was made."
        )
    text = " ".join(visible(description).split()) or DESCRIPTION
    if not _PLAIN.fullmatch(text):  # YAML would take a colon, a hash or a bracket for its own
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    folder = place / name
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir()
        whole = TEMPLATE.format(name=name, description=text, title=name.replace("-", " ").capitalize())
        (folder / FILE).write_text(whole, encoding="utf-8", newline="\n")
    except FileExistsError:
        raise UsageError(f"{folder} is there already, and was not touched. Choose another name.") from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be made ({os.strerror(error.errno or 0)}). Choose another place.") from error
    return folder
