"""`homard ask` killed at each of its failpoints, with real tools and a model on loopback; then people just go on."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from tests.helpers.command_line import HOMARD, environment, homard, start
from tests.helpers.kill_loop import kill_at_each
from tests.helpers.model_server import Call, ModelServer, calls, results, says, shell
from tests.helpers.processes import sleeping, unique_seconds, wait_until_sleeping

ACT = "echo {0} >> acts && sync acts && echo did {0}"
WORK = [
    calls(Call("read", {"path": "a.txt"}), Call("find", {"path": "."}), words="I look."),
    calls(Call("write", {"path": "b.txt", "text": "one\n"}), Call("shell", {"cmd": ACT.format("first")})),
    calls(Call("edit", {"path": "b.txt", "old": "one", "new": "two"})),
    shell(ACT.format("second")),
    says("All done."),
]
UNKNOWN = "outcome is unknown"


def fresh(folder: Path) -> None:
    """The folder as it was before any work."""
    for path in folder.glob("*"):
        path.unlink()
    (folder / "a.txt").write_text("alpha\n")


def check_goes_on(home: Path, folder: Path, server: ModelServer) -> int:
    """What must hold after a kill anywhere; the number of calls whose outcome is unknown."""
    server.requests.clear()
    listed = homard(home, "sessions", "list", "--json")
    sessions = json.loads(listed.stdout)
    assert listed.returncode == 0 and len(sessions) <= 1, listed
    if not sessions:
        again = homard(home, "ask", "--continue", "hello", cwd=folder)
        assert (again.returncode, again.stdout) == (2, ""), again
        return 0
    exported = homard(home, "sessions", "export", sessions[0]["session_id"], "--format", "json")
    assert exported.returncode == 0 and json.loads(exported.stdout), exported
    on = homard(home, "ask", "--continue", "--json", "hello again", cwd=folder)
    assert (on.returncode, json.loads(on.stdout)["text"]) == (0, "Fine."), on
    assert len(server.histories()) == 1 and not server.problems(), server.problems()
    outcomes = results(server.histories()[0])
    acts = (folder / "acts").read_text().split() if (folder / "acts").exists() else []
    assert acts in ([], ["first"], ["first", "second"])  # in order, and nothing twice
    for act in ("first", "second"):
        if f"did {act}" in outcomes:
            assert act in acts
    unknown = sum(UNKNOWN in outcome for outcome in outcomes)
    assert listed.stderr.count("outcome unknown:") == unknown, (listed.stderr, outcomes)
    # An act that happened is known to the model, or known to be unknown.
    assert len([act for act in acts if f"did {act}" not in outcomes]) <= unknown
    return unknown


def test_killed_at_each_failpoint_a_real_run_loses_and_doubles_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    fresh(folder)
    unknown: list[int] = []
    with ModelServer({"do the work": WORK, "hello again": [says("Fine.")]}) as server:
        server.settings(tmp_path / "settings")

        def home(at: int) -> dict[str, str]:
            place = tmp_path / f"home-{at}"
            server.settings(place)
            return environment(place)

        def check(at: int) -> None:
            unknown.append(check_goes_on(tmp_path / f"home-{at}", folder, server))
            fresh(folder)

        argv = [*HOMARD, "ask", "--yes", "--cwd", str(folder), "do the work"]
        kills = kill_at_each(argv, home, check, timeout_s=30)
    assert kills > 30, kills
    assert 1 in unknown and 2 in unknown
    print(f"{kills} kills, {sum(map(bool, unknown))} with an unknown outcome")


def test_what_a_killed_owner_left_running_is_ended_by_the_next_start(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    with unique_seconds() as seconds, ModelServer({"sleep": [shell(f"setsid nohup sleep {seconds} & wait")]}) as server:
        server.settings(home)
        process = start(home, "ask", "--yes", "sleep", cwd=folder)
        wait_until_sleeping(seconds)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert sleeping(seconds)
        on = homard(home, "ask", "--continue", "hello", cwd=folder)
        assert (on.returncode, on.stdout) == (0, "Fine.\n"), on
        assert "outcome unknown: shell" in on.stderr
        assert not sleeping(seconds)
        assert [UNKNOWN in outcome for outcome in results(server.histories()[-1])] == [True]
        assert not server.problems()
