"""What every run is held by, built once for a home: rules, audit, undo, sandbox."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from agent.audit.body import POLICY, UNDONE
from agent.audit.log import AuditLog
from agent.paths import Paths
from agent.ports import Clock
from agent.safety.file_labels import FileLabels
from agent.safety.policy import Policy
from agent.safety.policy_file import POLICY_FILE, PolicyFile
from agent.safety.rule_use import RuleUse
from agent.safety.rules import in_words
from agent.safety.secrets import KeyringSecrets
from agent.settings import SafetySettings
from agent.storage.database import Database
from agent.taint import TaintNotes
from agent.undo.journal import Journal
from agent.undo.limits import UndoLimits
from agent.undo.service import UndoReport, UndoService

if TYPE_CHECKING:
    from agent.sandbox.measured import Measured

_MB = 1_000_000


class MeasuredSandbox:
    """How well this machine can hold a command; measured when first wanted."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    async def measured(self) -> Measured:
        """Give all that was found; takes half a second the first time."""
        from agent.sandbox.measure import known

        return await asyncio.to_thread(known, self._cache)


class Safeguards(msgspec.Struct):
    """The services; each says in its own docstring what it is for."""

    policy: PolicyFile
    audit: AuditLog
    undo: UndoService
    sandbox: MeasuredSandbox
    rule_use: RuleUse
    taint: TaintNotes
    clock: Clock
    _noted: Policy | None = None

    async def policy_in_force(self) -> Policy:
        """Read the rules if they changed, by whatever hand, and write down which hold from now on."""
        policy = self.policy.unchanged() or await asyncio.to_thread(self.policy.current)
        if policy is not self._noted:
            if self._noted is not None or policy.rules or policy.marks or policy.broken:
                self.audit.record(POLICY, None, None, in_force(policy))
            self._noted = policy
            self.taint.labels.marks = policy
        return policy

    @classmethod
    async def open(
        cls,
        paths: Paths,
        database: Database,
        secrets: KeyringSecrets,
        clock: Clock,
        settings: SafetySettings,
    ) -> Self:
        """Make them. Raises StorageError."""
        audit = AuditLog(database, secrets, paths, clock, secrets.known)

        def undone(report: UndoReport) -> None:
            words = {"of": report.run_id, "files": len(report.outcomes), "complete": report.complete}
            audit.record(UNDONE, report.undo_id, None, words)

        own = (paths.data, paths.config, paths.cache, paths.logs)
        journal = Journal(database, paths.data / "undo", undo_limits(settings), own=own)
        policy = PolicyFile(paths.config / POLICY_FILE)
        labels = await FileLabels.open(database, await asyncio.to_thread(policy.current))
        journal.labels = labels
        return cls(
            policy,
            audit,
            UndoService(journal, undone),
            MeasuredSandbox(paths.cache),
            RuleUse(database),
            TaintNotes(labels, database),
            clock,
        )


def in_force(policy: Policy) -> dict[str, Any]:
    """Body of the row that names the rules in force."""
    marks = [f"{one.mark} {one.target.text}" for one in policy.marks]
    rules = [f"{rule.rule_id}: {in_words(rule)}" for rule in policy.rules]
    return {"what": "in force", "rules": rules, "marks": marks, "broken": policy.broken}


def undo_limits(settings: SafetySettings) -> UndoLimits:
    """The bounds of undo by the settings."""
    return UndoLimits(
        file_bytes=settings.undo_file_mb * _MB,
        store_bytes=settings.undo_max_mb * _MB,
        keep_days=settings.undo_days,
    )
