"""The menu of the tray icon, made anew each time it is about to be shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from agent.pause import next_morning
from app.theme import icon
from app.translation import translate
from app.viewmodels.job_words import coming_words
from app.viewmodels.moment import clock
from app.viewmodels.status import Coming, FinishedRun, Pause, RunningRun, Status

MAX_CHARS = 48
"""Of a prompt in the menu."""


class TrayMenu(QObject):
    """Builds the menu; each entry is a signal."""

    open_requested = Signal()
    quick_prompt_requested = Signal()
    session_requested = Signal(str)
    needs_you_requested = Signal()
    stop_requested = Signal(str)
    job_requested = Signal(str)
    """A job id."""
    pause_requested = Signal(object)
    """An aware datetime, or None: until resumed."""
    resume_requested = Signal()
    quit_requested = Signal()

    def __init__(
        self, status: Callable[[], Status], now: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._status = status
        self._now = now
        self.menu = QMenu()
        self.menu.aboutToShow.connect(self.fill)
        self.fill()  # a tray that fetches the menu over D-Bus may ask before it says that it will show it

    def fill(self) -> None:
        """Write the menu as things are now."""
        for action in self.menu.actions():
            if isinstance(submenu := action.menu(), QMenu):  # the menu does not own them
                submenu.deleteLater()
        self.menu.clear()
        status = self._status()
        self._add(translate("Tray", "Quick prompt"), "plus", self.quick_prompt_requested.emit)
        self._add_needs(status)
        self._add_running(status)
        self._add_finished(status)
        self.menu.addSeparator()
        self._add_coming(status)
        spent = self.menu.addAction(spent_today(status))
        spent.setEnabled(False)
        self._add_pause(status.pause)
        self.menu.addSeparator()
        self._add(translate("Tray", "Open Homard"), "homard", self.open_requested.emit)
        self._add(translate("Tray", "Quit Homard"), "quit", self.quit_requested.emit)

    def _add(self, text: str, icon_name: str, act: Callable[[], object], menu: QMenu | None = None) -> QAction:
        action = (menu or self.menu).addAction(icon(icon_name), text)
        action.triggered.connect(lambda: act())
        return action

    def _add_needs(self, status: Status) -> None:
        if status.needs:
            text = translate("Tray", "Needs you (%n)", len(status.needs))
            self._add(text, "alert", self.needs_you_requested.emit)

    def _add_running(self, status: Status) -> None:
        if status.running:
            self.menu.addSeparator()
        for run in status.running:
            submenu = self.menu.addMenu(icon("play"), name_of(run))
            self._add(translate("Tray", "Stop"), "stop", lambda run=run: self.stop_requested.emit(run.run_id), submenu)
            show = translate("Tray", "Open chat")
            self._add(show, "chat", lambda run=run: self.session_requested.emit(run.session_id), submenu)

    def _add_finished(self, status: Status) -> None:
        if status.finished:
            self.menu.addSeparator()
        for run in status.finished:
            text = f"{name_of(run)}  ·  {cost_of(run.cost_usd)}"
            name = "alert" if run.failed else "cross" if run.stop_reason == "cancelled" else "check"
            self._add(text, name, lambda run=run: self.session_requested.emit(run.session_id))

    def _add_coming(self, status: Status) -> None:
        coming = status.coming
        if coming is None or coming.at <= self._now():
            return
        job_id = coming.job_id
        self._add(coming_text(coming, self._now()), "calendar", lambda: self.job_requested.emit(job_id))

    def _add_pause(self, pause: Pause | None) -> None:
        if pause is not None:
            self._add(resume_text(pause), "play", self.resume_requested.emit)
            return
        menu = self.menu.addMenu(icon("pause"), translate("Tray", "Pause everything"))
        now = self._now
        ask = self.pause_requested.emit
        self._add(translate("Tray", "For one hour"), "clock", lambda: ask(now() + timedelta(hours=1)), menu)
        self._add(translate("Tray", "Until tomorrow"), "clock", lambda: ask(next_morning(now())), menu)
        self._add(translate("Tray", "Until I resume"), "pause", lambda: ask(None), menu)


def name_of(run: RunningRun | FinishedRun) -> str:
    """A run in a menu: its prompt, shortened; an ampersand is no shortcut there."""
    name = run.prompt or translate("Tray", "Run without a prompt")
    short = name if len(name) <= MAX_CHARS else f"{name[: MAX_CHARS - 1].rstrip()}…"
    return short.replace("&", "&&")


def coming_text(coming: Coming, now: datetime) -> str:
    """What starts by itself next: `Next: Invoices, 14:30`."""
    name = coming.name if len(coming.name) <= MAX_CHARS else f"{coming.name[: MAX_CHARS - 1].rstrip()}…"
    near = coming.at.astimezone().date() == now.astimezone().date()
    time = clock(coming.at) if near else coming_words(coming.at, now)
    return translate("Tray", "Next: {job}, {time}").format(job=name, time=time).replace("&", "&&")


def cost_of(usd: float | None) -> str:
    """Money in a menu: cents, or more digits where it is less than a cent."""
    if usd is None:
        return translate("Tray", "cost unknown")
    if usd == 0:
        return translate("Tray", "free")
    return f"${QLocale().toString(usd, 'f', 2 if usd >= 0.01 else 4)}"


def spent_today(status: Status) -> str:
    """Today's spend in words."""
    if status.spent_usd is None:
        return translate("Tray", "Today: cost unknown") if status.spent_unknown else translate("Tray", "Today: –")
    amount = f"${QLocale().toString(status.spent_usd, 'f', 2)}"
    if status.limit_usd is not None:
        limit = f"${QLocale().toString(status.limit_usd, 'f', 2)}"
        amount = translate("Tray", "{amount} of {limit}").format(amount=amount, limit=limit)
    if status.spent_unknown:
        return translate("Tray", "Today: {amount} and runs of unknown cost").format(amount=amount)
    return translate("Tray", "Today: {amount}").format(amount=amount)


def resume_text(pause: Pause) -> str:
    """The entry that ends a pause."""
    if pause.until is None:
        return translate("Tray", "Resume")
    return translate("Tray", "Resume (paused until {time})").format(time=clock(pause.until))
