"""Text in a skill that a reader does not see and a model does."""

from __future__ import annotations

import re
from typing import Final

_JOINERS: Final = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""Emoji and several scripts need these; they carry nothing by themselves."""
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_COMMENT: Final = re.compile(r"<!--(?P<text>.*?)(?:-->|\Z)", re.DOTALL)
_FENCED: Final = re.compile(r"^(?P<fence>```+|~~~+).*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
QUOTED_CHARS: Final = 120


def visible(text: str) -> str:
    """The text without characters that nobody sees."""
    return _INVISIBLE.sub("", text)


def one_line(text: str) -> str:
    """A stranger's text on one line, with nothing hidden in it."""
    return " ".join(visible(text.replace("\r", "\n")).split())


def invisible_text(text: str, where: str) -> list[str]:
    """Say which characters of a text nobody sees; empty: none."""
    invisible = _INVISIBLE.findall(text.removeprefix("\ufeff"))
    if not invisible:
        return []
    codes = ", ".join(dict.fromkeys(f"U+{ord(one):04X}" for one in invisible[:50]))
    plural = "s" if len(invisible) > 1 else ""
    return [f"{where} holds {len(invisible):,} invisible character{plural} ({codes}); a model is not shown them."]


def comments(text: str, where: str) -> list[str]:
    """Say what stands in HTML comments of a Markdown text, a sentence each."""
    found: list[str] = []
    for comment in _COMMENT.finditer(_FENCED.sub("", text)):
        said = " ".join(visible(comment["text"]).split())
        if said:
            quoted = said if len(said) <= QUOTED_CHARS else f"{said[:QUOTED_CHARS]}…"
            found.append(f"{where} holds a comment that is not seen where it is drawn as a page: “{quoted}”")
    return found


def is_plain(name: str) -> bool:
    """Whether nothing in a file's name is hidden, turns the line around, or breaks it."""
    return name.isprintable() and not _INVISIBLE.search(name) and not _JOINERS & set(name)
