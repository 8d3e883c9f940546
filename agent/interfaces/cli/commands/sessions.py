"""`homard sessions`: look at, search, export, branch, rename and delete conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
import typer

from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.outcome import money
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import printable
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.storage.export import to_document, to_markdown
from agent.storage.sessions import Session

app = new_app(no_args_is_help=True, help="Look at, search, export, branch, rename and delete conversations.")

Id = Annotated[str, typer.Argument(help="The session's id; its beginning will do.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_sessions(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many.")] = 20,
    deleted: Annotated[bool, typer.Option("--deleted", help="Deleted ones too.")] = False,
    as_json: Json = False,
) -> Work:
    """List the sessions, the latest first."""

    async def run(terminal: Terminal, house: House) -> int:
        found = await house.runtime.store.sessions(limit=limit, include_deleted=deleted)
        if as_json:
            print_json(terminal, [_plain(session) for session in found])
        elif not found:
            terminal.say('There is no session yet. homard ask "…" begins one.')
        else:
            terminal.out(_table(terminal, found))
        return 0

    return Work(run, report=error_report if as_json else None)


@app.command("show")
def show_session(session_id: Id, as_json: Json = False) -> Work:
    """Show a session, what was said and done in it."""
    return _document(session_id, as_json=as_json)


@app.command("export")
def export_session(
    session_id: Id,
    form: Annotated[str, typer.Option("--format", "-f", help="markdown or json (complete).")] = "markdown",
) -> Work:
    """Write a session to stdout as a document."""
    if form not in ("markdown", "md", "json"):
        raise UsageError(f"--format {form}: there is markdown and json. Name one of them.")
    return _document(session_id, as_json=form == "json")


@app.command("search")
def search_sessions(
    words: Annotated[list[str], typer.Argument(help="All of them must occur.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many.")] = 20,
    as_json: Json = False,
) -> Work:
    """Search what was said and done in all sessions."""

    async def run(terminal: Terminal, house: House) -> int:
        hits = await house.runtime.store.search(" ".join(words), limit=limit)
        if as_json:
            print_json(terminal, msgspec.to_builtins(hits))
        elif not hits:
            terminal.say("Nothing was found.")
        else:
            rows = [(hit.session_id, _day(hit.created_at), hit.kind, hit.snippet) for hit in hits]
            terminal.out(table(("session", "when", "kind", "text"), rows, _width(terminal)))
        return 0

    return Work(run, report=error_report if as_json else None)


@app.command("branch")
def branch_session(
    session_id: Id,
    at: Annotated[
        int | None, typer.Option("--at", help="Entry id of the last entry to take along; default: all.")
    ] = None,
) -> Work:
    """Begin a new session that shares the entries of this one; prints its id."""

    async def run(terminal: Terminal, house: House) -> int:
        branch = await house.runtime.store.branch(session_id, at)
        terminal.out(f"{branch.session_id}\n")
        return 0

    return Work(run)


@app.command("rename")
def rename_session(session_id: Id, title: Annotated[str, typer.Argument(help="The new title.")]) -> Work:
    """Give a session another title."""

    async def run(terminal: Terminal, house: House) -> int:
        session = await house.runtime.store.rename(session_id, title)
        terminal.say(f"Session {session.session_id} is now called {printable(session.title)!r}.")
        return 0

    return Work(run)


@app.command("delete")
def delete_session(
    session_id: Id,
    restore: Annotated[bool, typer.Option("--restore", help="Bring a deleted session back.")] = False,
) -> Work:
    """Hide a session; nothing is erased, and --restore brings it back."""

    async def run(terminal: Terminal, house: House) -> int:
        store = house.runtime.store
        if restore:
            session = await store.restore_session(session_id)
            terminal.say(f"Session {session.session_id} is back.")
            return 0
        session = await store.delete_session(session_id)
        terminal.say(
            f"Session {session.session_id} is hidden. `homard sessions delete --restore {session.session_id}` "
            "brings it back."
        )
        return 0

    return Work(run)


def _document(session_id: str, *, as_json: bool) -> Work:
    async def run(terminal: Terminal, house: House) -> int:
        store = house.runtime.store
        session = await store.session(session_id)
        entries = await store.path(session.session_id)
        if as_json:
            runs = await store.runs(session.session_id, limit=1_000_000)
            print_json(terminal, to_document(session, entries, runs))
        else:
            text = to_markdown(session, entries)
            terminal.out(printable(text) if terminal.stdout_tty else text)
        return 0

    return Work(run, report=error_report if as_json else None)


def _table(terminal: Terminal, found: list[Session]) -> str:
    rows = [
        (
            session.session_id,
            _day(session.updated_at),
            str(session.message_count),
            money(session.cost_usd),
            ("(deleted) " if session.deleted_at else "") + session.title,
        )
        for session in found
    ]
    return table(("session", "last used", "entries", "cost", "title"), rows, _width(terminal))


def _width(terminal: Terminal) -> int | None:
    return terminal.columns if terminal.stdout_tty else None


def _day(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _plain(session: Session) -> dict[str, Any]:
    return {**msgspec.to_builtins(msgspec.structs.replace(session, cwd="")), "cwd": session.cwd}
