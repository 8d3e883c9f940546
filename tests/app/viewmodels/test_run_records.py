"""What is on record of a real run: its acts with their reasons, its traffic, its undo; and whether the log is whole."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QApplication

from agent.commands import ResolveApproval
from agent.events import ApprovalRequested, RunFinished
from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from app.viewmodels.run_records import RunRecords
from tests.helpers.house import House, open_house


async def play(house: House) -> str:
    """Let a run read, write, and be refused; its id."""
    with house.runtime.subscribe() as events:
        receipt = await house.runtime.submit(house.message("go"))
        async for event in events:
            if isinstance(event, ApprovalRequested):
                await house.runtime.submit(ResolveApproval(event.approval_id, False, "not there"))
            if isinstance(event, RunFinished):
                return receipt.run_id
    raise AssertionError


def test_acts_have_their_reasons_and_the_log_is_whole(qapp: QApplication, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    script = [
        Reply(
            calls=[
                ("read", {"path": "a.txt"}),
                ("write", {"path": "new", "text": "x"}),
                ("write", {"path": str(outside), "text": "x"}),
            ]
        ),
        Reply("Done."),
    ]

    async def main() -> None:
        async with open_house(tmp_path, script, list(built_in_tools())) as house:
            run_id = await play(house)
            records = RunRecords(house.runtime)
            record = await records.of_run(run_id)
            assert [(row.title, row.why, row.ended, row.good) for row in record.acts] == [
                (f"read {house.folder}/a.txt", "Reading in granted folders is allowed", "Done", True),
                (
                    f"write {house.folder}/new (1 bytes)",
                    "It lies in a granted folder and can be undone",
                    "Done",
                    True,
                ),
                (
                    f"write {outside} (1 bytes)",
                    "You did not allow it · It lies outside the granted folders",
                    "Not allowed",
                    False,
                ),
            ]
            assert "Your word: not there" in record.acts[2].details
            assert record.can_undo
            told: list[tuple[bool, bool]] = []
            records.checked.connect(lambda: told.append((records.checking, records.verification is not None)))
            await records.verify()
            assert told == [(True, False), (False, True)]
            assert records.verification is not None and records.verification.ok and records.verification.rows > 5
            await house.runtime.store.database.call(
                lambda connection: connection.execute("UPDATE audit SET body = '{}' WHERE seq = 2"), step="test"
            )
            await records.verify()
            assert not records.verification.ok
            assert "Row 2" in records.verification.findings[0].meaning
            nothing = await records.of_run("r404")
            assert (nothing.acts, nothing.traffic, nothing.can_undo) == ((), (), False)

    asyncio.run(main())
