"""In its process in the sandbox, as a person has it."""

import asyncio
from pathlib import Path

import pytest

from agent.errors import ToolFailed
from tests.helpers.bundled import bundled


def test_notes_are_written_through_homard_and_read_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()

    async def main() -> None:
        async with bundled("notes", tmp_path, {"folder": str(tmp_path / "vault")}) as home:
            assert (
                await home.call("add", plugin="notes", title="Projects/Book", text="- [ ] Plan")
                == "Made Projects/Book.md."
            )
            assert [arguments["path"] for _, arguments in home.own_calls] == [str(tmp_path / "vault/Projects/Book.md")]
            assert await home.call("todos", plugin="notes") == "[[Projects/Book]] Plan"

    asyncio.run(main())


def test_another_folder_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "diary.md").write_text("dear diary")

    async def main() -> None:
        async with bundled("notes", tmp_path, {"folder": str(tmp_path / "vault"), "daily": "../secret/diary"}) as home:
            with pytest.raises(ToolFailed, match="not in the folder"):
                await home.call("append", plugin="notes", note="today", text="x")
            assert home.own_calls == []

    asyncio.run(main())
