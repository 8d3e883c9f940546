"""The self-test of an installation: passes here, and tells what is broken."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from app.selftest import run_checks

ROOT = Path(__file__).parent.parent.parent
NAMES = ["window", "answer", "page", "prices", "litellm", "engine", "sandbox", "plugins", "charts", "quit"]


def test_this_installation_passes(home_of_its_own: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "--selftest"], cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    lines = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == [f"ok      {name}" for name in NAMES], done
    assert done.returncode == 0
    assert list(home_of_its_own.iterdir()) == [], "it has a home of its own"


def test_what_an_installation_lacks_is_told_and_the_rest_is_tried(tmp_path: Path) -> None:
    """litellm is hidden from the app; its worker has an import path of its own."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nfrom importlib import machinery\nreal = machinery.PathFinder.find_spec\n"
        "def find_spec(name, path=None, target=None):\n"
        "    return None if name == 'litellm' else real(name, path, target)\n"
        "machinery.PathFinder.find_spec = find_spec\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "app", "--selftest"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    failed = [line.partition(":")[0] for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert (done.returncode, failed) == (1, ["FAILED  prices"]), done


def test_each_failure_is_a_line_and_the_others_go_on() -> None:
    async def works() -> str:
        return "fine"

    async def breaks() -> str:
        raise OSError("no such\nthing")

    async def hangs() -> str:
        await asyncio.Event().wait()
        return "never"

    said: list[str] = []
    failed = asyncio.run(run_checks({"a": breaks, "b": hangs, "c": works}, said.append, limit_s=0.05))
    assert (failed, said) == (2, ["FAILED  a: no such thing", "FAILED  b: TimeoutError", "ok      c: fine"])
