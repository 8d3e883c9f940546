"""When a person is told: something needs them, a run failed, or one finished while the window was hidden. Not else."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
    BudgetWarned,
    ExtensionChanged,
    JobNoticed,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunStarted,
    SlotChanged,
)
from agent.settings import AppSettings
from agent.tasks import spawn
from app.desktop.notices import AlertNotices, BusNotices, Notice, Notices, TrayNotices
from app.desktop.session_bus import SessionBus
from app.translation import translate
from app.viewmodels.status import ASKING, UNSUCCESSFUL, first_line, slot_key

GROUP_MS = 1_000
"""What comes within this time is one notice of its kind; what is settled within it is none."""
MAX_CHARS = 120
MAX_NOTE_CHARS = 240
"""Of a sentence that says what to do."""
MAX_TOLD = 100
"""Notices that are remembered; older ones lie somewhere in the desktop's history."""

Kind = Literal["needs_you", "noticed", "failed", "finished"]
"""`noticed`: of a job or a budget, what to do stands in it."""
KINDS: tuple[Kind, ...] = ("needs_you", "noticed", "failed", "finished")


@dataclass(frozen=True)
class News:
    """One thing to tell."""

    kind: Kind
    session_id: str
    run_id: str
    item_id: str
    """The approval, the question, or the run."""
    prompt: str
    """Or what a job's slot says; one line."""
    question: bool = False
    job_id: str = ""
    """Of a job's: it is told by its slots, not by its runs."""
    job_name: str = ""
    slot_id: int = 0


