"""The command-line rows of the goals table, measured on this machine. Fails nothing: a benchmark, not a test.

    .venv/bin/python tests/bench/run.py [ROUNDS]

Runs the installed `homard` as real processes against a loopback server that adds no latency, and prints medians. An
installation has compiled modules; so the checkout gets them first.
"""

from __future__ import annotations

import compileall
import contextlib
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HOMARD = str(Path(sys.executable).with_name("homard"))


class Bench:
    """A home, a folder of files and a model server."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.log = base / "requests.jsonl"
        self.folder = base / "folder"
        self.folder.mkdir()
        line = "the quick brown fox jumps over the lazy dog\n"
        for step in range(1, 21):
            (self.folder / f"step-{step:03d}.txt").write_text((f"step {step:03d}: {line}" * 20)[:1000])
        (self.folder / "big.txt").write_text("".join(f"{n:06d} {line}" for n in range(2_000_000 // 51)))
        self.server = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/bench/model_server.py"), str(self.log)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.server.stdout
        self.port = int(self.server.stdout.readline())

    def home(self, name: str) -> dict[str, str]:
        """The environment of a fresh home whose model is the server."""
        home = self.base / name
        home.mkdir(exist_ok=True)
        (home / "settings.toml").write_text(
            f'model = "bench/bench"\n[providers.bench]\nbase_url = "http://127.0.0.1:{self.port}/v1"\n'
            "[providers.bench.models.bench]\nwindow = 200000\n"
        )
        return {**os.environ, "HOMARD_HOME": str(home)}

    def requests(self) -> list[dict[str, Any]]:
        """All requests so far."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def ask(self, env: dict[str, str], prompt: str, *more: str) -> dict[str, Any]:
        """One `homard ask --json`: its object, and `wall` seconds."""
        began = time.perf_counter()
        argv = [HOMARD, "ask", "--json", "--cwd", str(self.folder), *more, prompt]
        process = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = process.communicate(timeout=120)
        wall = time.perf_counter() - began
        if process.returncode:
            raise SystemExit(f"homard failed with {process.returncode}: {err}")
        return {"wall": wall, **json.loads(out)}


