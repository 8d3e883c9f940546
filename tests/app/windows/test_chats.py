"""The page of the chats: what was begun stays with its chat, and what a person wants of a row is carried on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from agent.events import ApprovalRequested, ApprovalResolved, RunFinished, RunStarted
from agent.models.scripted import Reply
from agent.tasks import spawn
from agent.tools.registry import built_in_tools
from app.bridge import Bridge
from app.viewmodels.chat import ChatViewModel
from app.viewmodels.composer import ComposerViewModel
from app.viewmodels.live import LiveRuns
from app.viewmodels.model_list import ModelListViewModel
from app.viewmodels.rows import ApprovalRow, FooterRow
from app.widgets.composer import Composer
from app.windows.chats import ChatsPage
from tests.helpers.house import House, open_house
from tests.helpers.settings_home import on_loop, until


class Scene:
    """The page over a runtime, fed as the app feeds it."""

    def __init__(self, house: House, owner: QObject) -> None:
        self.house = house
        self.live = LiveRuns()
        self.ended: list[RunFinished] = []
        self.window = QWidget()
        self.model = ChatViewModel(house.runtime, self.live, owner)
        self.bridge = Bridge(owner)
        self.bridge.happened.connect(self.take)
        self.composer = Composer(ComposerViewModel(), ModelListViewModel(), self.window)
        self.page = ChatsPage(self.model, self.bridge, self.composer, self.window)
        self.page.resize(900, 600)
        self.window.resize(900, 600)
        self.window.show()

    def take(self, event: Any) -> None:
        self.live.take(event)
        self.model.transcript.take(event)
        self.model.take(event)
        if isinstance(event, RunFinished):
            self.ended.append(event)

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None, None]:
        """Hand over the events of the runtime, as the app does."""
        with self.house.runtime.subscribe() as events:
            relay = spawn(self.bridge.relay(events), "bridge")
            yield
            relay.cancel()

    async def press(self, words: str) -> None:
        """Press a button of the transcript, once it is there and works."""
        found: list[QPushButton] = []

        def look() -> bool:
            buttons = self.page.transcript.list.findChildren(QPushButton)
            found[:] = [button for button in buttons if button.text() == words and button.isVisible()]
            return bool(found) and found[0].isEnabled()

        await until(look, words)
        found[0].click()

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()


def test_a_dry_run_is_remembered_for_its_chat_until_it_is_sent(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_house(tmp_path, [Reply("I would.")]) as house:
            other = await house.runtime.store.create_session(cwd=str(house.folder), model="scripted/hello")
            await house.runtime.store.set_model(house.session_id, "scripted/hello")
            scene = Scene(house, owner)
            switch = scene.composer.dry_run_button
            await scene.model.open(house.session_id)
            scene.page.toggle_dry_run()
            assert switch.isChecked()
            await scene.model.open(other.session_id)
            assert not switch.isChecked()
            await scene.model.open(house.session_id)
            assert switch.isChecked()
            async with scene.listening():
                scene.composer.set_text("what would you do?")
                scene.composer.send()
                assert not switch.isChecked()
                await until(lambda: scene.ended)
            assert scene.ended[0].dry_run
            footer = scene.page.transcript.footer(scene.ended[0].run_id)
            assert footer is not None and footer.dry_run
            scene.close()

    on_loop(qapp, main)


def test_several_open_approvals_are_counted_above_the_composer(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_house(tmp_path, []) as house:
            scene = Scene(house, owner)
            await scene.model.open(house.session_id)
            session = house.session_id
            scene.take(RunStarted(session, "r1", "user", "scripted/hello", "go"))
            for key in ("a1", "a2", "a3"):
                effects = (f"write /a/{key} (1 bytes)",)
                scene.take(ApprovalRequested(session, "r1", key, key, "write", effects, "", scopes=("once", "run")))
            assert scene.page.waiting.isVisible() and scene.page.waiting.allow_button.isVisible()
            scene.take(ApprovalResolved(session, "r1", "a1", True, "person"))
            scene.take(ApprovalResolved(session, "r1", "a2", True, "person"))
            assert not scene.page.waiting.isVisible()
            scene.close()

    on_loop(qapp, main)


def writes(*paths: Path) -> list[Reply]:
    return [Reply(calls=[("write", {"path": str(path), "text": path.name}) for path in paths]), Reply("Done.")]


def test_a_yes_for_the_run_asks_no_more_for_the_like_of_it(qapp: QApplication, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    one, two = outside / "one.txt", outside / "two.txt"

    async def main(owner: QObject) -> None:
        async with open_house(tmp_path, [*writes(one, two), *writes(one)], list(built_in_tools())) as house:
            await house.runtime.store.set_model(house.session_id, "scripted/hello")
            scene = Scene(house, owner)
            await scene.model.open(house.session_id)
            async with scene.listening():
                await scene.model.send("write both")
                await scene.press("Allow in this run")
                await until(lambda: scene.ended)
                assert (one.read_text(), two.read_text()) == ("one.txt", "two.txt")
                asked = [row for row in scene.model.transcript.rows if isinstance(row, ApprovalRow)]
                assert [(row.state, row.scope) for row in asked] == [("allowed", "run")]
                one.unlink()
                await scene.model.send("again")
                await scene.press("Don't allow")  # another run asks again
                await until(lambda: len(scene.ended) == 2)
            assert not one.exists()
            scene.close()

    on_loop(qapp, main)


def test_always_writes_the_rule_that_was_shown(qapp: QApplication, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"

    async def main(owner: QObject) -> None:
        async with open_house(tmp_path, [*writes(outside), *writes(outside)], list(built_in_tools())) as house:
            await house.runtime.store.set_model(house.session_id, "scripted/hello")
            scene = Scene(house, owner)
            await scene.model.open(house.session_id)
            async with scene.listening():
                await scene.model.send("write it")
                await scene.press("Always allow…")
                assert house.runtime.policy.current().rules == ()
                await scene.press("Write this rule and allow")
                await until(lambda: scene.ended)
                (rule,) = house.runtime.policy.current().rules
                assert (rule.do, [target.text for target in rule.targets]) == ("allow", [str(outside)])
                outside.unlink()
                await scene.model.send("again")
                await until(lambda: len(scene.ended) == 2)
            assert outside.read_text() == "outside.txt"
            assert len([row for row in scene.model.transcript.rows if isinstance(row, ApprovalRow)]) == 1
            scene.close()

    on_loop(qapp, main)


def test_words_that_could_not_be_stored_come_back_where_they_were_written(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_house(tmp_path, [Reply("Done.")]) as house:
            await house.runtime.store.set_model(house.session_id, "scripted/hello")
            scene = Scene(house, owner)
            async with scene.listening():
                await scene.model.open(house.session_id)
                scene.composer.set_text("first")
                scene.composer.send()
                await until(lambda: len(scene.ended) == 1)
                full = "CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'full'); END"
                await house.runtime.store.database.call(lambda connection: connection.execute(full))
                scene.composer.set_text("second")
                scene.composer.send()
                await until(lambda: len(scene.ended) == 2)
                assert scene.composer.text() == "second"
                last = scene.model.transcript.rows[-1]
                assert isinstance(last, FooterRow) and (last.stop_reason, last.can_retry) == ("internal_error", False)
                scene.composer.set_text("")
                scene.composer.set_text("third")
                scene.composer.send()
                await scene.model.new()
                await until(lambda: len(scene.ended) == 3)
                assert scene.composer.text() == ""
                await scene.model.open(house.session_id)
                assert scene.composer.text() == "third"
            scene.close()

    on_loop(qapp, main)
