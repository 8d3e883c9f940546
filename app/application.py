"""The composition root of the tray app: from the window that is there to the last event."""

from __future__ import annotations

import asyncio
import importlib
import logging
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from agent.errors import HomardError
from agent.paths import Paths
from agent.settings import AppSettings
from agent.tasks import spawn
from app import memory, theme, ui_state
from app.debug_watchdog import watching
from app.desktop.app_service import AppService
from app.home import open_home
from app.opening import Opening
from app.translation import translate

if TYPE_CHECKING:
    from agent.runtime import Runtime
    from app.desk import Desk
    from app.workspace import Workspace


REST_MS = 3_000
"""After the window was hidden, or the last work ended while it was."""

TROUBLE = "trouble"
"""The page in place of the chats while the home cannot be opened."""

RUNTIME = ("agent.runtime",)
"""What is needed behind the empty window and knows no Qt."""
REST = (
    "app.viewmodels.status", "app.viewmodels.chat", "app.workspace", "app.desktop.notices", "app.desktop.motion",
    "app.desk",
)  # fmt: skip
"""What else is needed there, in steps of about 20 ms."""
FIRST_PAGE = (
    "app.widgets.text_pane", "app.widgets.composer", "app.widgets.markdown_view", "app.widgets.cards.row_widgets",
    "app.windows.chats",
)  # fmt: skip
"""What is needed in the window, in such steps."""
AUTOMATION = ("agent.automation.service",)
"""What is needed for work that starts by itself; knows no Qt."""

_log = logging.getLogger(__name__)


