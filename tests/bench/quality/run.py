"""Measure how many everyday prompts a model gets right through the real command line.

    python tests/bench/quality/run.py --model local/smollm2 [--set dev] [--only find] [--json FILE] [--show]

Each prompt is a real `homard ask --json --yes` process in a fresh copy of the folder; one `homard serve` keeps the
model loaded. Prints a table; fails nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.bench.quality.check import Outcome, judge, snapshot, valid_calls  # noqa: E402

SETS = {"quality": "folder", "dev": "dev_folder"}
DEFAULT_TIME = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
HOMARD = [sys.executable, "-P", "-m", "agent.interfaces.cli"]


def main() -> None:
    """Run the chosen prompts and print what came out."""
    options = _options()
    spec = tomllib.loads((HERE / f"{options.set}.toml").read_text(encoding="utf-8"))
    prompts = [prompt for prompt in spec["prompt"] if options.only in f"{prompt['kind']} {prompt['ask']}"]
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="quality-") as scratch, _serving(Path(scratch), options.settings) as env:
        for number, prompt in enumerate(prompts):
            folder = Path(scratch) / f"folder-{number}"
            _make_folder(folder, HERE / SETS[options.set], spec)
            outcome = _ask(folder, prompt, options, env)
            outcomes.append(outcome)
            _tell(outcome, show=options.show)
    print(_table(outcomes, options))
    if options.json:
        rows = [outcome.as_json() for outcome in outcomes]
        Path(options.json).write_text(
            json.dumps({"model": options.model, "set": options.set, "prompts": rows}, indent=1)
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="local/smollm2")
    parser.add_argument("--set", choices=SETS, default="quality", help="dev: the prompts the profile was developed on")
    parser.add_argument("--only", default="", help="prompts whose kind or words contain this")
    parser.add_argument("--json", default="", help="write each outcome to this file")
    parser.add_argument("--settings", default="", help="a settings.toml to use")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for one prompt")
    parser.add_argument("--show", action="store_true", help="print every answer, not only the wrong ones")
    return parser.parse_args()


@contextlib.contextmanager
def _serving(scratch: Path, settings: str) -> Iterator[dict[str, str]]:
    """Run `homard serve` in a home of its own; gives the environment for the others."""
    home = scratch / "home"
    home.mkdir()
    if settings:
        shutil.copy(settings, home / "settings.toml")
    env = {**os.environ, "HOMARD_HOME": str(home), "PYTHONPATH": str(HERE.parents[2])}
    with subprocess.Popen([*HOMARD, "serve"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield env
        finally:
            server.send_signal(signal.SIGTERM if os.name != "nt" else signal.CTRL_BREAK_EVENT)
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def _make_folder(folder: Path, source: Path, spec: dict[str, Any]) -> None:
    shutil.copytree(source, folder)
    for name, size in spec["made"].items():
        (folder / name).write_bytes(bytes(range(256)) * (size // 256) + b"\x00" * (size % 256))
    for path in folder.rglob("*"):
        moment = spec["times"].get(path.relative_to(folder).as_posix(), DEFAULT_TIME).timestamp()
        os.utime(path, (moment, moment))


def _ask(folder: Path, prompt: dict[str, Any], options: argparse.Namespace, env: dict[str, str]) -> Outcome:
    before = snapshot(folder)
    command = [*HOMARD, "ask", "--json", "--yes", "--model", options.model, "--cwd", str(folder), "--", prompt["ask"]]
    began = time.monotonic()
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=options.timeout, check=False)
        reply: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        reply = {"error": f"no answer within {options.timeout:g} s"}
    except json.JSONDecodeError:
        reply = {"error": "no JSON on stdout"}
    seconds = time.monotonic() - began
    calls = valid_calls(_session(reply.get("session_id", ""), env))
    return judge(prompt, reply, before, snapshot(folder), calls, seconds)


def _session(session_id: str, env: dict[str, str]) -> str:
    if not session_id:
        return "[]"
    command = [*HOMARD, "sessions", "export", "--format", "json", session_id]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False).stdout


def _tell(outcome: Outcome, *, show: bool) -> None:
    mark = "ok " if outcome.right else "BAD"
    print(f"{mark} {outcome.kind:10} {outcome.seconds:6.1f} s  {outcome.ask}", flush=True)
    if show or not outcome.right:
        reasons = "; ".join(outcome.reasons)
        print(f"      [{', '.join(outcome.calls)}] {outcome.text!r}{'  → ' + reasons if reasons else ''}", flush=True)


def _table(outcomes: list[Outcome], options: argparse.Namespace) -> str:
    asked = Counter(outcome.kind for outcome in outcomes)
    right = Counter(outcome.kind for outcome in outcomes if outcome.right)
    lines = ["", f"{options.model}, {options.set}", f"{'kind':12}{'right':>6}{'of':>5}"]
    lines += [f"{kind:12}{right[kind]:6}{total:5}" for kind, total in asked.items()]
    made = sum(outcome.made for outcome in outcomes)
    valid = sum(outcome.valid for outcome in outcomes)
    total = max(len(outcomes), 1)
    seconds = sorted(outcome.seconds for outcome in outcomes) or [0.0]
    lines += [
        f"{'all':12}{right.total():6}{len(outcomes):5}   {100 * right.total() / total:.0f} %",
        f"tool calls valid: {valid} of {made}" + (f" ({100 * valid / made:.0f} %)" if made else ""),
        f"seconds per prompt: median {seconds[len(seconds) // 2]:.1f}, longest {seconds[-1]:.1f}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
