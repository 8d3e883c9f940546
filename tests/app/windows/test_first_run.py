"""The first screen, by the keyboard alone: three steps and a prompt."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.windows.first_run import FirstRun
from tests.helpers.fault_server import KEY
from tests.helpers.settings_home import ListingServer, on_loop, open_home, until


@pytest.fixture(autouse=True)
def person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("HOME", str(tmp_path / "person"))


def test_enter_on_the_prompt_starts_with_what_is_suggested(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            screen, ended = shown(runtime, {})
            assert screen.think.offline.isChecked()
            assert screen.focusWidget() is screen.think.offline, "the keyboard is on the first choice"
            QTest.keyClick(screen.prompt.line, Qt.Key.Key_Return)
            await until(lambda: ended)
            folder = str(tmp_path / "person" / "Homard")
            assert ended == [("local/smollm2", folder, "What is in this folder?")]
            assert runtime.settings.model == "local/smollm2"
            gone(screen)

    on_loop(qapp, main)


def test_a_server_that_was_found_is_one_of_the_ways(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        with ListingServer("a", "b") as server:
            port = int(server.base_url.rpartition(":")[2].partition("/")[0])
            async with open_home(tmp_path) as runtime:
                screen, ended = shown(runtime, {"ollama": port})
                await until(lambda: not screen.model.searching)
                radio = next(one for one in screen.think.findChildren(type(screen.think.key)) if "Ollama" in one.text())
                screen.activateWindow()
                screen.think.offline.setFocus()
                QTest.keyClick(screen.think.offline, Qt.Key.Key_Down)
                assert radio.isChecked() or screen.think.key.isChecked(), "arrows go through the ways"
                radio.setChecked(True)
                screen.folder.path.line.setText(str(tmp_path))
                screen.prompt.line.setText("Hello?")
                screen.start_button.click()
                await until(lambda: ended)
                assert ended == [("ollama/a", str(tmp_path), "Hello?")]
                gone(screen)

    on_loop(qapp, main)


def test_a_key_is_tested_and_kept_out_of_the_file(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            screen, ended = shown(runtime, {})
            screen.think.key.setChecked(True)
            screen.start_button.click()
            await until(screen.start_button.isEnabled)
            assert not runtime.paths.settings.exists() and ended == []
            screen.think.key_field.setText(KEY)
            screen.folder.path.line.setText(str(tmp_path))
            screen.start_button.click()
            await until(lambda: ended)
            assert ended[0][0].startswith("openai/") and screen.think.key_field.text() == ""
            assert await runtime.secrets.get("keyring:openai") == KEY
            assert KEY not in runtime.paths.settings.read_text()
            gone(screen)

    on_loop(qapp, main)


def test_later_leaves_no_model_and_does_not_ask_again(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            screen, ended = shown(runtime, {})
            screen.later_button.click()
            await until(lambda: ended)
            assert ended == [("", "", "")] and runtime.paths.settings.exists()
            gone(screen)

    on_loop(qapp, main)


def shown(runtime: Any, ports: dict[str, int]) -> tuple[FirstRun, list[tuple[str, str, str]]]:
    screen = FirstRun(runtime, runtime.secrets, ports=ports)
    ended: list[tuple[str, str, str]] = []
    screen.finished.connect(lambda *what: ended.append(what))  # pyright: ignore
    screen.resize(640, 420)
    screen.show()
    return screen, ended


def gone(screen: FirstRun) -> None:
    screen.close()
    screen.deleteLater()
