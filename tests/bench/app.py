"""The app's rows of the goals table, measured on this machine. Fails nothing: a benchmark, not a test.

    python -m tests.bench.app [--minutes 1] [--rounds 7] [--only window,idle,frames,long]

Runs the real app on an X server of its own (openbox, trayer) against a loopback server that plays a model, and looks
from outside: at the windows the X server shows, at /proc, at `_NET_WM_PING`, at the pixels.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import psutil

from agent.messages import AssistantMessage, Message, TextPart, ToolCall, ToolMessage, ToolResult, UserMessage
from agent.paths import Paths
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.sessions import Store
from tests.helpers.app_process import AppProcess, start_app
from tests.helpers.desktop import Desktop, desktop
from tests.helpers.faults import DONE, ROLE, SSE, STOP, Answer, Pause, Step, text
from tests.helpers.model_server import USAGE, ModelServer

Rows = list[tuple[str, str, str]]
QUIET = {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "0", "QT_ACCESSIBILITY": "0"}
"""Nobody reads the screen aloud while it is measured."""
INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Modules are compiled once, as an installation has them, whatever the one who measures set for themselves."""
TOKENS_PER_S = 200
STREAM_S = 15
MESSAGES = 10_000
LONG, SHORT = "A long story", "A short story"
PROSE = (
    "The harbour wakes before the town does. **Nets** are mended, `ropes` are coiled, and a list is made:\n\n"
    "1. ice, two crates\n2. diesel, [the usual place](https://example.org)\n3. *coffee*\n\n"
    "| boat | crew | back by |\n|---|--:|---|\n| Alma | 3 | noon |\n| Ida | 2 | dusk |\n\n"
    "```python\ndef tide(hour: int) -> float:\n    '''Metres above the chart.'''\n    return 1.2 * hour % 7\n```\n\n"
)


def serve() -> None:
    """Play the model in a process of its own until standard input closes; prints its address, then `asked`."""
    pieces = re.findall(r"\s*\S+", PROSE * 200)[: TOKENS_PER_S * STREAM_S]

    def steps() -> Iterator[Step]:
        print("asked", flush=True)
        begun = time.monotonic()
        for at, piece in enumerate(pieces):
            yield Pause(max(0.0, begun + at / TOKENS_PER_S - time.monotonic()))  # so that sending costs no time
            yield text(piece)
        yield from (STOP, USAGE, DONE)

    class Streams(ModelServer):
        def _play(self, seen: Any) -> Any:
            if b"stream please" not in seen.raw:
                return super()._play(seen)
            return Answer(200, SSE, chain([ROLE], steps()))

    with Streams() as server:
        print(server.base_url, flush=True)
        sys.stdin.read()


class Bench:
    """A desktop, a home whose model is the server, and the wish how thoroughly to measure."""

    def __init__(self, screen: Desktop, base: Path, server: subprocess.Popen[str], wish: argparse.Namespace) -> None:
        assert server.stdout is not None
        self.screen = screen
        self.home = base / "home"
        self.server = server
        self.wish = wish
        url = server.stdout.readline().strip()
        self.home.mkdir()
        (self.home / "settings.toml").write_text(
            f'model = "loop/model"\n[providers.loop]\nbase_url = "{url}"\n', encoding="utf-8"
        )

    def start(self, **env: str) -> AppProcess:
        """Start the app."""
        return start_app(self.home, self.screen, **{**QUIET, **INSTALLED, **env})

    def quit(self, app: AppProcess) -> None:
        """Quit as a logout does; kill if that takes more than 10 s."""
        app.process.send_signal(signal.SIGTERM)
        try:
            app.process.wait(10)
        except subprocess.TimeoutExpired:
            print("the app did not quit within 10 s of SIGTERM", file=sys.stderr)
        app.kill()


def window(bench: Bench) -> Rows:
    """From the start of the process to its window on the screen, and to its picture, with warm files."""
    took: list[float] = []
    painted: list[float] = []
    for _ in range(bench.wish.rounds + 1):
        begun = time.perf_counter()
        app = bench.start()
        while not app.windows():
            time.sleep(0.001)
        took.append(time.perf_counter() - begun)
        shown = app.windows()[0]
        while len(set(memoryview(bench.screen.x.picture(shown.x + 8, shown.y + 8, 200, 200)).cast("I"))) < 3:
            time.sleep(0.001)
        painted.append(time.perf_counter() - begun)
        bench.quit(app)
    warm, drawn = took[1:], painted[1:]
    return [
        ("window on screen, s (median; worst; best)", "≤ 0.3",
         f"{statistics.median(warm):.3f}; {max(warm):.3f}; {min(warm):.3f}"),
        ("… and painted", "", f"{statistics.median(drawn):.3f}; {max(drawn):.3f}; {min(drawn):.3f}"),
    ]  # fmt: skip


