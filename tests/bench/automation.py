"""What work that starts by itself costs: `python -m tests.bench.automation [plan] [burst] [idle] [start]`, Linux.

Prints a table and fails nothing. `plan` measures the planner alone, with a clock that it moves; `burst` a process that
watches a folder in which another one makes 50,000 files, with the rows that come of it; `idle` and `start` the
installed `homard serve` with jobs in its home, and a loopback model that adds no latency.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import apsw

from agent.automation.ledger import Ledger
from agent.automation.planner import Planner
from agent.clock import SystemClock
from agent.jobs import Cron, Job, Report, Trigger, Watch
from agent.ports import Clock
from agent.storage.database import Database
from tests.bench.run import Bench, running_owner
from tests.helpers.clock import HeldClock

FILES = 50_000
IDLE_S = 60.0
JOBS, WATCHES = 200, 50
DUE = 500
STARTS = 20
SETTLE_S = 0.5
Row = tuple[str, str, str]


def job(name: str, folder: Path, *triggers: Trigger, **more: Any) -> Job:
    return Job(
        name=name, prompt="[[hello]]", folder=str(folder), triggers=triggers, report=Report(to="nothing"), **more
    )


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"


async def save(home: Path, jobs: list[Job], clock: Clock | None = None) -> None:
    """Store jobs in a home that nobody has open."""
    database = await Database.open(home / "homard.db")
    ledger = Ledger(database, clock or SystemClock(), lambda _event: None)
    for each in jobs:
        await ledger.save(each)
    await database.close()


# The planner


async def timed_plan(planner: Planner) -> float:
    begun = time.perf_counter()
    await planner.plan()
    return time.perf_counter() - begun


async def plan(home: Path) -> list[Row]:
    """500 jobs of every minute: ticks for which all are due, or none, and what is made up for after sleep."""
    clock = HeldClock()
    await save(home, [job(f"job {n}", home, Cron(fields="* * * * *")) for n in range(DUE)], clock)
    database = await Database.open(home / "homard.db")
    ledger = Ledger(database, clock, lambda _event: None)
    planner = Planner(ledger, clock, lambda: ZoneInfo("Europe/Berlin"))
    first = await timed_plan(planner)
    due, idle = list[float](), list[float]()
    for _ in range(5):
        await clock.advance(60)
        due.append(await timed_plan(planner))
        idle.append(await timed_plan(planner))
    clock.suspend(10 * 3_600)
    night = await timed_plan(planner)
    await database.close()
    return [
        (f"a tick with {DUE} jobs, the first of a process", "–", ms(first)),
        ("… all of them due at once", "–", ms(statistics.median(due))),
        ("… none due", "–", ms(statistics.median(idle))),
        ("… all of them due each minute of a night's sleep", "–", ms(night)),
    ]


async def plan_years(home: Path) -> list[Row]:
    """One such job and three years."""
    clock = HeldClock()
    await save(home, [job("each minute", home, Cron(fields="* * * * *"))], clock)
    database = await Database.open(home / "homard.db")
    planner = Planner(Ledger(database, clock, lambda _event: None), clock, lambda: ZoneInfo("Europe/Berlin"))
    await planner.plan()
    clock.suspend(3 * 365 * 86_400)
    years = await timed_plan(planner)
    await database.close()
    return [("a tick with one job of each minute after three years of sleep", "–", ms(years))]


# A burst of files


def burst(base: Path, shape: str, count: int = FILES, *, off: bool = False) -> list[Row]:
    """Files made as fast as this process can, in one folder or in 500, in a folder that another process watches.

    `off`: they are made while it does not, and it begins again when all are there.
    """
    folder, home = base / "files", base / "home"
    folder.mkdir(parents=True)
    home.mkdir()
    words = (sys.executable, "-m", "tests.bench.watch_child", str(home), str(folder), str(count), *["off"] * off)
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin and child.stdout
    child.stdout.readline()
    begun = time.monotonic()
    make(folder, shape, count)
    made = time.monotonic() - begun
    child.stdin.write(f"{time.monotonic() if off else begun}\n")
    child.stdin.flush()
    seen: dict[str, Any] = json.loads(child.stdout.readline())
    child.wait(30)
    again = seen["rows"] - seen["distinct"]
    return [
        (f"{count:,} files in {shape}{' while nobody watched' * off}: found", "all", f"{seen['distinct']:,}"),
        ("… more than once", "0", f"{again:,}"),
        ("… made within, recorded within, s", "–", f"{made:.1f}, {seen['seconds']:.1f}"),
        ("… CPU share of who watches: mean, busiest 5 s", "≤ 0.25", f"{seen['share']:.2f}, {seen['worst']:.2f}"),
        ("… its memory before, at most, MiB", "–", f"{seen['before_mib']:.0f}, {seen['peak_mib']:.0f}"),
        ("… longest time its loop stood still, ms", "–", f"{seen['gap_ms']:.0f}"),
    ]  # fmt: skip


def make(folder: Path, shape: str, count: int) -> None:
    """Write the files, each with a content of its own."""
    for number in range(count):
        place = folder if shape == "one folder" else folder / f"{number % 500:03d}"
        if number < 500:
            place.mkdir(exist_ok=True)
        with open(place / f"{number:05d}.txt", "w") as file:
            file.write(f"{number}\n")


# The installed program


def spent(process_id: int) -> tuple[float, int, int]:
    """CPU seconds of a process and its threads, how often they woke, and its memory in KiB."""
    cpu, woken = 0.0, 0
    for task in Path(f"/proc/{process_id}/task").iterdir():
        cpu += int((task / "schedstat").read_text().split()[0]) / 1e9
        woken += status(task / "status")["voluntary_ctxt_switches"]
    return cpu, woken, status(Path(f"/proc/{process_id}/status"))["VmRSS"]


def status(path: Path) -> dict[str, int]:
    lines = (line.split() for line in path.read_text().splitlines())
    return {line[0].rstrip(":"): int(line[1]) for line in lines if len(line) > 1 and line[1].isdigit()}


def idle(bench: Bench) -> list[Row]:
    """A minute in which nothing is due, with 150 schedules and 50 watches, and without any job."""
    rows: list[Row] = []
    for name, jobs in (("no job", []), (f"{JOBS} jobs, {WATCHES} of them watches", idle_jobs(bench.base))):
        env = bench.home(name.split()[0])
        asyncio.run(save(Path(env["HOMARD_HOME"]), jobs))
        with running_owner(env) as owner:
            time.sleep(10)
            cpu, woken, _ = spent(owner.pid)
            time.sleep(IDLE_S)
            after, woken_after, memory = spent(owner.pid)
        share, wakes = 100 * (after - cpu) / IDLE_S, (woken_after - woken) / IDLE_S
        rows.append((f"idle, {name}: CPU %, wake-ups a second, MiB", "≤ 0.05",
                     f"{share:.3f}, {wakes:.2f}, {memory / 1024:.0f}"))  # fmt: skip
    return rows


def idle_jobs(base: Path) -> list[Job]:
    jobs: list[Job] = []
    now = datetime.now(UTC)
    for number in range(JOBS - WATCHES):
        at = now + timedelta(hours=3, minutes=7 * number)
        jobs.append(job(f"schedule {number}", base, Cron(fields=f"{at.minute} {at.hour} * * *", zone="UTC")))
    for number in range(WATCHES):
        folder = base / "watched" / str(number)
        folder.mkdir(parents=True)
        for file in range(100):
            (folder / f"{file}.txt").write_text(f"{file}\n")
        jobs.append(job(f"watch {number}", folder, Watch(folder=str(folder))))
    return jobs


def start(bench: Bench) -> list[Row]:
    """Files one after the other: from the moment at which each has settled to its run, and to the model's request."""
    env, folder = bench.home("start"), bench.base / "inbox"
    home = Path(env["HOMARD_HOME"])
    folder.mkdir()
    asyncio.run(save(home, [job("inbox", folder, Watch(folder=str(folder), settle_s=SETTLE_S))]))
    to_run, to_model = list[float](), list[float]()
    with running_owner(env), rows_of(home) as rows:
        time.sleep(5)
        for number in range(STARTS):
            asked = len(bench.requests())
            (folder / f"{number}.txt").write_text(f"{number}\n")
            settled = time.time() + SETTLE_S
            if not (started := until(lambda done=number: rows(done))):
                break
            to_run.append(started - settled)
            if until(lambda before=asked: len(bench.requests()) > before):
                to_model.append(bench.requests()[asked]["at"] - settled)
            until(lambda done=number: rows(done, "finished_at"))
    return [
        ("settled file → run recorded as started, ms (median, worst)", "–", spread(to_run)),
        ("… → request at the model, ms (median, worst)", "–", spread(to_model)),
        ("… of so many files", str(STARTS), str(len(to_run))),
    ]


def spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.0f}, {max(seconds) * 1000:.0f}" if seconds else "none"


@contextlib.contextmanager
def rows_of(home: Path) -> Iterator[Callable[..., float]]:
    """Look into the store of a running owner: when the slot of a number, in order of being made, began or ended."""
    connection = apsw.Connection(str(home / "homard.db"), flags=apsw.SQLITE_OPEN_READONLY)

    def look(number: int, column: str = "started_at") -> float:
        found = connection.execute(f"SELECT {column} FROM slots ORDER BY slot_id LIMIT 1 OFFSET {number}").fetchone()
        return (found[0] or 0) / 1e6 if found else 0.0

    yield look
    connection.close()


def until(look: Callable[[], float | bool], seconds: float = 20.0) -> float | bool:
    """Look again and again; what is seen, False if nothing came."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return seen


def measure(wanted: set[str]) -> Iterator[Row]:
    """All rows that are wanted: figure, goal, ours."""
    with TemporaryDirectory() as made:
        base = Path(os.path.realpath(made))
        if "plan" in wanted:
            for figures in (plan, plan_years):
                home = base / figures.__name__
                home.mkdir()
                yield from asyncio.run(figures(home))
        if "burst" in wanted:
            for shape, off in (("one folder", False), ("500 folders", False), ("500 folders", True)):
                yield from burst(base / f"{shape} {off}", shape, off=off)
        if wanted & {"idle", "start"}:
            (base / "program").mkdir()
            bench = Bench(base / "program")
            if "idle" in wanted:
                yield from idle(bench)
            if "start" in wanted:
                yield from start(bench)
            assert bench.server.stdin
            bench.server.stdin.close()
            bench.server.wait(10)


def main(*wanted: str) -> None:
    for figure, goal, ours in measure(set(wanted) or {"plan", "burst", "idle", "start"}):
        print(f"{figure:72}  {goal:8}  {ours}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
