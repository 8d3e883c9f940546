"""What the command line promises also holds in the worst moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.helpers.command_line import HOMARD, environment, homard, serving, start
from tests.helpers.fault_server import KEY
from tests.helpers.model_server import ModelServer, says, shell
from tests.helpers.processes import sleeping, unique_seconds, wait_until_sleeping


def test_a_second_ctrl_c_ends_the_tools_and_keeps_the_json_promise(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with unique_seconds() as s, ModelServer({"work": [shell(f"trap '' TERM INT; sleep {s} & wait; sleep {s}")]}) as m:
        m.settings(home)
        process = start(home, "ask", "--yes", "--json", "work")
        wait_until_sleeping(s)
        os.kill(process.pid, signal.SIGINT)
        os.kill(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        deadline = time.monotonic() + 1.0
        while sleeping(s) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (process.returncode, out.count("\n"), len(sleeping(s))) == (130, 1, 0)


def test_an_owner_killed_while_it_serves_keeps_the_json_promise(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with unique_seconds() as s, ModelServer({"work": [shell(f"sleep {s}")]}) as m:
        m.settings(home)
        with serving(home) as owner:
            process = start(home, "ask", "--yes", "--json", "work")
            wait_until_sleeping(s)
            owner.kill()
            out, _ = process.communicate(timeout=20)
        assert (process.returncode, out.count("\n")) == (1, 1)


def test_a_key_of_the_environment_is_neither_sent_nor_stored(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ModelServer({"work": [shell("tr '\\0' '\\n' < /proc/$PPID/environ"), says("ok")]}) as m:
        m.settings(home, key="env:MY_KEY")
        homard(home, "ask", "--yes", "work", env={"MY_KEY": KEY})
        assert KEY not in json.dumps(m.histories()[-1])
    assert [file for file in home.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()] == []


def test_a_full_stdout_is_no_traceback(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*HOMARD, "ask", "--json", ""],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=environment(tmp_path / "home"),
            timeout=20,
            check=False,
        )
    assert "Traceback" not in done.stderr


def test_a_value_is_judged_by_its_range_and_a_model_by_its_form(tmp_path: Path) -> None:
    home = tmp_path / "home"
    said = homard(home, "config", "set", "limits.max_turns", "0").stderr
    assert ">= 1" in said
    assert "got `str`" not in said
    assert homard(home, "config", "set", "model", "x").returncode == 2


def test_a_timeout_that_is_no_number_is_a_usage_error(tmp_path: Path) -> None:
    assert homard(tmp_path / "home", "ask", "--timeout", "nan", "--model", "scripted/hello", "hi").returncode == 2
