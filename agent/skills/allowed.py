"""What a skill says it needs (`allowed-tools`), as a bound: it takes away and never gives.

Tools go by many names; what counts is what they do. A pattern on a command (`Bash(git:*)`) is read as the whole tool,
for a command is held by its sandbox and not by its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, cast

from agent.safety.effects import Verb
from agent.safety.request import Capability

if TYPE_CHECKING:
    from agent.skills.front_matter import Value

MAX_NAMES: Final = 200
_READ: Final[frozenset[Verb]] = frozenset({"fs.read", "ui.notify"})
"""What every skill may lead to: reading is bounded by what was granted, and what was read is kept in by its label."""
_WRITE: Final[frozenset[Verb]] = frozenset({"fs.write"})
_MOVE: Final[frozenset[Verb]] = frozenset({"fs.write", "fs.delete"})
_RUN: Final[frozenset[Verb]] = frozenset({"proc.run"})
_FETCH: Final[frozenset[Verb]] = frozenset({"net.fetch"})
_JOB: Final[frozenset[Verb]] = frozenset({"job.change"})
_FOREIGN: Final[frozenset[Verb]] = frozenset({"net.fetch", "net.send", "msg.send"})
"""Of a name that is none of these: a tool of a plugin or a server."""
_TOOLS: Final[Mapping[str, frozenset[Verb]]] = {
    **dict.fromkeys(("read", "glob", "grep", "ls", "find", "notebookread", "skill", "recall", "extract"), _READ),
    **dict.fromkeys(("todowrite", "askuserquestion", "ask_user", "task", "agent"), _READ),
    **dict.fromkeys(("write", "edit", "multiedit", "notebookedit", "apply_patch"), _WRITE),
    **dict.fromkeys(("delete", "move"), _MOVE),
    **dict.fromkeys(("bash", "shell", "exec", "process", "powershell"), _RUN),
    **dict.fromkeys(("webfetch", "websearch", "fetch", "web_fetch", "web_search", "browser"), _FETCH),
    **dict.fromkeys(("schedule", "cron"), _JOB),
}
_NAME: Final = re.compile(r"(?P<name>[\w.:/*-]+)(?P<pattern>\((?:[^()]|\([^()]*\))*\))?")
_WORDS: Final[Mapping[Verb, str]] = {
    "fs.write": "write files",
    "fs.delete": "delete and move files",
    "proc.run": "run commands",
    "net.fetch": "fetch pages",
    "net.send": "use tools that send data",
    "msg.send": "use tools that send messages",
    "job.change": "plan jobs",
}


def allowed_tools(value: Value | None) -> tuple[str, ...] | None:
    """Read the field: names between spaces or commas, or a list of them. None: the skill says nothing."""
    if value is None:
        return None
    texts = [value] if isinstance(value, str) else cast("list[object]", value) if isinstance(value, list) else []
    found = [one["name"] for text in texts if isinstance(text, str) for one in _NAME.finditer(text)]
    return tuple(dict.fromkeys(found))[:MAX_NAMES] or None


def verbs_of(allowed: Iterable[str]) -> frozenset[Verb]:
    """What may come of a run that follows a skill which names these tools."""
    found = _READ
    for name in allowed:
        found |= _TOOLS.get(name.lower(), _FOREIGN)
    return found


def bounds_of(allowed: Iterable[str]) -> tuple[Capability, ...]:
    """The capability of a principal `skill:<hash>`."""
    return (Capability(verbs_of(allowed)),)


def allowed_words(allowed: Iterable[str] | None) -> str:
    """Say it to a person: “write files, run commands”. Empty: it bounds nothing."""
    if allowed is None:
        return ""
    verbs = verbs_of(allowed)
    return ", ".join(["read files", *(words for verb, words in _WORDS.items() if verb in verbs)])
