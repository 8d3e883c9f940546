"""The page of the chats: what was begun stays with its chat, and what a person wants of a row is carried on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from agent.events import ApprovalRequested, ApprovalResolved, RunStarted
from agent.models.scripted import Reply
from app.bridge import Bridge
from app.viewmodels.chat import ChatViewModel
from app.viewmodels.composer import ComposerViewModel
from app.viewmodels.live import LiveRuns
from app.viewmodels.model_list import ModelListViewModel
from app.widgets.composer import Composer
from app.windows.chats import ChatsPage
from tests.helpers.house import House, open_house
from tests.helpers.settings_home import on_loop, until


class Scene:
    """The page over a runtime, fed as the app feeds it."""

    def __init__(self, house: House, owner: QObject) -> None:
        self.house = house
        self.live = LiveRuns()
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
            with house.runtime.subscribe() as events:
                relay = [scene.bridge.take]
                scene.composer.set_text("what would you do?")
                scene.composer.send()
                assert not switch.isChecked()
                async for event in events:
                    relay[0](event)
                    if type(event).__name__ == "RunFinished":
                        assert event.dry_run
                        break
            await until(lambda: scene.page.transcript.footer(event.run_id))
            footer = scene.page.transcript.footer(event.run_id)
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
