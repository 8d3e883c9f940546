"""The page of automations: read, chosen, acted upon, followed, by mouse and by keyboard."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton, QTextEdit, QWidget

from agent.automation.state import JobState
from agent.automation.watch.state import WatchState
from agent.commands import DeleteJob, PauseJob, ResolveApproval, ResolveSlot, ResumeJob, RunJob, SaveJob
from agent.jobs import Change, Cron, Watch
from app.event_loop import run
from app.viewmodels.automations import JobsViewModel
from app.viewmodels.job_acts import JobActs
from app.widgets.cards.slow_button import SlowButton
from app.windows.automations.page import AutomationsPage
from app.windows.automations.waiting import SlotAsk
from tests.helpers.job_desk import NOW, JobDesk, asked, job, row, slot
from tests.helpers.settings_home import until


def desk_of_four() -> JobDesk:
    desk = JobDesk(
        row("mail", job("Mail summary"), runs=41),
        row("pdf", job("Invoices", triggers=(Watch(folder="/in", patterns=("*.pdf",)),), output="/out")),
        row("log", job("Build log", triggers=(Cron(fields="*/20 * * * *"),)), paused="failures", failures=3),
        row("old", job("Old", triggers=())),
        slots=[
            slot(1, job_id="mail", summary="Two mails.", cost_usd=0.01),
            slot(2, "skipped", "battery", "mail"),
            slot(3, "failed", "run_failed", "mail", note="The server is away."),
        ],
    )
    desk.standing = {
        "mail": JobState(spent_month_usd=0.42, last=desk.kept[2], next=NOW + timedelta(hours=22)),
        "pdf": JobState(
            watches=(WatchState("/in", "scanning", "It is a network share.", 12), WatchState("/x", "away", "", 0))
        ),
    }
    desk.known_files = {3: [("/in/a.pdf", "created"), ("/in/b.pdf", "removed")]}
    return desk


class Scene:
    def __init__(self, desk: JobDesk) -> None:
        self.desk = desk
        self.model = JobsViewModel(desk, lambda: NOW)
        self.page = AutomationsPage(self.model, JobActs(desk.submit), self.more, self.start)
        self.page.resize(1_200, 760)
        desk.listeners.append(self.model.take)
        self.said: list[tuple[Any, ...]] = []
        page = self.page
        for name in ("edit_wanted", "template_wanted", "deleted", "open_chat", "open_run", "undo", "failed"):
            getattr(page, name).connect(lambda what, name=name: self.said.append((name, what)))
        page.new_wanted.connect(lambda: self.said.append(("new",)))
        self._work: set[asyncio.Future[Any]] = set()

    async def more(self, slot_id: int, run_id: str) -> tuple[list[tuple[str, Change]], bool]:
        return self.desk.known_files.get(slot_id, []), bool(run_id)

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def close(self) -> None:
        """Leave nothing behind: what was begun ends, then the page goes."""
        while self._work:
            await asyncio.wait(self._work)
        self.page.close()
        self.page.deleteLater()
        await asyncio.sleep(0.01)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    async def show(self) -> None:
        self.page.show()
        await until(lambda: not self.model.is_reading)
        await asyncio.sleep(0.02)

    async def choose(self, job_id: str, tab: Any = None) -> None:
        self.page.show_job(job_id, tab)
        await until(lambda: self.page.details.job_id == job_id and not self.page.history.is_reading)
        await asyncio.sleep(0.02)

    async def done(self, count: int) -> list[Any]:
        await until(lambda: len(self.desk.done) >= count)
        await asyncio.sleep(0.08)
        return self.desk.done

    def words(self, inside: QWidget | None = None) -> list[str]:
        within = inside or self.page
        labels = [label.text() for label in within.findChildren(QLabel) if label.isVisible() and label.text()]
        return labels + [text.toPlainText() for text in within.findChildren(QTextEdit) if text.isVisible()]

    def shown_buttons(self) -> list[str]:
        return [name for name, button in self.page.details.buttons.items() if button.isVisibleTo(self.page)]


@pytest.fixture
def play(qapp: QApplication) -> Callable[..., None]:
    QLocale.setDefault(QLocale("en_GB"))

    def played(act: Callable[[Scene], Awaitable[None]], desk: JobDesk | None = None) -> None:
        async def main() -> None:
            scene = Scene(desk or desk_of_four())
            await scene.show()
            await act(scene)
            await scene.close()

        run(qapp, main)

    return played


Play = Callable[..., None]


def test_a_job_in_full(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("mail")
        words = scene.words(scene.page.details)
        for wanted in (
            "Mail summary", "each weekday at 08:30", "Do what Mail summary says.", "/home/anna/Mail", "the default one",
            "$0.00 today, $0.42 this month", "about $1.20 a month", "41", "May read files in /home/anna/Mail.",
            "After a time off it runs once for all it missed.",
        ):  # fmt: skip
            assert wanted in words
        assert "Failed" in words and any("· next tomorrow" in word for word in words)
        assert scene.shown_buttons() == ["run", "pause", "edit", "export", "delete"]
        await scene.choose("pdf")
        words = scene.words(scene.page.details.about)
        assert "May write and delete files in /out, where you can undo it." in words
        assert any("It is a network share." in word and "12 file(s) known" in word for word in words)
        assert "/x: not there now; it goes on when it is back (0 file(s) known)" in words

    play(act)


def test_what_can_be_done_about_a_job(play: Play) -> None:
    async def act(scene: Scene) -> None:
        buttons = scene.page.details.buttons
        await scene.choose("mail")
        buttons["run"].click()
        assert await scene.done(1) == [RunJob("mail")] and scene.page.details.tab == "history"
        buttons["pause"].click()
        assert (await scene.done(2))[1:] == [PauseJob("mail")]
        assert scene.shown_buttons() == ["run", "resume", "edit", "export", "delete"]
        assert "You paused it. Resume it to let it start again." in scene.words(scene.page.details)
        buttons["resume"].click()
        assert (await scene.done(3))[2:] == [ResumeJob("mail")]
        buttons["edit"].click()
        before = scene.desk.rows["mail"]
        buttons["delete"].click()
        assert (await scene.done(4))[3:] == [DeleteJob("mail")]
        assert scene.said == [("edit_wanted", "mail"), ("deleted", before)]
        assert scene.model.find("mail") is None
        assert scene.page.details.job_id == scene.model.job_at(0)  # another job is shown, not one that is gone

    play(act)


def test_why_a_job_stopped_itself_is_said_with_what_to_do(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("log")
        words = scene.words(scene.page.details)
        assert "Stopped itself" in words
        assert any(word.startswith("It paused itself after 3 failure(s) in a row.") for word in words)

    play(act)


def test_the_history_says_why_and_leads_further(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("mail", "history")
        history = scene.page.details.history
        history.list.setCurrentIndex(history.model.index(1))
        await asyncio.sleep(0.02)
        words = scene.words(history.details)
        assert "Why did it not run?" in words and "Skipped · schedule" in words
        assert "The computer was on battery, and the job does not start then." in words
        assert [name for name, button in history.details.buttons.items() if button.isVisible()] == []
        history.list.setCurrentIndex(history.model.index(0))
        await until(lambda: history.details.files.model().rowCount() == 2)
        words = scene.words(history.details)
        assert "The server is away." in words and "Its run did not succeed." in words and "2 file(s)" in words
        for button in history.details.buttons.values():
            button.click()
        assert scene.said == [("open_chat", "s3"), ("open_run", "r3"), ("undo", "r3")]
        history.choice.setCurrentIndex(2)
        assert [
            history.model.index(at).data(Qt.ItemDataRole.UserRole).slot.slot_id
            for at in range(history.model.rowCount())
        ] == [2]
        history.choice.setCurrentIndex(1)
        history.choice.setCurrentIndex(3)
        assert history.model.rowCount() == 1

    play(act)


def test_a_slot_is_shown_as_soon_as_it_is_read(qapp: QApplication) -> None:
    """A notification leads here before the page has read anything."""

    async def main() -> None:
        scene = Scene(desk_of_four())
        scene.page.show()
        scene.page.show_job("mail", "history")
        scene.page.details.history.show_slot(2)
        await until(lambda: scene.page.details.tab == "history" and scene.page.details.job_id == "mail")
        await until(lambda: "Why did it not run?" in scene.words(scene.page.details.history.details))
        assert scene.page.list.currentIndex().data() == "Mail summary"
        await scene.close()

    run(qapp, main)


def test_what_happens_is_followed_where_it_is_read(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("mail", "history")
        history = scene.page.details.history
        history.show_slot(3)
        scene.desk.tell(slot(9, "running", job_id="mail", run_id="r9"))
        await until(lambda: "Working" in scene.words(scene.page.details))
        assert history.model.rowCount() == 4
        assert history.list.currentIndex().data(Qt.ItemDataRole.UserRole).slot.slot_id == 3
        scene.desk.tell(slot(3, "done", job_id="mail"))
        await until(lambda: "Done · schedule · 20.0 s" in scene.words(history.details))

    play(act)


def test_what_is_to_come_or_why_nothing_is(play: Play) -> None:
    async def act(scene: Scene) -> None:
        coming = scene.page.details.coming
        await scene.choose("mail", "next")
        await until(lambda: coming.list.model().rowCount() > 20)
        assert coming.list.model().index(0, 0).data().startswith("tomorrow ")
        for job_id, why in (
            ("pdf", "It starts when files come, not at set times."),
            ("log", "The job is paused. Resume it, and its next moments stand here."),
            ("old", "It starts only when you press Run now."),
        ):
            await scene.choose(job_id, "next")
            await until(lambda why=why: why in scene.words(coming))

    play(act)


def test_what_waits_is_answered_where_it_is_shown(play: Play) -> None:
    desk = desk_of_four()
    desk.kept += [
        slot(20, "parked", "answer", "mail"),
        slot(21, "parked", "outcome_unknown", "mail", session_id="s21", note="It ran `make deploy`."),
        slot(22, "parked", "approval", "mail", run_id="r22", session_id="s22"),
    ]
    desk.approvals = [asked("r22")]

    async def act(scene: Scene) -> None:
        page = scene.page
        assert "3 thing(s) of your jobs wait for you" in scene.words(page.needs)
        page.needs.button.click()
        await until(lambda: page.details.job_id == "mail" and page.details.tab == "needs_you")
        await asyncio.sleep(0.02)
        cards = page.details.waiting.cards()
        assert len(cards) == 3 and isinstance(cards[0], SlotAsk) and isinstance(cards[1], SlotAsk)
        assert "It was missed. Say whether it should run now." in scene.words(cards[0])
        assert "It ran `make deploy`." in scene.words(cards[1])
        assert "send to https://example.org" in scene.words(cards[2])
        press(cards[0], "Leave it out")
        press(cards[1], "Open its chat")
        press(cards[1], "End it here")
        for words in ("Go on", "Allow once"):  # nobody says yes by accident
            assert not button_of(page.details.waiting, words).isEnabled()
        page.details.waiting.wishes.approve.emit("a1", "go", "run")
        page.details.waiting.wishes.refuse.emit("a1", "no")
        assert await scene.done(4) == [
            ResolveSlot(20, False), ResolveSlot(21, False), ResolveApproval("a1", True, "go", "run"),
            ResolveApproval("a1", False, "no"),
        ]  # fmt: skip
        assert scene.said == [("open_chat", "s21")]
        for number in (20, 21, 22):
            scene.desk.tell(slot(number, "done", job_id="mail"))
        await until(lambda: not page.needs.isVisible() and page.details.tab == "history")
        assert page.details.waiting.cards() == []

    play(act, desk)


def button_of(inside: QWidget, words: str) -> Any:
    return next(button for button in inside.findChildren(QPushButton) if button.text() == words)


def press(inside: QWidget, words: str) -> None:
    button = button_of(inside, words)
    assert not isinstance(button, SlowButton)
    button.click()


def test_a_card_keeps_what_was_typed_while_others_come_and_go(play: Play) -> None:
    desk = desk_of_four()
    desk.kept += [slot(20, "parked", "answer", "mail"), slot(22, "parked", "approval", "mail", run_id="r22")]
    desk.approvals = [asked("r22")]

    async def act(scene: Scene) -> None:
        await scene.choose("mail")
        assert scene.page.details.tab == "needs_you"
        kept = scene.page.details.waiting.cards()[1]
        scene.desk.tell(slot(20, "skipped", "answer", "mail"))
        scene.desk.tell(slot(30, "parked", "answer", "mail"))
        await asyncio.sleep(0.08)
        assert scene.page.details.waiting.cards()[0] is kept and len(scene.page.details.waiting.cards()) == 2

    play(act, desk)


def test_the_week_leads_to_its_jobs(play: Play) -> None:
    async def act(scene: Scene) -> None:
        page, table = scene.page, scene.page.week.table
        page.views.setCurrentIndex(1)
        await until(lambda: page.calendar.rowCount() > 0)
        assert not page.search.isVisible()
        table.setFocus()
        QTest.keyClick(table, Qt.Key.Key_Right)
        entry = page.calendar.entry(table.currentIndex())
        assert entry is not None and entry.job_id == "mail"
        QTest.keyClick(table, Qt.Key.Key_Down)
        assert page.calendar.entry(table.currentIndex()) is not None  # never on an empty cell
        QTest.keyClick(table, Qt.Key.Key_Return)
        await until(lambda: page.view == "jobs" and page.details.job_id == "mail" and page.details.tab == "next")

    play(act)


def test_an_empty_screen_teaches_with_templates(play: Play) -> None:
    async def act(scene: Scene) -> None:
        page = scene.page
        assert page.teach.isVisible() and not page.search.isVisible()
        assert "Let Homard work by itself" in scene.words(page.teach)
        await until(lambda: page.teach.list.model().rowCount() >= 6)
        QTest.keyClick(page.teach.list, Qt.Key.Key_Down)
        QTest.keyClick(page.teach.list, Qt.Key.Key_Return)
        page.teach.new_button.click()
        assert [what[0] for what in scene.said] == ["template_wanted", "new"]
        scene.desk.tell(row("mail"))
        assert not page.teach.isVisible() and page.list.isVisible()
        await until(lambda: page.details.job_id == "mail")

    play(act, JobDesk())


def test_delete_on_the_list_removes_the_job(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("old")
        QTest.keyClick(scene.page.list, Qt.Key.Key_Delete)
        assert await scene.done(1) == [DeleteJob("old")]
        assert [what[0] for what in scene.said] == ["deleted"]

    play(act)


def test_always_is_for_the_job_alone(play: Play) -> None:
    """Whoever says always to a job is told that no other chat may do it."""
    desk = desk_of_four()
    desk.kept.append(slot(22, "parked", "approval", "mail", run_id="r22"))
    wanted = msgspec.structs.replace(asked("r22"), scopes=("once", "always"), rule="run commands in /x")
    desk.approvals = [wanted]

    async def act(scene: Scene) -> None:
        await scene.choose("mail")
        press(scene.page.details.waiting, "Always allow this job…")
        words = scene.words(scene.page.details.waiting)
        assert "The job may do this from now on, until you take it away in its form." in words
        assert not button_of(scene.page.details.waiting, "Add this to the job and allow").isEnabled()

    play(act, desk)


def test_search_and_the_way_back(play: Play) -> None:
    async def act(scene: Scene) -> None:
        page = scene.page
        QTest.keyClicks(page.search, "nowhere")
        await until(lambda: "No job fits" in scene.words())
        page.show_all()
        assert scene.model.rowCount() == 4 and page.list.isVisible()

    play(act)


def test_a_file_is_imported_to_be_reviewed(play: Play, tmp_path: Any) -> None:
    from agent.automation.job_text import job_text

    file = tmp_path / "job.toml"
    file.write_text(job_text(job("Imported")))

    async def act(scene: Scene) -> None:
        scene.page.import_button.click()
        await choose_in_dialog(scene.page, str(file))
        done = await scene.done(1)
        assert done == [SaveJob(job("Imported"), review=True)]
        await until(
            lambda: "It is new here and starts nothing yet: read what it does, then resume it." in scene.words()
        )

    play(act)


def test_a_job_is_exported_as_a_file(play: Play, tmp_path: Any) -> None:
    from agent.automation.job_file import read_job

    async def act(scene: Scene) -> None:
        await scene.choose("mail")
        for name, begins in (("mail.toml", "format"), ("mail.ics", "BEGIN:VCALENDAR")):
            scene.page.details.buttons["export"].click()
            await choose_in_dialog(scene.page, str(tmp_path / name))
            await until(lambda name=name: (tmp_path / name).exists() and (tmp_path / name).stat().st_size > 0)
            assert begins in (tmp_path / name).read_text()
        assert read_job((tmp_path / "mail.toml").read_text()) == scene.desk.rows["mail"].job
        assert (tmp_path / "mail.ics").read_bytes().count(b"BEGIN:VEVENT\r\n") > 20

    play(act)


async def choose_in_dialog(page: QWidget, path: str) -> None:
    def dialogs() -> list[QFileDialog]:
        return [dialog for dialog in page.window().findChildren(QFileDialog) if dialog.isVisible()]

    await until(lambda: bool(dialogs()))
    dialog = dialogs()[0]
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.setText(path)
    dialog.accept()


@pytest.mark.parametrize("size", [(460, 380), (800, 600), (3_840, 2_160)])
def test_it_fits_any_window_with_any_words(play: Play, size: tuple[int, int]) -> None:
    odd = ("x" * 90, "مرحبا بالعالم " * 6, "a\x00b\nc\u202ed", "🦞" * 90)
    desk = JobDesk(
        *(row(f"j{at}", job(text, prompt=text * 40, folder="/" + "f" * 3_000)) for at, text in enumerate(odd))
    )
    desk.kept = [
        slot(at, "failed", "run_failed", f"j{at}", note=text * 10, summary=text * 10) for at, text in enumerate(odd)
    ]

    async def act(scene: Scene) -> None:
        scene.page.resize(*size)
        for at in range(4):
            for tab in ("about", "history", "next"):
                await scene.choose(f"j{at}", tab)
                scene.page.details.history.show_slot(at)
                scene.page.grab()
                for area in (scene.page.details, scene.page.details.about, scene.page.details.history.details):
                    inside = area.widget()
                    assert inside is not None and inside.width() <= area.viewport().width()
        scene.page.views.setCurrentIndex(1)
        scene.page.grab()
        assert (scene.page.width(), scene.page.height()) == size

    play(act, desk)
