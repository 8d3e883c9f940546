"""Sentences of the runtime in the language of the app: what a call is, what it would do, why it is asked.

The runtime knows one language. Its sentences are made of templates, and each template that a person meets stands here
once more beside its translation; what fits none is shown as it came. Targets, names and what a provider said stay as
they are, whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from app.translation import translate

MAX_TITLE = 100
"""Characters of a call's title, from the runtime; one of this length was cut."""
_HOLE = re.compile(r"\{(\w+)\}")
_NUMBER = r"\d+"


def title_words(title: str) -> str:
    """What a tool call is, on a line."""
    cut = len(title) == MAX_TITLE and not title.endswith("…")
    return worded(f"{title}…" if cut else title, _titles())


def effect_words(effect: str) -> str:
    """What a call would do to one target."""
    return worded(effect, _effects())


def reason_words(reason: str, effects: Sequence[str] = ()) -> str:
    """Why a call is asked or refused, without a full stop. Of a call with one effect that effect is not said again."""
    found = fitting(reason, _reasons())
    if found is None or not _is_of(found[1].get("effect", ""), effects):
        alone = f"{effects[0]}: " if len(effects) == 1 else ""
        return reason.removeprefix(alone)
    words, parts = found
    effect = parts.get("effect", "")
    said = filled(words, parts, {"origin": _origin, "why": _doubt})
    return said if not effect or tuple(effects) == (effect,) else f"{effect_words(effect)}: {said}"


def _is_of(effect: str, effects: Sequence[str]) -> bool:
    """Whether what stood in the hole is an effect and no part of one; where nothing holds a command, it has more."""
    return not effect or not effects or effect in effects or effect.removesuffix(" with the network") in effects


# -- how


def worded(text: str, known: Mapping[str, str], inside: Mapping[str, Callable[[str], str]] | None = None) -> str:
    """A text in its translation; `known`: templates and theirs, `inside`: what becomes of what stood in a hole."""
    found = fitting(text, known)
    return filled(*found, inside or {}) if found is not None else text


