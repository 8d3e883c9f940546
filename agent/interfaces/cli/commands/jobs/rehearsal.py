"""A job's dry run before it starts: what it would need beyond its folders is found, and a person accepts it, or not."""

from __future__ import annotations

import msgspec

from agent.commands import ResumeJob, RunJob
from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.group import agreed
from agent.interfaces.cli.commands.jobs.running import run_job
from agent.interfaces.cli.commands.jobs.saving import save
from agent.interfaces.cli.commands.jobs.view import called
from agent.interfaces.cli.failure import PERSON_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House
from agent.jobs import Job, Permission
from agent.safety.profile import beyond, permission_words


async def rehearse(terminal: Terminal, house: House, job: Job) -> int:
    """Store a job so that it starts nothing, rehearse it, and start it with what the person accepts."""
    if not terminal.attended:
        raise UsageError(
            "Nobody is there to accept what a rehearsal finds. Nothing was saved; add it without --dry-run."
        )
    row = await save(house, job, review=True)
    terminal.say(f"{called(job)} ({row.job_id}) is stored and starts nothing yet. The rehearsal changes nothing:")
    outcome = await run_job(terminal, house, RunJob(row.job_id, dry_run=True))
    if outcome.code:
        terminal.say(
            f"The rehearsal did not come to its end. The job stays stored: `homard jobs edit {row.job_id}` changes it, "
            f"`homard jobs resume {row.job_id}` starts it as it is, `homard jobs delete {row.job_id}` removes it."
        )
        return outcome.code
    needs = beyond(outcome.needs, job.allow)
    accepted = await _accepted(terminal, needs)
    if accepted:
        job = msgspec.structs.replace(job, allow=(*job.allow, *accepted))
        await save(house, job, row.job_id, review=True)
    if not await agreed(terminal, "Let it start?"):
        terminal.say(f"It starts nothing. `homard jobs resume {row.job_id}` lets it.")
        return PERSON_EXIT
    await house.runtime.submit(ResumeJob(row.job_id))
    rest = " What it may not do by itself waits for your answer." if len(accepted) < len(needs) else ""
    terminal.say(f"{called(job)} starts from now on.{rest}")
    return 0


async def _accepted(terminal: Terminal, needs: tuple[Permission, ...]) -> list[Permission]:
    """What the person lets it do by itself, asked one by one."""
    if not needs:
        terminal.say("It needs nothing beyond its folders.")
        return []
    terminal.say("It would also have to do this. What you do not allow now, it asks you for each time:")
    return [need for need in needs if await agreed(terminal, f"  {revealed(permission_words(need))}?")]
