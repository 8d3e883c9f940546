"""The shell tool: what the model gets of a command."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil
import pytest
from msgspec.structs import replace

from agent.errors import ToolDenied, ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.sandbox.confinement import granted
from agent.sandbox.measured import FILES, LIMITS, NETWORK, Backend, Measured
from agent.tasks import spawn
from agent.tools.egress import Egress
from agent.tools.egress_pass import EgressPass, EgressRecord
from agent.tools.shell import PRIVATE, ShellArguments, ShellTool
from agent.tools.tool import ToolOutput
from tests.helpers.processes import sleeping, unique_seconds, wait_until_sleeping
from tests.helpers.tool_context import call, tool_context
from tests.helpers.web_server import web_server

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


ESCAPES = {
    "background": "sleep {s} &",
    "nohup": "nohup sleep {s} >/dev/null 2>&1 & disown",
    "session": "(setsid sleep {s} </dev/null >/dev/null 2>&1 &)",
    "wiped environment": "(env -i setsid sleep {s} </dev/null >/dev/null 2>&1 &)",
    "ignores TERM": "(trap '' TERM HUP INT; sleep {s}) &",
    "daemon": "perl -MPOSIX -e 'fork && exit; setsid; fork && exit; close STDIN; close STDOUT; close STDERR; "
    '%ENV = (); exec "/bin/sleep", "{s}"\'',
    "many": "for i in $(seq 60); do setsid sleep {s} & done",
}
contained = pytest.mark.skipif(not shutil.which("bwrap"), reason="only bubblewrap gives a process list of its own")


@contained
@pytest.mark.parametrize(
    ("name", "end"),
    [
        *((name, end) for name in ESCAPES for end in ("exit", "cancel")),
        ("daemon", "timeout"),
        ("ignores TERM", "timeout"),
    ],
)
def test_nothing_outlives_a_command(tmp_path: Path, name: str, end: str) -> None:
    async def act(seconds: str) -> float:
        arguments = ShellArguments(ESCAPES[name].format(s=seconds) + ("" if end == "exit" else "\nwait; sleep 3000"))
        if end == "timeout":
            arguments = msgspec.structs.replace(arguments, timeout_s=1)
        task = spawn(ShellTool().run(arguments, tool_context(tmp_path)), "shell")
        if end == "cancel":
            await asyncio.to_thread(wait_until_sleeping, seconds)
        began = time.monotonic()
        if end == "cancel":
            task.cancel()
        await asyncio.wait([task])
        return time.monotonic() - began

    with unique_seconds() as seconds:
        took = asyncio.run(act(seconds))
        assert sleeping(seconds) == []
        assert took < (2.5 if end == "cancel" else 10)


@contained
def test_a_killed_homard_takes_its_commands_along(tmp_path: Path) -> None:
    owner = """
import asyncio, sys
from pathlib import Path
from agent.tools.shell import PRIVATE, ShellArguments, ShellTool
from tests.helpers.tool_context import tool_context
command = ShellArguments(f"(env -i setsid sleep {sys.argv[1]} &); sleep {sys.argv[1]}")
if len(sys.argv) > 3:
    command = ShellArguments("true")
