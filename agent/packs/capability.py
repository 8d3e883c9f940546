"""What the parts of a pack may do: as its author writes it, as a person reads it, and as each call is judged by it.

The words are those of a plugin's manifest. A pack's list is a ceiling: a part never has more than stands here, whatever
it says for itself; and what stands here gives nothing that the person's own rules and grants do not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from agent.safety.matching import Target
from agent.safety.printable import printable
from agent.safety.request import Capability
from agent.safety.rules import RuleError, capability
from agent.skills.hidden import visible

MAX_TARGETS: Final = 50
MAX_REASON: Final = 300


class CapabilityText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A `[[capability]]` of pack.toml."""

    what: str
    reason: str
    """Why it is needed, for who is asked to grant it."""
    to: str | tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """What it is for; empty: any."""
        return (self.to,) if isinstance(self.to, str) else self.to


class Word(msgspec.Struct, frozen=True):
    """One word of the grammar."""

    says: str
    """To a person, after “may”; `{to}` stands for the targets."""
    verbs: tuple[str, ...] = ()
    """Of `decide`; empty: it is no effect of a call, and only the process of a plugin is bounded by it."""
    named: bool = False
    """It must name what it is for."""
    plain: bool = False
    """It names nothing."""
    undoable: bool = False


WORDS: Final[dict[str, Word]] = {
    "files.read": Word("read files that it is given, where you let Homard read", ("fs.read",), plain=True),
    "files.write": Word(
        "write, move and delete files, where you let Homard and where it can be undone",
        ("fs.write", "fs.delete"), plain=True, undoable=True,
    ),
    "fs.read": Word("read {to}", ("fs.read",), named=True),
    "fs.write": Word(
        "write, move and delete in {to}, where it can be undone", ("fs.write", "fs.delete"), named=True, undoable=True
    ),
    "net": Word("reach {to} over the network", ("net.fetch", "net.send"), named=True),
    "msg.send": Word("send messages to {to}", ("msg.send",), named=True),
    "proc.run": Word("run commands ({to}), held by the sandbox, which can read what Homard may read", ("proc.run",)),
    "secret.use": Word("use the secret {to}", ("secret.use",), named=True),
    "mem.write": Word("keep things in memory", ("mem.write",), plain=True),
    "ui.read": Word("look at the {to}", ("ui.read",), named=True),
    "ui.write": Word("put things on the {to}", ("ui.write",), named=True),
    "ui.notify": Word("notify you", ("ui.notify",), plain=True),
    "events": Word("be told of what happens in Homard ({to}), your requests and their answers among it", named=True),
    "job.start": Word("start jobs of yours", plain=True),
}  # fmt: skip
EVERY: Final = "*"


def check_capability(text: CapabilityText) -> str:
    """Say what is wrong with one, as a sentence; empty: nothing. Reads the disk where it names paths."""
    word = WORDS.get(text.what)
    if word is None:
        return f"{visible(text.what)[:60]!r} is not known. Known are {', '.join(WORDS)}."
    if word.named and not text.targets:
        return f"{text.what} names nothing that it is for: write to = [...]."
    if word.plain and text.targets:
        return f"{text.what} takes no `to`."
    if len(text.targets) > MAX_TARGETS:
        return f"{text.what} names more than {MAX_TARGETS} things."
    if not text.reason.strip() or len(text.reason) > MAX_REASON or not text.reason.isprintable():
        return f"{text.what} needs a `reason`: one line of at most {MAX_REASON} visible characters."
    for to in text.targets:
        try:
            _check_target(text, to)
        except RuleError as error:
            return f"{text.what} to {printable(to)[:100]}: {error}"
    return ""


def _check_target(text: CapabilityText, to: str) -> None:
    if not to or not to.isprintable() or visible(to) != to:
        raise RuleError("It is no visible text.")
    if to == EVERY and text.what not in ("net", "msg.send"):
        raise RuleError("Name each; * stands only for hosts and recipients.")
    if text.what.startswith("fs.") and ("*" in to or ".." in to or not to.startswith(("~/", "/", "{"))):
        raise RuleError("Write a whole folder: ~/Notes, or a {setting} of the plugin.")
    if not _is_setting(to) and (word := WORDS[text.what]).verbs and text.what != "proc.run":
        capability(word.verbs[0], (to,))


