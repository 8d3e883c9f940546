from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.automation.why import why
from agent.jobs import Cron, Missed, Watch
from tests.helpers.jobs import BERLIN, Desk, desk, job

MORNING = Cron(fields="30 8 * * *")
EIGHT = datetime(2026, 11, 23, 8, tzinfo=BERLIN).astimezone(UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


def play(story: Callable[[Desk], Coroutine[Any, Any, None]], folder: Path) -> None:
    async def run() -> None:
        async with desk(folder, EIGHT) as there:
            await story(there)

    asyncio.run(run())


async def asked(desk: Desk, job_id: str, moment: datetime | None = None) -> list[str]:
    return await why(desk.ledger, await desk.ledger.row(job_id), moment, desk.clock.now(), BERLIN)


def test_every_moment_has_an_answer(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        job_id = (await desk.ledger.save(job(MORNING, missed=Missed(do="skip")))).job_id
        await desk.off_to(at(24, 7))
        await desk.sleep_to(at(25, 12))
        await desk.pass_to(at(26, 8, 30).astimezone(UTC))
        [slot] = [slot for slot in await desk.ledger.open_slots() if slot.state == "due"]
        answers = [
            await asked(desk, job_id, at(23, 8, 30)),
            await asked(desk, job_id, at(25, 8, 30) + timedelta(seconds=20)),
            await asked(desk, job_id, at(22, 8, 30)),
            await asked(desk, job_id, at(24, 10)),
            await asked(desk, job_id, at(27, 8, 30)),
            await asked(desk, job_id, at(27, 9)),
            await asked(desk, job_id, at(26, 8, 30)),
        ]
        await desk.ledger.hold(slot.slot_id, "quiet_hours")
        answers.append(await asked(desk, job_id, at(26, 8, 30)))
        await desk.ledger.begin(slot.slot_id, session_id="s", run_id="r")
        answers.append(await asked(desk, job_id, at(26, 8, 30)))
        await desk.clock.advance(95)
        await desk.ledger.end(slot.slot_id, "done", cost_usd=0.031)
        answers.append(await asked(desk, job_id, at(26, 8, 30)))
        assert answers == [
            ["Mon 23 Nov 2026 at 08:30: it did not run. Homard was not running then."],
            ["Wed 25 Nov 2026 at 08:30: it did not run. The machine was asleep then."],
            ["The job did not exist yet: it was made on Mon 23 Nov 2026 at 08:00."],
            [
                "It was not due on Tue 24 Nov 2026 at 10:00.",
                "Before that it was due on Tue 24 Nov 2026 at 08:30.",
                "After that it is due on Wed 25 Nov 2026 at 08:30.",
            ],
            ["Fri 27 Nov 2026 at 08:30 is still to come."],
            [
                "It will not be due on Fri 27 Nov 2026 at 09:00.",
                "Before that it was due on Thu 26 Nov 2026 at 08:30.",
                "After that it is due on Sat 28 Nov 2026 at 08:30.",
            ],
            ["Thu 26 Nov 2026 at 08:30: it is due. It starts as soon as there is room for it."],
            ["Thu 26 Nov 2026 at 08:30: it is due. It was in the quiet hours of the job."],
            ["Thu 26 Nov 2026 at 08:30: it runs since Thu 26 Nov 2026 at 08:30."],
            ["Thu 26 Nov 2026 at 08:30: it ran, for 1 min 35 s, for $0.03."],
        ]

    play(story, tmp_path)


def test_a_moment_inside_a_row_for_many_is_one_of_them_and_others_are_not(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        job_id = (await desk.ledger.save(job(Cron(fields="*/5 * * * *")))).job_id
        await desk.off_to(at(23, 20))
        note = "it did not run. Homard was not running then. A later moment of the job makes up for it."
        assert await asked(desk, job_id, at(23, 12, 5)) == [
            "Mon 23 Nov 2026 at 12:05, one of 143 slots from Mon 23 Nov 2026 at 08:05 to "
            f"Mon 23 Nov 2026 at 19:55: {note}"
        ]
        assert (await asked(desk, job_id, at(23, 12, 6)))[0] == "It was not due on Mon 23 Nov 2026 at 12:06."

    play(story, tmp_path)


def test_without_a_moment_it_says_how_the_job_stands(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        save = desk.ledger.save
        plain, watch = await save(job()), await save(job(Watch(folder="/in")))
        morning, over = await save(job(MORNING)), await save(job(Cron(fields="*/5 * * * *")))
        await desk.ledger.set_paused(over.job_id, "failures", "It failed 3 times. Look at its last run.")
        wish = await desk.ledger.add_manual(morning.job_id)
        await desk.ledger.park(wish.slot_id, "approval")
        made = "It has had no slot since it was made on Mon 23 Nov 2026 at 08:00."
        assert await asked(desk, plain.job_id) == ["It has no schedule: it runs when a person wants it.", made]
        assert await asked(desk, watch.job_id) == ["It is due when a file settles in a folder it watches.", made]
        assert await asked(desk, over.job_id) == [
            "The job is paused. It failed 3 times. Look at its last run.",
            made,
        ]
        assert await asked(desk, morning.job_id) == [
            "It is due next on Mon 23 Nov 2026 at 08:30.",
            "Mon 23 Nov 2026 at 08:00, by hand: it waits for you. It waits for a person's permission for something "
            "outside what the job may do.",
        ]
        await desk.ledger.delete(morning.job_id)
        assert (await asked(desk, morning.job_id))[0] == "The job was deleted on Mon 23 Nov 2026 at 08:00."

    play(story, tmp_path)


def test_a_paused_job_says_so_of_moments_that_nobody_has_written_down_yet(tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        job_id = (await desk.ledger.save(job(MORNING))).job_id
        await desk.ledger.set_paused(job_id, "person")
        await desk.clock.advance(86_400)
        assert await asked(desk, job_id, at(23, 8, 30)) == [
            "Mon 23 Nov 2026 at 08:30: it did not run. The job is paused. Resume it to let it run."
        ]
        assert await asked(desk, job_id, at(25, 8, 30)) == [
            "Wed 25 Nov 2026 at 08:30 is still to come.",
            "The job is paused. Resume it to let it run.",
        ]

    play(story, tmp_path)
