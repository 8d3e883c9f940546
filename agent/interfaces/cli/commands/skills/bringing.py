"""`homard skills install|update`: skills from elsewhere, and what is newer of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.skills.group import AsJson, app, as_data, place
from agent.interfaces.cli.commands.skills.said import say_found
from agent.interfaces.cli.failure import FAILURE_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.tasks import uninterrupted

if TYPE_CHECKING:
    from agent.skills.shelf import Shelf
    from agent.skills.update import Update

_SOURCE = "A folder, a zip, a marketplace.json, or the URL of a git repository (https, ssh, file)."
Ref = Annotated[str, typer.Option("--ref", help="Branch, tag or commit of the repository.")]
Inside = Annotated[str, typer.Option("--path", help="Look in this folder of the source.")]
Plugin = Annotated[str, typer.Option("--plugin", help="The skills of this plugin of a marketplace.")]
Replace = Annotated[bool, typer.Option("--replace", help="In place of one that is there, also if you changed it.")]


@app.command("install")
def install_skill(
    source: Annotated[str, typer.Argument(help=_SOURCE)],
    names: Annotated[list[str] | None, typer.Option("--name", help="This one of several. Repeatable.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that are in it.")] = False,
    ref: Ref = "",
    inside: Inside = "",
    plugin: Plugin = "",
    replace: Replace = False,
    enable_too: Annotated[bool, typer.Option("--enable", help="Enable it at once.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Copy a skill among yours. It is off until you have looked at it and enable it."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.skills.install import install_from
        from agent.skills.shelf import Shelf
        from agent.skills.source import source_of

        shelf = Shelf(house.paths.skills)
        here = place(terminal, ".")
        named = await asyncio.to_thread(source_of, source, here, ref=ref, path=inside, plugin=plugin)
        terminal.status("Fetching …" if named.kind == "git" or plugin else "")
        found = await install_from(shelf, named, names=names or (), every=every, replace=replace)
        terminal.status("")
        if enable_too:
            found = [await asyncio.to_thread(shelf.enable, one.skill.name) for one in found]
        return say_found(terminal, found, as_json)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("update")
def update_skills(
    names: Annotated[list[str] | None, typer.Argument(help="Which; none: all that came from a repository.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only show; exit code 1 if something is newer.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take it without a question.")] = False,
    source: Annotated[str, typer.Option("--from", help=f"Look there instead. {_SOURCE}")] = "",
    ref: Ref = "",
    inside: Inside = "",
    plugin: Plugin = "",
    replace: Replace = False,
    as_json: AsJson = False,
) -> Work:
    """Show what a newer version of a skill would change, line by line, and take it if you say so."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.skills.shelf import Shelf
        from agent.skills.source import source_of
        from agent.skills.update import updates

        if source and len(names or ()) != 1:
            raise UsageError("Name the one skill that --from is for. Nothing was changed.")
        if (ref or inside or plugin) and not source:
            raise UsageError("Say with --from which source that is of. Nothing was changed.")
        shelf = Shelf(house.paths.skills)
        here = place(terminal, ".")
        where = (
            await asyncio.to_thread(source_of, source, here, ref=ref, path=inside, plugin=plugin) if source else None
        )
        terminal.status("Looking for what is newer …")
        async with updates(shelf, names or (), source=where) as found:
            terminal.status("")
            take = _Taking(terminal, shelf, check=check, yes=yes, replace=replace, as_json=as_json)
            return await take.every(found)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


class _Taking:
    """Shows updates one by one, asks, and takes those that a person wants."""

    def __init__(
        self, terminal: Terminal, shelf: Shelf, *, check: bool, yes: bool, replace: bool, as_json: bool
    ) -> None:
        self._terminal, self._shelf = terminal, shelf
        self._check, self._yes, self._replace, self._as_json = check, yes, replace, as_json

    async def every(self, found: list[Update]) -> int:
        """Go through them; the exit code says whether something was left as it is that is not the newest."""
        left = 0
        said: list[dict[str, Any]] = []
        if not found and not self._as_json:
            self._terminal.say("No skill here came from a repository, so there is nothing to look for.")
        for one in found:
            if not self._as_json:
                self._show(one)
            taken = one.outcome == "newer" and await self._wanted(one)
            data = as_update(one)
            if taken:
                data["skill"] = as_data(await self._take(one))
            left += one.outcome != "same" and not taken
            said.append({**data, "taken": taken})
        if self._as_json:
            print_json(self._terminal, said)
        return FAILURE_EXIT if left else 0

    async def _wanted(self, update: Update) -> bool:
        if self._check or self._yes:
            return self._yes and not self._check
        if self._as_json or not self._terminal.attended:
            self._terminal.say(f"{update.name} is as it was: nobody is there to ask. --yes takes it without.")
            return False
        if update.edited and not self._replace:
            self._terminal.say(
                f"{update.name} is as it was: it was changed here since it was installed. --replace takes the newer "
                "one all the same."
            )
            return False
        answer = await self._terminal.ask(f"Take it for {update.name}? [y/N] ", fresh=True)
        return (answer or "").strip().lower() in ("y", "yes")

    async def _take(self, update: Update) -> Any:
        from agent.skills.update import take_update

        work = asyncio.to_thread(take_update, self._shelf, update, over_edits=self._replace)
        found = await uninterrupted(work, "update a skill")
        if not self._as_json:
            say_found(self._terminal, [found], as_json=False)
        return found

    def _show(self, update: Update) -> None:
        match update.outcome:
            case "same":
                self._terminal.say(f"{update.name} is the newest.")
            case "none":
                self._terminal.say(revealed(f"{update.name}: {update.why}"))
            case "newer":
                self._terminal.out("".join(f"{revealed(line)}\n" for line in update_lines(update)))


def update_lines(update: Update) -> list[str]:
    """What a person reads before they take it."""
    lines = [f"{update.name} from {update.source}"]
    lines += [f"  ! {note}" for note in update.review.notes]
    for file in update.review.files:
        lines.append(f"  {file.kind}: {file.path}{f' ({file.note})' if file.note else ''}")
        lines += [f"    {line}" for line in file.lines]
    return lines


def as_update(update: Update) -> dict[str, Any]:
    """An update for scripts."""
    import msgspec

    return {
        "name": update.name,
        "outcome": update.outcome,
        "why": update.why or None,
        "source": None if update.source is None else msgspec.to_builtins(update.source),
        "tree": None if update.after is None else update.after.tree.digest,
        "edited": update.edited,
        "notes": list(update.review.notes),
        "files": [
            {"path": one.path, "change": one.kind, "note": one.note or None, "diff": list(one.lines)}
            for one in update.review.files
        ],
    }
