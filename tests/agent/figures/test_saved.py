"""What was not paid twice, added up."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec

from agent.figures.saved import CacheRate, Reused, cache_rates, reused
from agent.figures.seen import SeenCall
from tests.helpers.house import open_house


def test_rates_are_of_calls_of_which_it_is_known_what_should_have_come(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            now, note = house.clock.now(), house.runtime.seen.note
            call = SeenCall(
                session_id="s", model="a/x", purpose="turn", at=now, took_ms=9, input_tokens=1_000, cached_tokens=800,
                expected_tokens=900,
            )  # fmt: skip
            note(call)
            note(msgspec.structs.replace(call, expected_tokens=5_000, cached_tokens=0))
            note(msgspec.structs.replace(call, expected_tokens=None))
            note(msgspec.structs.replace(call, error="reply_cut", input_tokens=0))
            note(msgspec.structs.replace(call, at=now - timedelta(days=2)))
            house.runtime.seen.flush()
            database, day = house.runtime.store.database, timedelta(days=1)
            (rate,) = await database.read(lambda connection: cache_rates(connection, now - day, now + day))
            assert rate == CacheRate("a/x", 2, 2_000, 1_900, 800)
            assert (rate.expected_share, rate.cached_share) == (0.95, 0.4)
            nothing = await database.read(lambda connection: reused(connection, now - day, now + day))
            assert nothing == Reused(0, 0, 0.0)

    asyncio.run(main())
