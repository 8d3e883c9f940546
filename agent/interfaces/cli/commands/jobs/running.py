"""`homard jobs run`: a job now, shown to its end, with its questions if somebody is there."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from agent.commands import ResolveApproval, RunJob
from agent.events import AnyEvent, ApprovalRequested, RunFinished, SlotChanged
from agent.interfaces.cli.commands.jobs.group import AsJson, Named, app, automation, job_work, whole_path
from agent.interfaces.cli.commands.jobs.plain import plain
from agent.interfaces.cli.commands.jobs.view import slot_words
from agent.interfaces.cli.display import NoDisplay, RunDisplay
from agent.interfaces.cli.failure import FAILURE_EXIT, LIMIT_EXIT, PERSON_EXIT
from agent.interfaces.cli.follow import Follower
from agent.interfaces.cli.outcome import exit_code, report_of
from agent.interfaces.cli.question import wording
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, print_json
from agent.jobs import Permission, Slot
from agent.safety.profile import beyond, permission_words

GOES_ON_LATER = "Answered. The run goes on as soon as the app or `homard serve` runs."
_OPEN = ("due", "running")


@app.command("run")
def jobs_run(
    named: Named,
    files: Annotated[
        list[str] | None, typer.Option("--file", help="A file it is about, for {file} and {files}. Repeatable.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Plan and read only: what would change anything is shown, not done.")
    ] = False,
    as_json: AsJson = False,
) -> Work:
    """Run a job now, paused or not, within its limits, and show it to its end."""

    async def run(terminal: Terminal, house: House) -> int:
        row = await automation(house).find(named)
        paths = tuple(whole_path(terminal, file) for file in files or ())
        outcome = await run_job(terminal, house, RunJob(row.job_id, paths, dry_run), quiet=as_json)
        if as_json:
            print_json(terminal, outcome.data())
        elif outcome.finished is None and outcome.slot is not None:
            terminal.say(f"It has not begun: {slot_words(outcome.slot)}")
        elif needs := beyond(outcome.needs, row.job.allow):
            terminal.say("By itself it may not yet do this:")
            terminal.say("\n".join(f"  {revealed(permission_words(need))}" for need in needs))
            terminal.say(f"This lets it: homard jobs edit {row.job_id}{''.join(map(_flag, needs))}")
        return outcome.code

    return job_work(run, as_json)


@dataclass(frozen=True)
class Outcome:
    """What came of running a job."""

    finished: RunFinished | None
    """None: it did not begin."""
    slot: Slot | None
    """As it was left; None: a rehearsal, which has none."""

    @property
    def code(self) -> int:
        """The exit code."""
        if self.finished is None:
            return LIMIT_EXIT if self.slot is not None and self.slot.reason == "budget" else FAILURE_EXIT
        return PERSON_EXIT if self.finished.stop_reason == "parked" else exit_code(self.finished)

    @property
    def needs(self) -> tuple[Permission, ...]:
        """What a rehearsal found that the job would have to be allowed, each once."""
        calls = self.finished.tool_calls if self.finished is not None else ()
        return tuple(dict.fromkeys(need for call in calls for need in call.needs))

    def data(self) -> dict[str, Any]:
        """The JSON object: that of `homard ask --json`, and the slot."""
        report = report_of(self.finished) if self.finished is not None else {"error": "It has not begun."}
        return {**report, "slot": plain(self.slot)}


async def run_job(terminal: Terminal, house: House, command: RunJob, *, quiet: bool = False) -> Outcome:
    """Run a job and follow it, over questions that are answered here, to its end. `quiet`: show and ask nothing."""
    with house.runtime.subscribe() as events:
        receipt = await house.runtime.submit(command)
        if not receipt.run_id:
            slot = await automation(house).slot(receipt.slot_id) if receipt.slot_id else None
            return Outcome(None, slot)
        display = NoDisplay() if quiet else RunDisplay(terminal)
        while True:
            follower = Follower(terminal, house.runtime, display, attended=False)
            finished = await follower.follow(events, receipt.run_id)
            slot = await _settled(events, receipt.slot_id) if receipt.slot_id else None
            if slot is not None and slot.state == "done" and slot.note and not quiet:
                terminal.say(slot.note)
            if finished.stop_reason != "parked" or quiet or not await _answered(terminal, house, receipt.run_id):
                return Outcome(finished, slot)


async def _settled(events: AsyncIterator[AnyEvent], slot_id: int) -> Slot:
    """The slot, once it is written down what came of its run."""
    async for event in events:
        if isinstance(event, SlotChanged) and event.slot.slot_id == slot_id and event.slot.state not in _OPEN:
            return event.slot
    raise AssertionError("a subscription does not end by itself")


async def _answered(terminal: Terminal, house: House, run_id: str) -> bool:
    """Put what a parked run waits for to the person, if somebody is there; whether it goes on now."""
    waiting = [event for event in await automation(house).parked() if event.run_id == run_id]
    if not waiting:
        return False
    event = waiting[0]
    answer = await asked(terminal, event) if terminal.attended else None
    if answer is None:
        terminal.say(f"It waits for your answer: `homard jobs answer {event.approval_id} yes` or `no`.")
        return False
    await house.runtime.submit(answer)
    if automation(house).running:
        return True
    terminal.say(GOES_ON_LATER)
    return False


async def asked(terminal: Terminal, event: ApprovalRequested) -> ResolveApproval | None:
    """Ask a person what a run waits for; None: they leave it for later, as Enter does."""
    terminal.say(wording(event, terminal))
    always = ", a always" if "always" in event.scopes else ""
    answer = await terminal.ask(f"  Allow it? [y{always}, n and a reason, Enter: later] ", fresh=True)
    word, _, note = (answer or "").strip().partition(" ")
    match word.rstrip(",").lower():
        case "y" | "yes" if not note:
            return ResolveApproval(event.approval_id, True)
        case "a" | "always" if not note and always:
            return ResolveApproval(event.approval_id, True, scope="always")
        case "n" | "no":
            return ResolveApproval(event.approval_id, False, note.strip())
        case _:
            return None


def _flag(permission: Permission) -> str:
    network = "+network" if permission.network else ""
    return "".join(f" --allow {shlex.quote(f'{permission.what}{network}={to}')}" for to in permission.to)
