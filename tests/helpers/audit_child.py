"""A program that keeps an audit, to be killed: `audit_child.py DIR`. Each intent acknowledged is a line in DIR/acks."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.helpers.audit import open_audit

INTENTS = 1


def note(folder: Path, line: str) -> None:
    descriptor = os.open(folder / "acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


async def main(folder: Path) -> None:
    async with open_audit(folder) as audit:
        for number in range(INTENTS):
            audit.record("run.begun", f"r{number}", "s", {})
            await audit.intent("call.intent", f"r{number}", "s", {"call_id": f"c{number}"})
            note(folder, f"c{number}")
            audit.record("call.outcome", f"r{number}", "s", {"call_id": f"c{number}"})
            await audit.flush()
        await audit.clean(datetime.now(UTC) + timedelta(days=30))
        note(folder, "cleaned")
        audit.record("run.ended", "r", "s", {})


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
