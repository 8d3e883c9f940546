from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from agent.budget.last_request import LastRequest, last_request
from agent.messages import Usage
from agent.ports import Account
from tests.helpers.budget import Books, books, budget, call


def test_the_last_request_is_the_newest_that_answered(tmp_path: Path) -> None:
    async def main() -> tuple[LastRequest | None, LastRequest | None]:
        async with books(tmp_path, budget()) as held:
            await spend(held, 100, 10, 0.5)
            await spend(held, 200, 150, 0.25)
            await spend(held, 900, 0, 9.0, purpose="summary")
            await spend(held, 800, 0, 9.0, session="another")
            await spend(held, 700, 0, 9.0, told=False)
            await held.rows()
            await held.ledger.reserve(call())
            read = held.database.read
            return await read(lambda base: last_request(base, "s")), await read(lambda base: last_request(base, "none"))

    assert asyncio.run(main()) == (LastRequest("p/m", 200, 150, 0.25), None)


async def spend(
    held: Books, tokens: int, cached: int, usd: float, *, session: str = "s", purpose: str = "turn", told: bool = True
) -> None:
    request = call(session=session)
    account = msgspec.convert({"run_id": "r", "purpose": purpose}, Account)
    reservation = await held.ledger.reserve(msgspec.structs.replace(request, account=account))
    held.ledger.settle(reservation, Usage(tokens, cached, 0, usd), told=told)