def judged(capabilities: Iterable[CapabilityText], *, by_provider: bool) -> tuple[Capability, ...]:
    """Turn what was granted into what `decide` looks at. Reads the disk: links are resolved now. Never raises.

    `by_provider`: of a plugin or server, whose process holds the hosts itself; what it declares to do at its service
    names recipients and records, not hosts.
    """
    found: list[Capability] = []
    texts = tuple(capabilities)
    anywhere = any(one.what == "net" and EVERY in one.targets for one in texts)
    for text in texts:
        word = WORDS.get(text.what)
        if word is None or not word.verbs:
            continue
        targets = () if text.what == "proc.run" else _targets(text, word)
        if targets is None:
            continue
        if by_provider and text.what == "net":
            found.append(Capability(frozenset({"net.fetch", "net.send", "msg.send"})))
        network = text.what == "proc.run" and anywhere
        verbs = capability(word.verbs[0]).verbs.union(*(capability(verb).verbs for verb in word.verbs))
        found.append(Capability(verbs, targets, network=network, undoable=word.undoable))
    return tuple(found)


def _targets(text: CapabilityText, word: Word) -> tuple[Target, ...] | None:
    """Its targets; empty: any. None: it names some, and none of them can be used."""
    if word.plain or EVERY in text.targets:
        return ()
    found: list[Target] = []
    for to in text.targets:
        if _is_setting(to):
            continue
        try:
            found += [one for one in capability(word.verbs[0], (to,)).targets if not one.inert]
        except RuleError:
            continue
    return tuple(found) or None


def capability_words(text: CapabilityText) -> str:
    """Say one to a person: “read ~/Notes”. No full stop."""
    word = WORDS.get(text.what)
    if word is None:
        return f"{printable(text.what)}"
    to = " and ".join(printable(one) for one in text.targets)
    return word.says.replace("{to}", "any host" if to == EVERY and text.what == "net" else to or "any program")


def covers(held: Sequence[CapabilityText], what: str, to: Sequence[str]) -> bool:
    """Whether a list of capabilities holds one that a part asks for: the same word, and all that it names."""
    same = [one for one in held if one.what == what]
    if any(not one.targets or EVERY in one.targets for one in same):
        return True
    names = [_whole(what, name) for one in same for name in one.targets]
    inside = _inside_of(what)
    wanted = [_whole(what, asked) for asked in to]
    return bool(to) and all(any(name == asked or inside(asked, name) for name in names) for asked in wanted)


def cut(
    asked: Iterable[tuple[str, Sequence[str]]], held: Sequence[CapabilityText]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is left of (word, targets) pairs that a part asks for, under a ceiling. Never more than either."""
    left: list[tuple[str, tuple[str, ...]]] = []
    for what, to in asked:
        if not to and covers(held, what, ()):
            left.append((what, ()))
        elif kept := tuple(one for one in to if covers(held, what, (one,))):
            left.append((what, kept))
    return tuple(left)


def _whole(what: str, to: str) -> str:
    """A folder from the root on, as jobs have it; everything else as it is."""
    return os.path.expanduser(to) if what.startswith("fs.") else to


def _inside_of(what: str) -> Callable[[str, str], bool]:
    """How a narrower target is told: a folder inside a folder, a port of a host."""
    if what.startswith("fs."):
        return lambda asked, name: asked.startswith(f"{name.rstrip('/')}/") and ".." not in asked
    if what == "net":
        return lambda asked, name: asked.rpartition(":")[0] == name
    return lambda asked, name: False


def _is_setting(to: str) -> bool:
    """Whether a setting of the plugin says what is meant, so that only its own process can know."""
    return to.startswith("{") and to.endswith("}")