def idle(bench: Bench) -> Rows:
    """What the app takes with its tray icon there and its window hidden."""
    app = bench.start()
    shown = app.wait_for_window()
    settle(bench.screen)
    bench.screen.x.close_window(shown.window_id)
    app.wait_hidden()
    time.sleep(5)
    icons = len(bench.screen.tray_icons())
    after_start, began, worked = resident(app.pid), time.monotonic(), cpu_s(app.pid)
    time.sleep(60 * bench.wish.minutes)
    share = 100 * (cpu_s(app.pid) - worked) / (time.monotonic() - began)
    later = resident(app.pid)
    back = [back_again(bench, app) for _ in range(5)]
    bench.quit(app)
    minutes = f"{bench.wish.minutes:g} min"
    return [
        (f"resident, window hidden, {icons} tray icon, MiB (after 5 s)", "≤ 90", after_start),
        (f"… after {minutes}", "≤ 90", later),
        (f"idle CPU over {minutes} hidden, %", "≤ 0.05", f"{share:.3f}"),
        ("from the click on the tray icon to the window, ms (first; worst of 5)", "",
         f"{back[0]:.0f}; {max(back):.0f}"),
    ]  # fmt: skip


def back_again(bench: Bench, app: AppProcess) -> float:
    """Click the icon of the app that has given back what it could; after how many ms its window is there. Hides it."""
    icon = bench.screen.tray_icons()[0]
    clicked = bench.screen.x.click(*icon.middle)
    while not app.windows():
        time.sleep(0.001)
    took = (time.perf_counter() - clicked) * 1000
    settle(bench.screen)
    bench.screen.x.close_window(app.windows()[0].window_id)
    app.wait_hidden()
    time.sleep(5)
    return took


def resident(pid: int) -> str:
    """The resident set of the process and its children, and what of it is nobody else's."""
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    infos = [one.memory_full_info() for one in family]
    return f"{sum(i.rss for i in infos) / 2**20:.0f} (own {sum(i.uss for i in infos) / 2**20:.0f})"


def cpu_s(pid: int) -> float:
    """Processor time of all threads so far, to the nanosecond."""
    stats = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(stat[0]) for stat in stats) / 1e9


def settle(screen: Desktop, seconds: float = 0.6) -> None:
    """Wait until nothing on the screen changes but a blinking cursor."""
    deadline, same, seen = time.monotonic() + 15, time.monotonic(), set[int]()
    while time.monotonic() < deadline and time.monotonic() - same < seconds:
        now = hash(screen.x.picture(0, 0, 1280, 800))
        if now not in seen:
            same = time.monotonic()
        seen.add(now)
        time.sleep(0.02)


def frames(bench: Bench) -> Rows:
    """How long the GUI thread is away at most while a model streams into the open chat."""
    app = bench.start(HOMARD_DEBUG="1")
    shown = app.wait_for_window()
    settle(bench.screen)
    bench.screen.xdotool("type", "--delay", "5", "stream please")
    bench.screen.xdotool("key", "Return")
    assert bench.server.stdout is not None
    bench.server.stdout.readline()
    away: list[float] = []
    until = time.monotonic() + STREAM_S + 1
    while time.monotonic() < until:
        away.append(bench.screen.x.ping(shown.window_id) * 1000)
        time.sleep(0.001)
    if bench.wish.shots:
        bench.screen.screenshot(Path(bench.wish.shots) / "streamed.png")
    bench.quit(app)
    said = app.errors() + "".join(path.read_text() for path in (bench.home / "logs").glob("*"))
    at_most = re.findall(r"away for (\d+) ms at most", said)
    p99 = statistics.quantiles(away, n=100)[-1]
    goal = f"longest gap, {TOKENS_PER_S} tokens/s for {STREAM_S} s, ms"
    return [
        (f"{goal} (_NET_WM_PING; p99)", "≤ 50", f"{max(away):.0f}; {p99:.1f}"),
        (
            "… as the loop's own watchdog says (start and end too)",
            "≤ 50",
            at_most[-1] if at_most else "?",
        ),
    ]


