"""The workspace on its desktop: tray, notifications, hotkey, shortcuts, the palette and the quick prompt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from agent.errors import StorageError
from agent.pause import next_morning
from app import dialogs, theme, translation
from app.actions import Actions
from app.desktop.notifications import Notifier
from app.desktop.tray import Tray
from app.translation import translate
from app.workspace import Workspace

if TYPE_CHECKING:
    from app.application import Application
    from app.desktop.hotkey import Hotkey, HotkeyStatus
    from app.windows.command_palette import CommandPalette
    from app.windows.quick_prompt import QuickPrompt


class Desk(QObject):
    """Everything around the window; heavy parts are made when they are first wanted."""

    def __init__(self, application: Application, workspace: Workspace) -> None:
        super().__init__(workspace.window)
        self._application = application
        self._workspace = workspace
        self._window = workspace.window
        self.actions = Actions(self._window)
        self.tray = Tray(workspace.status, parent=self)
        self.notifier = Notifier(
            lambda: workspace.runtime.settings.app,
            self._window.isActiveWindow,
            lambda: self.tray.system_icon,
            lambda: self._window,
            parent=self,
            watching=self._is_watched,
        )
        self._palette: CommandPalette | None = None
        self._quick: QuickPrompt | None = None
        self._hotkey: Hotkey | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, application: Application, workspace: Workspace) -> AsyncGenerator[Desk, None]:
        """Put the workspace on its desktop, until left."""
        desk = cls(application, workspace)
        desk._connect()
        desk._bind()
        desk.tray.start()
        desk._register_hotkey()
        if application.options.quick:
            desk.show_quick_prompt()
        try:
            yield desk
        finally:
            desk.tray.stop()
            if desk._hotkey is not None:
                desk._hotkey.unregister()
            if desk._quick is not None:
                desk._quick.close()
            await desk.notifier.close()

    def _connect(self) -> None:
        tray, workspace, service = self.tray, self._workspace, self._application.service
        tray.open_requested.connect(self._window.bring_up)
        tray.quick_prompt_requested.connect(self.show_quick_prompt)
        tray.session_requested.connect(self._open_chat)
        tray.needs_you_requested.connect(self._show_need)
        tray.stop_requested.connect(workspace.runs.stop)
        tray.job_requested.connect(self._show_job)
        tray.pause_requested.connect(workspace.runs.pause)
        tray.resume_requested.connect(workspace.runs.resume)
        tray.quit_requested.connect(self._application.quit)
        service.quick_requested.connect(self.show_quick_prompt)
        workspace.listen(self.notifier.take)
        self.notifier.activated.connect(self._show_item)
        self.notifier.job_activated.connect(self._show_job)
        self._window.activated.connect(self._on_activated)
        workspace.settings_changed.connect(self._on_setting)
        workspace.status.changed.connect(self.actions.refresh)
        workspace.status.changed.connect(self._see)
        workspace.chat.session_changed.connect(self.actions.refresh)
        workspace.chat.session_changed.connect(self._see)
        workspace.chat.transcript.run_changed.connect(self.actions.refresh)

    def _bind(self) -> None:
        workspace, act = self._workspace, self.actions
        chats = lambda: workspace.chats  # noqa: E731 - made when it is first shown
        begun = lambda: workspace.chat.session is not None  # noqa: E731
        wishes: dict[str, tuple[Callable[[], object], Callable[[], bool] | None]] = {
            "new_chat": (workspace.new_chat, None),
            "search": (self._search, None),
            "next_chat": (lambda: self._window.sidebar.sessions.step(1), None),
            "previous_chat": (lambda: self._window.sidebar.sessions.step(-1), None),
            "rename": (lambda: chats().rename(), begun),
            "pin": (lambda: chats().pin(), begun),
            "branch": (lambda: chats().branch(), begun),
            "delete": (lambda: chats().delete(), begun),
            "export": (lambda: chats().export(), begun),
            "copy_last": (lambda: chats().copy_last(), begun),
            "palette": (self.show_palette, None),
            "quick_prompt": (self.show_quick_prompt, None),
            "go_chats": (lambda: workspace.show_page("chats"), None),
            "go_automations": (lambda: workspace.show_page("automations"), None),
            "new_job": (workspace.jobs.make, None),
            "go_activity": (lambda: workspace.show_page("activity"), None),
            "go_extensions": (lambda: workspace.show_page("extensions"), None),
            "add_extension": (workspace.extensions.add, None),
            "go_usage": (lambda: workspace.show_page("usage"), None),
            "go_settings": (lambda: workspace.show_page("settings"), None),
            "settings": (lambda: workspace.show_page("settings"), None),
            "needs_you": (workspace.show_need, lambda: bool(workspace.status.status.needs)),
            "stop": (lambda: chats().stop(), lambda: workspace.chat.transcript.running is not None),
            "dry_run": (lambda: chats().toggle_dry_run(), lambda: workspace.chat.transcript.running is None),
            "undo_run": (workspace.undo_last, lambda: workspace.last_undoable() is not None),
            "verify_audit": (workspace.verify_audit, None),
            "pause_1h": (lambda: workspace.runs.pause(datetime.now(UTC) + timedelta(hours=1)), self._is_going),
            "pause_tomorrow": (lambda: workspace.runs.pause(next_morning(datetime.now(UTC))), self._is_going),
            "pause": (lambda: workspace.runs.pause(None), self._is_going),
            "resume": (workspace.runs.resume, lambda: not self._is_going()),
            "toggle_theme": (self._toggle_theme, None),
            "shortcuts": (self._show_shortcuts, None),
            "open_log": (self._open_log, None),
            "quit": (self._application.quit, None),
        }
        for action_id, (wish, possible) in wishes.items():
            act.bind(action_id, wish, possible)

    # -- what a person wants

    def show_palette(self) -> None:
        """Open the palette over the window."""
        if self._palette is None:
            from app.windows.command_palette import CommandPalette

            self._palette = CommandPalette(self._window, self.actions, self._search_chats, self._setting_fields)
            self._palette.session_chosen.connect(self._workspace.open_chat)
            self._palette.setting_chosen.connect(self._show_setting)
        self._palette.open()

    def show_quick_prompt(self) -> None:
        """Open the small window."""
        if self._quick is None:
            from app.viewmodels.quick_prompt import QuickPromptViewModel
            from app.windows.quick_prompt import QuickPrompt

            model = QuickPromptViewModel(self._workspace.runs)
            self._workspace.listen(model.take)
            self._quick = QuickPrompt(model, self._workspace.bridge.start)
            self._quick.open_chat.connect(self._open_chat)
        self._quick.open()

    async def _search_chats(self, text: str) -> list[tuple[str, str, str]]:
        from app.viewmodels.sessions import SessionsViewModel

        found = SessionsViewModel(self._workspace.runtime.store)
        await found.search(text)
        items = [found.item(row) for row in range(min(found.rowCount(), 30))]
        now = datetime.now(UTC)
        return [(item.session_id, item.title, item.words(now)) for item in items]

    def _setting_fields(self) -> list[tuple[str, str, str]]:
        from app.windows.settings.page import setting_fields

        return setting_fields()

    def _show_setting(self, path: str) -> None:
        self._workspace.show_settings(path)

    def _open_chat(self, session_id: str, item_id: str = "") -> None:
        self._window.bring_up()
        self._workspace.open_chat(session_id, item_id)

    def _show_item(self, session_id: str, item_id: str) -> None:
        self._window.bring_up()
        self._workspace.show_item(item_id, session_id)

    def _show_job(self, job_id: str, slot_id: int = 0) -> None:
        self._window.bring_up()
        self._workspace.jobs.show(job_id, slot_id)

    def _show_need(self) -> None:
        self._window.bring_up()
        self._workspace.show_need()

    def _search(self) -> None:
        field = self._window.sidebar.search
        field.setFocus()
        field.selectAll()

    def _is_going(self) -> bool:
        return self._workspace.status.status.pause is None

    def _toggle_theme(self) -> None:
        wanted = "light" if theme.is_dark() else "dark"
        self._workspace.change_setting("app.theme", wanted)

    def _show_shortcuts(self) -> None:
        from app.windows.shortcuts import Shortcuts

        Shortcuts(self._window, self.actions).open()

    def _open_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._workspace.runtime.paths.logs / "homard.log")))

    # -- what happens

    def _on_activated(self) -> None:
        self._workspace.status.seen()
        self.notifier.clear()

    def _see(self) -> None:
        """A failure in the chat that a person has before them is no news to them."""
        failed = self._workspace.status.status.unseen
        if failed is not None and self._is_watched(failed.session_id):
            self._workspace.status.seen()

    def _is_watched(self, session_id: str) -> bool:
        session = self._workspace.chat.session
        shown = self._window.page == "chats" and session is not None and session.session_id == session_id
        quick = self._quick is not None and self._quick.shows(session_id)
        return quick or (shown and self._window.isActiveWindow())

    def _on_setting(self, path: str) -> None:
        chosen = self._workspace.runtime.settings.app
        match path:
            case "app.theme" | "app.text_scale":
                self._application.apply(chosen)
            case "app.hotkey":
                self._register_hotkey(aloud=True)
            case "app.start_at_login":
                self._workspace.bridge.start(self._set_autostart(chosen.start_at_login), "autostart")
            case "app.language":
                translation.install(chosen.language)
                self._window.banner.tell(
                    translate("Desk", "The new language shows everywhere after the next start of Homard."), "info"
                )
            case _:
                return

    async def _set_autostart(self, wanted: bool) -> None:
        from app.desktop import autostart

        try:
            await asyncio.to_thread(autostart.set_enabled, wanted)
        except OSError as error:
            if await asyncio.to_thread(autostart.is_enabled) != wanted:
                self._workspace.change_setting("app.start_at_login", not wanted)  # the switch shows what is
            words = translate("Desk", "Start at login could not be changed ({why}). Nothing else was.")
            raise StorageError(words.format(why=error.strerror or error)) from error

    def _tell_hotkey(self, status: HotkeyStatus) -> None:
        if not status.ok and status.reason:
            self._window.banner.tell(status.reason, "info")

    def _register_hotkey(self, *, aloud: bool = False) -> None:
        wanted = self._workspace.runtime.settings.app.hotkey
        if self._hotkey is None:
            if not wanted:
                return
            from app.desktop.hotkey import Hotkey

            self._hotkey = Hotkey(self)
            self._hotkey.pressed.connect(self.show_quick_prompt)
        self._hotkey.unregister()
        if wanted:
            status = self._hotkey.register(wanted)
            if aloud:
                self._tell_hotkey(status)

    # -- closing the window

    async def close_window(self) -> None:
        """Hide the window; where nothing else shows that Homard runs, ask first what closing should mean."""
        ui = self._application.ui
        self.tray.look()  # it may have gone since the last look, which nobody tells on X11
        if self.tray.available:
            self._window.hide()
            icon = self.tray.system_icon
            if not ui.told_hidden and icon is not None:
                ui.told_hidden = True
                icon.showMessage("Homard", translate("Desk", "Homard keeps running here. Quit it in this menu."))
            return
        if ui.keep_without_tray is None and not await self._ask_what_closing_means():
            return
        if ui.keep_without_tray:
            self._window.hide()
        else:
            self._application.quit()

    async def _ask_what_closing_means(self) -> bool:
        self._window.bring_up()  # it may have been closed before there was anybody to ask
        choice = await dialogs.ask(
            self._window,
            translate("Desk", "Keep Homard running?"),
            translate(
                "Desk",
                "This desktop has no tray. Homard can go on in the background; start it again to see its window. "
                "This is asked once; Ctrl+Q always quits.",
            ),
            [
                dialogs.Choice("keep", translate("Desk", "Keep it running"), "main"),
                dialogs.Choice("quit", translate("Desk", "Quit"), "other"),
                dialogs.Choice("no", translate("Desk", "Cancel"), "cancel"),
            ],
            default="keep",
        )
        if choice not in ("keep", "quit"):
            return False
        self._application.ui.keep_without_tray = choice == "keep"
        return True
