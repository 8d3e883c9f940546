"""Commands: their environment, their output, and that nothing outlives them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from agent.tasks import spawn
from agent.tools.process import PIECE_CHARS, Finished, describe_exit, run
from agent.tools.process_tree import end_abandoned
from tests.helpers.processes import sleeping, unique_seconds, wait_until_sleeping

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these commands are for a POSIX shell")

DAEMON = """
import os, sys
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
for fd in range(3): os.close(fd)
os.execvp("sleep", ["sleep", sys.argv[1]])
"""
RELAY = """
import os, sys
for _ in range(40):
    if os.fork(): os._exit(0)
    os.setsid()
for fd in range(3): os.close(fd)
os.execvp("sleep", ["sleep", sys.argv[1]])
"""
ESCAPES = {
    "background": "sleep {s} &",
    "silent": "sleep {s} >/dev/null 2>&1 &",
    "nohup": "nohup sleep {s} >/dev/null 2>&1 & disown",
    "session": "setsid sleep {s} &",
    "orphan session": "(setsid sleep {s} </dev/null >/dev/null 2>&1 &)",
    "ignores TERM": "(trap '' TERM HUP INT; sleep {s}) &",
    "daemon": f"{sys.executable} -I -S -c '{DAEMON}' {{s}}",
    "relay": f"{sys.executable} -I -S -c '{RELAY}' {{s}}",
    "wiped environment": "env -i setsid sleep {s} & env -i sleep {s} &",
    "stopped": "sleep {s} & kill -STOP $!",
    "many": "for i in $(seq 60); do setsid sleep {s} & done",
}


async def shell(
    command: str,
    folder: Path,
    timeout_s: float = 20.0,
    on_output: Callable[[str], None] | None = None,
    environment: dict[str, str] | None = None,
) -> Finished:
    argv = ["bash", "-c", "--", command]
    spool = folder / "spool"
    return await run(argv, cwd=folder, spool=spool, timeout_s=timeout_s, on_output=on_output, environment=environment)


def test_both_outputs_come_in_order(tmp_path: Path) -> None:
    finished = asyncio.run(shell("echo one; echo two >&2; echo three; pwd; cat; exit 3", tmp_path))
    assert finished.output.text() == f"one\ntwo\nthree\n{tmp_path}\n"
    assert (finished.ended, finished.exit_code, finished.leftovers, finished.unkillable) == ("exited", 3, 0, 0)


def test_the_environment_is_built_not_inherited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOME_API_KEY", "GITHUB_TOKEN", "LD_PRELOAD_NOT", "HTTP_PROXY", "HOMARD_HOME", "BASH_ENV"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LC_TIME", "C")
    monkeypatch.setenv("LC_PASSWORD", "secret")
    monkeypatch.setenv("TZ", "UTC")
    finished = asyncio.run(shell("env", tmp_path))
    names = {line.partition("=")[0] for line in finished.output.text().splitlines()}
    allowed = {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM", "PAGER"}
    allowed |= {"GIT_PAGER", "GIT_TERMINAL_PROMPT", "NO_COLOR", "HOMARD_CALL", "SSL_CERT_FILE", "SSL_CERT_DIR"}
    own = {"PWD", "OLDPWD", "SHLVL", "_"}
    assert {"PATH", "TZ", "LC_TIME", "HOMARD_CALL"} <= names
    assert {name for name in names if not name.startswith("LC_")} <= allowed | own
    assert "LC_PASSWORD" not in names
    assert "secret" not in finished.output.text()


@pytest.mark.parametrize("name", ESCAPES)
def test_what_a_command_leaves_behind_ends_with_it(tmp_path: Path, name: str) -> None:
    with unique_seconds() as seconds:
        began = time.monotonic()
        command = ESCAPES[name].format(s=seconds)
        # The wiped ones can be told only while their parent lives; a shell that waits keeps it alive.
        waits = name == "wiped environment"
        finished = asyncio.run(shell(f"{command}\n{'sleep 30' if waits else 'true'}", tmp_path, 0.5 if waits else 20))
        assert (finished.ended, finished.unkillable) == ("timeout" if waits else "exited", 0)
        assert sleeping(seconds) == []
        assert waits or finished.leftovers > 0 or name in ("daemon", "relay")
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", ESCAPES)
def test_cancelling_ends_the_whole_tree_within_a_second(tmp_path: Path, name: str) -> None:
    async def cancel(seconds: str) -> float:
        ready = asyncio.Event()
        command = f"{ESCAPES[name].format(s=seconds)}\necho ready; wait; sleep {seconds}"
        task = spawn(shell(command, tmp_path, on_output=lambda _text: ready.set()), "command")
        await ready.wait()
        await asyncio.to_thread(wait_until_sleeping, seconds)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - began

    with unique_seconds() as seconds:
        assert asyncio.run(cancel(seconds)) < 1.0
        assert sleeping(seconds) == []


def test_cancelling_before_it_started_starts_nothing_that_stays(tmp_path: Path) -> None:
    async def cancel(seconds: str) -> None:
        task = spawn(shell(f"sleep {seconds}", tmp_path), "command")
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with unique_seconds() as seconds:
        asyncio.run(cancel(seconds))
        assert sleeping(seconds) == []


def test_a_timeout_keeps_what_was_said(tmp_path: Path) -> None:
    with unique_seconds() as seconds:
        finished = asyncio.run(shell(f"trap '' TERM; echo begun; sleep {seconds}; sleep {seconds}", tmp_path, 0.3))
        assert (finished.ended, finished.output.text()) == ("timeout", "begun\n")
        assert finished.exit_code is not None
        assert finished.duration_s < 1.3
        assert sleeping(seconds) == []


def test_a_command_that_keeps_forking_is_frozen_and_killed(tmp_path: Path) -> None:
    with unique_seconds() as seconds:
        fork = f"trap '' TERM; while :; do setsid bash -c 'trap \"\" TERM; sleep {seconds} & wait' & sleep 0.01; done"
        finished = asyncio.run(shell(fork, tmp_path, 0.4))
        assert (finished.ended, finished.unkillable, sleeping(seconds)) == ("timeout", 0, [])


def test_a_process_that_cannot_be_found_does_not_hold_the_call(tmp_path: Path) -> None:
    with unique_seconds() as seconds:
        finished = asyncio.run(shell(f"(env -i setsid sleep {seconds} &); echo done", tmp_path))
        assert (finished.ended, finished.output.text(), finished.duration_s < 2) == ("exited", "done\n", True)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux bounds the processes of one command")
def test_forking_is_bounded(tmp_path: Path) -> None:
    finished = asyncio.run(shell("sleep 0.1; ulimit -u; ulimit -c", tmp_path))
    processes, core = finished.output.text().split()
    assert (1_000 < int(processes) < 50_000, core) == (True, "0")


def test_an_endless_output_is_bounded_and_shown_in_few_pieces(tmp_path: Path) -> None:
    pieces: list[str] = []
    finished = asyncio.run(shell("yes", tmp_path, 0.5, pieces.append))
    assert finished.output.total > 1_000_000
    assert len(finished.output.text()) < 300_000
    assert 2 <= len(pieces) <= 16
    assert max(map(len, pieces)) <= PIECE_CHARS


def test_pieces_are_plain_text_and_whole_characters(tmp_path: Path) -> None:
    pieces: list[str] = []
    command = r"printf 'a\303'; sleep 0.2; printf '\251\033[1mb\033[0m\n'; sleep 0.2; printf 'no newline'"
    finished = asyncio.run(shell(command, tmp_path, on_output=pieces.append))
    assert "".join(pieces) == finished.output.text() == "aéb\nno newline"
    assert len(pieces) >= 2


def test_a_command_may_close_its_output(tmp_path: Path) -> None:
    finished = asyncio.run(shell("echo before; exec >&- 2>&-; sleep 0.1; exit 4", tmp_path))
    assert (finished.output.text(), finished.exit_code) == ("before\n", 4)


def test_fifty_runs_leak_nothing(tmp_path: Path) -> None:
    me = psutil.Process()

    async def fifty() -> tuple[int, int, int]:
        await shell("true", tmp_path)
        before = me.num_fds()
        for _ in range(10):
            await asyncio.gather(*[shell("sleep 100 & echo x", tmp_path / ".") for _ in range(5)])
        return before, me.num_fds(), len(me.children())

    threads = set(threading.enumerate())
    before, after, children = asyncio.run(fifty())
    assert (after, children) == (before, 0)
    for thread in set(threading.enumerate()) - threads:
        thread.join(5)  # one that has told of a child's end may still be ending itself; one that leaks does not end
    assert set(threading.enumerate()) <= threads


def test_the_end_of_a_process_in_words(tmp_path: Path) -> None:
    finished = asyncio.run(shell("kill -SEGV $$", tmp_path))
    assert describe_exit(finished.exit_code) == "ended by SIGSEGV"
    assert [describe_exit(code) for code in (7, -64, None)] == [
        "exit code 7",
        "ended by SIGRTMAX",
        "still running: it could not be ended",
    ]


def test_an_environment_can_be_given(tmp_path: Path) -> None:
    finished = asyncio.run(shell("echo $ONLY $LANG", tmp_path, environment={"ONLY": "this", "PATH": os.defpath}))
    assert finished.output.text() == "this\n"


def test_what_cannot_start_raises(tmp_path: Path) -> None:
    async def attempt(argv: list[str], cwd: Path) -> None:
        await run(argv, cwd=cwd, spool=tmp_path / "spool", timeout_s=5)

    descriptors = len(os.listdir("/dev/fd"))
    for argv, cwd in [(["no-such-program"], tmp_path), (["true"], tmp_path / "gone"), (["a\0b"], tmp_path)]:
        with pytest.raises((OSError, ValueError)):
            asyncio.run(attempt(argv, cwd))
    assert len(os.listdir("/dev/fd")) == descriptors


def test_commands_of_a_killed_owner_can_be_found_and_ended(tmp_path: Path) -> None:
    owner = """
import asyncio, pathlib, sys
from agent.tools.process import run
asyncio.run(run(["sleep", sys.argv[1]], cwd=pathlib.Path("."), spool=pathlib.Path("spool"), timeout_s=60))
"""
    with unique_seconds() as seconds:
        command = [sys.executable, "-c", owner, seconds]
        with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.getcwd()}, cwd=os.getcwd()) as process:
            while not [found for found in sleeping(seconds) if found.name() == "sleep"]:
                time.sleep(0.01)
            process.kill()
        assert len(sleeping(seconds)) == 1
        assert end_abandoned() >= 1
        psutil.wait_procs(sleeping(seconds), timeout=5)
        assert sleeping(seconds) == []