def story(count: int) -> list[Message]:
    """A history: questions, calls, results, answers in Markdown."""
    messages: list[Message] = []
    for at in range(count // 4):
        call = ToolCall(f"call-{at}", "read", f'{{"path": "file-{at}.txt"}}')
        messages += [
            UserMessage((TextPart(f"Question {at}: what does the harbour say? " + "and why? " * (at % 20)),)),
            AssistantMessage((call,), "loop/model", "tool_calls"),
            ToolMessage(ToolResult(call.call_id, "read", (TextPart(f"line of file {at}\n" * (at % 40 + 1)),))),
            AssistantMessage((TextPart(f"Answer {at}.\n\n{PROSE}"),), "loop/model"),
        ]
    return messages


async def write_stories(home: Path) -> None:
    """Two sessions: one of 10,000 messages, one of four."""
    paths = Paths(home, home, home / "cache", home / "logs")
    database = await Database.open(paths.database)
    store = Store(database, Blobs(paths.blobs))
    for title, count in ((LONG, MESSAGES), (SHORT, 4)):
        session = await store.create_session(cwd=str(home.parent), title=title)
        await store.append(session.session_id, None, story(count))
    await store.index_pending()
    await database.close()


def long(bench: Bench) -> Rows:
    """From the press on the row of a session of 10,000 messages to the last change of its picture."""
    asyncio.run(write_stories(bench.home))
    app = bench.start(QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1")
    shown = app.wait_for_window()
    first: list[float] = []
    last: list[float] = []
    with app.accessible() as screen:
        rows = {title: screen.wait_for("list item", re.compile(title)) for title in (LONG, SHORT)}
        places = {title: screen.bus.bounds(row.ref) for title, row in rows.items()}
    area = (shown.x + shown.width * 2 // 5, shown.y + shown.height // 6, shown.width // 2, shown.height // 2)
    for _ in range(5):
        opening(bench, places[SHORT], area)
        begun, ended = opening(bench, places[LONG], area)
        first.append(begun)
        last.append(ended)
    if bench.wish.shots:
        bench.screen.screenshot(Path(bench.wish.shots) / "long.png")
    peak = resident(app.pid)
    bench.quit(app)
    return [
        (f"a session of {MESSAGES:,} messages opens, ms (first picture; last)", "≤ 300",
         f"{statistics.median(first):.0f}; {statistics.median(last):.0f} (worst {max(last):.0f})"),
        ("… resident with it open, accessibility on, MiB", "", peak),
    ]  # fmt: skip


def opening(bench: Bench, place: tuple[int, int, int, int], area: tuple[int, int, int, int]) -> tuple[float, float]:
    """Click a row; after how many ms the picture of the transcript changed first, and last."""
    x, y, width, height = place
    pressed = bench.screen.x.click(x + width // 2, y + height // 2)
    before, changes = None, list[float]()
    while time.perf_counter() - pressed < 1.5:
        now = bench.screen.x.picture(*area)
        if before is not None and now != before:
            changes.append((time.perf_counter() - pressed) * 1000)
        before = now
    return (changes[0], changes[-1]) if changes else (float("nan"), float("nan"))


PARTS: dict[str, Callable[[Bench], Rows]] = {"window": window, "idle": idle, "frames": frames, "long": long}


@contextmanager
def playing_model() -> Generator[subprocess.Popen[str], None, None]:
    """The model server, in its own process so that it does not take turns with what measures."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.app", "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield server
    finally:
        server.kill()
        server.wait()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="The app's rows of the goals table.")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long to watch the idle app")
    parser.add_argument("--rounds", type=int, default=7, help="how often to start it")
    parser.add_argument("--only", default=",".join(PARTS), help="which parts, by commas")
    parser.add_argument("--shots", default="", help="a folder for pictures of what was measured")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    wish = parser.parse_args()
    if wish.serve:
        return serve()
    rows: Rows = []
    with tempfile.TemporaryDirectory() as folder, playing_model() as server, desktop() as screen:
        bench = Bench(screen, Path(os.path.realpath(folder)), server, wish)
        for part in wish.only.split(","):
            rows += PARTS[part](bench)
    width = max(len(row[0]) for row in rows)
    print(f"{'figure':{width}}  {'goal':7}  ours")
    for figure, goal, ours in rows:
        print(f"{figure:{width}}  {goal:7}  {ours}")
    return None


if __name__ == "__main__":
    main()
