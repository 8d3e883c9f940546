"""Runs from anywhere in the program: begun by the quick prompt, stopped and paused by tray, sidebar and shortcuts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from agent.commands import CancelRun, PauseRuns, ResumeRuns, SendMessage
from agent.context.intake import title_of
from agent.errors import UsageError
from agent.messages import TextPart
from agent.pause import next_morning
from app import dialogs
from app.translation import translate
from app.viewmodels.chat import default_folder, have_folder

if TYPE_CHECKING:
    from agent.runtime import Runtime
    from app.bridge import Bridge
    from app.viewmodels.status import StatusViewModel
    from app.windows.main_window import MainWindow


class RunDesk:
    """What a person may want of any run; also the port of the quick prompt."""

    def __init__(self, runtime: Runtime, status: StatusViewModel, bridge: Bridge, window: MainWindow) -> None:
        self._runtime, self._status, self._bridge, self._window = runtime, status, bridge, window

    async def ask(self, text: str, session_id: str = "") -> tuple[str, str]:
        """Say something in a chat, or in a new one; the ids of session and run. Raises HomardError.

        A chat that was deleted meanwhile is not gone on with.
        """
        if not session_id or (await self._runtime.store.session(session_id)).deleted_at is not None:
            folder = default_folder(self._runtime.settings)
            await have_folder(folder)
            session = await self._runtime.store.create_session(cwd=folder, title=title_of(text))
            session_id = session.session_id
        message = SendMessage(session_id, (TextPart(text),), origin="user", limits=self._runtime.limits())
        receipt = await self._runtime.submit(message)
        return receipt.session_id, receipt.run_id

    async def cancel(self, run_id: str) -> None:
        """Stop a run; one that has ended already is none to stop."""
        try:
            await self._runtime.submit(CancelRun(run_id))
        except UsageError:
            return  # it has just ended by itself

    def stop(self, run_id: str) -> None:
        """Stop a run anywhere."""
        self._bridge.start(self.cancel(run_id), "stop")

    def pause(self, until: datetime | None) -> None:
        """Let no run call a model until then; None: until resumed."""
        self._bridge.start(self._runtime.submit(PauseRuns(until)), "pause")

    def resume(self) -> None:
        """Let runs go on."""
        self._bridge.start(self._runtime.submit(ResumeRuns()), "resume")

    def pause_or_resume(self) -> None:
        """Resume, or ask for how long to pause."""
        if self._status.status.pause is not None:
            self.resume()
        else:
            self._bridge.start(self._ask_pause(), "pause")

    async def until_idle(self) -> None:
        """Wait until no run is under way."""
        idle = asyncio.Event()

        def look() -> None:
            if not self._status.status.running:
                idle.set()

        self._status.changed.connect(look)
        look()
        await idle.wait()

    async def _ask_pause(self) -> None:
        choice = await dialogs.ask(
            self._window,
            translate("Workspace", "Pause Homard"),
            translate("Workspace", "No run calls a model until then, and no job starts. What is sent meanwhile waits."),
            [
                dialogs.Choice("hour", translate("Workspace", "For an hour")),
                dialogs.Choice("tomorrow", translate("Workspace", "Until tomorrow")),
                dialogs.Choice("open", translate("Workspace", "Until I resume")),
                dialogs.Choice("no", translate("Workspace", "Cancel"), "cancel"),
            ],
            default="hour",
        )
        if choice == "hour":
            self.pause(datetime.now(UTC) + timedelta(hours=1))
        elif choice == "tomorrow":
            self.pause(next_morning(datetime.now(UTC)))
        elif choice == "open":
            self.pause(None)
