"""How often the limited rules of the person were used today, kept over restarts: an intent counts, done or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.safety.effects import Effect
from agent.safety.request import UsedToday
from agent.storage.connection import Connection
from agent.storage.database import Database


class RuleUse:
    """Counts by rule and day, in the person's time zone."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._day = ""
        self._used: dict[str, UsedToday] = {}

    async def today(self, now: datetime) -> Mapping[str, UsedToday]:
        """Give what was used today, by the id of the rule. Raises StorageError."""
        day = now.astimezone().date().isoformat()
        if day != self._day:
            self._used = await self._database.read(lambda connection: _of_day(connection, day))
            self._day = day
        return self._used

    async def note(self, rule_ids: Sequence[str], effects: Sequence[Effect], now: datetime) -> None:
        """Count a call that is about to happen. Of several effects each rule gets all bytes: rather too much."""
        if not rule_ids:
            return
        await self.today(now)
        size = sum(effect.size or 0 for effect in effects)
        for rule_id, count in Counter(rule_ids).items():
            before = self._used.get(rule_id, UsedToday())
            self._used[rule_id] = UsedToday(before.count + count, before.bytes + size)
        changed = [(rule_id, self._day, *_plain(self._used[rule_id])) for rule_id in set(rule_ids)]
        await self._database.call(
            lambda connection: connection.executemany("INSERT OR REPLACE INTO rule_use VALUES (?, ?, ?, ?)", changed),
            step="rule_use",
        )


def _plain(used: UsedToday) -> tuple[int, int]:
    return used.count, used.bytes


def _of_day(connection: Connection, day: str) -> dict[str, UsedToday]:
    found = connection.execute("SELECT rule_id, count, bytes FROM rule_use WHERE day = ?", (day,))
    return {rule_id: UsedToday(count, size) for rule_id, count, size in found}
