import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.hotkey import Hotkey
from tests.helpers.desktop import Desktop, desktop


@pytest.fixture(scope="module")
def desk() -> Generator[Desktop, None, None]:
    """A screen with a window manager."""
    with desktop(tray=False, notifications=False) as made:
        yield made


@pytest.fixture
def hotkey(desk: Desktop, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Generator[Hotkey, None, None]:
    """A hotkey on that screen."""
    monkeypatch.setenv("DISPLAY", desk.env["DISPLAY"])
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    made = Hotkey()
    yield made
    made.unregister()


@pytest.mark.parametrize(
    ("keys", "pressed"),
    [("Ctrl+Alt+Space", "ctrl+alt+space"), ("Meta+H", "super+h"), ("Ctrl+Shift+F9", "ctrl+shift+F9"), ("F8", "F8")],
)
def test_a_press_anywhere_is_noticed(qtbot: QtBot, desk: Desktop, hotkey: Hotkey, keys: str, pressed: str) -> None:
    assert hotkey.register(keys).ok
    with qtbot.waitSignal(hotkey.pressed, timeout=5000):
        desk.xdotool("key", pressed)


@pytest.mark.parametrize("lock", ["Num_Lock", "Caps_Lock"])
def test_locks_do_not_matter(qtbot: QtBot, desk: Desktop, hotkey: Hotkey, lock: str) -> None:
    assert hotkey.register("Ctrl+Alt+Space").ok
    desk.xdotool("key", lock)
    try:
        with qtbot.waitSignal(hotkey.pressed, timeout=5000):
            desk.xdotool("key", "ctrl+alt+space")
    finally:
        desk.xdotool("key", lock)


def test_a_held_key_is_one_press(qtbot: QtBot, desk: Desktop, hotkey: Hotkey) -> None:
    presses: list[None] = []
    hotkey.pressed.connect(lambda: presses.append(None))
    assert hotkey.register("Ctrl+Alt+Space").ok
    desk.xdotool("keydown", "ctrl", "keydown", "alt", "keydown", "space", "keydown", "space")
    desk.xdotool("keyup", "space", "keydown", "space", "keyup", "space", "keyup", "alt", "keyup", "ctrl")
    qtbot.waitUntil(lambda: len(presses) >= 2, timeout=5000)
    assert len(presses) == 2


def test_other_keys_stay_with_other_programs(qtbot: QtBot, desk: Desktop, hotkey: Hotkey) -> None:
    presses: list[str] = []
    other = Hotkey()
    hotkey.pressed.connect(lambda: presses.append("ours"))
    other.pressed.connect(lambda: presses.append("theirs"))
    assert hotkey.register("Ctrl+Alt+Space").ok and other.register("Ctrl+Alt+K").ok
    desk.xdotool("key", "ctrl+alt+k")
    qtbot.waitUntil(lambda: bool(presses), timeout=5000)
    assert presses == ["theirs"]
    other.unregister()


def test_keys_that_are_given_back_can_be_had_by_another(qtbot: QtBot, desk: Desktop, hotkey: Hotkey) -> None:
    assert hotkey.register("Ctrl+Alt+Space").ok
    assert hotkey.register("Ctrl+Alt+J").ok
    other = Hotkey()
    assert other.register("Ctrl+Alt+Space").ok
    with qtbot.waitSignal(other.pressed, timeout=5000):
        desk.xdotool("key", "ctrl+alt+space")
    other.unregister()


GRABS = """
import sys
from PySide6.QtCore import QCoreApplication
from app.desktop.hotkey import Hotkey
application = QCoreApplication([])
hotkey = Hotkey()
print(hotkey.register("Ctrl+Alt+Space"), flush=True)
sys.stdin.read()
"""


def test_keys_of_another_program_are_told_and_harm_nobody(qtbot: QtBot, desk: Desktop, hotkey: Hotkey) -> None:
    env = {**os.environ, "DISPLAY": desk.env["DISPLAY"], "PYTHONPATH": str(Path(__file__).parents[4])}
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", GRABS], env=env, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None and "ok=True" in other.stdout.readline()
        status = hotkey.register("Ctrl+Alt+Space")
        assert not status.ok and status.reason.startswith("Another program already uses these keys")
        assert hotkey.register("Ctrl+Alt+J").ok
        with qtbot.waitSignal(hotkey.pressed, timeout=5000):
            desk.xdotool("key", "ctrl+alt+j")
        other.communicate()
    assert hotkey.register("Ctrl+Alt+Space").ok


def test_a_key_this_keyboard_does_not_have(hotkey: Hotkey) -> None:
    status = hotkey.register("Ctrl+Alt+Ö")
    assert not status.ok and status.reason.startswith("This keyboard has no such key")


def test_without_a_screen_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for display in ("", ":9999"):
        monkeypatch.setenv("DISPLAY", display)
        status = Hotkey().register("Ctrl+Alt+Space")
        assert not status.ok and "homard-app --quick" in status.reason
