"""Runs from anywhere in the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.models.scripted import Reply
from app.bridge import Bridge
from app.run_desk import RunDesk
from app.viewmodels.status import StatusViewModel
from app.windows.main_window import MainWindow
from tests.helpers.house import collect, open_house
from tests.helpers.settings_home import on_loop


def test_a_chat_that_was_deleted_meanwhile_is_not_gone_on_with(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    lines = ['model = "scripted/hello"', "[app]", f'chat_folder = "{tmp_path}"', "[providers.scripted]"]
    (tmp_path / "home" / "settings.toml").write_text("\n".join([*lines, 'transport = "scripted"']))

    async def main(owner: QObject) -> None:
        async with open_house(tmp_path, [Reply("one"), Reply("two"), Reply("three")]) as house:
            runtime, window = house.runtime, MainWindow()
            desk = RunDesk(runtime, StatusViewModel(parent=owner), Bridge(owner), window)
            chats: list[str] = []
            for words in ("first", "second", "third"):
                with runtime.subscribe() as events:
                    session_id, run_id = await desk.ask(words, chats[-1] if chats else "")
                    await collect(events, run_id)
                chats.append(session_id)
                if words == "second":
                    await runtime.store.delete_session(session_id)
            assert chats[0] == chats[1] != chats[2]
            window.deleteLater()

    on_loop(qapp, main)
