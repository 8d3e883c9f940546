from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.budget.dearest import DearRun, Step, dearest_runs, names_of, usage_by_skill, usage_over_time
from agent.budget.report import By, UsageRow
from agent.messages import Usage
from agent.storage.connection import Connection
from tests.helpers.budget import Books, books, budget, call
from tests.helpers.clock import HeldClock

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SPAN = (NOON - timedelta(days=2), NOON + timedelta(days=1))


def test_the_dearest_runs_come_first_and_say_whose_they_are(tmp_path: Path) -> None:
    async def main() -> list[DearRun]:
        async with books(tmp_path, budget(), HeldClock()) as held:
            await spend(held, NOON - timedelta(days=5), Usage(1, 0, 0, 99.0), run="long ago")
            await spend(held, NOON, Usage(10, 0, 0, 0.5), run="r1", session="s1")
            await spend(held, NOON + timedelta(hours=1), Usage(10, 4, 2, 0.75), run="r1", session="s1", provider="q")
            await spend(held, NOON, Usage(7, 0, 3, 2.0), run="r2", session="", job="j1")
            await spend(held, NOON, Usage(900, 0, 0, None), run="r3", session="", price=None)
            await spend(held, NOON, Usage(5, 0, 0, 50.0), run="", session="s1")
            await held.database.call(of_people)
            await held.ledger.reserve(call(run="r9"))
            return await held.database.read(lambda connection: dearest_runs(connection, *SPAN))

    found = asyncio.run(main())
    assert [(run.run_id, run.session_id, run.title, run.prompt, run.begun, set(run.models)) for run in found] == [
        ("r2", "", "The job", "", NOON, {"p/m"}),
        ("r1", "s1", "A chat", "Do, please", NOON, {"p/m", "q/m"}),
        ("r3", "", "", "", NOON, {"p/m"}),
    ]
    assert [run.row for run in found] == [
        UsageRow("r2", "The job", 1, 7, 0, 3, 2.0, 0, 0),
        UsageRow("r1", "A chat", 2, 20, 4, 2, 1.25, 0, 0),
        UsageRow("r3", "", 1, 900, 0, 0, 0.0, 1, 0),
    ]


def test_only_so_many_are_given(tmp_path: Path) -> None:
    async def main() -> list[str]:
        async with books(tmp_path, budget(), HeldClock()) as held:
            for at in range(12):
                await spend(held, NOON, Usage(1, 0, 0, at / 10), run=f"r{at}")
            await held.rows()
            return [run.run_id for run in await held.database.read(lambda base: dearest_runs(base, *SPAN, 3))]

    assert asyncio.run(main()) == ["r11", "r10", "r9"]


def test_a_skill_has_what_the_runs_took_that_opened_it(tmp_path: Path) -> None:
    async def main() -> list[UsageRow]:
        async with books(tmp_path, budget(), HeldClock()) as held:
            await spend(held, NOON, Usage(10, 0, 0, 0.5), run="r1")
            await spend(held, NOON, Usage(10, 0, 0, 0.25), run="r2")
            await spend(held, NOON, Usage(10, 0, 0, 0.125), run="r3")
            await spend(held, NOON, Usage(10, 0, 0, 3.0), run="", session="")
            await held.database.call(with_skills)
            return await held.database.read(lambda connection: usage_by_skill(connection, *SPAN))

    assert asyncio.run(main()) == [
        UsageRow("", "", 2, 20, 0, 0, 3.125, 0, 0),
        UsageRow("letters", "", 2, 20, 0, 0, 0.75, 0, 0),
        UsageRow("tax", "", 1, 10, 0, 0, 0.5, 0, 0),
    ]


def test_days_and_what_each_model_took_of_them(tmp_path: Path) -> None:
    day = timedelta(days=1)
    days = [
        Step("before", NOON - 2 * day, NOON),
        Step("since", NOON, NOON + day),
        Step("later", NOON + day, NOON + 9 * day),
    ]

    async def main() -> tuple[set[tuple[str, str, float]], set[tuple[str, str, float]]]:
        async with books(tmp_path, budget(), HeldClock()) as held:
            await spend(held, NOON - 5 * day, Usage(10, 0, 0, 8.0))
            await spend(held, NOON - day, Usage(10, 0, 0, 0.5))
            await spend(held, NOON, Usage(10, 0, 0, 0.25))
            await spend(held, NOON, Usage(10, 0, 0, 1.0), provider="q")
            await held.rows()
            await held.ledger.reserve(call())
            models = await held.database.read(lambda base: usage_over_time(base, "model", days))
            chats = await held.database.read(lambda base: usage_over_time(base, "session", days))
            return short(models), short(chats)

    assert asyncio.run(main()) == (
        {("before", "p/m", 0.5), ("since", "p/m", 0.25), ("since", "q/m", 1.0)},
        {("before", "s", 0.5), ("since", "s", 1.25)},
    )


def test_jobs_and_chats_have_names(tmp_path: Path) -> None:
    async def main() -> list[dict[str, str]]:
        async with books(tmp_path, budget()) as held:
            await held.database.call(of_people)
            groups: tuple[By, ...] = ("session", "job", "model")
            return [
                await held.database.read(lambda base, by=by: names_of(base, by, ["s1", "j1", "", "?"])) for by in groups
            ]

    assert asyncio.run(main()) == [
        {"s1": "A chat", "j1": "", "": "", "?": ""}, {"s1": "", "j1": "The job", "": "", "?": ""}, {},
    ]  # fmt: skip


def short(rows: list[tuple[str, UsageRow]]) -> set[tuple[str, str, float]]:
    return {(step, row.key, row.cost_usd) for step, row in rows}


async def spend(held: Books, at: datetime, usage: Usage, **request: object) -> None:
    assert isinstance(held.clock, HeldClock)
    held.clock.set(at)
    reservation = await held.ledger.reserve(call(**request))  # pyright: ignore[reportArgumentType]
    held.ledger.settle(reservation, usage)


def of_people(connection: Connection) -> None:
    at = int(NOON.timestamp() * 1e6)
    connection.execute("INSERT INTO sessions (session_id, title, cwd, model, created_at, updated_at)"
                       " VALUES ('s1', 'A chat', x'2f', '', ?, ?)", (at, at))  # fmt: skip
    connection.execute("INSERT INTO runs (run_id, session_id, origin, model, prompt, started_at, input_tokens,"
                       " cached_tokens, output_tokens, turns) VALUES ('r1', 's1', 'chat', '', 'Do, please', ?, 0, 0,"
                       " 0, 0)", (at,))  # fmt: skip
    connection.execute("INSERT OR IGNORE INTO jobs VALUES ('j1', 1, '', '', 0, 0, 0, '', 0, 0, NULL)")
    connection.execute("INSERT OR IGNORE INTO job_versions VALUES ('j1', 1, 0, json_object('name', 'The job'))")


def with_skills(connection: Connection) -> None:
    at = int(NOON.timestamp() * 1e6)
    of_people(connection)
    connection.execute("UPDATE runs SET run_id = 'r2', prompt = '/skill  letters to whom'")
    for name, arguments in (
        ("skill", '{"name": "letters"}'), ("skill", '{"name": "letters"}'), ("skill", '{"name": "tax"}'),
        ("skill", "no JSON"), ("read", '{"name": "x"}'),
    ):  # fmt: skip
        connection.execute("INSERT INTO calls (call_id, run_id, session_id, name, arguments, started_at)"
                           " VALUES ('c', 'r1', 's1', ?, ?, ?)", (name, arguments, at))  # fmt: skip