@contextlib.contextmanager
def running_owner(env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A `homard serve` that is ready."""
    process = subprocess.Popen([HOMARD, "serve"], env=env, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    process.stderr.readline()
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def peak_mib(argv: list[str], env: dict[str, str]) -> float:
    """The largest resident set of a process and its children, in a process of its own."""
    code = (
        "import resource,subprocess,sys;"
        "subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    out = subprocess.run([sys.executable, "-c", code, *argv], env=env, capture_output=True, text=True, check=True)
    return int(out.stdout) / 1024


def render(body: dict[str, Any]) -> str:
    """A request as the model sees it: tools, then messages."""
    parts = [json.dumps(body.get("tools") or [], separators=(",", ":"))]
    for message in body["messages"]:
        parts.append(f"<{message['role']}>\n{message.get('content') or ''}")
        if message.get("tool_calls"):
            parts.append(json.dumps(message["tool_calls"], separators=(",", ":")))
        if message.get("tool_call_id"):
            parts.append(f"tool_call_id={message['tool_call_id']}")
    return "\n".join(parts) + "\n"


def tokens(text: str) -> int:
    """cl100k_base, from the file litellm ships."""
    import importlib.util

    spec = importlib.util.find_spec("litellm")
    assert spec and spec.submodule_search_locations
    folder = Path(next(iter(spec.submodule_search_locations))) / "litellm_core_utils/tokenizers"
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    import tiktoken

    return len(tiktoken.get_encoding("cl100k_base").encode_ordinary(text))


def common(before: str, after: str) -> int:
    """The length of the common beginning."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before[:middle] == after[:middle] else (low, middle - 1)
    return low


def kept_prefix(bodies: list[dict[str, Any]]) -> float:
    """The smallest share of a request that is kept as the beginning of the next."""
    shares: list[float] = []
    for before, after in itertools.pairwise(map(render, bodies)):
        shares.append(common(before, after) / len(before))
    return min(shares)


def kill_after_ten_steps(bench: Bench) -> str:
    """kill -9 while the eleventh request is held; what the next start knows."""
    env = bench.home("killed")
    argv = [HOMARD, "ask", "--cwd", str(bench.folder), "[[chain-20 hold=10]]"]
    process = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not any(r.get("held") for r in bench.requests()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    again = bench.ask(env, "[[hello]]", "--continue")
    results = [m for m in bench.requests()[-1]["body"]["messages"] if m["role"] == "tool"]
    return f"{len(results)} of 10 known, session continued: {again['stop_reason']}"


def measure(rounds: int) -> list[tuple[str, str, str]]:
    """All rows: figure, goal, ours."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        env = bench.home("cold")
        bench.ask(env, "[[hello]]")
        cold = [bench.ask(env, "[[hello]]")["wall"] for _ in range(rounds)]
        first = bench.requests()[0]["body"]
        memory = peak_mib([HOMARD, "ask", "--json", "--cwd", str(bench.folder), "[[hello]]"], env)
        served = bench.home("served")
        with running_owner(served):
            bench.ask(served, "[[hello]]")
            warm = [bench.ask(served, "[[hello]]")["wall"] for _ in range(rounds)]
        sessions = [r["body"] for r in bench.requests() if r["script"] == "hello"][-2:]
        gaps, prompts, prefix = chain(bench, rounds)
        bench.ask(bench.home("big"), "[[big-file]]")
        last = bench.requests()[-1]["body"]["messages"]
        big = max(len(m["content"]) for m in last if m["role"] == "tool")
        killed = kill_after_ten_steps(bench)
        assert bench.server.stdin
        bench.server.stdin.close()
        bench.server.wait(10)
    median, p95 = statistics.median(gaps), statistics.quantiles(gaps, n=20)[-1]
    return [
        ("cold one-shot hello, wall s", "≤ 0.35", f"{statistics.median(cold):.3f}"),
        ("… peak memory, MiB", "≤ 60", f"{memory:.0f}"),
        ("one-shot through the running owner, wall s", "≤ 0.12", f"{statistics.median(warm):.3f}"),
        ("first request, tokens (system + tools)", "≤ 1,500", f"{first_tokens(first):,}"),
        ("20-step chain: reply to next request, ms (median, p95)", "≤ 4, ≤ 8", f"{median:.1f}, {p95:.1f}"),
        ("20-step chain: prompt tokens in all", "≤ 110,000", f"{prompts:,}"),
        ("previous prompt kept as prefix, in a session", "1.000", f"{prefix:.3f}"),
        ("… across sessions (system + tools)", "≥ 0.99", f"{across(sessions):.3f}"),
        ("characters of a 2 MB file that reach the model", "≤ 12,000", f"{big:,}"),
        ("kill -9 after 10 steps: steps known", "10", killed),
    ]


def first_tokens(body: dict[str, Any]) -> int:
    """System prompt and tool schemas of a request, in tokens."""
    return tokens(render({**body, "messages": [m for m in body["messages"] if m["role"] == "system"]}))


def across(bodies: list[dict[str, Any]]) -> float:
    """How much of the system prompt and the tools of one session begins another."""
    before, after = (render({**b, "messages": [m for m in b["messages"] if m["role"] == "system"]}) for b in bodies)
    return common(before, after) / len(before)


def chain(bench: Bench, rounds: int) -> tuple[list[float], int, float]:
    """Gaps between a reply and the next request in ms, prompt tokens of one chain, and the prefix kept."""
    gaps: list[float] = []
    requests: list[dict[str, Any]] = []
    for number in range(rounds):
        before = len(bench.requests())
        bench.ask(bench.home(f"chain{number}"), "[[chain-20]]")
        requests = bench.requests()[before:]
        gaps += [(b["at"] - a["done"]) * 1000 for a, b in itertools.pairwise(requests)]
    bodies = [request["body"] for request in requests]
    return gaps, sum(tokens(render(body)) for body in bodies), kept_prefix(bodies)


def main() -> None:
    """Print the table."""
    compileall.compile_dir(ROOT / "agent", quiet=1)
    rows = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
    width = max(len(row[0]) for row in rows)
    print(f"{'figure':{width}}  {'goal':10}  ours")
    for figure, goal, ours in rows:
        print(f"{figure:{width}}  {goal:10}  {ours}")


if __name__ == "__main__":
    main()