class Application(QObject):
    """Owns the window from start to end, and the workspace while the home is open."""

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self._qt = opening.qt
        self._paths = opening.paths
        self.options = opening.options
        self._leaving = asyncio.Event()
        self._again = asyncio.Event()
        self.ui = opening.ui
        self.workspace: Workspace | None = None
        """None until the home is open."""
        self.desk: Desk | None = None
        self.service = AppService(self)
        self.window = opening.window
        self.window.close_requested.connect(self._close)
        self.service.raise_requested.connect(self.window.bring_up)
        self.service.quit_requested.connect(self.quit)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._give_back)
        self._collector = memory.Collector(self)
        self._awake = True
        self._settled = False
        """Whether all that a start does is done."""
        self._close_wanted = False
        """The window was closed before there was a desk that knows what closing means."""
        self.window.shown.connect(self._on_shown)
        self.window.hidden.connect(self._stay_awake)
        self._stay_awake()

    def apply(self, chosen: AppSettings) -> None:
        """Put the looks that the settings name in force."""
        theme.apply(self._qt, chosen.theme, chosen.text_scale)

    def _follow_desktop(self, _scheme: Qt.ColorScheme) -> None:
        if self.workspace is None or self.workspace.runtime.settings.app.theme == "system":
            theme.follow(self._qt)

    # -- from start to end

    async def main(self) -> int:
        """Run until somebody quits."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            with suppress(NotImplementedError, ValueError, AttributeError):  # Windows
                loop.add_signal_handler(getattr(signal, name), self._leaving.set)
        self._qt.commitDataRequest.connect(self._leaving.set)
        while not self._leaving.is_set():
            try:
                with watching():
                    await self._serve()
                break
            except HomardError as error:
                await self._tell_trouble(error)
            except Exception as error:  # noqa: BLE001 - a person sees a sentence, the log has the trace
                _log.exception("the app failed")
                await self._tell_trouble(_unexpected(error, self._paths))
        self.window.hide()
        self._collector.close()
        await asyncio.to_thread(ui_state.save, self._paths.data / "ui.json", self.ui)
        return 0

    async def _serve(self) -> None:
        """Own the home and work on it until told to leave. Raises HomardError when it cannot be opened."""
        # Half a second on a slow machine: the first paint is on its way, and the window answers meanwhile.
        await asyncio.to_thread(import_all, RUNTIME)
        await import_in_steps(REST + (FIRST_PAGE if self.window.isVisible() else ()))
        async with open_home(self._paths, self.service, self._show_waiting) as runtime:
            if runtime is None:
                return
            from app.desk import Desk
            from app.workspace import Workspace

            async with Workspace.open(runtime, self.window, self.ui) as workspace, Desk.open(self, workspace) as desk:
                self.workspace, self.desk = workspace, desk
                self.window.sidebar.setEnabled(True)
                workspace.chat.session_changed.connect(self._remember)
                workspace.status.changed.connect(self._stay_awake)
                workspace.bridge.start(self._automate(runtime, workspace), "automation")
                if self._close_wanted:
                    workspace.bridge.start(desk.close_window(), "close")
                try:
                    await self._leaving.wait()
                finally:
                    self.workspace = self.desk = None

    async def _automate(self, runtime: Runtime, workspace: Workspace) -> None:
        """Let work start by itself, now that the window stands, and show what of it waits."""
        await asyncio.to_thread(import_all, AUTOMATION)
        from app.desktop.clipboard import QtDesktop

        runtime.extensions.desktop = QtDesktop()
        try:
            await runtime.start()
            await workspace.jobs.load()
        finally:
            self._settled = True
            self._stay_awake()

    def _show_waiting(self, pid: int) -> None:
        from app.windows.trouble import waiting_page

        self._show_trouble(waiting_page(pid, self._leaving.set))

    def _show_trouble(self, page: QWidget) -> None:
        """Show a page in place of the chats; the sidebar has nothing to offer meanwhile."""
        self.window.sidebar.setEnabled(False)
        self.window.remove_page(TROUBLE)
        self.window.add_page(TROUBLE, lambda: page)
        self.window.show_page(TROUBLE)
        self.window.bring_up()

    async def _tell_trouble(self, error: HomardError) -> None:
        from app.windows.trouble import trouble_page

        self._again.clear()
        self._show_trouble(trouble_page(error, self._paths, self._again.set, self._leaving.set))
        await first_of(self._again, self._leaving)
        self.window.remove_page(TROUBLE)

    def _remember(self) -> None:
        """Note at once which chat is open: a crash must lead back to it."""
        if self.workspace is not None:
            self.workspace.remember()
            kept = msgspec.structs.replace(self.ui)
            spawn(asyncio.to_thread(ui_state.save, self._paths.data / "ui.json", kept), "ui state")

    def _stay_awake(self) -> None:
        working = self.workspace is not None and bool(self.workspace.status.status.running)
        awake = working or self.window.isVisible() or not self._settled
        self._collector.awake(awake)
        if awake:
            self._rest.stop()
        elif self._awake:
            self._rest.start()
        self._awake = awake

    def _on_shown(self) -> None:
        self._close_wanted = False
        self._stay_awake()

    def _give_back(self) -> None:
        self.window.give_back()
        memory.give_back()

    # -- closing and quitting

    def _close(self) -> None:
        if self.workspace is not None and self.desk is not None:
            self.workspace.bridge.start(self.desk.close_window(), "close")
        elif self.window.page == TROUBLE:
            self._leaving.set()
        else:
            self._close_wanted = True
            self.window.hide()

    def quit(self) -> None:
        """End, after asking what becomes of the runs under way."""
        if self.workspace is None:
            self._leaving.set()
        else:
            self.workspace.bridge.start(self._quit(self.workspace), "quit")

    async def _quit(self, workspace: Workspace) -> None:
        from app import dialogs

        running = len(workspace.status.status.running)
        if running:
            self.window.bring_up()
            stop = dialogs.Choice("stop", translate("Application", "Stop them and quit"), "main")
            wait = dialogs.Choice("wait", translate("Application", "Quit when they are done"))
            stay = dialogs.Choice("no", translate("Application", "Stay"), "cancel")
            paused = workspace.status.status.pause is not None  # then they are never done
            choice = await dialogs.ask(
                self.window,
                translate("Application", "Quit Homard?"),
                translate("Application", "%n run(s) are at work. Whatever is done by now is kept.", running),
                [stop, stay] if paused else [stop, wait, stay],
                default="no",
            )
            if choice == "wait":
                self.window.hide()
                await workspace.runs.until_idle()
            elif choice != "stop":
                return
        self._leaving.set()


def _unexpected(error: Exception, paths: Paths) -> HomardError:
    words = translate(
        "Application",
        "Something unexpected went wrong ({kind}). What was stored before is kept; the details are in {log}.",
    )
    return HomardError(words.format(kind=type(error).__name__, log=paths.logs / "homard.log"))


def import_all(names: Sequence[str]) -> None:
    """Import modules one after the other, in a thread: they must make no Qt classes (see `import_in_steps`)."""
    for name in names:
        importlib.import_module(name)


async def import_in_steps(names: Sequence[str]) -> None:
    """Import modules on this thread; before each the loop turns."""
    # WORKAROUND(PySide6 6.11, Python < 3.12): Qt asks for the class of an object without the GIL, in a table that grows
    # with each class that is made. Where another thread makes one meanwhile, the app crashes now or later.
    for name in names:
        await asyncio.sleep(0)
        importlib.import_module(name)


async def first_of(*events: asyncio.Event) -> None:
    """Wait until one of them is set."""
    waits = [spawn(event.wait(), "wait") for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
