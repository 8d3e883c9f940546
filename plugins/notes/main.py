"""The tools. Notes are read where they stand and changed through Homard, so that each change can be undone."""

from __future__ import annotations

import os
import stat
from datetime import date
from pathlib import Path

from agent.api import Context, ToolFailed, ToolRetry, tool

from .note import append, tick, todos
from .vault import Vault, bare

MAX_TODOS = 200


@tool(reading=True)
def find(context: Context, words: str = "", most: int = 10) -> str:
    """Find notes that hold all the words; without words, the last changed."""
    hits = _vault(context).find(words, max(1, min(most, 50)))
    if not hits:
        return "No note holds these words."
    return "\n".join(f"[[{hit.name}]] {hit.line}".rstrip() for hit in hits)


@tool(reading=True)
def read(context: Context, note: str) -> str:
    """Read a note by its name or [[link]], and which notes link to it."""
    vault = _vault(context)
    name = vault.resolve(note)
    linked = ", ".join(f"[[{other}]]" for other in vault.links_to(name)[:20])
    text = vault.text(name).lstrip("\ufeff").rstrip()
    return f"{name}\n\n{text}" + (f"\n\nLinked from: {linked}" if linked else "")


@tool
async def add(context: Context, title: str, text: str) -> str:
    """Make a new note.

    title: Folder/Title puts it in a folder
    """
    vault = _vault(context)
    name = vault.new(title)
    await _write(context, vault, name, None, append("", text))
    return f"Made {name}."


@tool(name="append")
async def add_to(context: Context, note: str, text: str, heading: str = "") -> str:
    """Add lines to a note.

    note: Name, or today for the daily note
    heading: Add below it instead of at the end
    """
    vault = _vault(context)
    name = _daily(context) if note.casefold() == "today" else vault.resolve(note)
    before = vault.text(name) if (vault.root / name).exists() else None
    await _write(context, vault, name, before, append(before or "", text, heading))
    return f"Added to {name}."


@tool(reading=True, name="todos")
def list_todos(context: Context, note: str = "", done: bool = False) -> str:
    """List to-dos (- [ ]) of a note, or of all.

    done: Those that are ticked instead
    """
    vault = _vault(context)
    names = [vault.resolve(note)] if note else vault.names()
    found = [
        f"[[{bare(name)}]] {todo.text}" for name in names for todo in todos(_text(vault, name)) if todo.done is done
    ]
    more = f"\n{len(found) - MAX_TODOS} more are not shown. Name a note." if len(found) > MAX_TODOS else ""
    return ("\n".join(found[:MAX_TODOS]) or "No to-dos.") + more


@tool(name="tick")
async def tick_todo(context: Context, note: str, todo: str, done: bool = True) -> str:
    """Tick a to-do of a note, or take the tick away.

    todo: Its text or a part of it
    """
    vault = _vault(context)
    name = vault.resolve(note)
    text = vault.text(name)
    found = [each for each in todos(text) if todo.casefold() in each.text.casefold()]
    found = [each for each in found if each.text.casefold() == todo.casefold()] or found
    if len(found) != 1:
        near = "; ".join(each.text for each in (found or todos(text))[:10])
        raise ToolRetry(f"{len(found)} to-dos of {name} match. Give the whole text of one: {near}")
    if found[0].done is not done:
        await _write(context, vault, name, text, tick(text, found[0], done))
    return f"{'Done' if done else 'Open'}: {found[0].text}"


def _vault(context: Context) -> Vault:
    folder = Path(context.settings.get("folder") or "")
    if not folder.is_absolute() or not folder.is_dir():
        raise ToolFailed("No folder of notes is set, or it is gone. Set it in the settings of this plugin.")
    return Vault(folder)


def _daily(context: Context) -> str:
    name = date.today().strftime(context.settings.get("daily") or "%Y-%m-%d")
    parts = Path(name + ".md").parts
    if Path(name).anchor or any(part.startswith(".") for part in parts):
        raise ToolFailed(f"The daily note {name} is not in the folder of notes. Change the setting “daily”.")
    return "/".join(parts)


def _text(vault: Vault, name: str) -> str:
    try:
        return vault.text(name)
    except (ToolRetry, OSError):
        return ""


async def _write(context: Context, vault: Vault, name: str, before: str | None, text: str) -> None:
    """Replace what was read, and nothing that another program has written since."""
    path = vault.root / name
    if path.exists() and not stat.S_ISREG(os.lstat(path).st_mode):
        raise ToolFailed(f"{name} is no plain file, so it is not written to.")
    vault.check_same(name, before)
    await context.write(path, text)
