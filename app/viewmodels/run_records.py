"""What is on record of a run: acts and why they were allowed, what left this computer, what can be undone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from agent.audit.act import Act, acts_of
from agent.audit.check import Verification
from agent.audit.ledger import ledger_of
from agent.errors import HomardError, StorageError
from agent.runtime import Runtime
from agent.safety.rules import Rule
from agent.traces.export import export_of
from agent.traces.recorded import Traces
from app.translation import translate
from app.viewmodels.activity_timeline import Timeline, timeline_of
from app.viewmodels.audit_words import (
    act_details,
    answer_words,
    ended_words,
    traffic_lines,
    why_words,
)
from app.viewmodels.runtime_words import effect_words
from app.viewmodels.teller import Teller

MOST_ACTS = 500
"""Of one run that are listed."""


@dataclass(frozen=True)
class ActRow:
    """One act as the list shows it."""

    key: str
    """Its call id."""
    title: str
    """What was done, or would have been."""
    why: str
    ended: str
    good: bool
    details: str
    """All that is known, in lines."""


@dataclass(frozen=True)
class RunRecord:
    """What is shown of one run."""

    acts: tuple[ActRow, ...] = ()
    traffic: tuple[str, ...] = ()
    """Lines; empty: nothing left this computer, and nothing came."""
    can_undo: bool = False


class RunRecords(Teller):
    """Reads records, and checks that nobody changed them."""

    checked = Signal()
    """`verification`, or `problem`, is new; or a check has begun."""

    def __init__(self, runtime: Runtime, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._traces = Traces(runtime.store, runtime.seen, runtime.audit)
        self.checking = False
        self.verification: Verification | None = None
        self.problem = ""
        """Why it could not be checked, a sentence."""

    async def of_run(self, run_id: str) -> RunRecord:
        """What is on record of a run. Raises StorageError."""
        rows = await self._runtime.audit.rows(run_id)
        policy = await asyncio.to_thread(self._runtime.policy.current)
        rules = {rule.rule_id: rule for rule in policy.rules}
        acts = tuple(_act_row(act, rules) for act in acts_of(rows)[:MOST_ACTS])
        can_undo = not await self._runtime.undo.undoable(run_id)
        return RunRecord(acts, tuple(traffic_lines(ledger_of(rows))), can_undo)

    async def timeline(self, run_id: str) -> Timeline:
        """Where the time of a run went. Raises StorageError, UsageError."""
        trace = await self._traces.of_run(run_id)
        return await asyncio.to_thread(timeline_of, trace, datetime.now(UTC))

    async def export(self, run_id: str, path: str, *, content: bool) -> None:
        """Write a run's trace to a file as OpenTelemetry. Raises StorageError, UsageError."""
        recorded = await self._traces.recorded(run_id)
        hide = self._runtime.secrets.known.hide
        export = await asyncio.to_thread(partial(export_of, recorded, content=content, leaves=False, hide=hide))
        try:
            await asyncio.to_thread(export.write, Path(path))
        except OSError as error:
            why = error.strerror or str(error)
            words = translate("Timeline", "{path} could not be written ({why}). Choose another place.")
            raise StorageError(words.format(path=path, why=why)) from None

    async def verify(self) -> None:
        """Read the whole audit log again; `checked` tells when it is done."""
        if self.checking:
            return
        self.checking, self.verification, self.problem = True, None, ""
        self.tell(self.checked)
        try:
            self.verification = await self._runtime.audit.verify()
        except HomardError as error:
            self.problem = str(error)
        self.checking = False
        self.tell(self.checked)


def _act_row(act: Act, rules: Mapping[str, Rule]) -> ActRow:
    why = " · ".join(part for part in (answer_words(act), why_words(act, rules)) if part)
    good = act.begun and act.ended == "done"
    return ActRow(
        act.call_id,
        "; ".join(map(effect_words, act.effects)) or act.tool,
        why,
        ended_words(act),
        good,
        act_details(act, rules),
    )
