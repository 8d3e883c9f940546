"""Was a prompt answered rightly? Facts in the answer, files afterwards, and calls that fit their tools' schemas."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agent.errors import ToolError
from agent.tools.arguments import parse_arguments
from agent.tools.registry import built_in_tools


@dataclass(frozen=True)
class Calls:
    """The tool calls of a session."""

    made: int
    valid: int
    """Known tool, arguments that fit its schema."""
    words: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """One prompt and what became of it."""

    kind: str
    ask: str
    text: str
    right: bool
    reasons: tuple[str, ...]
    """What is missing or wrong."""
    calls: tuple[str, ...]
    made: int
    valid: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def snapshot(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def judge(
    prompt: dict[str, Any],
    reply: dict[str, Any],
    before: dict[str, bytes],
    after: dict[str, bytes],
    calls: Calls,
    seconds: float,
) -> Outcome:
    """Compare an answer and the files with what the prompt asks for."""
    text = reply.get("text") or ""
    reasons = [*_missing(prompt, text), *_wrong_files(prompt.get("files", {}), before, after)]
    if reply.get("error"):
        reasons.append(f"error: {reply['error']}")
    if calls.valid < calls.made:
        reasons.append("an invalid call")
    return Outcome(
        prompt["kind"], prompt["ask"], text, not reasons, tuple(reasons), calls.words, calls.made, calls.valid, seconds
    )


def valid_calls(exported: str) -> Calls:
    """Judge every tool call of an exported session (JSON) against the schema of its tool."""
    tools = {tool.name: tool.arguments for tool in built_in_tools()}
    found = list(_tool_calls(json.loads(exported or "[]")))
    valid = 0
    for call in found:
        try:
            parse_arguments(call["arguments"], tools[call["name"]])
            valid += 1
        except (KeyError, ToolError):
            pass
    return Calls(len(found), valid, tuple(f"{call['name']} {call['arguments']}" for call in found))


def _tool_calls(node: Any) -> list[dict[str, str]]:
    if isinstance(node, list):
        return [call for item in node for call in _tool_calls(item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "tool_call":
        return [node]
    return [call for item in node.values() for call in _tool_calls(item)]


def _missing(prompt: dict[str, Any], text: str) -> list[str]:
    plain = _plain(text)
    reasons = [f"{fact!r} is missing" for fact in prompt.get("all", []) if _plain(fact) not in plain]
    choices = prompt.get("any", [])
    if choices and not any(_plain(choice) in plain for choice in choices):
        reasons.append(f"none of {choices} is there")
    return reasons + [f"{fact!r} does not belong there" for fact in prompt.get("none", []) if _plain(fact) in plain]


def _wrong_files(wanted: dict[str, Any], before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    reasons = [f"{name} is gone" for name in before if name not in after]
    for name, data in after.items():
        if name not in wanted and before.get(name) != data:
            reasons.append(f"{name} was {'changed' if name in before else 'made'}")
    for name, rule in wanted.items():
        text = after.get(name, b"").decode(errors="replace")
        if "text" in rule and text.strip() != rule["text"].strip():
            reasons.append(f"{name} holds {text!r}")
        if not text or any(_plain(fact) not in _plain(text) for fact in rule.get("all", [])):
            reasons.append(f"{name} lacks what was asked: {text!r}")
        if any(_plain(fact) in _plain(text) for fact in rule.get("none", [])):
            reasons.append(f"{name} still holds {rule['none']}")
    return reasons


def _plain(text: str) -> str:
    """Lower case, typographic apostrophes made plain, numbers without marks for thousands."""
    text = text.lower().replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
    return re.sub(r"(?<=\d)[, '](?=\d{3}(?!\d))", "", text)