class Notifier(QObject):
    """Follows the events of all sessions and tells what a person should know, in the best way this desktop has."""

    activated = Signal(str, str)
    """The person clicked a notice: the session, and the approval, question or run in it (the oldest of a group)."""
    job_activated = Signal(str, int)
    """The person clicked a notice of a job: its id, and a slot's or 0."""

    def __init__(
        self,
        settings: Callable[[], AppSettings],
        looking: Callable[[], bool],
        tray_icon: Callable[[], QSystemTrayIcon | None] = lambda: None,
        window: Callable[[], QWidget | None] = lambda: None,
        group_ms: int = GROUP_MS,
        parent: QObject | None = None,
        watching: Callable[[str], bool] = lambda _session_id: False,
    ) -> None:
        """`looking`: the window is visible and active, so the person sees for themselves.

        `watching`: the same of one chat, wherever its answers are shown.
        """
        super().__init__(parent)
        self._settings = settings
        self._looking = looking
        self._watching = watching
        self._tray_icon = tray_icon
        self._alert = AlertNotices(window)
        self._tray: TrayNotices | None = None
        self._on_bus: BusNotices | None = None
        self._bus: SessionBus | None = None
        self._reaching = asyncio.Lock()
        self._prompts: dict[str, str] = {}
        self._waiting: list[News] = []
        self._told: dict[str, tuple[News, ...]] = {}
        """By the key of the notice; what was settled is taken out."""
        self._number = 0
        self._group = QTimer(self)
        self._group.setSingleShot(True)
        self._group.setInterval(group_ms)
        self._group.timeout.connect(self._tell_all)

    def take(self, event: AnyEvent) -> None:
        """Take in an event."""
        match event:
            case RunStarted():
                self._prompts[event.run_id] = first_line(event.prompt)[:MAX_CHARS]
            case SlotChanged():
                self._follow(event)
            case BudgetWarned():
                self._warn(event)
            case JobNoticed():
                self._notice(event)
            case ExtensionChanged(tell=True):
                self._tell_of_extension(event)
            case RunFinished():
                self._finish(event)
            case ApprovalRequested(approval_id=item_id) | QuestionAsked(question_id=item_id):
                self._add("needs_you", event, item_id, isinstance(event, QuestionAsked))
            case ApprovalResolved(approval_id=item_id) | QuestionAnswered(question_id=item_id):
                self._settle(lambda news: news.item_id == item_id)
            case _:
                return

    def clear(self) -> None:
        """The person has come to the window: take away what is told, and tell no more of it."""
        self._settle(lambda _: True)

    async def close(self) -> None:
        """Take everything away, at the end of the program."""
        self._group.stop()
        self._waiting.clear()
        for key in tuple(self._told):
            await self._withdraw(key)
        if self._bus is not None:
            await self._bus.close()

    def _finish(self, event: RunFinished) -> None:
        if event.stop_reason != "parked":  # its question stays, and waits for an answer
            self._settle(lambda news: news.kind == "needs_you" and news.run_id == event.run_id)
        if event.job_id:
            pass  # its slot tells it, if a person wants to be told
        elif event.stop_reason in UNSUCCESSFUL:
            self._add("failed", event, event.run_id)
        elif event.stop_reason == "end_turn":
            self._add("finished", event, event.run_id)
        self._prompts.pop(event.run_id, None)

    def _add(
        self, kind: Kind, event: RunFinished | ApprovalRequested | QuestionAsked, item_id: str, question: bool = False
    ) -> None:
        if not self._wanted(kind) or self._looking() or self._watching(event.session_id):
            return
        prompt = self._prompts.get(event.run_id, "")
        self._put(News(kind, event.session_id, event.run_id, item_id, prompt, question))

    def _put(self, news: News) -> None:
        self._waiting.append(news)
        if not self._group.isActive():
            self._group.start()

    def _follow(self, event: SlotChanged) -> None:
        """A slot is told where a person should be; a parked run has asked by its approval already."""
        slot = event.slot
        key = slot_key(slot.slot_id)
        asks = slot.state == "parked" and slot.reason in ASKING
        if not asks:
            self._settle(lambda news: news.kind == "needs_you" and news.item_id == key)
        if not event.tell or (slot.state == "parked" and not asks):
            return
        kinds: dict[str, Kind] = {"parked": "needs_you", "done": "finished"}
        kind = kinds.get(slot.state, "failed")
        if not self._wanted(kind) or self._looking():
            return
        words = slot.note or slot.summary  # of one that is done the note says what became of its answer
        text, name = first_line(words)[:MAX_CHARS], first_line(event.job_name)
        self._put(News(kind, slot.session_id, slot.run_id, key, text, False, slot.job_id, name, slot.slot_id))

    def _notice(self, event: JobNoticed) -> None:
        """Tell what a person should know of a job once; what failed just before is the reason, and no news besides."""
        if not self._settings().notify_failed or self._looking():
            return
        self._waiting = [news for news in self._waiting if news.kind != "failed" or news.job_id != event.job_id]
        text, name = first_line(event.note)[:MAX_NOTE_CHARS], first_line(event.job_name)
        self._put(News("noticed", "", "", event.job_id, text, False, event.job_id, name))

    def _warn(self, event: BudgetWarned) -> None:
        """Tell that a budget is nearly used up; that it is, the run says that it ends."""
        if not self._settings().notify_failed or self._looking():
            return
        text = first_line(event.note)[:MAX_NOTE_CHARS]
        title = translate("Notifications", "A budget is nearly used up")
        self._put(News("noticed", event.session_id, event.run_id, event.cap, text, job_name=title))

    def _tell_of_extension(self, event: ExtensionChanged) -> None:
        """Tell what a skill, plugin, server or pack wants a person to know."""
        if not self._settings().notify_failed or self._looking():
            return
        text = first_line(event.note)[:MAX_NOTE_CHARS]
        self._put(News("noticed", "", "", f"{event.kind}:{event.name}", text, job_name=first_line(event.name)))

    def _wanted(self, kind: Kind) -> bool:
        settings = self._settings()
        wanted: dict[Kind, bool] = {
            "needs_you": settings.notify_needs_you,
            "noticed": settings.notify_failed,
            "failed": settings.notify_failed,
            "finished": settings.notify_finished,
        }
        return wanted[kind]

    def _settle(self, settled: Callable[[News], bool]) -> None:
        self._waiting = [news for news in self._waiting if not settled(news)]
        for key, told in tuple(self._told.items()):
            left = tuple(news for news in told if not settled(news))
            self._told[key] = left
            if not left:
                spawn(self._withdraw(key), "withdraw a notice")

    async def _withdraw(self, key: str) -> None:
        self._told.pop(key, None)
        for way in (self._on_bus, self._tray):
            if way is not None:
                await way.close(key)

    def _tell_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        if self._looking():
            return
        for kind in KINDS:
            of_kind = tuple(news for news in waiting if news.kind == kind)
            if of_kind:
                self._number += 1
                key = str(self._number)
                self._told[key] = of_kind
                spawn(self._tell(key, of_kind), "tell the person")
        while len(self._told) > MAX_TOLD:
            del self._told[next(iter(self._told))]

    async def _tell(self, key: str, told: tuple[News, ...]) -> None:
        notice = notice_of(key, told)
        for way in await self._ways():
            if await way.show(notice):
                break
        if not self._told.get(key):  # settled while it was being shown
            await self._withdraw(key)

    async def _ways(self) -> list[Notices]:
        ways: list[Notices] = [self._alert]
        icon = self._tray_icon()
        if icon is not None:
            if self._tray is None or self._tray.icon is not icon:
                self._tray = TrayNotices(icon, self)
                self._tray.activated.connect(self._on_activated)
            ways.insert(0, self._tray)
        if sys.platform == "linux" and (on_bus := await self._reach_bus()) is not None:
            ways.insert(0, on_bus)
        return ways

    async def _reach_bus(self) -> BusNotices | None:
        async with self._reaching:
            return await self._reach()

    async def _reach(self) -> BusNotices | None:
        if self._bus is None or not self._bus.is_open:
            self._on_bus = None
            self._bus = await SessionBus.open()
        if self._on_bus is None and self._bus is not None:
            made = BusNotices(self._bus, self)
            if await made.start():
                made.activated.connect(self._on_activated)
                self._on_bus = made
        return self._on_bus

    def _on_activated(self, key: str) -> None:
        told = self._told.get(key)
        if told and told[0].job_id:
            self.job_activated.emit(told[0].job_id, told[0].slot_id)
        elif told:
            self.activated.emit(told[0].session_id, told[0].item_id)