def fitting(text: str, known: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    """The translation of the first template that makes this text, and what stood in its holes."""
    for template, words in known.items():
        if (match := _pattern(template).fullmatch(text)) is not None:
            return words, match.groupdict()
    return None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = _HOLE.split(template)
    holes = [f"(?P<{name}>{_NUMBER if name == 'size' else '.+?'})" for name in parts[1::2]]
    texts = [re.escape(part) for part in parts[::2]]
    return re.compile("".join(text + hole for text, hole in zip(texts, [*holes, ""], strict=True)), re.DOTALL)


def filled(words: str, parts: Mapping[str, str], inside: Mapping[str, Callable[[str], str]]) -> str:
    """Put the parts into the holes, without looking for holes in them."""
    said = {name: inside[name](part) if name in inside else part for name, part in parts.items()}
    return _HOLE.sub(lambda hole: said.get(hole[1], hole[0]), words)


def _origin(origin: str) -> str:
    known = {
        "text from {names}": translate("Runtime", "text from {names}"),
        "a stranger's text": translate("Runtime", "a stranger's text"),
    }
    return worded(origin, known)


def _doubt(why: str) -> str:
    known = {
        "the user never wrote {values}": translate("Runtime", "you never wrote {values}"),
        "the user named nobody and nothing that it is for": translate(
            "Runtime", "you named nobody and nothing that it is for"
        ),
    }
    return worded(why, known)


def _titles() -> dict[str, str]:
    return {
        "Read {what}": translate("Runtime", "Read {what}"),
        "Write {what}": translate("Runtime", "Write {what}"),
        "Edit {what}": translate("Runtime", "Edit {what}"),
        "Delete {what}": translate("Runtime", "Delete {what}"),
        "Move {what} to {place}": translate("Runtime", "Move {what} to {place}"),
        "Find {what} in {place}": translate("Runtime", "Find {what} in {place}"),
        "List {place}": translate("Runtime", "List {place}"),
        "Extract {what} from {place}": translate("Runtime", "Extract {what} from {place}"),
        "fetch {what}": translate("Runtime", "Fetch {what}"),
        "ask: {what}": translate("Runtime", "Ask: {what}"),
        "recall {what}": translate("Runtime", "Recall {what}"),
        "skill {what}": translate("Runtime", "Skill {what}"),
        "schedule {what}": translate("Runtime", "Schedule {what}"),
        "Look for a tool: {what}": translate("Runtime", "Look for a tool: {what}"),
        "Look at the clipboard": translate("Runtime", "Look at the clipboard"),
        "Put into the clipboard: {what}": translate("Runtime", "Put into the clipboard: {what}"),
        "Take a picture of the screen": translate("Runtime", "Take a picture of the screen"),
    }


def _effects() -> dict[str, str]:
    return {
        "read {what}": translate("Runtime", "read {what}"),
        "write {what} ({size} bytes)": translate("Runtime", "write {what} ({size} bytes)"),
        "write {what}": translate("Runtime", "write {what}"),
        "delete {what}": translate("Runtime", "delete {what}"),
        "run {what} with the network": translate("Runtime", "run {what} with the network"),
        "run {what}": translate("Runtime", "run {what}"),
        "fetch {what}": translate("Runtime", "fetch {what}"),
        "send a message to {what}": translate("Runtime", "send a message to {what}"),
        "send to {what} ({size} bytes)": translate("Runtime", "send to {what} ({size} bytes)"),
        "send to {what}": translate("Runtime", "send to {what}"),
        "remember {what}": translate("Runtime", "remember {what}"),
        "change the job {what}": translate("Runtime", "change the job {what}"),
        "change the rules: {what}": translate("Runtime", "change the rules: {what}"),
        "use the key {what}": translate("Runtime", "use the key {what}"),
        "look at clipboard": translate("Runtime", "look at the clipboard"),
        "look at screen": translate("Runtime", "take a picture of the screen"),
        "replace what is on clipboard ({size} bytes)": translate(
            "Runtime", "replace what is on the clipboard ({size} bytes)"
        ),
    }


def _reasons() -> dict[str, str]:
    """The more particular ones first; each without the effect that it is about."""
    return {
        "{effect} outside the granted folders needs a person's yes; what rule {rule} allows for a day is used up, "
        "or the size is unknown": translate(
            "Runtime", "what your rule {rule} allows for a day is used up, or the size is unknown"
        ),
        "{effect} needs a person's yes; what rule {rule} allows for a day is used up, "
        "or the size is unknown": translate(
            "Runtime", "what your rule {rule} allows for a day is used up, or the size is unknown"
        ),
        "{effect} outside the granted folders needs a person's yes": translate(
            "Runtime", "it lies outside the granted folders"
        ),
        "{effect} needs a person's yes": translate("Runtime", "nothing allows it beforehand"),
        "{effect}: a rule of the person asks first": translate("Runtime", "a rule of yours asks first"),
        "{effect}: a rule of the person allows it": translate("Runtime", "a rule of yours allows it"),
        "{effect}: a rule of the person denies it": translate("Runtime", "a rule of yours denies it"),
        "{effect}: a rule of the person guards a part of it": translate(
            "Runtime", "a rule of yours guards a part of it"
        ),
        "{effect}: a command could reach what a rule of the person guards": translate(
            "Runtime", "a command could reach what a rule of yours guards"
        ),
        "{effect}: the profile of the job does not hold it": translate("Runtime", "the job has no leave for it"),
        "{effect}: the profile of the job holds it": translate("Runtime", "the job has leave for it"),
        "{effect}: the skill that this run follows ({skill}) does not name it among its allowed-tools": translate(
            "Runtime", "the skill that this run follows ({skill}) does not name it among its allowed-tools"
        ),
        "{effect}: inside the granted folders, and it can be undone": translate(
            "Runtime", "it lies in a granted folder, and can be undone"
        ),
        "{effect}: it holds keys or logins": translate("Runtime", "it holds keys or logins"),
        "{effect}: programs run what stands there": translate("Runtime", "programs run what stands there"),
        "{effect}: git runs what stands there": translate("Runtime", "git runs what stands there"),
        "{effect}: it is Homard's own state": translate("Runtime", "it is Homard's own state"),
        "{effect}: it is another user's home": translate("Runtime", "it is another user's home"),
        "{effect}: that address is on this machine or its own network": translate(
            "Runtime", "that address is on this computer or its own network"
        ),
        "{effect}: that address hands out the keys of this machine": translate(
            "Runtime", "that address hands out the keys of this computer"
        ),
        "{effect}: the target holds characters that hide or turn round text": translate(
            "Runtime", "the target holds characters that hide or turn round text"
        ),
        "{effect}: that folder is marked local only, and the model {model} runs elsewhere": translate(
            "Runtime", "that folder is marked local only, and the model {model} runs elsewhere"
        ),
        "{effect}: it may come upon a folder marked local only, and the model runs elsewhere": translate(
            "Runtime", "it may come upon a folder marked local only, and the model runs elsewhere"
        ),
        "the run has read {origin}, and a command with the network could be that text's wish": translate(
            "Runtime", "the chat has read {origin}, and a command with the network could be that text's wish"
        ),
        "the run has read {origin}, and {effect} could be that text's wish: {why}": translate(
            "Runtime", "the chat has read {origin}, and this could be that text's wish: {why}"
        ),
        "the person allowed this for the whole run": translate("Runtime", "you allowed this for the whole run"),
        "reading inside the granted folders": translate("Runtime", "reading inside the granted folders"),
        "it changes nothing and reads nothing": translate("Runtime", "it changes nothing and reads nothing"),
        "the call did not arrive whole, or names no known tool": translate(
            "Runtime", "the call did not arrive whole, or names no known tool"
        ),
    }
