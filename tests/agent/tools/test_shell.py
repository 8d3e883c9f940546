"""The shell tool: what the model gets of a command."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest

from agent.errors import ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.tasks import spawn
from agent.tools.shell import ShellArguments, ShellTool
from agent.tools.tool import ToolOutput
from tests.helpers.processes import sleeping, unique_seconds, wait_until_sleeping
from tests.helpers.tool_context import call, tool_context

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these commands are for a POSIX shell")


def shell(folder: Path, cmd: str, **more: object) -> ToolOutput:
    return call(ShellTool(), tool_context(folder), cmd=cmd, **more)


@pytest.mark.parametrize(
    ("cmd", "content", "failed"),
    [
        ("echo hello", "hello", False),
        ("true", "(no output)", False),
        ("false", "[exit code 1]", True),
        ("ls nothing-here 2>/dev/null; echo half; exit 2", "half\n[exit code 2]", True),
        ("mkdir -p sub && cd sub && pwd | sed 's|.*/||'", "sub", False),
        ("[[ abc == a* ]] && echo bash", "bash", False),
        ("-x", "bash: line 1: -x: command not found\n[exit code 127]", True),
        ("kill -9 $$", "[ended by SIGKILL]", True),
        ("printf '\\0\\033[31mred\\033[0m\\377'", "\u2400red\ufffd", False),
        ("sleep 3000 & echo x", "x\n[1 background process(es) ended with the command]", False),
        ("cat", "(no output)", False),
    ],
)
def test_what_the_model_gets(tmp_path: Path, cmd: str, content: str, failed: bool) -> None:
    output = shell(tmp_path, cmd)
    assert (output.content.replace("/usr/bin/", ""), output.is_error) == (content, failed)


def test_details_are_for_the_screen(tmp_path: Path) -> None:
    details = dict(shell(tmp_path, "printf abc; exit 5").details)
    assert details.pop("duration_s") < 10
    assert details == {"exit_code": 5, "output_bytes": 3}


def test_a_timeout_says_what_to_do(tmp_path: Path) -> None:
    output = shell(tmp_path, "echo begun; sleep 3000", timeout_s=1)
    assert output.content == (
        "begun\n[stopped after 1 s with all its processes; a larger timeout_s gives it more time]"
    )
    assert output.is_error


def test_a_hundred_megabytes_end_well(tmp_path: Path) -> None:
    output = shell(tmp_path, "echo first; head -c 120000000 /dev/zero | tr '\\0' a; echo; echo last")
    assert output.content.startswith("first\naaa")
    assert output.content.endswith("aaa\nlast\n[only the first 100,000,000 of 120,000,012 bytes are stored]")
    assert "[… 119,800,012 bytes left out …]" in output.content
    stored = Path(output.details["output_file"])
    assert (stored.stat().st_size, stored.parent) == (100_000_000, tmp_path / "scratch")
    stored.unlink()


def test_cancelling_ends_the_command(tmp_path: Path) -> None:
    async def cancel(seconds: str) -> None:
        task = spawn(ShellTool().run(ShellArguments(f"sleep {seconds}"), tool_context(tmp_path)), "shell")
        await asyncio.to_thread(wait_until_sleeping, seconds)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with unique_seconds() as seconds:
        asyncio.run(cancel(seconds))
        assert sleeping(seconds) == []


def test_the_effect_is_the_exact_command_line(tmp_path: Path) -> None:
    effects = ShellTool().effects(ShellArguments(" rm -rf  x\n"), tool_context(tmp_path))
    assert effects == (Effect("proc.run", " rm -rf  x\n"),)


@pytest.mark.parametrize("cmd", ["", "  \n", "a\0b"])
def test_a_command_that_is_none_is_for_the_model_to_mend(tmp_path: Path, cmd: str) -> None:
    with pytest.raises(ToolRetry, match="Write a command line"):
        ShellTool().effects(ShellArguments(cmd), tool_context(tmp_path))


def test_what_cannot_start_is_said(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match=r"too long .* nothing was run"):
        shell(tmp_path, "echo " + "a" * 3_000_000)
    with pytest.raises(ToolFailed, match=r"folder .* is gone; nothing was run"):
        shell(tmp_path / "gone", "true")


def test_unknown_arguments_are_refused(tmp_path: Path) -> None:
    with pytest.raises(msgspec.ValidationError):
        shell(tmp_path, "true", command="true")
