"""In its process in the sandbox, as a person has it."""

import asyncio
from pathlib import Path

import docx
import pytest

from agent.errors import ToolFailed
from agent.messages import ToolMessage
from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from tests.helpers.bundled import bundled
from tests.helpers.house import open_house
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


def test_a_run_makes_a_document_and_reads_it(tmp_path: Path) -> None:
    script = [
        Reply(calls=[("documents_write", {"file": "plan.docx", "text": "# Plan\n\n1. Rest"})]),
        Reply(calls=[("documents_read", {"file": "plan.docx"})]),
        Reply("It is there."),
    ]

    async def main() -> None:
        async with open_house(tmp_path, script, built_in_tools()) as house:
            await house.runtime.plugins.enable("documents")
            await house.finish("make a plan", attended=False)
            results = [one.result for one in await house.history() if isinstance(one, ToolMessage)]
            assert [one.text for one in results] == ["Wrote plan.docx.", "plan.docx.\n\n# Plan\n\n1. Rest"]
            assert docx.Document(str(house.folder / "plan.docx")).paragraphs[0].text == "Plan"

    asyncio.run(main())
