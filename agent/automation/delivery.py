"""The answer of a run on its way to a plugin: it is given once, or it is said why not."""

from __future__ import annotations

import asyncio
import os
from functools import reduce

from agent.automation.check import output_of
from agent.automation.desk import Desk
from agent.automation.report import is_nothing
from agent.context.seen import label_of
from agent.errors import HomardError, UsageError
from agent.failpoints import hit
from agent.jobs import JobRow, Slot
from agent.labels import USER, Label
from agent.messages import AssistantMessage

_KEPT = "The history has the answer."


async def give_answer(desk: Desk, slot: Slot, row: JobRow, text: str) -> str:
    """Give an answer to the job's plugin, at most once; says in a sentence why not, else is empty.

    That it is about to be given is noted before. A process that ends between the two leaves nobody who knows whether it
    was: that is said then, and nothing is given again. Raises StorageError.
    """
    report = row.job.report
    if report.to != "plugin" or is_nothing(text):
        return ""
    named = report.plugin
    if slot.reason == "outcome_unknown":
        return f"Whether the plugin {named} got the answer is unknown: Homard ended while it was given. {_KEPT}"
    if why := await _why_not(desk, row):
        return f"The plugin {named} did not get the answer. {why} {_KEPT}"
    label = await _label(desk, slot, row)
    if await desk.ledger.note_giving(slot.slot_id, text, f"Its answer is given to the plugin {named}.") is None:
        return ""
    hit("automation.give")
    try:
        await _give(desk, slot, row, text, label)
    except UsageError as error:  # nothing was done
        return f"The plugin {named} did not get the answer. {error} {_KEPT}"
    except (HomardError, OSError, ValueError) as error:
        return f"The plugin {named} did not take the answer, or not all of it. {error} {_KEPT}"
    hit("automation.given")
    return ""


async def _why_not(desk: Desk, row: JobRow) -> str:
    """Whoever named the recipient may have thought better of it, or somebody else has named another one."""
    now = await desk.ledger.row(row.job_id)
    if now.deleted_at is not None:
        return "The job was deleted meanwhile."
    if now.job.report != row.job.report:
        return "The job was changed meanwhile, and reports elsewhere."
    if now.paused == "review":
        return "The job was changed meanwhile, and nobody has looked at it yet."
    return ""


async def _label(desk: Desk, slot: Slot, row: JobRow) -> Label:
    """The label of all that the model has seen, the folder's instructions among it."""
    entries = await desk.ports.store.path(slot.session_id)

    def look() -> Label:
        instructions = os.path.join(os.path.expanduser(row.job.folder), "AGENTS.md")
        label = desk.ports.label_of([instructions]) if os.path.lexists(instructions) else USER
        told = (entry.message.label for entry in entries if isinstance(entry.message, AssistantMessage))
        return reduce(Label.join, filter(None, told), label.join(label_of(entries)))

    return await asyncio.to_thread(look)


async def _give(desk: Desk, slot: Slot, row: JobRow, text: str, label: Label) -> None:
    plugin, output = output_of(row.job.report)
    give = desk.ports.give_report
    if give is None:
        raise UsageError("No plugin can be reached from here.")
    title = f"{row.job.name}, {desk.local(slot.due_at):%Y-%m-%d %H:%M}"
    await give(plugin, output, title, text.strip(), label)
