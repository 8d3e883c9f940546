"""The stable prefix of a request: system prompt and the folder's own instructions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from agent.resources import resource_text

MAX_INSTRUCTION_CHARS = 20_000


UNREAD = "This folder has an AGENTS.md that is not read as instructions: {why}. Tell the user if that matters."


def system_prompt(cwd: Path, why_not: str = "", skills: str = "") -> str:
    """What every request of a session in this folder starts with; changes only when AGENTS.md or the skills do.

    `why_not`: why that file, if there is one, must not speak for the person: then it is not opened. `skills`: what is
    told of the enabled ones.
    """
    parts = [resource_text("prompts/system.md").strip()]
    if why_not:
        parts += [UNREAD.format(why=why_not)] if _instructions_file(cwd) else []
    elif instructions := folder_instructions(cwd):
        parts.append(f"# Instructions of this folder (AGENTS.md)\n\n{instructions}")
    if skills:
        parts.append(skills)
    return "\n\n".join(parts)


def folder_instructions(cwd: Path) -> str:
    """The text of AGENTS.md in the folder, bounded; empty if there is none."""
    try:
        if (path := _instructions_file(cwd)) is None:
            return ""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(MAX_INSTRUCTION_CHARS).strip()
    except OSError:
        return ""


def _instructions_file(cwd: Path) -> Path | None:
    path = cwd / "AGENTS.md"
    try:
        return path if path.is_file() and path.resolve().parent == cwd.resolve() else None
    except OSError:
        return None


def volatile_tail(now: datetime, cwd: Path, grants: tuple[str, ...]) -> str:
    """What changes between messages: stored with the user's message, so that the prompt before it stays as it was."""
    local = now.astimezone()
    lines = [f"time: {local:%A %Y-%m-%d %H:%M} (UTC{local:%z})", f"folder: {_printable(str(cwd))}"]
    if grants:
        lines.append(f"also granted: {', '.join(_printable(grant) for grant in grants)}")
    return "\n".join(lines)


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