def notice_of(key: str, told: tuple[News, ...]) -> Notice:
    """The words about one thing, or about several of a kind."""
    kind, count = told[0].kind, len(told)
    if count == 1:
        return Notice(key, _title_of_one(told[0]), told[0].prompt, urgent=kind == "needs_you")
    jobs = all(news.job_id for news in told)
    titles: dict[Kind, str] = {
        "noticed": translate("Notifications", "%n job(s) want a look", count)
        if jobs
        else translate("Notifications", "%n thing(s) want a look", count),
        "needs_you": translate("Notifications", "%n thing(s) need you", count),
        "failed": translate("Notifications", "%n run(s) failed", count),
        "finished": translate("Notifications", "%n run(s) finished", count),
    }
    return Notice(key, titles[kind], "", urgent=kind == "needs_you")


def _title_of_one(news: News) -> str:
    if news.job_name:
        return _title_of_job(news)
    match news.kind:
        case "needs_you" if news.question:
            return translate("Notifications", "Homard asks you something")
        case "needs_you":
            return translate("Notifications", "Homard needs your permission")
        case "failed":
            return translate("Notifications", "A run failed")
        case _:
            return translate("Notifications", "Homard is done")


def _title_of_job(news: News) -> str:
    match news.kind:
        case "needs_you":
            words = translate("Notifications", "{job} asks you")
        case "failed":
            words = translate("Notifications", "{job} failed")
        case "finished":
            words = translate("Notifications", "{job} is done")
        case "noticed":
            return news.job_name
    return words.format(job=news.job_name)
