"""Labels in a person's words: whose text a model has read, and whether it may leave this computer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.labels import Label
from app.translation import translate

MOST_NAMED = 4
"""Sources that a sentence names; the rest are counted."""
SOURCE_CHARS = 60
HASH_CHARS = 8
"""Of a skill's hash: enough to tell two apart."""


@dataclass(frozen=True)
class LabelWords:
    """What is said under an answer."""

    kind: Literal["strangers", "local"]
    text: str
    """A line; holds names of sources, which are data."""
    about: str
    """What it means: a tooltip, and for a screen reader."""


def label_lines(label: Label | None) -> tuple[LabelWords, ...]:
    """What a person should know of an answer with this label; nothing where there is nothing to say."""
    if label is None:
        return ()
    lines: list[LabelWords] = []
    if label.tainted:
        text = translate("Label", "Based on text from: {sources}").format(sources=source_words(label))
        about = translate(
            "Label",
            "Others wrote that text. It may be wrong, or written to mislead: check what matters. All of it: {all}",
        )
        lines.append(LabelWords("strangers", text, about.format(all=", ".join(_names(label)))))
    if label.secrecy == "secret":
        about = translate(
            "Label",
            "This chat has seen a folder that is marked local only. A model on this computer can go on with it; "
            "nothing of it is sent to any other.",
        )
        lines.append(LabelWords("local", translate("Label", "Stays on this computer"), about))
    return tuple(lines)


def taint_words(label: Label | None) -> str:
    """Who might have talked the model into what it asks for, a sentence; empty: nobody but the person."""
    if label is None or not label.tainted:
        return ""
    words = translate("Label", "This chat has read text from {sources}; that text may be what asks for this.")
    return words.format(sources=source_words(label))


def source_words(label: Label) -> str:
    """Those who wrote what was read, named up to a few: `example.org, a skill (1a2b3c4d) and 3 more`."""
    names = _names(label)
    more = len(names) - MOST_NAMED
    if more <= 0:
        return ", ".join(names)
    words = translate("Label", "{names} and %n more", more)
    return words.format(names=", ".join(names[:MOST_NAMED]))


def _names(label: Label) -> Sequence[str]:
    """The strangers among the sources; somebody, where none has a name."""
    found = [_name(source) for source in label.sources if not source.startswith(("local:", "user:", "app:"))]
    return found or [translate("Label", "somebody else")]


def _name(source: str) -> str:
    kind, colon, rest = source.partition(":")
    if kind == "skill":
        return translate("Label", "a skill ({hash})").format(hash=rest[:HASH_CHARS])
    if source == "…":
        return translate("Label", "others")
    name = rest if colon and kind == "external" else source
    return name if len(name) <= SOURCE_CHARS else f"{name[:SOURCE_CHARS]}…"
