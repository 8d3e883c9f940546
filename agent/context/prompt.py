"""The stable prefix of a request: system prompt and the folder's own instructions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from agent.resources import resource_text

MAX_INSTRUCTION_CHARS = 20_000


UNREAD = "This folder has an AGENTS.md that is not read as instructions: {why}. Tell the user if that matters."


def system_prompt(cwd: Path, why_not: str = "") -> str:
    """What every request of a session in this folder starts with; changes only when AGENTS.md does.

    `why_not`: why that file, if there is one, must not speak for the person.
    """
    parts = [resource_text("prompts/system.md").strip()]
    instructions = folder_instructions(cwd)
    if instructions and why_not:
        parts.append(UNREAD.format(why=why_not))
    elif instructions:
        parts.append(f"# Instructions of this folder (AGENTS.md)\n\n{instructions}")
    return "\n\n".join(parts)


def folder_instructions(cwd: Path) -> str:
    """The text of AGENTS.md in the folder, bounded; empty if there is none."""
    path = cwd / "AGENTS.md"
    try:
        if not path.is_file() or path.resolve().parent != cwd.resolve():
            return ""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(MAX_INSTRUCTION_CHARS).strip()
    except OSError:
        return ""


def volatile_tail(now: datetime, cwd: Path, grants: tuple[str, ...]) -> str:
    """What changes between messages: stored with the user's message, so that the prompt before it stays as it was."""
    local = now.astimezone()
    lines = [f"time: {local:%A %Y-%m-%d %H:%M} (UTC{local:%z})", f"folder: {_printable(str(cwd))}"]
    if grants:
        lines.append(f"also granted: {', '.join(_printable(grant) for grant in grants)}")
    return "\n".join(lines)


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
