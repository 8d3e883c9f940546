"""However a command is ended, its run is recorded and every process of its tools is gone within a second."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from tests.helpers.command_line import homard, serving, start
from tests.helpers.model_server import ModelServer, results, says, shell
from tests.helpers.processes import sleeping, unique_seconds, wait_until_sleeping

STUBBORN = (
    "trap '' TERM INT HUP; (setsid nohup sleep {0} >/dev/null 2>&1 &); "
    "sh -c \"trap '' TERM INT HUP; sleep {0}; sleep {0}\" & wait; sleep {0}"
)
CASES = [("INT", False), ("HUP", False), ("TERM", True), ("KILL", True)]


@pytest.mark.parametrize(("name", "served"), CASES, ids=[f"{name}-{served}" for name, served in CASES])
def test_a_signal_ends_the_run_with_its_whole_process_tree(tmp_path: Path, name: str, served: bool) -> None:
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    with unique_seconds() as seconds:
        script = {"be stubborn": [shell(STUBBORN.format(seconds))], "go on now": [says("Fine.")]}
        with ModelServer(script) as server:
            server.settings(home)
            if served:
                with serving(home):
                    _end(home, folder, seconds, name)
            else:
                _end(home, folder, seconds, name)
            on = homard(home, "ask", "--continue", "--json", "go on now", cwd=folder)
            assert json.loads(on.stdout)["text"] == "Fine." and on.stderr == "", on
            assert ["outcome unknown" in result for result in results(server.histories()[-1])] == [True]
            assert not server.problems()


def _end(home: Path, folder: Path, seconds: str, name: str) -> None:
    process = start(home, "ask", "--yes", "--json", "be stubborn", cwd=folder)
    wait_until_sleeping(seconds)
    began = time.monotonic()
    os.kill(process.pid, getattr(signal, f"SIG{name}"))
    while sleeping(seconds) and time.monotonic() - began < 10:
        time.sleep(0.01)
    took = time.monotonic() - began
    out, err = process.communicate(timeout=30)
    assert took < 1.5, took  # one second, and room for a busy machine
    if name == "KILL":
        return
    assert process.returncode == 130, (out, err)
    assert json.loads(out)["stop_reason"] == "cancelled"
