"""`homard undo`: take back what a run did to files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.failure import FAILURE_EXIT, PERSON_EXIT
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import printable as on_screen
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.run_name import LAST, only_run
from agent.safety.printable import from_printable

if TYPE_CHECKING:
    from agent.undo.plan import Choice, Item, UndoPlan
    from agent.undo.service import ChangedRun, UndoReport, UndoService

app = new_app()

_WORDS = {
    "put back": "put back",
    "remove": "remove",
    "set attributes": "set mode and time",
    "nothing": "is as before",
    "stay": "stays",
    "impossible": "cannot be undone",
}
_CHOICES: Mapping[str, Choice] = {
    "t": "theirs", "theirs": "theirs", "o": "ours", "ours": "ours", "b": "both", "both": "both"
}  # fmt: skip


@app.command()
def undo(
    run_id: Annotated[
        str,
        typer.Argument(metavar="RUN", help="The run's id or its beginning; `last`: the newest whose changes stand."),
    ] = "",
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Only these files and folders; default: all of it.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the runs that changed files.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the differences too.")] = False,
    keep: Annotated[
        str,
        typer.Option(
            "--keep",
            help="Where somebody changed a file since: theirs (leave it), ours (put the old one back over it), "
            "both (side by side). Default: ask, or theirs.",
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON; nobody is asked.")] = False,
) -> Work:
    """Take back what a run did to files: as a whole, or file by file. It can itself be undone."""
    if keep and keep not in ("theirs", "ours", "both"):
        raise UsageError(f"--keep {keep}: there is theirs, ours and both. Name one of them.")
    if listing:
        return Work(_List(as_json).run, report=error_report if as_json else None)
    if not run_id:
        raise UsageError("Name a run. `homard undo --list` shows those that changed files; `last` is the latest.")
    work = _Undo(run_id, tuple(paths or ()), dry_run, diff, _CHOICES.get(keep), yes, as_json)
    return Work(work.run, report=error_report if as_json else None)


@dataclass(frozen=True)
class _List:
    as_json: bool

    async def run(self, terminal: Terminal, house: House) -> int:
        runs = await house.runtime.undo.runs()
        if self.as_json:
            print_json(terminal, [_run_json(run) for run in runs])
        elif not runs:
            terminal.say("No run changed a file yet.")
        else:
            width = terminal.columns if terminal.stdout_tty else None
            rows = [(run.run_id, f"{run.at.astimezone():%Y-%m-%d %H:%M}", str(run.paths), _state(run)) for run in runs]
            terminal.out(table(("run", "when", "paths", "what"), rows, width))
        return 0


@dataclass(frozen=True)
class _Undo:
    """The arguments of one undo."""

    named: str
    paths: tuple[str, ...]
    dry_run: bool
    diff: bool
    keep: Choice | None
    yes: bool
    as_json: bool

    async def run(self, terminal: Terminal, house: House) -> int:
        service = house.runtime.undo
        plan = await service.plan(await _find(service, self.named), [_real(terminal, path) for path in self.paths])
        if self.dry_run:
            await self._show(terminal, service, plan)
            return 0
        if not self.as_json:
            await self._show(terminal, service, plan)
        acts = [item for item in plan.items if item.action in ("put back", "remove", "set attributes")]
        asked = terminal.attended and not self.yes and not self.as_json
        if acts and not asked and not self.yes:
            raise UsageError("Nobody is there to ask. Add --yes to undo, or --dry-run to see what would be done.")
        choices = await _choices(terminal, plan) if asked and self.keep is None else {}
        if acts and asked and not await _agreed(terminal, plan, acts):
            terminal.say("Nothing was changed.")
            return PERSON_EXIT
        report = await service.apply(plan, choices, default=self.keep or "theirs")
        if self.as_json:
            print_json(terminal, _report_json(report))
        else:
            _say(terminal, report)
        return FAILURE_EXIT if any(one.result in ("failed", "impossible") for one in report.outcomes) else 0

    async def _show(self, terminal: Terminal, service: UndoService, plan: UndoPlan) -> None:
        if self.as_json:
            print_json(terminal, {"run_id": plan.run_id, "items": [_item_json(item) for item in plan.items]})
            return
        for item in plan.items:
            note = f" ({item.note})" if item.note else ""
            words = "changed since" if item.conflict else _WORDS[item.action]
            terminal.out(f"{words:<17} {item.shown}{note}\n")
            if (
                self.diff
                and item.action in ("put back", "remove")
                and "file" in (item.original.kind, item.current.kind)
            ):
                difference = await service.diff(plan.run_id, item.path)
                terminal.out("".join(f"    {on_screen(line)}\n" for line in difference.splitlines()))


async def _find(service: UndoService, named: str) -> str:
    if named == LAST:
        return await service.last()
    found = [run.run_id for run in await service.runs(100_000) if run.run_id.startswith(named)]
    return only_run(named, found, "homard undo --list") or named  # the service says that it knows of none


def _real(terminal: Terminal, path: str) -> str:
    plain = os.path.abspath(os.path.join(terminal.cwd or "/", os.path.expanduser(path)))
    written = os.path.abspath(os.path.join(terminal.cwd or "/", from_printable(path)))
    return written if "\\" in path and not os.path.lexists(plain) else plain


async def _choices(terminal: Terminal, plan: UndoPlan) -> dict[str, Choice]:
    choices: dict[str, Choice] = {}
    for item in plan.conflicts:
        terminal.say(f"? {item.shown}: {item.note}.")
        answer = await terminal.ask("  Keep [T]heirs, put [o]urs back, or [b]oth side by side? ", fresh=True)
        choices[item.path] = _CHOICES.get((answer or "").strip().lower(), "theirs")
    return choices


async def _agreed(terminal: Terminal, plan: UndoPlan, acts: Sequence[Item]) -> bool:
    what = "this change" if len(acts) == 1 else f"these {len(acts):,} changes"
    answer = await terminal.ask(f"Undo {what} of run {plan.run_id}? [y/N] ", fresh=True)
    return (answer or "").strip().lower() in ("y", "yes")


def _say(terminal: Terminal, report: UndoReport) -> None:
    for one in report.outcomes:
        if one.result in ("kept", "put beside", "stays", "impossible", "failed"):
            terminal.say(f"{one.shown}: {one.result}{f' ({one.note})' if one.note else ''}")
    done = sum(one.result in ("put back", "removed", "put beside") for one in report.outcomes)
    if report.complete:
        terminal.say(f"All is as it was before run {report.run_id}. `homard undo {report.undo_id}` takes this back.")
    elif done:
        terminal.say(f"{done:,} of {len(report.outcomes):,} paths are as before. `homard undo {report.undo_id}` "
                     "takes this back.")  # fmt: skip
    else:
        terminal.say("Nothing was changed.")


def _state(run: ChangedRun) -> str:
    what = "changed files" if run.undoes is None else f"undid {run.undoes}"
    return f"{what}, undone since" if run.undone else what


def _run_json(run: ChangedRun) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "session_id": run.session_id,
        "at": run.at.isoformat(),
        "paths": run.paths,
        "undoes": run.undoes,
        "undone": run.undone,
    }


def _item_json(item: Item) -> dict[str, Any]:
    return {"path": item.shown, "action": item.action, "conflict": item.conflict, "note": item.note}


def _report_json(report: UndoReport) -> dict[str, Any]:
    outcomes = [{"path": one.shown, "result": one.result, "note": one.note} for one in report.outcomes]
    return {"run_id": report.run_id, "undo_id": report.undo_id, "complete": report.complete, "outcomes": outcomes}
