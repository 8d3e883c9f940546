"""`homard-app --selftest`: does once, without a display and in a home of its own, what a broken build would fail at.

One line for each check. Nothing of the person is touched, nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from agent.paths import Paths, find_paths
from agent.tasks import spawn
from app import event_loop
from app.imports import keep_plain

if TYPE_CHECKING:
    from agent.events import RunFinished
    from app.application import Application
    from app.workspace import Workspace

LIMIT_S = 240.0
"""For one check: the start of litellm takes long on a cold disk."""
OPEN_LIMIT_S = 15.0
QUIT_LIMIT_S = 20.0
HELLO = "scripted/hello"
LOOP = "loop/model"
WORDS = "The build works."

Check = Callable[[], Awaitable[str]]


class Broken(Exception):
    """A check came to its end with another result than it should."""


def main() -> int:
    """Check everything; 0 if all is well, else 1."""
    keep_plain()
    with tempfile.TemporaryDirectory(prefix="homard-", ignore_cleanup_errors=True) as home:
        os.environ.update(HOMARD_HOME=home, QT_QPA_PLATFORM="offscreen", NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
        paths = find_paths()
        (paths.data / "work").mkdir()
        _write_settings(paths)
        return _run(paths)


def _run(paths: Paths) -> int:
    from app.application import Application
    from app.opening import Options, open_window

    qt = QApplication(["homard"])
    qt.setStyle("Fusion")
    application = Application(open_window(qt, paths, Options()))
    paint = FirstPaint(application.window)
    return event_loop.run(qt, lambda: _check_application(application, paint))


async def _check_application(application: Application, paint: FirstPaint) -> int:
    """Run all checks while the application runs, then quit it as its menu does."""
    running = spawn(application.main(), "application")
    checks = Checks(application, running, paint)
    failed = await run_checks(
        {
            "window": checks.window,
            "answer": checks.answer,
            "page": checks.page,
            "prices": checks.prices,
            "litellm": checks.litellm,
            "engine": checks.engine,
            "sandbox": checks.sandbox,
            "plugins": checks.plugins,
            "charts": checks.charts,
        },
        say,
    )
    application.quit()

    async def quits() -> str:
        code = await asyncio.wait_for(running, QUIT_LIMIT_S)
        if code != 0:
            raise Broken(f"the exit code is {code}")
        return "everything is stored and closed"

    return 1 if await run_checks({"quit": quits}, say) + failed else 0


async def run_checks(checks: Mapping[str, Check], tell: Callable[[str], object], limit_s: float = LIMIT_S) -> int:
    """Do one after the other, each with a line; returns how many failed."""
    failed = 0
    for name, check in checks.items():
        try:
            words = await asyncio.wait_for(check(), limit_s)
        except Exception as error:  # noqa: BLE001 whatever it is, it is what the check was to find
            failed += 1
            tell(f"FAILED  {name}: {' '.join(str(error).split()) or type(error).__name__}")
        else:
            tell(f"ok      {name}: {words}")
    return failed


def say(line: str) -> None:
    """Print, unless this is a program of Windows without a console."""
    if sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison]
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


class FirstPaint(QObject):
    """Notes when a window is painted for the first time."""

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        self._window = window
        self.at = 0.0
        """As `time.time()`; 0 until then."""
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at an event; it goes its way."""
        if event.type() == QEvent.Type.Paint and not self.at:
            self.at = time.time()
            self._window.removeEventFilter(self)
        return False


