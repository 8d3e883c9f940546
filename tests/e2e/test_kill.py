"""`homard ask` killed at its failpoints, with real tools and a model on loopback; then people just go on."""

from __future__ import annotations

import json
import os
import shutil
import signal
from itertools import count
from pathlib import Path

from tests.helpers.command_line import homard, start
from tests.helpers.kill_loop import KILLED
from tests.helpers.model_server import Call, ModelServer, calls, results, says, shell
from tests.helpers.processes import unique_seconds, wait_until_gone, wait_until_sleeping

WORK = [
    calls(
        Call("read", {"path": "a.txt"}),
        Call("write", {"path": "b.txt", "text": "b"}),
        Call("shell", {"cmd": "echo acted >> acts && sync acts && echo it is done"}),
    ),
    says("All done."),
]
SCRIPT = {"do the work": WORK, "hello again": [says("Fine.")]}
UNKNOWN = "outcome is unknown"


def fresh(folder: Path) -> None:
    """The folder as it was before any work."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "a.txt").write_text("alpha\n")


def go_on(home: Path, folder: Path, server: ModelServer) -> int | None:
    """Continue after a kill; the number of calls with an unknown outcome, None if there is no session yet."""
    server.requests.clear()
    on = homard(home, "ask", "--continue", "--json", "hello again", cwd=folder)
    report = json.loads(on.stdout)
    if on.returncode == 2:
        assert report["session_id"] is None and "no session to continue" in on.stderr, on
        return None
    assert (on.returncode, report["text"]) == (0, "Fine."), on
    assert len(server.histories()) == 1 and not server.problems(), server.problems()
    outcomes = results(server.histories()[0])
    unknown = sum(UNKNOWN in outcome for outcome in outcomes)
    assert on.stderr.count("outcome unknown:") == unknown, (on.stderr, outcomes)
    acts = (folder / "acts").read_text() if (folder / "acts").exists() else ""
    assert acts in ("", "acted\n"), "done twice"
    known = "it is done" in outcomes
    assert known <= bool(acts), "said to be done and was not"
    assert bool(acts) <= (known or unknown == 1), "was done, and the model does not know that it may have been"
    return unknown


def test_killed_at_every_fifth_failpoint_a_real_run_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Each single one is passed in tests/agent/test_runtime.py, and creating the database has kill loops of its own."""
    folder, prepared = tmp_path / "folder", tmp_path / "prepared"
    unknown: list[int | None] = []
    with ModelServer(SCRIPT) as server:
        server.settings(prepared)
        measures = ("tool", "run", "shell", "--yes", "--args", '{"cmd": "true"}')  # the sandbox, once for all homes
        assert homard(prepared, *measures, cwd=tmp_path).returncode == 0
        for at in count(1, 5):
            fresh(folder)
            home = shutil.copytree(prepared, tmp_path / f"home-{at}")
            process = start(home, "ask", "--yes", "do the work", cwd=folder, env={"HOMARD_FAILPOINT": str(at)})
            out, err = process.communicate(timeout=30)
            if process.returncode not in KILLED:
                break
            unknown.append(go_on(home, folder, server))
    assert (process.returncode, out) == (0, "All done.\n"), err
    assert len(unknown) > 9 and {None, 0, 1} == set(unknown), unknown


def test_what_a_killed_owner_left_running_is_ended_by_the_next_start(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    with unique_seconds() as seconds, ModelServer({"sleep": [shell(f"setsid nohup sleep {seconds} & wait")]}) as server:
        server.settings(home)
        process = start(home, "ask", "--yes", "sleep", cwd=folder)
        wait_until_sleeping(seconds)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()  # a sandbox may end with its parent, and the command with it, before the next start
        on = homard(home, "sessions", "list", cwd=folder)
        assert on.returncode == 0 and "outcome unknown: shell" in on.stderr, on
        wait_until_gone(seconds)
