"""In its process in the sandbox, as a person has it."""

import asyncio
from pathlib import Path

import pytest

from agent.errors import ToolFailed
from tests.helpers.bundled import bundled
from tests.helpers.plugins import PluginHome


def exchange(home: PluginHome) -> Path:
    (provider,) = home.host.providers()
    folder = provider.exchange / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_files_come_in_and_go_out_as_copies(tmp_path: Path) -> None:
    async def main() -> None:
        async with bundled("documents", tmp_path) as home:
            file = exchange(home) / "a.docx"
            assert await home.call("write", plugin="documents", file=str(file), text="# Hi\n\n- Ж") == "Wrote a.docx."
            assert await home.call("read", plugin="documents", file=str(file)) == "a.docx.\n\n# Hi\n\n- Ж"
            assert home.own_calls == []

    asyncio.run(main())


def test_no_other_file_is_there(tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.4")

    async def main() -> None:
        async with bundled("documents", tmp_path) as home:
            with pytest.raises(ToolFailed, match="secret"):
                await home.call("read", plugin="documents", file=str(tmp_path / "secret.pdf"))

    asyncio.run(main())
