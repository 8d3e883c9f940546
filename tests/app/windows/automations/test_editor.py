"""The form of a job in its window: by keyboard and by press, over a real runtime."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from shiboken6 import Shiboken

from agent.commands import SaveJob
from agent.jobs import Cron, Job, JobRow, Once, Watch
from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from app.bridge import Bridge
from app.viewmodels.job_editor import JobEditor
from app.viewmodels.job_editor_sources import empty
from app.widgets.choice_box import ChoiceBox
from app.windows.automations.editor import EditorDialog, Offered
from app.windows.automations.editor_triggers import TriggerCard
from tests.helpers.house import House, open_house
from tests.helpers.settings_home import on_loop, until

OLD = Job(name="Old", prompt="Do it.", folder="/", triggers=(Cron(fields="0 9 * * *"),))
WRITES = [Reply(calls=[("write", {"path": "out.txt", "text": "x"})]), Reply("It is written.")]
TEMPLATES = [("build-log", "Watch a build log"), ("invoices", "File invoices")]


class Scene:
    def __init__(self, house: House, dialog: EditorDialog) -> None:
        self.house, self.dialog = house, dialog
        self.saved: list[str] = []
        dialog.saved.connect(self.saved.append)

    async def rows(self) -> list[JobRow]:
        return await self.house.runtime.automation.jobs()

    def words(self) -> str:
        return "\n".join(
            label.text().replace("\u200b", "")
            for label in self.dialog.findChildren(QLabel)
            if label.isVisibleTo(self.dialog)
        )

    def button(self, words: str) -> QPushButton:
        return next(
            b for b in self.dialog.findChildren(QPushButton) if b.text() == words and b.isVisibleTo(self.dialog)
        )

    def entry(self, *path: str) -> Any:
        return self.dialog.rows[path].entry

    async def gone(self) -> None:
        await until(lambda: not Shiboken.isValid(self.dialog) or not self.dialog.isVisible(), "the form went")

    async def looked(self) -> None:
        """Until the form has looked at what is entered now."""
        seen: list[None] = []
        self.dialog.editor.looked.connect(lambda: seen.append(None))
        await until(lambda: seen, "the form looked")


def entry(card: TriggerCard, name: str) -> Any:
    """The control of a field of a trigger."""
    return card.rows[(name,)].entry


@asynccontextmanager
async def form(
    tmp_path: Path, job: Job | None, script: Sequence[Reply], offered: Offered, owner: QObject
) -> AsyncGenerator[Scene]:
    async with open_house(tmp_path, script or [Reply("Done.")], list(built_in_tools())) as house:
        runtime, row = house.runtime, None
        if job is not None:
            receipt = await runtime.submit(SaveJob(msgspec.structs.replace(job, folder=str(house.folder))))
            row = await runtime.automation.find(receipt.job_id)
        window, bridge = QWidget(), Bridge(owner)
        window.show()
        begin = row.job if row is not None else empty(str(house.folder))
        editor = JobEditor(runtime.automation, runtime.submit, begin, row, ["scripted/hello"], now=house.clock.now)
        dialog = EditorDialog(editor, bridge.start, offered, house.clock.now, window)
        bridge.happened.connect(editor.take)
        with runtime.subscribe() as events:
            relay = asyncio.ensure_future(bridge.relay(events))
            dialog.open()
            dialog.activateWindow()
            await until(dialog.isActiveWindow)
            yield Scene(house, dialog)
            relay.cancel()
        window.close()
        window.deleteLater()


def play(
    qapp: QApplication,
    tmp_path: Path,
    act: Callable[[Scene], Awaitable[None]],
    *,
    job: Job | None = None,
    script: Sequence[Reply] = (),
    offered: Offered | None = None,
) -> None:
    async def main(owner: QObject) -> None:
        async with form(tmp_path, job, script, offered or Offered(TEMPLATES), owner) as scene:
            await act(scene)

    on_loop(qapp, main)


def test_a_sentence_makes_a_job_by_keyboard_alone(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        dialog = scene.dialog
        assert dialog.start_card is not None and dialog.focusWidget() is dialog.start_card.line
        QTest.keyClicks(dialog.start_card.line, "every Monday at 5 read the news")
        QTest.keyClick(dialog.start_card.line, Qt.Key.Key_Return)
        await until(lambda: scene.entry("prompt").toPlainText() == "read the news")
        assert "05:00" in scene.words()  # how it was read is shown before it is saved
        await scene.looked()
        assert "Next: " in dialog.foot.coming.text() and dialog.foot.cost.text()
        QTest.keyClick(scene.entry("prompt"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await scene.gone()
        (row,) = await scene.rows()
        assert (scene.saved, row.job.triggers, row.paused) == ([row.job_id], (Cron(fields="0 5 * * 1"),), "")

    play(qapp, tmp_path, act)


def test_a_sentence_that_is_not_understood_says_how_to_write_it(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        card = scene.dialog.start_card
        assert card is not None
        card.line.setText("make coffee")
        card.read_button.click()
        await until(lambda: "does not say when" in scene.words())
        assert card.line.accessibleDescription()

    play(qapp, tmp_path, act)


def test_a_template_fills_the_form_and_opens_what_it_says(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await until(lambda: scene.entry("name").text() == "Build log")
        assert scene.entry("limits", "usd_per_day").isVisibleTo(scene.dialog)
        assert not scene.entry("report", "path").isVisibleTo(scene.dialog)
        assert scene.entry("inputs").isVisibleTo(scene.dialog)

    play(qapp, tmp_path, act, offered=Offered(TEMPLATES, "en", "build-log"))


def test_a_template_can_be_chosen_in_the_form(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        card = scene.dialog.start_card
        assert card is not None
        card.template.setCurrentIndex(card.template.findText(dict(TEMPLATES)["build-log"]))
        await until(lambda: scene.entry("name").text() == "Build log")

    play(qapp, tmp_path, act)


def test_saving_too_early_says_why_and_leads_there(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.button("Save").click()
        await until(lambda: "It cannot be saved yet" in scene.words())
        assert scene.dialog.focusWidget() is scene.entry("name")
        QTest.keyClicks(scene.entry("name"), "Coffee")
        QTest.keyClicks(scene.entry("prompt"), "Think of coffee.")
        scene.dialog.groups["limits"].open()
        scene.entry("limits", "max_usd").setText("much")
        assert "Write a number." in scene.words()
        scene.button("Save").click()
        await until(lambda: scene.dialog.focusWidget() is scene.entry("limits", "max_usd"))
        assert scene.entry("limits", "max_usd").accessibleDescription() == "Write a number."
        scene.entry("limits", "max_usd").setText("0.5")
        assert "Write a number." not in scene.words()
        await until(scene.button("Save").isEnabled)
        scene.button("Save").click()
        await scene.gone()
        assert [row.job.limits.max_usd for row in await scene.rows()] == [0.5]

    play(qapp, tmp_path, act)


def test_triggers_are_made_and_changed_in_words_that_follow(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        triggers = scene.dialog.triggers
        (card,) = triggers.cards.values()
        entry(card, "rhythm").setCurrentIndex(2)
        (card,) = triggers.cards.values()
        thursday = next(b for b in card.findChildren(QAbstractButton) if b.text() == "Thursday")
        thursday.click()
        at = entry(card, "at")
        at.setFocus()
        at.selectAll()
        QTest.keyClicks(at, "7:15")
        assert at.hasFocus() and "Each Monday and Thursday at " in scene.words() and "7:15" in scene.words()
        triggers.add_button.click()
        second = list(triggers.cards)[-1]
        assert triggers.cards[second].kind.hasFocus()
        triggers.cards[second].kind.setCurrentIndex(3)
        watch = triggers.cards[second]
        entry(watch, "folder").line.setText(str(scene.house.folder))
        entry(watch, "patterns").setText("*.pdf")
        assert "*.pdf settles in" in scene.words()
        assert scene.dialog.editor.draft().triggers == (
            Cron(fields="15 7 * * 1,4"),
            Watch(folder=str(scene.house.folder), patterns=("*.pdf",)),
        )
        card.remove.click()
        watch.remove.click()
        assert triggers.add_button.isVisible() and "only when you start it" in scene.words()

    play(qapp, tmp_path, act)


def test_the_keyboard_stays_where_it_was_when_a_card_gets_other_fields(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        (card,) = scene.dialog.triggers.cards.values()
        rhythm = entry(card, "rhythm")
        rhythm.setFocus()
        QTest.keyClick(rhythm, Qt.Key.Key_Down)
        QTest.keyClick(rhythm, Qt.Key.Key_Down)
        (after,) = scene.dialog.triggers.cards.values()
        assert after is not card and entry(after, "rhythm").hasFocus() and ("days",) in after.rows
        after.remove.setFocus()
        QTest.keyClick(after.remove, Qt.Key.Key_Space)
        assert scene.dialog.triggers.add_button.hasFocus()

    play(qapp, tmp_path, act)


def test_variables_are_put_in_by_press(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        prompt = scene.entry("prompt")
        QTest.keyClicks(prompt, "Read ")
        scene.button("{folder}").click()
        assert prompt.toPlainText() == "Read {folder}" and prompt.hasFocus()
        await scene.looked()

    play(qapp, tmp_path, act)


def test_a_rehearsal_offers_what_it_found_and_what_is_taken_is_saved(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        leave = scene.dialog.leave
        leave.rehearse_button.setFocus()
        QTest.keyClick(leave.rehearse_button, Qt.Key.Key_Space)
        await until(lambda: leave.found(), "something was found")
        assert leave.rehearse_button.hasFocus()
        assert "It would also have to do this" in scene.words()
        (allow,) = leave.found()
        assert "out.txt" in allow.accessibleName()
        allow.click()  # type: ignore[attr-defined]
        assert leave.found() == [] and "You have allowed all that it needed." in scene.words()
        scene.button("Take back").click()
        assert len(leave.found()) == 1
        leave.found()[0].click()  # type: ignore[attr-defined]
        scene.dialog.save()
        await scene.gone()
        (row,) = await scene.rows()
        assert ([need.what for need in row.job.allow], row.paused) == (["fs.write"], "")
        assert not (scene.house.folder / "out.txt").exists()

    play(qapp, tmp_path, act, job=OLD, script=WRITES)


def test_a_rehearsal_that_does_not_come_to_its_end_says_why(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.dialog.leave.rehearse()
        await until(lambda: scene.dialog.editor.rehearsal.state == "failed")
        assert scene.dialog.editor.rehearsal.words.split(".")[0] in scene.words()
        scene.dialog.reject()
        await scene.gone()

    play(qapp, tmp_path, act, job=OLD, script=[Reply(error="bad_request")])


def test_leaving_asks_only_where_something_would_be_lost(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        dialog = scene.dialog
        QTest.keyClicks(scene.entry("prompt"), " Now.")
        for answer, stays in (("Go on editing", True), ("Leave", False)):
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await until(lambda: [d for d in dialog.findChildren(QDialog) if d.isVisible()])
            (asking,) = [d for d in dialog.findChildren(QDialog) if d.isVisible()]
            next(b for b in asking.findChildren(QPushButton) if b.text().replace("&", "") == answer).click()
            if stays:
                await until(lambda: not [d for d in dialog.findChildren(QDialog) if d.isVisible()])
                assert dialog.isVisible()
        await scene.gone()
        assert [row.job.prompt for row in await scene.rows()] == ["Do it."]

    play(qapp, tmp_path, act, job=OLD)


def test_an_untouched_form_goes_with_esc(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        QTest.keyClick(scene.dialog, Qt.Key.Key_Escape)
        await scene.gone()
        assert await scene.rows() == []

    play(qapp, tmp_path, act)


def test_versions_can_be_looked_at_and_taken_back(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        (row,) = await scene.rows()
        runtime = scene.house.runtime
        await runtime.submit(SaveJob(msgspec.structs.replace(row.job, prompt="Newer."), row.job_id))
        (row,) = await scene.rows()
        editor = JobEditor(runtime.automation, runtime.submit, row.job, row, now=scene.house.clock.now)
        works: list[Any] = []
        start = lambda work, _name: works.append(asyncio.ensure_future(work))  # noqa: E731
        dialog = EditorDialog(editor, start, None, scene.house.clock.now, scene.dialog.parentWidget())
        dialog.open()
        scene.dialog = dialog
        assert dialog.versions is not None
        await until(dialog.versions.isVisible)
        assert "The last one. It changed: Task." in scene.words()
        dialog.versions.box.setCurrentIndex(1)
        assert scene.entry("prompt").toPlainText() == "Do it."
        assert "Save to take it again" in scene.words()
        dialog.save()
        await scene.gone()
        (row,) = await scene.rows()
        assert (row.job.prompt, row.version) == ("Do it.", 3)

    play(qapp, tmp_path, act, job=OLD)


def test_every_control_has_a_name_and_a_way_by_tab(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        dialog = scene.dialog
        for group in dialog.groups.values():
            group.open()
        dialog.triggers.add_button.click()
        controls = [
            widget
            for widget in dialog.findChildren(QWidget)
            if isinstance(widget, QLineEdit | QPlainTextEdit | QAbstractButton | QComboBox)
            and widget.isVisibleTo(dialog)
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        buddies = {label.buddy() for label in dialog.findChildren(QLabel)}
        nameless = [
            widget
            for widget in controls
            if not widget.accessibleName()
            and not (isinstance(widget, QAbstractButton) and widget.text())
            and not (isinstance(widget, ChoiceBox) and widget in buddies)
        ]
        assert nameless == [] and len(controls) > 40
        chain: list[QWidget] = [controls[0]]
        while (at := chain[-1].nextInFocusChain()) is not None and at is not controls[0]:
            chain.append(at)
        seen = set(chain)
        assert set(controls) <= seen

    play(qapp, tmp_path, act)


def test_a_moment_is_typed(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        (card,) = scene.dialog.triggers.cards.values()
        card.kind.setCurrentIndex(2)
        (card,) = scene.dialog.triggers.cards.values()
        at = entry(card, "at")
        at.setText("someday")
        assert "Write day and time as" in scene.words()
        at.setText("2030-12-24 15:00")
        assert "Write day and time as" not in scene.words()
        (trigger,) = scene.dialog.editor.draft().triggers
        assert isinstance(trigger, Once) and (trigger.at.year, trigger.at.astimezone().hour) == (2030, 15)

    play(qapp, tmp_path, act)
