"""Caps that hold whatever dies: many runs at once, killed again and again, against a real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.command_line import environment, homard, start
from tests.helpers.model_server import ModelServer, stalls

PRICED = """
[providers.loop.models.model]
window = 32000
max_output_tokens = 512
price = { input = 10.0, output = 100.0 }
"""
EACH_USD = 0.002
"""What the server bills for a reply."""


def wait_for_requests(server: ModelServer, number: int) -> None:
    deadline = time.monotonic() + 20
    while len(server.requests) < number:
        assert time.monotonic() < deadline, f"only {len(server.requests)} requests came"
        time.sleep(0.005)


def test_fifty_runs_killed_again_and_again_never_pass_the_cap(tmp_path: Path) -> None:
    """A call may take $0.066 and is billed $0.002. Every request that the server saw is in the books."""
    home, cap = tmp_path / "home", 1.0
    with ModelServer() as server:
        server.settings(home, f"[budget]\nusd_per_month = {cap}\n", provider=PRICED)
        program = [sys.executable, "-m", "tests.helpers.budget_runs_child", str(tmp_path)]
        for more in (1, 7, 20):
            until = len(server.requests) + more
            process = subprocess.Popen(program, env=environment(home), stdout=subprocess.DEVNULL)
            wait_for_requests(server, until)
            process.kill()
            process.wait()
        done = subprocess.run(program, env=environment(home), capture_output=True, text=True, timeout=60, check=True)
        assert set(done.stdout.split()) <= {"end_turn", "max_cost"} and "end_turn" in done.stdout, done
        told = json.loads(homard(home, "usage", "--json").stdout)
        assert told["total"]["calls"] >= len(server.requests)
        assert len(server.requests) * EACH_USD <= told["total"]["cost_usd"] + 1e-9 <= cap + 2e-9
        [stands] = told["caps"]
        assert (stands["spent"], stands["under_way"]) == (pytest.approx(told["total"]["cost_usd"]), 0)


def test_a_call_whose_process_was_killed_counts_at_its_worst_and_holds_the_next_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ModelServer({"stall": [stalls()]}) as server:
        server.settings(home, "[budget]\nusd_per_day = 0.12\n", provider=PRICED)
        process = start(home, "ask", "stall")
        wait_for_requests(server, 1)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        told = json.loads(homard(home, "usage", "--json").stdout)["total"]
        assert (told["calls"], told["estimated_calls"], told["output_tokens"]) == (1, 1, 512)
        assert 0.09 < told["cost_usd"] < 0.1
        refused = homard(home, "ask", "--json", "hello")
        assert (refused.returncode, json.loads(refused.stdout)["stop_reason"]) == (5, "max_cost")
        assert len(server.requests) == 1
