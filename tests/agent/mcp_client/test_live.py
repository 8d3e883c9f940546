"""Real servers of others, in the real sandbox: filesystem, everything, memory (Node), time and git (Python)."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.settings import ServerSettings
from tests.helpers.mcp import tried
from tests.helpers.real_servers import node_server, python_server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no sandbox for files there")


def started(command: list[str], *arguments: str, **more: Any) -> ServerSettings:
    return ServerSettings(command=command[0], args=(*command[1:], *arguments), **more)


def test_the_file_system_server_sees_the_granted_folder_only(tmp_path: Path) -> None:
    command = node_server("filesystem")
    docs, private = tmp_path / "docs", tmp_path / "private"
    for folder in (docs, private):
        folder.mkdir()
        (folder / "a.txt").write_text(f"in {folder.name}")

    async def work() -> None:
        async with tried(tmp_path / "home") as one:
            # It is told that it may use the other folder too: what holds is what the person granted.
            arguments = (str(docs), str(private))
            await one.trusted("files", started(command, *arguments, writable=(str(docs),)))
            assert (await one.call("files_read_text_file", path=str(docs / "a.txt"))).text == "in docs"
            refused = await one.call("files_read_text_file", path=str(private / "a.txt"))
            assert (refused.is_error, "in private" in refused.text) == (True, False)
            await one.call("files_write_file", path=str(docs / "b.txt"), content="new")
            declaration = next(
                offer for offer in one.servers.server("files").offers if offer.name == "files_write_file"
            )
            assert declaration.declaration is not None and declaration.declaration.verb == "net.send"

    asyncio.run(work())
    assert (docs / "b.txt").read_text() == "new"


def test_the_server_with_everything(tmp_path: Path) -> None:
    command = node_server("everything")

    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("every", started(command))
            assert one.servers.server("every").state.said.protocol == "2025-11-25"
            assert (await one.call("every_echo", message="hi")).text == "Echo: hi"
            assert (await one.call("every_get-sum", a=2, b=3)).text == "The sum of 2 and 3 is 5."
            image = await one.call("every_get-tiny-image")
            assert [part.media_type for part in image.images] == ["image/png"]
            assert (await one.call("every_get-structured-content", location="Chicago")).data["temperature"] == 36
            await one.call("every_trigger-long-running-operation", duration=0.2, steps=2)
            assert one.shown == ["1/2", "2/2"]
            one.answers = [None]
            assert '"action": "cancel"' in (await one.call("every_trigger-elicitation-request")).text
            assert (
                '"text": "four"' in (await one.call("every_trigger-sampling-request", prompt="2+2?", maxTokens=9)).text
            )
            assert "architecture.md" in (await one.call("every_resources")).text
            read = await one.call("every_resources", uri="demo://resource/static/document/architecture.md")
            assert "Everything Server" in read.text
            assert "args-prompt · (city, state?)" in (await one.call("every_prompts")).text
            got = await one.call("every_prompts", name="args-prompt", arguments={"city": "Kiel"})
            assert got.text == "user: What's weather in Kiel?"
            environment = json.loads((await one.call("every_get-env")).text)
            assert environment["HOME"] == str(one.house.private("every").resolve())
            assert not {name for name in environment if "KEY" in name or "TOKEN" in name}

    asyncio.run(work())


def test_the_memory_server_keeps_what_it_writes_at_home(tmp_path: Path) -> None:
    command = node_server("memory")

    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("memory", started(command, env={"MEMORY_FILE_PATH": "~/memory.jsonl"}))
            entity = {"name": "Ada", "entityType": "person", "observations": ["likes tea"]}
            await one.call("memory_create_entities", entities=[entity])
            await one.servers.close()
            found = await one.call("memory_read_graph")
            assert found.data["entities"] == [entity]
            assert (one.house.private("memory") / "memory.jsonl").exists()

    asyncio.run(work())


def test_the_time_server_speaks_the_newer_era(tmp_path: Path) -> None:
    command, packages = python_server("time")

    async def work() -> None:
        async with tried(tmp_path) as one:
            await one.trusted("time", started(command, "--local-timezone", "UTC", folders=(str(packages),)))
            assert one.servers.server("time").state.said.protocol == "2026-07-28"
            assert one.offered() == ["time_convert_time", "time_get_current_time"]
            result = await one.call("time_get_current_time", timezone="Europe/Berlin")
            assert result.data["timezone"] == "Europe/Berlin"
            wrong = await one.call("time_get_current_time", timezone="Nowhere")
            assert (wrong.is_error, "Nowhere" in wrong.text) == (True, True)

    asyncio.run(work())


def test_the_git_server_reads_a_repository(tmp_path: Path) -> None:
    command, packages = python_server("git")
    repository = tmp_path / "repository"
    git = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-C", str(repository))
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "The first one"], check=True)

    async def work() -> None:
        async with tried(tmp_path / "home") as one:
            await one.trusted("git", started(command, folders=(str(packages), str(repository))))
            log = await one.call("git_log", repo_path=str(repository))
            assert "The first one" in log.text
            refused = await one.call("git_create_branch", repo_path=str(repository), branch_name="b")
            assert refused.is_error

    asyncio.run(work())
