"""`homard pack list|show|diff|verify`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.pack.group import AsJson, Name, app, as_data, packs_of, work
from agent.interfaces.cli.commands.pack.reach import Inside, Source, Which, reached, reached_for
from agent.interfaces.cli.failure import FAILURE_EXIT
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line, revealed
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.packs.difference import Difference
    from agent.packs.service import Found, Packs

STATUS = {"changed": "off: changed", "revoked": "off: taken back", "waiting": "off: waits"}


@app.callback(invoke_without_command=True)
def packs(context: typer.Context, as_json: AsJson = False) -> Work | None:
    """Packs: skills, plugins, servers and job templates in one signed file. Without a command: list them."""
    return None if context.invoked_subcommand else list_packs(as_json)


@app.command("list")
def list_packs(as_json: AsJson = False) -> Work:
    """List the packs: which are on, who made them, what is wrong with the others."""

    def say(terminal: Terminal, _house: House, found: list[Found]) -> int:
        if as_json:
            print_json(terminal, [as_data(one) for one in found])
        elif not found:
            terminal.say(
                "There is no pack yet. `homard pack install FILE` brings one, `homard pack new NAME` begins one."
            )
        else:
            rows = [
                (one.name, one.installed.version, STATUS.get(one.status, one.status), one.installed.publisher,
                 one.installed.description)
                for one in found
            ]  # fmt: skip
            width = terminal.columns if terminal.stdout_tty else None
            terminal.out(table(("pack", "version", "status", "by", "what for"), rows, width))
            for one in found:
                if one.why:
                    terminal.say(one_line(f"{one.name}: {one.why}", 1_000))
        return 0

    return work(lambda packs, _terminal: packs.look(), say, as_json=as_json)


@app.command("show")
def show(name: Name, as_json: AsJson = False) -> Work:
    """Show a pack: what is in it, what it may do and why, what changed."""

    def do(packs: Packs, _terminal: Terminal) -> tuple[Found, list[str]]:
        from agent.packs.consent import consent_lines, warnings

        found = packs.find(name)
        if found.changes:
            return found, []
        pack = packs.read(name)
        parts = packs.parts_of(pack)
        return found, [*consent_lines(pack, parts), *(f"warning: {one}" for one in warnings(pack, parts))]

    def say(terminal: Terminal, _house: House, found: tuple[Found, list[str]]) -> int:
        one, lines = found
        if as_json:
            print_json(terminal, {**as_data(one), "lines": lines})
            return 0
        status = f"status: {STATUS.get(one.status, one.status)}{f' ({one.why})' if one.why else ''}"
        refused = [cap for cap in one.installed.asked if cap not in one.installed.granted and one.installed.enabled]
        more = [f"not granted: {cap.what} {' '.join(cap.targets)}" for cap in refused]
        more += [f"kept for rollback: {kept.version}" for kept in one.installed.kept]
        more += [f"from: {one.installed.came_from}"]
        lines = [status, *lines, *more, *(f"{change} (since it was installed)" for change in one.changes)]
        terminal.out("".join(f"{revealed(line)}\n" for line in lines))
        return 0

    return work(do, say, as_json=as_json)


@app.command("diff")
def diff(name: Name, source: Source = "", inside: Inside = "", as_json: AsJson = False) -> Work:
    """Show what another version would change: what it may do, what is in it, the text line by line."""

    async def run(terminal: Terminal, house: House) -> int:
        packs = packs_of(house)
        named = await reached_for(terminal, packs, name, source, inside)
        found = await asyncio.to_thread(_difference, packs, name, named)
        if as_json:
            print_json(terminal, difference_data(found))
        else:
            terminal.out("".join(f"{line}\n" for line in difference_lines(found)))
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def _difference(packs: Packs, name: str, named: Path | None) -> Difference:
    from agent.packs.update import compared, next_of

    other = next_of(packs, name, named)
    if other is None:
        raise UsageError(f"There is no newer version of {name}.")
    return compared(packs, name, other)


def difference_lines(found: Difference) -> list[str]:
    """A difference for a person, what it may do first; nothing in it is hidden."""
    lines = [f"MORE: {one}" for one in found.more] + [f"less: {one}" for one in found.less]
    lines += [] if found.more else ["It may do nothing more than before."]
    return [revealed(line) for line in (*lines, *found.parts, *found.files, *found.text)]


def difference_data(found: Difference) -> dict[str, Any]:
    """A difference for scripts."""
    return {
        "more": list(found.more),
        "less": list(found.less),
        "parts": list(found.parts),
        "files": list(found.files),
        "text": list(found.text),
    }


@app.command("verify")
def verify(source: Source, which: Which = "", inside: Inside = "", as_json: AsJson = False) -> Work:
    """Check a file: each byte of it, and who signed it. Exit code 1 if it is not signed by a key that counts here."""

    async def run(terminal: Terminal, house: House) -> int:
        packs = packs_of(house)
        where = await reached(terminal, packs, source, inside)
        found = await asyncio.to_thread(_verified, packs, where, which)
        if as_json:
            print_json(terminal, found)
        else:
            terminal.out(f"{found['name']} {found['version']}, hash {found['hash']}: every file is as listed.\n")
            terminal.out(revealed(_who(found)) + "\n")
        return 0 if found["trusted"] else FAILURE_EXIT

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def _verified(packs: Packs, where: Path, which: str) -> dict[str, Any]:
    from agent.packs.signing import fingerprint_of
    from agent.packs.source import chosen

    with packs.store.opened(chosen(where, which)) as pack:
        packs.parts_of(pack)
        key = packs.state().keys.get(pack.key)
        revoked = packs.state().why_revoked(pack.key, pack.digest)
        return {
            "name": pack.manifest.name,
            "version": pack.manifest.version,
            "hash": pack.digest,
            "signed": bool(pack.key),
            "publisher": pack.manifest.publisher,
            "fingerprint": fingerprint_of(pack.key) if pack.key else None,
            "trusted": key is not None and not revoked,
            "revoked": revoked or None,
        }


def _who(found: dict[str, Any]) -> str:
    if not found["signed"]:
        return "Nobody signed it."
    if found["revoked"]:
        return f"It was taken back: {found['revoked']}"
    known = "which you trust" if found["trusted"] else "which is not known here"
    return f"Signed by {found['publisher']} with the key {found['fingerprint']}, {known}."
