"""Calls in a house whose process is to be killed: `python -m tests.helpers.taint_child HOME CALLS`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from tests.agent.test_taint import home_of, let


async def main(tmp_path: str, calls: str) -> None:
    async with home_of(Path(tmp_path)) as house:
        await let(house, *json.loads(calls))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
