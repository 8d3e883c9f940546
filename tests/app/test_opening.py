import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agent.paths import Paths
from app.application import AUTOMATION, RUNTIME
from app.opening import Options, open_window

LATE = ("asyncio", "ssl", "qasync", "httpx", "agent.runtime", "agent.events", "app.application", "app.widgets.banner")


def paths_of(home: Path) -> Paths:
    return Paths(home, home, home / "cache", home / "logs")


def test_nothing_the_window_can_do_without_is_imported_before_it() -> None:
    words = f"import sys, app.__main__, app.opening; print(*sorted(set({LATE!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []


def test_a_window_comes_whatever_the_settings_say(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[app]\ntheme = 7\n", encoding="utf-8")
    (tmp_path / "ui.json").write_text("{", encoding="utf-8")
    opening = open_window(qapp, paths_of(tmp_path), Options())
    qtbot.addWidget(opening.window)
    assert opening.window.isVisible() and not opening.window.windowIcon().isNull()


def test_no_window_comes_when_it_begins_in_the_tray(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    for options in (Options(hidden=True), Options(quick=True)):
        opening = open_window(qapp, paths_of(tmp_path), options)
        qtbot.addWidget(opening.window)
        assert not opening.window.isVisible()


def test_what_is_imported_in_a_thread_makes_no_qt_classes() -> None:
    words = (
        "import sys; sys.modules['PySide6'] = None\n"
        "from importlib import import_module\n"
        f"for name in {RUNTIME + AUTOMATION!r}: import_module(name)"
    )
    subprocess.run([sys.executable, "-c", words], check=True, timeout=60)
