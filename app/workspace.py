"""Everything that is on the screen while the home is open: view models over the runtime, pages over view models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal

from agent.errors import HomardError
from agent.events import AnyEvent, RunFinished
from agent.jobs import Change, JobRow
from agent.tasks import spawn
from app.bridge import Bridge
from app.extension_desk import ExtensionDesk
from app.job_desk import JobDesk
from app.run_desk import RunDesk
from app.translation import translate
from app.ui_state import UiState
from app.usage_desk import UsageDesk
from app.viewmodels.chat import ChatViewModel
from app.viewmodels.live import LiveRuns
from app.viewmodels.rows import FooterRow
from app.viewmodels.sessions import SessionsViewModel
from app.viewmodels.status import StatusViewModel
from app.windows.main_window import MainWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agent.runtime import Runtime
    from app.viewmodels.composer import ComposerViewModel
    from app.windows.chats import ChatsPage
    from app.windows.settings.page import SettingsPage


MOST_LOOKED_AT = 500
"""Rows at the end of a chat among which the last run that changed something is looked for."""


class Workspace(QObject):
    """Ties view models, pages and the sidebar of one window together."""

    settings_changed = Signal(str)
    """The path of a setting that is another one now."""
    first_run_over = Signal()

    def __init__(self, runtime: Runtime, window: MainWindow, state: UiState) -> None:
        super().__init__(window)
        self.runtime = runtime
        self.window = window
        self._ui = state
        self.bridge = Bridge(self)
        self.live = LiveRuns()
        self.status = StatusViewModel(parent=self)
        self.sessions = SessionsViewModel(runtime.store)
        self.chat = ChatViewModel(runtime, self.live, self)
        self.runs = RunDesk(runtime, self.status, self.bridge, window)
        self.jobs = JobDesk(self)
        self.extensions = ExtensionDesk(self)
        self.usage = UsageDesk(self)
        self._pages = {
            "chats": self._make_chats,
            "automations": self._make_automations,
            "activity": self._make_activity,
            "extensions": self._make_extensions,
            "usage": self._make_usage,
            "settings": self._make_settings,
            "first_run": self._make_first_run,
        }
        self._said: ComposerViewModel | None = None
        self._settings: SettingsPage | None = None
        self._chosen = runtime.settings.app
        """What the screens follow already."""
        self._listeners: list[Callable[[AnyEvent], object]] = [
            self.live.take,
            self.status.take,
            self.chat.transcript.take,
            self.jobs.take,
            self.extensions.take,
            self.usage.take,
        ]

    @classmethod
    @asynccontextmanager
    async def open(cls, runtime: Runtime, window: MainWindow, state: UiState) -> AsyncGenerator[Workspace, None]:
        """Show the runtime in the window, until left."""
        async with AsyncExitStack() as stack:
            workspace = cls(runtime, window, state)
            stack.callback(workspace.deleteLater)
            stack.callback(workspace._take_pages_out)
            events = stack.enter_context(runtime.subscribe())
            relay = spawn(workspace.bridge.relay(events), "bridge")
            stack.callback(relay.cancel)
            stack.callback(workspace.bridge.close)
            stack.push_async_callback(workspace._end_downloads)
            workspace._connect()
            await workspace.begin()
            yield workspace
            workspace.remember()

    def listen(self, take: Callable[[AnyEvent], object]) -> None:
        """Hand every event to one more listener."""
        self._listeners.append(take)

    # -- putting together

    def _connect(self) -> None:
        window, sidebar = self.window, self.window.sidebar
        self.bridge.happened.connect(self._take)
        self.bridge.failed.connect(self._tell_failure)
        self.sessions.wants_more = self.refresh_sessions
        sidebar.sessions.show_chats(self.sessions)
        sidebar.sessions.chosen.connect(self.open_chat)
        sidebar.sessions.entered_chat.connect(self._write_here)
        sidebar.new_chat.connect(self.new_chat)
        sidebar.searched.connect(self._search)
        sidebar.page_chosen.connect(self.show_page)
        sidebar.needs_you.connect(self.show_need)
        sidebar.pause.connect(self.runs.pause_or_resume)
        self.status.changed.connect(lambda: sidebar.show_status(self.status.status))
        self.chat.session_changed.connect(self._on_session)
        self.chat.listed.connect(self.refresh_sessions)
        self.chat.gone.connect(self._on_gone)
        window.activated.connect(self._look_again)
        for name, make in self._pages.items():
            window.add_page(name, make)

    def _take_pages_out(self) -> None:
        """Leave none in the window: a page that is hidden later asks for what it showed, and that ends with this."""
        for name in sorted(self._pages, key=lambda name: name == self.window.page):  # so that no other page is shown
            self.window.remove_page(name)

    async def begin(self) -> None:
        """Fill the window: the chat that was open last, or the first run."""
        self.extensions.begin()
        await self.sessions.refresh()
        paused = self.runtime.pause.state
        if paused.paused:
            from agent.events import RunsPaused

            self.status.take(RunsPaused("", "", paused.until))
        self.status.load(await self.runtime.parked.open(), ())
        await self._count_spending()
        if not self.runtime.paths.settings.exists():
            self.window.show_page("first_run")
            return
        if self.window.isVisible():
            self.show_page("chats")
        else:
            self.window.shown.connect(self._show_first)
        if self._ui.session_id and self.sessions.row_of(self._ui.session_id) is not None:
            await self.chat.open(self._ui.session_id)
        else:
            await self.chat.new()
        if self.window.page == "chats":
            self.chats.focus()

    def _show_first(self) -> None:
        """Show the chats in a window that comes up without a page: until then, a page would only cost memory."""
        if not self.window.page:
            self.show_page("chats")
            self.chats.focus()

    def remember(self) -> None:
        """Note what should be as it is at the next start."""
        self._ui.session_id = self.chat.session.session_id if self.chat.session is not None else ""
        if self.window.was_shown:
            self._ui.geometry, self._ui.sidebar = self.window.where()
        if self._said is not None:
            self._ui.said = list(self._said.sent.texts)
            self._ui.drafts = self.chats.begun_texts()

    @property
    def chats(self) -> ChatsPage:
        """The chats' page, made if need be."""
        from app.windows.chats import ChatsPage

        page = self.window.page_of("chats")
        if not isinstance(page, ChatsPage):
            raise TypeError("the page of the chats is another one")
        return page

    def _make_chats(self) -> QWidget:
        from app.viewmodels.composer import ComposerViewModel
        from app.viewmodels.model_list import ModelListViewModel
        from app.widgets.composer import Composer
        from app.windows.chats import ChatsPage

        self._said = ComposerViewModel(self._ui.said, skills=self._skills_for)
        models = ModelListViewModel(lambda: (self.runtime.settings, self.runtime.paths.cache))
        composer = Composer(self._said, models)
        page = ChatsPage(self.chat, self.bridge, composer)
        page.take_up(self._ui.drafts)
        page.deleted.connect(self._offer_restore)
        page.explained.connect(self.show_run)
        page.undo_wanted.connect(self.show_undo)
        page.repeat_wanted.connect(self.jobs.repeat)
        page.safety_wanted.connect(lambda: self.show_settings("safety"))
        return page

    def _skills_for(self, folder: str) -> list[str]:
        """The names of the skills that a message in this folder may begin with; blocks for the disk."""
        try:
            found = self.runtime.skills.look(Path(folder))
        except (HomardError, OSError):
            return []
        return [skill.name for skill in found.skills] if found is not None else []

    def _make_activity(self) -> QWidget:
        from app.viewmodels.activity import ActivityViewModel
        from app.viewmodels.run_records import RunRecords
        from app.windows.activity import ActivityPage

        model = ActivityViewModel(self.runtime.store)
        for run_id in self.live.runs():
            for event in self.live.of_run(run_id):
                model.take(event)
        self.listen(model.take)
        page = ActivityPage(model, RunRecords(self.runtime, self))
        page.open_chat.connect(self.open_chat)
        page.retry.connect(self._retry)
        page.stop.connect(self.runs.stop)
        page.undo.connect(self.show_undo)
        page.new_chat.connect(self.new_chat)
        page.failed.connect(self._tell_failure)
        return page

    def _make_automations(self) -> QWidget:
        from app.viewmodels.automations import JobsViewModel
        from app.viewmodels.job_acts import JobActs
        from app.windows.automations.page import AutomationsPage

        model = JobsViewModel(self.runtime.automation)
        self.listen(model.take)
        page = AutomationsPage(model, JobActs(self.runtime.submit), self._more_of_slot, self.bridge.start)
        model.setParent(page)
        page.new_wanted.connect(self.jobs.make)
        page.template_wanted.connect(self.jobs.make)
        page.edit_wanted.connect(self.jobs.edit)
        page.deleted.connect(self._offer_job)
        page.open_chat.connect(self.open_chat)
        page.open_run.connect(self.show_run)
        page.undo.connect(self.show_undo)
        page.safety_wanted.connect(lambda: self.show_settings("safety"))
        page.failed.connect(self._tell_failure)
        return page

    async def _more_of_slot(self, slot_id: int, run_id: str) -> tuple[list[tuple[str, Change]], bool]:
        files = await self.runtime.automation.files(slot_id)
        return files, bool(run_id) and not await self.runtime.undo.undoable(run_id)

    def _make_extensions(self) -> QWidget:
        page = self.extensions.page()
        page.failed.connect(self._tell_failure)
        page.said.connect(self.window.banner.tell)
        self.window.activated.connect(page.look_again)
        return page

    def _make_usage(self) -> QWidget:
        page = self.usage.page()
        page.failed.connect(self._tell_failure)
        page.said.connect(self.window.banner.tell)
        return page

    def _make_settings(self) -> QWidget:
        from app.windows.settings.page import SettingsPage

        self._settings = page = SettingsPage(self.runtime, self.runtime.secrets, self.window)
        page.settings_changed.connect(self._on_setting)
        return page

    async def _end_downloads(self) -> None:
        """What of a model has come stays on the disk, to go on from."""
        if self._settings is not None:
            await self._settings.offline.local.close()

    def _make_first_run(self) -> QWidget:
        from app.windows.first_run import FirstRun

        page = FirstRun(self.runtime, self.runtime.secrets, self.window)
        page.finished.connect(self._end_first_run)
        return page

    # -- what happens

    def _tell_failure(self, words: str) -> None:
        self.window.banner.tell(words, "error")

    def _search(self, text: str) -> None:
        self.bridge.start(self.sessions.search(text), "search")

    def _take(self, event: Any) -> None:
        for take in self._listeners:
            take(event)
        self.chat.take(event)
        if self.sessions.take(event):
            self.refresh_sessions()
        if isinstance(event, RunFinished):
            self.bridge.start(self._count_spending(), "spending")

    async def _count_spending(self) -> None:
        spent = await self.runtime.spent_today()
        caps = {cap.setting: cap.limit for cap in await self.runtime.budget.standing()}
        self.status.set_spent(spent.usd, spent.unknown_tokens > 0, caps.get("budget.usd_per_day"))

    def _on_session(self) -> None:
        session = self.chat.session
        self.window.sidebar.sessions.select(session.session_id if session is not None else "")

    def _look_again(self) -> None:
        """A person comes to the window, maybe from a terminal in which they did something to chats or settings."""
        self.refresh_sessions()
        self.bridge.start(self.chat.look_again(), "look again")
        self.bridge.start(self._follow_settings(), "settings")

    async def _follow_settings(self) -> None:
        """Put in force what was changed in the settings from elsewhere."""
        if self._settings is not None:
            await self._settings.form.refresh()  # it tells what is another
        before, now = msgspec.structs.asdict(self._chosen), msgspec.structs.asdict(self.runtime.settings.app)
        for name in [name for name in now if now[name] != before[name]]:
            self._on_setting(f"app.{name}")
        await self.chat.refresh_model()

    def _on_gone(self, session_id: str, title: str) -> None:
        """A deleted chat was wanted, from the tray or an old list: say so, and that it can come back."""
        self._on_session()
        self.refresh_sessions()
        self._offer_restore(session_id, title)

    def _on_setting(self, path: str) -> None:
        self._chosen = self.runtime.settings.app
        if not path.startswith("app."):
            self.bridge.start(self.chat.refresh_model(), "model")
        self.settings_changed.emit(path)

    def _end_first_run(self, _model: str, folder: str, prompt: str) -> None:
        self.bridge.start(self._begin_first_chat(folder, prompt), "first chat")

    async def _begin_first_chat(self, folder: str, prompt: str) -> None:
        self.show_page("chats")
        self.window.remove_page("first_run")
        await self.chat.new()
        if folder:
            await self.chat.choose_folder(folder)
        if prompt:
            await self.chat.send(prompt)
        self.chats.focus()
        self.first_run_over.emit()

    def _retry(self, session_id: str, run_id: str) -> None:
        self.bridge.start(self._retry_run(session_id, run_id), "retry")

    async def _retry_run(self, session_id: str, run_id: str) -> None:
        await self._open_chat(session_id, "")
        if self.chat.session is None or self.chat.session.session_id != session_id:
            return  # it is deleted, and that was told
        if self.chat.transcript.can_retry(run_id):
            await self.chat.retry()
            return
        words = translate("Workspace", "More was said after that run, so it stays as it is. Say here what to do again.")
        self.window.banner.tell(words, "info")

    # -- what a person wants

    def show_page(self, name: str) -> None:
        """Show a place of the sidebar."""
        self.window.show_page(name)
        self.window.sidebar.show_page(name)

    def open_chat(self, session_id: str, item_id: str = "") -> None:
        """Show a chat, and in it an approval or a question."""
        self.bridge.start(self._open_chat(session_id, item_id), "open chat")

    async def _open_chat(self, session_id: str, item_id: str) -> None:
        self.show_page("chats")
        if self.chat.session is None or self.chat.session.session_id != session_id:
            await self.chat.open(session_id)
        if item_id:
            self.chats.transcript.show_item(item_id)

    def _write_here(self) -> None:
        self.show_page("chats")
        self.chats.focus()

    def new_chat(self) -> None:
        """Begin another chat."""
        self.bridge.start(self._new_chat(), "new chat")

    async def _new_chat(self) -> None:
        self.show_page("chats")
        await self.chat.new()
        self.chats.focus()

    def show_need(self) -> None:
        """Go to the oldest thing that waits for a person."""
        if self.status.status.needs:
            self.show_item(self.status.status.needs[0].item_id)

    def show_item(self, item_id: str, session_id: str = "") -> None:
        """Show something that waits, or did: among the automations, the extensions, else in its chat."""
        need = next((need for need in self.status.status.needs if need.item_id == item_id), None)
        if need is not None and (need.job_id or need.slot_id):
            self.bridge.start(self.jobs.show_need(need), "show what waits")
        elif item_id.partition(":")[0] in ("skill", "plugin", "server", "pack"):
            self.extensions.show(item_id)
        elif need is not None or session_id:
            self.open_chat(need.session_id if need is not None else session_id, item_id)

    def show_undo(self, run_id: str) -> None:
        """Show what undoing a run would do, in a dialog that does it."""
        from app.viewmodels.undo import UndoViewModel
        from app.windows.undo import UndoDialog

        UndoDialog(UndoViewModel(self.runtime.undo, run_id), self.window).open()

    def last_undoable(self) -> str | None:
        """The run of the open chat that changed something last."""
        newest = reversed(self.chat.transcript.rows[-MOST_LOOKED_AT:])
        return next((row.key for row in newest if isinstance(row, FooterRow) and row.can_undo), None)

    def undo_last(self) -> None:
        """Show what undoing that run would do."""
        if (run_id := self.last_undoable()) is not None:
            self.show_undo(run_id)

    def verify_audit(self) -> None:
        """Read the audit log again, on the page of activity."""
        from app.windows.activity import ActivityPage

        self.show_page("activity")
        page = self.window.page_of("activity")
        if isinstance(page, ActivityPage):
            page.verify()

    def show_automations(self, job_id: str = "") -> None:
        """Show the jobs, and one of them."""
        from app.windows.automations.page import AutomationsPage

        self.show_page("automations")
        page = self.window.page_of("automations")
        if job_id and isinstance(page, AutomationsPage):
            page.show_job(job_id)

    def show_settings(self, section: str) -> None:
        """Show a section of the settings, or a setting by its path."""
        from app.windows.settings.page import SettingsPage

        self.show_page("settings")
        page = self.window.page_of("settings")
        if isinstance(page, SettingsPage):
            page.show_section(section)

    def refresh_sessions(self) -> None:
        """Read the list of chats anew."""
        self.bridge.start(self.sessions.refresh(), "sessions")

    def change_setting(self, path: str, value: object) -> None:
        """Write one setting and put it in force."""
        self.bridge.start(self._change_setting(path, value), "setting")

    async def _change_setting(self, path: str, value: object) -> None:
        from agent.settings_file import change_settings, put

        parts = path.split(".")
        await asyncio.to_thread(
            change_settings, self.runtime.paths.settings, lambda document: put(document, parts, value)
        )
        self.runtime.reload_settings()
        if self._settings is not None:
            await self._settings.form.refresh()  # it tells what is another
        else:
            self._on_setting(path)

    def show_run(self, run_id: str) -> None:
        """Show what a run did, on the page of activity."""
        from app.windows.activity import ActivityPage

        self.show_page("activity")
        page = self.window.page_of("activity")
        if isinstance(page, ActivityPage):
            page.show_run(run_id)

    def _offer_job(self, row: JobRow) -> None:
        from app.viewmodels.job_acts import JobActs

        words = translate("Workspace", "“{title}” was deleted.").format(title=" ".join(row.job.name.split())[:60])
        acts = JobActs(self.runtime.submit)
        self.window.banner.offer_undo(words, lambda: self.bridge.start(acts.restore(row), "restore a job"))

    def _offer_restore(self, session_id: str, title: str) -> None:
        words = translate("Workspace", "“{title}” was deleted.").format(title=" ".join(title.split())[:60])
        self.window.banner.offer_undo(words, lambda: self.bridge.start(self.chat.restore(session_id), "restore"))