class Checks:
    """The checks of a running application; each returns what it found, or raises."""

    def __init__(self, application: Application, running: asyncio.Task[int], paint: FirstPaint) -> None:
        self._application = application
        self._running = running
        self._paint = paint

    async def window(self) -> str:
        """The window is painted, with something in it."""
        await self._until(lambda: self._paint.at > 0)
        import psutil

        milliseconds = (self._paint.at - psutil.Process().create_time()) * 1000
        await self._workspace()
        if _colours(self._application.window) < 3:
            raise Broken("it is empty")
        return f"painted {milliseconds:.0f} ms after the start"

    async def answer(self) -> str:
        """A prompt is answered, and the answer is on the screen."""
        from app.viewmodels.rows import AnswerRow

        workspace = await self._workspace()
        finished = await self._ask(workspace, HELLO)
        await workspace.chat.open(finished.session_id)
        shown = [row.text for row in workspace.chat.transcript.rows if isinstance(row, AnswerRow)]
        if shown != [finished.text]:
            raise Broken(f"{finished.text!r} was answered and {shown} is shown")
        return finished.text

    async def page(self) -> str:
        """The worker that makes Markdown of web pages."""
        from agent.tools import page_worker
        from agent.workers import worker_command

        page = find_paths().cache / "page.html"
        await asyncio.to_thread(page.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(page.write_text, f"<title>Page</title><p>{WORDS}", encoding="utf-8")
        worker = await asyncio.create_subprocess_exec(
            *worker_command("page", "-I", page_worker.__file__),
            *(str(page), "https://page.example/"),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await worker.communicate()
        if output.decode().split("\n") != ["# Page", "", WORDS]:
            raise Broken(f"exit code {worker.returncode}, output {output!r}")
        return "turned into Markdown"

    async def prices(self) -> str:
        """litellm's map of models."""
        from agent.models.price_map import look_up

        known = await asyncio.to_thread(look_up, "openai", "gpt-4o")
        if known.price is None or not known.window:
            raise Broken("the map of models is not there")
        return f"gpt-4o costs {known.price.input} USD per million tokens"

    async def litellm(self) -> str:
        """A whole answer through litellm's worker, from a server in this process."""
        workspace = await self._workspace()
        with _model_server() as address:
            provider = f'[providers.loop]\ntransport = "litellm"\nlitellm_provider = "openai"\nbase_url = "{address}"\n'
            _write_settings(workspace.runtime.paths, provider)
            workspace.runtime.reload_settings()
            finished = await self._ask(workspace, LOOP)
        if finished.text != WORDS:
            raise Broken(f"{finished.text!r} was answered")
        return "answered through its worker"

    async def engine(self) -> str:
        """The offline engine with the bundled model, if this installation has them."""
        from agent.models.catalogue import BUNDLED, bundled_file
        from agent.models.engine_process import engine_installed

        if bundled_file() is None or not engine_installed():
            return "not in this installation"
        runtime = (await self._workspace()).runtime
        await runtime.start_engine(f"local/{BUNDLED}")
        (state,) = runtime.engine_state()
        await runtime.stop_engine()
        return f"{Path(state.file).name} loaded, {state.memory_bytes / 2**20:.0f} MiB"

    async def sandbox(self) -> str:
        """What holds commands and plugins here."""
        from app.selftest_sandbox import check_sandbox

        return await check_sandbox(find_paths().cache)

    async def plugins(self) -> str:
        """The plugins that come with Homard."""
        from app.selftest_sandbox import check_plugins

        return await check_plugins(find_paths().cache)

    async def charts(self) -> str:
        """The page of usage, with a chart of what was asked for before."""
        workspace = await self._workspace()
        workspace.usage.show()
        from app.windows.usage.overview import view_choices
        from app.windows.usage.page import UsagePage

        page = workspace.window.page_of("usage")
        if not isinstance(page, UsagePage):
            raise Broken("there is no page of usage")
        view, frame = page.overview.view, page.overview.over_time.chart
        view.setCurrentIndex([value for value, _title in view_choices(month=True)].index("tokens"))
        await self._until(lambda: frame.plot.isVisible(), "no chart was shown")
        if _colours(frame.plot) < 3:
            raise Broken("a chart is empty")
        return "drawn"

    async def _workspace(self) -> Workspace:
        await self._until(lambda: self._application.workspace is not None)
        if self._application.workspace is None:
            raise Broken("the home was closed again")
        return self._application.workspace

    async def _until(self, true: Callable[[], bool], else_: str = "the application had not opened its home") -> None:
        """Look again and again; gives up when the application has ended, or shows a trouble instead of its home."""
        deadline = time.monotonic() + OPEN_LIMIT_S
        while not true():
            if self._running.done():
                raise Broken(f"the application has ended: {self._running.exception()}")
            if time.monotonic() > deadline:
                raise Broken(f"{else_} within {OPEN_LIMIT_S:.0f} s")
            await asyncio.sleep(0.005)

    async def _ask(self, workspace: Workspace, model: str) -> RunFinished:
        """Say something to a model, as a person does in a new chat, and wait for the end of the run."""
        from agent.events import RunFinished

        folder = workspace.runtime.settings.app.chat_folder
        session = await workspace.runtime.store.create_session(cwd=folder, title="Self-test", model=model)
        with workspace.runtime.subscribe(session.session_id) as events:
            await workspace.runs.ask("Do you work?", session.session_id)
            async for event in events:
                if isinstance(event, RunFinished):
                    if event.stop_reason != "end_turn":
                        raise Broken(event.error or event.stop_reason)
                    return event
        raise Broken("the run had no end")


def _colours(widget: QWidget) -> int:
    picture = widget.grab().toImage()
    return len({picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)})


def _write_settings(paths: Paths, more: str = "") -> None:
    # No hotkey: the test must not take that of the app which a person runs meanwhile. A JSON string is one of TOML too.
    app = f'[app]\nhotkey = ""\nlanguage = "en"\nchat_folder = {json.dumps(str(paths.data / "work"))}\n'
    paths.settings.write_text(f'model = "{HELLO}"\n{app}{more}', encoding="utf-8")


@contextmanager
def _model_server() -> Generator[str]:
    """Serve a model that always says the same, on loopback; gives its base URL."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Answers(BaseHTTPRequestHandler):
        """Streams one reply in OpenAI's format."""

        def do_POST(self) -> None:
            """Answer whatever was asked."""
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(_reply())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _reply() -> bytes:
    said = {"index": 0, "delta": {"role": "assistant", "content": WORDS}}
    end: dict[str, object] = {"index": 0, "delta": {}, "finish_reason": "stop"}
    chunks = [json.dumps({"object": "chat.completion.chunk", "choices": [choice]}) for choice in (said, end)]
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    chunks.append(json.dumps({"object": "chat.completion.chunk", "choices": [], "usage": usage}))
    return "".join(f"data: {line}\n\n" for line in [*chunks, "[DONE]"]).encode()
