"""Books with a database of their own, and requests that cost what a test says."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from agent.budget.ledger import Ledger
from agent.budget.reservation import Reservation
from agent.events import AnyEvent
from agent.messages import TextPart, Usage, UserMessage
from agent.ports import Account, ModelRequest
from agent.settings import BudgetSettings, ModelProfile, Price, ProviderSettings, Settings
from agent.storage.database import Database
from tests.helpers.clock import FakeClock, HeldClock

PRICE = Price(10.0, 100.0)
"""A token of output costs $0.0001, one of the prompt a tenth of it."""


def call(
    *,
    provider: str = "p",
    price: Price | None = PRICE,
    output: int = 1_000,
    run: str = "r",
    session: str = "s",
    job: str = "",
    max_usd: float | None = None,
    system: str = "",
) -> ModelRequest:
    """A request whose prompt is a handful of tokens."""
    model = ModelProfile(provider, "m", window=100_000, price=price)
    account = Account(run, job, max_usd)
    said = (UserMessage((TextPart("Hi"),)),)
    return ModelRequest(model, system, said, max_output_tokens=output, session_id=session, account=account)


def budget(**caps: Any) -> Settings:
    """Settings with these caps over all providers, and none of p's and q's own."""
    return Settings(budget=BudgetSettings(**caps), providers={"p": ProviderSettings(), "q": ProviderSettings()})


def budget_of(provider: str, **caps: Any) -> Settings:
    """Settings with these caps for one provider."""
    settings = budget()
    own = {**settings.providers, provider: ProviderSettings(budget=BudgetSettings(**caps))}
    return msgspec.structs.replace(settings, providers=own)


class Books:
    """An open ledger, what it told, and its rows."""

    def __init__(self, database: Database, ledger: Ledger, clock: FakeClock) -> None:
        self.database = database
        self.ledger = ledger
        self.clock = clock
        self.told: list[AnyEvent] = []
        ledger.publish = self.told.append

    async def spend(self, usd: float, *, tokens: int = 0, **request: Any) -> Reservation:
        """One call that took so much."""
        reservation = await self.ledger.reserve(call(**request))
        self.ledger.settle(reservation, Usage(tokens, 0, 0, usd))
        return reservation

    async def rows(self) -> list[tuple[Any, ...]]:
        """State, tokens in and out, and cost of all calls."""
        await self.database.call(lambda _connection: None)
        query = "SELECT state, input_tokens, output_tokens, cost_usd FROM usage ORDER BY usage_id"
        return await self.database.read(lambda connection: connection.execute(query).fetchall())


@asynccontextmanager
async def books(
    folder: Path, settings: Settings, clock: FakeClock | None = None, *, recover: bool = True
) -> AsyncGenerator[Books, None]:
    """Open the books of a folder as a start of the program does."""
    clock = clock or HeldClock()
    database = await Database.open(folder / "homard.db")
    ledger = Ledger(database, clock, settings)
    if recover:
        await ledger.recover()
    try:
        yield Books(database, ledger, clock)
    finally:
        await ledger.close()
        await database.close()
