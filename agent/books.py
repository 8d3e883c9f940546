"""Everything that is written down of model calls: what they may cost and took, and how they went."""

from __future__ import annotations

from typing import Self

import msgspec

from agent.budget.ledger import Ledger
from agent.budget.meter import Meter
from agent.context.economy import Economy
from agent.figures.observer import Observer
from agent.figures.seen import Seen
from agent.ports import Clock, ModelGateway
from agent.settings import Settings
from agent.storage.database import Database


class Books(msgspec.Struct, frozen=True):
    """The books of one home."""

    ledger: Ledger
    seen: Seen
    clock: Clock
    economy: Economy | None = None
    """What providers' caches give, and what breaks them; None: nobody looks."""

    @classmethod
    async def open(cls, database: Database, clock: Clock, settings: Settings) -> Self:
        """Open them and settle what a crash left. Raises StorageError."""
        ledger = Ledger(database, clock, settings)
        await ledger.recover()
        economy = Economy(database, clock, lambda event: ledger.publish(event))
        return cls(ledger, Seen(database, economy.write), clock, economy)

    def around(self, gateway: ModelGateway) -> ModelGateway:
        """Put what accounts for each call around a gateway that makes calls."""
        return Observer(Meter(gateway, self.ledger), self.seen, self.clock, self.economy)

    async def close(self) -> None:
        """Write down what waits."""
        self.seen.flush()
        await self.ledger.close()
