"""What one decision costs: `python -m tests.bench.decide`. Prints a table, fails nothing."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.labels import USER, Label
from agent.safety.decision import decide
from agent.safety.effects import Effect, Value
from agent.safety.policy import Policy
from agent.safety.policy_file import PolicyFile
from agent.safety.protected import Protection
from agent.safety.request import Facts, Request
from agent.safety.rules import RuleText, read_rule

TIMES = 2_000
TAINTED = Label("external", "private", ("external:example.org",))
CALLS = {
    "read a granted file": Effect("fs.read", "/home/ada/Documents/letters/2026/letter.md", granted=True),
    "write a granted file": Effect("fs.write", "/home/ada/Documents/a/b/c/d/e/f.md", 2_000, True, True),
    "fetch a page": Effect("net.fetch", "https://api.example17.org/repos/acme/issues?page=2"),
    "run a command": Effect("proc.run", "make test && ./run.sh --all"),
    "send a message": Effect("msg.send", "ada@example.org", values=(Value("recipient", "ada@example.org"),)),
}


def policy_text(count: int) -> str:
    """Rules of all kinds, `count` of them."""
    lines: list[str] = []
    for number in range(count):
        match number % 4:
            case 0:
                body = f'do = "deny"\nwhat = "fs.*"\nto = ["/home/ada/closed/{number}"]'
            case 1:
                body = f'do = "allow"\nwhat = "net.fetch"\nto = ["api.example{number}.org:443/repos/*"]'
            case 2:
                body = f'do = "ask"\nwhat = "msg.send"\nto = ["person{number}@example.org"]'
            case _:
                body = f'do = "allow"\nwhat = "fs.read"\nto = ["/home/ada/open/{number}"]\nwhen = {{label = "<=local"}}'
        lines.append(f"[[rule]]\n{body}\n")
    return "\n".join(lines)


def request_for(effect: Effect, label: Label = USER, count: int = 1) -> Request:
    """One call with so many effects of a kind."""
    return Request(
        principals=("user",),
        tool="tool",
        arguments="{}",
        effects=(effect,) * count,
        label=label,
        attended=True,
        complete=True,
        cwd="/home/ada/Documents",
    )


def timed(work: Callable[[], object], times: int = TIMES) -> str:
    """Median and 99th percentile in microseconds."""
    spent: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begun) * 1e6)
    spent.sort()
    return f"{statistics.median(spent):8.0f} µs, p99 {spent[int(0.99 * (times - 1))]:6.0f} µs"


def main() -> None:
    """Measure and print."""
    protection = Protection(["/home/ada/Documents"], ["/home/ada/.local/share/homard"]).prepare()
    facts = Facts(now=datetime.now(UTC), protection=protection)
    with TemporaryDirectory() as folder:
        for count in (0, 10, 1_000):
            file = PolicyFile(Path(folder) / f"{count}.toml")
            file.path.write_text(policy_text(count))
            print(f"\n{count} rules: read from the file in {timed(file.load, 3).strip()}")
            print(f"  the file unchanged       {timed(file.current)}")
            for name, effect in CALLS.items():
                row(name, request_for(effect), file.current(), facts)
            row("... tainted", request_for(CALLS["send a message"], TAINTED), file.current(), facts)
            row("read 20 files", request_for(CALLS["read a granted file"], count=20), file.current(), facts)
    crowded = Policy(tuple(read_rule(RuleText("ask", "net.*", (f"x.org/p{n}/*",))) for n in range(1_000)))
    print("\n1,000 rules for one and the same host")
    row("fetch a page of it", request_for(Effect("net.fetch", "https://x.org/p999/a")), crowded, facts)


def row(name: str, request: Request, policy: Policy, facts: Facts) -> None:
    """Print one line."""
    print(f"  {name:24} {timed(lambda: decide(request, policy, facts))}")


if __name__ == "__main__":
    main()
