"""Workers are started by Python, and in a frozen build by the build's own program, to the same end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.tools import page_worker
from agent.workers import worker_command

ROOT = Path(__file__).parent.parent.parent
FROZEN = """\
import sys
from agent.workers import WORKER_OPTION, run_worker
assert sys.argv[1] == WORKER_OPTION
run_worker(sys.argv[2:])
"""
"""What a frozen program does first (packaging/entry.py)."""


def run(command: list[str]) -> "subprocess.CompletedProcess[bytes]":
    """Run a program without input, in a folder of its own choice."""
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)


def frozen(*arguments: str) -> list[str]:
    """The command line of a stand-in for the frozen program, which reads the sources."""
    return [sys.executable, "-c", FROZEN, *arguments]


def test_python_is_told_its_options_and_the_program() -> None:
    assert worker_command("page", "-I", "page.py") == [sys.executable, "-I", "page.py"]


@pytest.mark.skipif(os.name == "nt", reason="the program has another name there")
def test_a_frozen_build_asks_its_console_program_for_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/homard/homard-app")
    assert worker_command("page", "-I", "page.py") == ["/opt/homard/homard", "--worker", "page"]


def test_both_ways_do_the_same(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>Tides</title><p>High at <a href='/noon'>noon</a>.</p>", encoding="utf-8")
    program = page_worker.__file__
    by_python = run([*worker_command("page", "-I", program), str(page), "https://tides.example/"])
    by_build = run(frozen("--worker", "page", str(page), "https://tides.example/"))
    assert by_build.stdout.decode() == "# Tides\n\nHigh at [noon](https://tides.example/noon)."
    assert (by_python.stdout, by_python.returncode) == (by_build.stdout, 0)


def test_a_worker_without_a_parent_ends() -> None:
    ended = run(frozen("--worker", "engine"))
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize("arguments", [(), ("os",), ("agent.models.engine_worker",)])
def test_nothing_else_can_be_asked_for(arguments: tuple[str, ...]) -> None:
    refused = run(frozen("--worker", *arguments))
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert refused.stderr.startswith(b"There is no worker '")