asyncio.run(ShellTool().run(command, tool_context(Path(sys.argv[2]))))
"""
    with unique_seconds() as seconds:
        command = [sys.executable, "-c", owner, seconds, str(tmp_path)]
        root = str(Path(__file__).parents[3])
        with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": root}, cwd=root) as process:
            wait_until_sleeping(seconds)
            while len([found for found in sleeping(seconds) if found.name() == "sleep"]) < 2:
                time.sleep(0.01)
            process.kill()
        psutil.wait_procs(sleeping(seconds), timeout=1.0)
        assert sleeping(seconds) == []  # one that has ended and that nobody has asked about yet is none
        subprocess.run([*command, "only look"], env={**os.environ, "PYTHONPATH": root}, cwd=root, timeout=60)
        left = Path(tempfile.gettempdir()).glob(f"{PRIVATE}{process.pid}-*")
        assert list(left) == [], "the next one clears up after it"


def test_a_command_sees_the_granted_folders_only(tmp_path: Path) -> None:
    folder, other = tmp_path / "granted", tmp_path / "other"
    for place in (folder, other):
        place.mkdir()
        (place / "file").write_text(place.name)
    output = shell(
        folder, f"cat file; cat {other}/file; echo x > {other}/file; ls -d ~/.ssh; exec 3<>/dev/tcp/127.0.0.1/9"
    )
    assert output.content.startswith("granted")
    assert ("other" in output.content.replace(str(other), ""), output.is_error) == (False, True)
    assert (other / "file").read_text() == "other"


def test_a_weak_machine_runs_nothing(tmp_path: Path) -> None:
    tool = ShellTool(measured=lambda: Measured("limits", Backend("limits"), {"limits": True}))
    with pytest.raises(
        ToolDenied, match=r"level `files`, and this machine gives `limits`; nothing was run.*\[safety\] sandbox"
    ):
        call(tool, tool_context(tmp_path), cmd="touch done")
    assert list(tmp_path.iterdir()) == []
    lowered = replace(granted([tmp_path]), need="limits")
    assert not call(tool, tool_context(tmp_path, confinement=lowered), cmd="touch done").is_error
    assert (tmp_path / "done").exists()


def test_what_a_command_must_not_change_is_put_back_and_said(tmp_path: Path) -> None:
    (tmp_path / ".git" / "hooks").mkdir(parents=True)
    output = shell(tmp_path, "echo evil > .git/config.worktree")
    put_back = f"[put back, for a command must not change it: {tmp_path}/.git/config.worktree]"
    assert output.content == f"(no output)\n{put_back}"
    assert not (tmp_path / ".git" / "config.worktree").exists()


def test_a_new_key_does_not_last_until_the_command_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    command = "mkdir .ssh; echo evil > .ssh/authorized_keys; while test -e .ssh; do sleep 0.02; done; echo swept"
    output = shell(tmp_path, command, timeout_s=20)
    if "put back" in output.content:  # where only Landlock holds it cannot be made at all
        assert output.content == f"swept\n[put back, for a command must not change it: {tmp_path}/.ssh]"
    assert not (tmp_path / ".ssh").exists()


def test_a_closed_working_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "Diary/sub").mkdir(parents=True)
    confinement = granted([tmp_path / "Diary/sub"], hidden=[tmp_path / "Diary"])
    with pytest.raises(ToolDenied, match="is closed to commands"):
        call(ShellTool(), tool_context(tmp_path / "Diary/sub", confinement=confinement), cmd="true")


def test_the_network_is_part_of_the_effect(tmp_path: Path) -> None:
    effects = ShellTool().effects(ShellArguments("curl x", network=True), tool_context(tmp_path))
    assert effects == (Effect("proc.run", "curl x", network=True),)


@contained
def test_the_network_leads_through_the_egress_point(tmp_path: Path) -> None:
    async def names(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "site.example" else ["10.0.0.1"]

    def permit_host(host: str, port: int) -> None:
        if host == "other.example":
            raise ToolDenied("other.example is not granted.")

    told: list[EgressRecord] = []
    listening: list[int] = []
    with web_server() as web:
        web.add("/a", b"hello")
        at = f"{web.port}"

        def look(_output: str) -> None:
            listening.extend(tcp_listeners())

        context = tool_context(
            tmp_path, egress=EgressPass("job:x", "r1", permit_host, listener=told.append), progress=look
        )
        tool = ShellTool(Egress(names, lambda address: address.is_loopback))
        output = call(
            tool,
            context,
            cmd=f"""
                curl -sS http://site.example:{at}/a; echo; curl -sS -p http://site.example:{at}/a; echo; sleep 0.1
                curl -sS http://other.example:{at}/a; curl -sS http://inside.example:{at}/a
                curl -s --noproxy '*' http://127.0.0.1:{at}/a || echo no way around
                curl -s --noproxy '*' http://site.example:{at}/a || echo no names
            """,
            network=True,
        )
    assert output.content.splitlines() == [
        "hello",
        "hello",
        "Homard: other.example is not granted.",
        "Homard: inside.example (10.0.0.1) is not on the public internet; "
        "this machine's own network is not fetched from.",
        "no way around",
        "no names",
    ]
    assert [record.url for record in told] == [f"http://site.example:{at}/a", f"connect://site.example:{at}"]
    assert set(listening) == {web.port}, "no TCP port is opened on the machine but the test's own"


def test_without_a_network_namespace_the_network_is_refused(tmp_path: Path) -> None:
    barriers = dict.fromkeys((*FILES, *NETWORK, *LIMITS), True)
    tool = ShellTool(measured=lambda: Measured("files", Backend("landlock", "", True, True), barriers))
    with pytest.raises(ToolDenied, match="network namespace"):
        call(tool, tool_context(tmp_path), cmd="touch done", network=True)
    assert not (tmp_path / "done").exists()


def tcp_listeners() -> set[int]:
    """Ports of this machine that this process and all it started listen on."""
    found: set[int] = set()
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        with suppress(psutil.Error):
            places = [place for place in process.net_connections("tcp") if place.status == psutil.CONN_LISTEN]
            found.update(place.laddr.port for place in places if place.laddr)
    return found


def test_unknown_arguments_are_refused(tmp_path: Path) -> None:
    with pytest.raises(msgspec.ValidationError):
        shell(tmp_path, "true", command="true")
