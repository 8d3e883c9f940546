"""The page of activity over a real runtime: read, chosen, followed, found."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QTextEdit, QWidget

from agent.events import ApprovalRequested, RunFinished, RunStarted, TurnStarted
from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from app.event_loop import run
from app.viewmodels.activity import ActivityViewModel
from app.viewmodels.run_records import RunRecords
from app.windows.activity import ActivityPage
from tests.helpers.house import House, open_house

SCRIPT = [Reply("I look.", calls=[("look", {"at": "a.txt"})]), Reply("Done."), Reply(error="bad_key"), Reply("Fine.")]


class Scene:
    """The page, and a runtime in which three runs have ended: well, badly, well."""

    def __init__(self, house: House, records: RunRecords | None = None) -> None:
        self.house = house
        self.model = ActivityViewModel(house.runtime.store)
        self.page = ActivityPage(self.model, records)
        self.page.resize(1_100, 700)
        self.said: list[tuple[str, ...]] = []
        page = self.page
        page.open_chat.connect(lambda key: self.said.append(("open", key)))
        page.retry.connect(lambda key, run_id: self.said.append(("retry", key, run_id)))
        page.stop.connect(lambda run_id: self.said.append(("stop", run_id)))
        page.new_chat.connect(lambda: self.said.append(("new",)))
        page.failed.connect(lambda words: self.said.append(("failed", words)))
        self.ids: list[str] = []

    async def fill(self) -> None:
        for text in ("look at it", "do it <b>now</b>", "and again"):
            self.ids.append((await self.house.ask(text))[0].run_id)

    async def show(self) -> None:
        self.page.show()
        await self.until(lambda: not self.model.is_reading)

    async def until(self, ready: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not ready():  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def choose(self, row: int) -> None:
        self.page.list.setCurrentIndex(self.model.index(row))
        await self.shows(self.model.item(row).run_id)

    async def shows(self, run_id: str) -> None:
        await self.until(lambda: self.page.details.item is not None and self.page.details.item.run_id == run_id)
        await asyncio.sleep(0.02)

    def words(self, inside: QWidget | None = None) -> list[str]:
        labels = [label for label in (inside or self.page).findChildren(QLabel) if label.isVisible() and label.text()]
        texts = [text for text in (inside or self.page).findChildren(QTextEdit) if text.isVisible()]
        return [*(label.text() for label in labels), *(text.toPlainText() for text in texts)]

    def calls(self) -> list[str]:
        rows = self.page.details.calls.model()
        return [rows.data(rows.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(rows.rowCount())]


def play(qapp: QApplication, tmp_path: Path, act: Callable[[Scene], Awaitable[None]], *, empty: bool = False) -> None:
    async def main() -> None:
        async with open_house(tmp_path, SCRIPT) as house:
            scene = Scene(house)
            if not empty:
                await scene.fill()
            await scene.show()
            await act(scene)
            scene.page.close()
            scene.page.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    run(qapp, main)


def test_a_run_that_went_well(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        assert [scene.model.item(row).title for row in range(3)] == ["and again", "do it <b>now</b>", "look at it"]
        await scene.choose(2)
        words = scene.words(scene.page.details)
        for wanted in ("Done", "Asked by", "You", "Model", "scripted/hello", "Started", "Took", "look at it"):
            assert wanted in words
        assert [call.split(", ")[:2] for call in scene.calls()] == [["look", "a.txt"]]
        buttons = scene.page.details.buttons
        assert [name for name, button in buttons.items() if button.isVisible()] == ["open"]
        buttons["open"].click()
        assert scene.said == [("open", scene.house.session_id)]

    play(qapp, tmp_path, act)


def test_a_run_that_failed_says_why_and_can_be_tried_again(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose(1)
        run_ = scene.model.item(1).run
        words = scene.words(scene.page.details)
        assert run_.error
        for wanted in ("Model failed", run_.error, "Error code", "bad_key", "do it <b>now</b>"):
            assert wanted in words
        assert scene.calls() == []
        scene.page.details.buttons["retry"].click()
        assert scene.said == [("retry", scene.house.session_id, scene.ids[1])]

    play(qapp, tmp_path, act)


def test_a_run_at_work_is_followed_and_can_be_stopped(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.model.take(RunStarted(scene.house.session_id, "live", "cli", "p/m", "at work"))
        await scene.choose(0)
        assert "Working" in scene.words(scene.page.details)
        scene.model.take(ApprovalRequested(scene.house.session_id, "live", "a", "c", "act", (), ""))
        await scene.until(lambda: "Needs you" in scene.words(scene.page.details))
        scene.page.details.buttons["stop"].click()
        assert scene.said == [("stop", "live")]

    play(qapp, tmp_path, act)


def test_search_and_filter_and_the_way_back(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        page = scene.page
        QTest.keyClicks(page.search, "again")
        await scene.until(lambda: scene.model.rowCount() == 1)
        page.search.setText("nowhere")
        await scene.until(lambda: "No run fits" in scene.words())
        page.show_all()
        assert (scene.model.rowCount(), page.search.text(), page.choice.value) == (3, "", "all")
        page.choice.setCurrentIndex(2)
        assert [scene.model.item(row).title for row in range(scene.model.rowCount())] == ["do it <b>now</b>"]

    play(qapp, tmp_path, act)


def test_show_run_finds_one_that_is_not_listed(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.model.search("nowhere")
        scene.page.show_run(scene.ids[0])
        await scene.shows(scene.ids[0])
        scene.model.search("")
        assert scene.page.list.currentIndex().data() == "look at it"
        scene.page.show_run("no such run")
        await asyncio.sleep(0.02)
        assert scene.page.details.item is not None
        assert scene.page.details.item.run_id == scene.ids[0]

    play(qapp, tmp_path, act)


def test_enter_on_a_row_opens_its_chat(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose(0)
        scene.page.list.setFocus()
        QTest.keyClick(scene.page.list, Qt.Key.Key_Return)
        assert scene.said == [("open", scene.house.session_id)]

    play(qapp, tmp_path, act)


def test_nothing_yet(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.until(lambda: "Nothing has run yet" in scene.words())
        scene.model.take(RunStarted("s", "r", "user", "p/m", "first"))
        assert "Nothing has run yet" not in scene.words()

    play(qapp, tmp_path, act, empty=True)


@pytest.mark.parametrize("size", [(640, 420), (800, 600), (3_840, 2_160)])
def test_it_fits_any_window_with_any_words(qapp: QApplication, tmp_path: Path, size: tuple[int, int]) -> None:
    async def act(scene: Scene) -> None:
        for at, text in enumerate(("x" * 100_000, "مرحبا بالعالم " * 30, "a\x00b\nc\u202ed", "🦞" * 300)):
            scene.model.take(RunStarted("s", f"r{at}", "user", "p/" + "m" * 500, text))
        scene.page.resize(*size)
        for row in range(4):
            await scene.choose(row)
            scene.page.grab()
            inside = scene.page.details.widget()
            assert inside is not None
            assert inside.width() <= scene.page.details.viewport().width()
        assert (scene.page.width(), scene.page.height()) == size

    play(qapp, tmp_path, act)


def test_what_is_on_record_is_shown_undone_and_verified(qapp: QApplication, tmp_path: Path) -> None:
    script = [Reply(calls=[("write", {"path": "new", "text": "x"})]), Reply("Done."), Reply("Nothing to do.")]

    async def main() -> None:
        async with open_house(tmp_path, script, list(built_in_tools())) as house:
            scene = Scene(house, RunRecords(house.runtime))
            wrote, idle = [(await house.ask(text))[0].run_id for text in ("write", "rest")]
            scene.page.undo.connect(lambda run_id: scene.said.append(("undo", run_id)))
            await scene.show()
            record = scene.page.details.record
            scene.page.show_run(wrote)
            await scene.until(lambda: record.acts.model().rowCount() == 1)
            undo = scene.page.details.buttons["undo"]
            assert undo.isVisible() and undo.text() == "Undo…"
            undo.click()
            assert scene.said == [("undo", wrote)]
            scene.page.show_run(idle)
            await scene.until(lambda: not undo.isVisible())
            assert record.acts.model().rowCount() == 0
            assert not scene.page.audit.isVisible()
            scene.page.verify_button.click()
            await scene.until(
                lambda: any("All are as they were written." in text for text in scene.words(scene.page.audit))
            )
            scene.page.close()
            scene.page.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    run(qapp, main)


def test_the_timeline_of_a_run_at_work_grows(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        hold, reached = asyncio.Event(), asyncio.Event()
        script = [Reply(calls=[("look", {"at": "a.txt"})]), Reply("Done, it is.", gate=hold, reached=reached)]
        async with open_house(tmp_path, script) as house:
            scene = Scene(house, RunRecords(house.runtime))
            page = scene.page
            await scene.show()
            with house.runtime.subscribe() as events:
                receipt = await house.runtime.submit(house.message("look at it"))
                page.run.tabs.setCurrentIndex(1)
                async for event in events:
                    scene.model.take(event)
                    if isinstance(event, RunStarted):
                        await scene.choose(0)
                    if isinstance(event, TurnStarted) and event.turn == 2:
                        break
                await reached.wait()
                await scene.until(lambda: "look" in [row.title for row in page.timeline.model.timeline.rows])
                hold.set()
                async for event in events:
                    scene.model.take(event)
                    if isinstance(event, RunFinished):
                        break
            await scene.until(lambda: "Turn 2" in [row.title for row in page.timeline.model.timeline.rows])
            assert page.timeline.model.timeline.run_id == receipt.run_id
            page.close()
            page.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    run(qapp, main)


def test_the_timeline_of_a_run_and_its_export(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, SCRIPT) as house:
            scene = Scene(house, RunRecords(house.runtime))
            await scene.fill()
            await scene.show()
            page = scene.page
            await scene.choose(2)
            assert page.timeline.model.rowCount() == 0, "it is not read before it is in sight"
            page.run.tabs.setCurrentIndex(1)
            await scene.until(lambda: page.timeline.model.rowCount() > 0)
            rows = [row.title for row in page.timeline.model.timeline.rows]
            assert rows == ["Turn 1", "scripted/hello", "look", "Turn 2", "scripted/hello"]
            await scene.choose(1)
            await scene.until(lambda: page.timeline.model.timeline.run_id == scene.ids[1])
            assert [row.failed for row in page.timeline.model.timeline.rows] == [False, True]

            page.timeline.export_button.click()
            await scene.until(lambda: page.findChild(QFileDialog) is not None)
            dialog = page.findChild(QFileDialog)
            assert isinstance(dialog, QFileDialog)
            there = tmp_path / "trace.json"
            field = dialog.findChild(QLineEdit)
            assert isinstance(field, QLineEdit)
            field.setText(str(there))
            dialog.accept()
            await scene.until(there.exists)
            assert "invoke_agent" in there.read_text() and "do it" not in there.read_text()
            assert scene.said == []
            page.close()
            page.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    run(qapp, main)
