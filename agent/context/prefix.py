"""How a prompt begins, in digests: what of it begins the next one, and what was changed.

Providers keep what they have read of a prompt and read the same beginning again for a tenth of its price, or faster.
One changed byte in the system prompt or in a tool, which stand before everything said, and all is read anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec

from agent.messages import Message, ToolSpec
from agent.ports import ModelRequest


class Prefix(msgspec.Struct, frozen=True):
    """A prompt as it was sent."""

    at: datetime
    """When its reply had come, UTC."""
    system: str
    tools: tuple[tuple[str, str], ...]
    """Name and digest, in their order."""
    messages: tuple[str, ...]
    tokens: int
    """Of the whole prompt, as the provider counted."""

    def common(self, other: Prefix) -> int:
        """How many of its messages begin another prompt too."""
        pairs = zip(self.messages, other.messages, strict=False)
        return next((index for index, (mine, its) in enumerate(pairs) if mine != its), _shorter(self, other))

    def begins_alike(self, other: Prefix) -> bool:
        """Whether system prompt and tools are the same."""
        return self.system == other.system and self.tools == other.tools


class Changes(msgspec.Struct, frozen=True):
    """What stands before the messages and is not as it was."""

    system: bool = False
    rewritten: tuple[str, ...] = ()
    """Tools of the same name with another description or other arguments."""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: bool = False
    """The same tools in another order."""

    @classmethod
    def between(cls, before: Prefix, after: Prefix) -> Changes:
        """Compare two prompts."""
        old, new = dict(before.tools), dict(after.tools)
        return cls(
            before.system != after.system,
            tuple(name for name in old if name in new and old[name] != new[name]),
            tuple(name for name in new if name not in old),
            tuple(name for name in old if name not in new),
            list(old) != list(new) and set(old) == set(new),
        )

    @property
    def words(self) -> str:
        """What changed, as the beginning of a sentence."""
        parts = [
            *_named(self.rewritten, "describes itself in other words", "describe themselves in other words"),
            *_named(self.added, "is new", "are new"),
            *_named(self.removed, "is gone", "are gone"),
        ]
        if self.moved:
            parts.append("the tools stand in another order")
        if self.system:
            parts.append("the instructions have changed (AGENTS.md, skills, or the list of plugins)")
        return ", ".join(parts)


class PrefixReader:
    """Makes the prefixes of the requests of one conversation; what it has read before it does not read again."""

    def __init__(self) -> None:
        self._request: ModelRequest | None = None
        self._found: Prefix | None = None

    def read(self, request: ModelRequest, at: datetime, tokens: int) -> Prefix:
        """Give the prefix of a request."""
        before, known = self._request, self._found
        if before is None or known is None:
            system, tools, messages = _digest_text(request.system), _digests(request.tools), ()
        else:
            system = known.system if request.system == before.system else _digest_text(request.system)
            tools = known.tools if request.tools is before.tools else _digests(request.tools)
            messages = known.messages[: _same(before.messages, request.messages)]
        rest = request.messages[len(messages) :]
        self._found = Prefix(at, system, tools, (*messages, *map(_digest, rest)), tokens)
        self._request = request
        return self._found


def _shorter(one: Prefix, other: Prefix) -> int:
    return min(len(one.messages), len(other.messages))


def _same(before: Sequence[Message], after: Sequence[Message]) -> int:
    """How many messages are the very objects that were read before."""
    same = 0
    for one, other in zip(before, after, strict=False):
        if one is not other:
            break
        same += 1
    return same


def _digests(tools: Sequence[ToolSpec]) -> tuple[tuple[str, str], ...]:
    return tuple((tool.name, _digest(tool)) for tool in tools)


def _digest(thing: Message | ToolSpec) -> str:
    try:
        return blake2b(msgspec.json.encode(thing), digest_size=8).hexdigest()
    except (UnicodeEncodeError, OverflowError, RecursionError):  # half a character, a number beyond 64 bits
        return _digest_text(repr(thing))


def _digest_text(text: str) -> str:
    return blake2b(text.encode(errors="backslashreplace"), digest_size=8).hexdigest()


def _named(names: Sequence[str], one: str, many: str) -> list[str]:
    if not names:
        return []
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return [f"the tool {shown} {one}" if len(names) == 1 else f"the tools {shown} {many}"]
