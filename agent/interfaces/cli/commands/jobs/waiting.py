"""`homard jobs waiting` and `answer`: what jobs wait for a person with."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.automation.words import moment_words
from agent.commands import ResolveApproval, ResolveSlot
from agent.errors import UsageError
from agent.events import ApprovalRequested
from agent.interfaces.cli.commands.jobs.group import AsJson, app, automation, job_work
from agent.interfaces.cli.commands.jobs.plain import plain
from agent.interfaces.cli.commands.jobs.running import GOES_ON_LATER
from agent.interfaces.cli.commands.jobs.view import slot_words
from agent.interfaces.cli.question import wording
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, print_json
from agent.jobs import Slot

_ANSWERS = {"yes": True, "y": True, "no": False, "n": False}
_NOTHING = "Nothing was answered."


@app.command("waiting")
def jobs_waiting(as_json: AsJson = False) -> Work:
    """Show what waits for your answer: what a run may not do by itself, and runs that were missed."""

    async def run(terminal: Terminal, house: House) -> int:
        approvals, slots = await automation(house).parked(), await _questions(house)
        if as_json:
            print_json(terminal, {"approvals": plain(approvals), "slots": plain(slots)})
            return 0
        names = {row.job_id: row.job.name for row in await automation(house).jobs(deleted=True)}
        jobs = {slot.run_id: names[slot.job_id] for slot in await _parked(house)}
        for event in approvals:
            until = f", until {moment_words(event.parked_until)}" if event.parked_until else ""
            terminal.out(f"{event.approval_id}  {revealed(jobs.get(event.run_id, ''))}{until}\n")
            terminal.out(f"{wording(event)}\n")
        for slot in slots:
            said = f"{names[slot.job_id]}, due {moment_words(slot.due_at)}: {slot_words(slot)}"
            terminal.out(f"{slot.slot_id}  {revealed(said)}\n")
        waits = "`homard jobs answer ID yes` or `no` answers." if approvals or slots else "Nothing waits for you."
        terminal.say(waits)
        return 0

    return job_work(run, as_json)


@app.command("answer")
def jobs_answer(
    named: Annotated[str, typer.Argument(metavar="ID", help="As `homard jobs waiting` shows it.")],
    answer: Annotated[str, typer.Argument(metavar="yes|no")],
    note: Annotated[str, typer.Option("--note", help="A word to the model.")] = "",
    always: Annotated[
        bool, typer.Option("--always", help="With yes: the job may do so by itself from now on.")
    ] = False,
    as_json: AsJson = False,
) -> Work:
    """Answer what waits: with a yes the same run goes on where it stands."""
    if answer.lower() not in _ANSWERS:
        raise UsageError(f"{answer!r} is neither yes nor no. {_NOTHING}")
    allow = _ANSWERS[answer.lower()]
    if always and not allow:
        raise UsageError(f"--always goes with yes. {_NOTHING}")

    async def run(terminal: Terminal, house: House) -> int:
        if named.isdecimal():
            slot = await _question(house, int(named))
            await house.runtime.submit(ResolveSlot(slot.slot_id, allow))
            slot = await automation(house).slot(slot.slot_id)
            return _told(terminal, slot, as_json)
        event = await _approval(house, named)
        if always and "always" not in event.scopes:
            raise UsageError(f"That can only be allowed once. {_NOTHING} Say yes without --always.")
        command = ResolveApproval(event.approval_id, allow, note, "always" if always else "once")
        await house.runtime.submit(command)
        running = automation(house).running
        if as_json:
            print_json(terminal, {"approval_id": event.approval_id, "run_id": event.run_id, "goes_on": running})
        else:
            terminal.say("Answered; the run goes on." if running else GOES_ON_LATER)
        return 0

    return job_work(run, as_json)


def _told(terminal: Terminal, slot: Slot, as_json: bool) -> int:
    if as_json:
        print_json(terminal, plain(slot))
    else:
        terminal.say(f"Answered. {revealed(slot_words(slot))}")
    return 0


_MOST = 10_000


async def _questions(house: House) -> list[Slot]:
    """The slots of which a person says whether they run."""
    return [slot for slot in await _parked(house) if slot.reason in ("answer", "outcome_unknown")]


async def _parked(house: House) -> list[Slot]:
    return await automation(house).ledger.slots(limit=_MOST, states=("parked",))


async def _question(house: House, slot_id: int) -> Slot:
    found = [slot for slot in await _questions(house) if slot.slot_id == slot_id]
    if not found:
        raise UsageError(f"Nothing waits as {slot_id}. {_NOTHING} `homard jobs waiting` shows what does.")
    return found[0]


async def _approval(house: House, named: str) -> ApprovalRequested:
    found = [event for event in await automation(house).parked() if event.approval_id.startswith(named)]
    if len(found) != 1:
        many = f"{len(found)} of what waits begin with {named}" if found else f"Nothing waits as {named}"
        raise UsageError(f"{many}. {_NOTHING} `homard jobs waiting` shows what does.")
    return found[0]
