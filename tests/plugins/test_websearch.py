"""In its process in the sandbox, as a person has it."""

import asyncio
from pathlib import Path

import pytest

from agent.errors import ToolFailed
from tests.helpers.bundled import bundled


def test_it_reaches_out_by_homards_door_only(tmp_path: Path) -> None:
    """Nothing judges this call's connections, so the door refuses each, and the engines are told apart."""

    async def main() -> None:
        async with bundled("websearch", tmp_path, {"engines": "mojeek, brave"}) as home:
            with pytest.raises(
                ToolFailed, match=r"no search engine answered \(mojeek: .*403 Forbidden.*; brave: .*403"
            ):
                await home.call("search", plugin="websearch", query="lobster")

    asyncio.run(main())
