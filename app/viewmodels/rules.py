"""The person's rules: listed, added, taken away, and got back when their file cannot be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from agent.audit.body import POLICY
from agent.errors import HomardError
from agent.runtime import Runtime
from agent.safety.policy import Policy
from agent.safety.rules import Do, Rule, RuleText
from app.translation import translate
from app.viewmodels.rule_words import rule_words
from app.viewmodels.teller import Teller


@dataclass(frozen=True)
class RuleRow:
    """One rule as the screen shows it."""

    rule_id: str
    do: Do
    words: str
    warning: str = ""
    """Why it does nothing, a sentence; empty: it does."""


class Rules(Teller):
    """What the list of rules shows. Intents return why they did not go, or an empty text."""

    changed = Signal()

    def __init__(self, runtime: Runtime, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._removed: RuleText | None = None
        self.rows: tuple[RuleRow, ...] = ()
        self.broken = ""
        """Why the file cannot be read (then everything is denied), with lines and remedies; empty: it can."""

    @property
    def file(self) -> Path:
        """Where the rules are."""
        return self._runtime.policy.path

    async def load(self) -> None:
        """Read the rules."""
        self._show(await asyncio.to_thread(self._runtime.policy.current))

    async def add(self, do: Do, what: str, where: str, until: str) -> str:
        """Write one more rule; `until` is a day as ISO 8601 has it, or empty."""
        day, problem = _day(until)
        if not where.strip() or where.strip() == "*":
            problem = problem or translate("Rules", "Say where: a rule for everywhere is more than anybody means.")
        if problem:
            return problem
        return await self._write(RuleText(do, what, where.strip(), until=day))

    async def remove(self, rule_id: str) -> str:
        """Take a rule away; `undo_remove` writes it again."""
        removed: list[RuleText] = []

        def work() -> str:
            removed.append(self._runtime.policy.remove(rule_id).text)
            return rule_id

        problem = await self._change("remove", work)
        self._removed = removed[0] if removed else None
        return problem

    async def undo_remove(self) -> str:
        """Write the rule again that was taken away last."""
        text, self._removed = self._removed, None
        return await self._write(text) if text is not None else ""

    async def restore(self) -> str:
        """Take the last rules back that could be read; the bad file is kept beside them."""

        def work() -> str:
            self._runtime.policy.restore()
            return ""

        return await self._change("restore", work)

    async def _write(self, text: RuleText) -> str:
        return await self._change("add", lambda: self._runtime.policy.add(text).rule_id)

    async def _change(self, what: str, work: Callable[[], str]) -> str:
        try:
            rule_id = await asyncio.to_thread(work)
        except HomardError as error:
            await self.load()
            return str(error)
        self._runtime.audit.record(POLICY, None, None, {"by": "person", "what": what, "after": rule_id})
        await self.load()
        return ""

    def _show(self, policy: Policy) -> None:
        self.broken = policy.broken
        self.rows = tuple(_row(rule) for rule in policy.rules)
        self.tell(self.changed)


def _row(rule: Rule) -> RuleRow:
    warning = next((target.inert for target in rule.targets if target.inert), "")
    return RuleRow(rule.rule_id, rule.do, rule_words(rule), warning)


def _day(text: str) -> tuple[date | None, str]:
    if not text.strip():
        return None, ""
    try:
        return date.fromisoformat(text.strip()), ""
    except ValueError:
        return None, translate("Rules", "Write the last day as 2027-01-31, or leave it empty for ever.")
