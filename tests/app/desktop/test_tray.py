import os
import select
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.helpers.desktop import TRAY, Desktop, desktop, end_group
from tests.helpers.x11 import wait_until

ROOT = Path(__file__).parents[3]
PATIENCE_S = 20


class TrayProgram:
    """A program with a tray icon, driven by words and by the mouse."""

    def __init__(self, desk: Desktop) -> None:
        self.desk = desk
        env = {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "xcb"}
        words = [sys.executable, str(ROOT / "tests/helpers/tray_program.py")]
        before, desk.env = desk.env, {**desk.env, **env}
        self._process = desk.program(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        desk.env = before
        self._lines: list[str] = []
        self._rest = b""

    def say(self, word: str) -> None:
        """Tell it a word of its language and wait until it has done it."""
        self.order(word)
        self.expect(f"did {word}")

    def order(self, word: str) -> None:
        """Tell it a word."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())
        self._process.stdin.flush()

    def expect(self, beginning: str) -> str:
        """Wait for a line that begins like this; others before it are dropped."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            while self._lines:
                line = self._lines.pop(0)
                if line.startswith(beginning):
                    return line
            self._read(deadline - time.monotonic(), beginning)

    def click(self, button: int = 1) -> None:
        (icon,) = wait_until(self.desk.tray_icons, "no icon in the tray")
        x, y = icon.middle
        self.desk.click(x, y, button)

    def choose(self, *steps: str) -> None:
        """Open the menu and press keys in it."""
        self.click(button=3)
        wait_until(lambda: self.menus() or None, "no menu came")
        self.desk.xdotool("key", *steps)

    def menus(self) -> list[int]:
        """Its windows that are higher than an icon."""
        x, pid = self.desk.x, self._process.pid
        return [one.window_id for one in x.below(x.root) if one.viewable and one.pid == pid and one.height > 40]

    def picture(self) -> bytes:
        """What the icon looks like now."""
        (icon,) = wait_until(self.desk.tray_icons, "no icon in the tray")
        done = subprocess.run(["import", "-window", str(icon.window_id), "rgb:-"], env=self.desk.env,
                              check=True, timeout=20, capture_output=True)  # fmt: skip
        return done.stdout

    def end(self) -> None:
        end_group(self._process)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _read(self, seconds: float, wanted: str) -> None:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, seconds))
        assert ready, f"{wanted!r} did not come"
        data = os.read(self._process.stdout.fileno(), 1 << 16)
        assert data, f"the program ended before {wanted!r}"
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._lines += [line.decode() for line in lines]


@pytest.fixture(scope="module")
def desk() -> Generator[Desktop, None, None]:
    """A screen with a window manager and a tray."""
    with desktop(notifications=False) as made:
        yield made


@pytest.fixture
def program(desk: Desktop) -> Generator[TrayProgram, None, None]:
    """The program, its icon in the tray."""
    made = TrayProgram(desk)
    assert made.expect("started") == "started True"
    yield made
    made.end()


def test_quick_clicks_all_open(program: TrayProgram) -> None:
    (icon,) = wait_until(program.desk.tray_icons, "no icon in the tray")
    program.desk.xdotool("mousemove", *icon.middle, "click", "--repeat", 2, "--delay", 50, 1)
    for _ in range(2):
        assert program.expect("open") == "open"


def test_a_left_click_opens_and_the_menu_does_what_it_says(program: TrayProgram) -> None:
    program.click()
    program.expect("open")
    program.choose("Down", "Return")
    program.expect("quick_prompt")


def test_the_last_entry_quits(program: TrayProgram) -> None:
    program.choose("Up", "Return")
    program.expect("quit")


def test_a_run_can_be_stopped_from_the_menu(program: TrayProgram) -> None:
    program.say("work")
    program.choose("Down", "Down", "Right", "Return")
    assert program.expect("stop") == "stop r1"


def test_the_icon_shows_what_goes_on(program: TrayProgram) -> None:
    seen = [program.picture()]
    for word in ("need", "answer"):
        program.say(word)
        before = seen[-1]
        seen.append(wait_until(lambda before=before: _other(program.picture(), before), f"{word} was not shown"))
    assert seen[0] == seen[2] != seen[1]


def test_the_icon_moves_while_a_run_works_and_only_then(program: TrayProgram) -> None:
    at_rest = program.picture()
    program.say("work")
    frames = {at_rest}
    wait_until(lambda: frames.add(program.picture()) or len(frames) >= 4, "the icon does not move")
    program.say("end")
    wait_until(lambda: program.picture() == at_rest or None, "the icon did not come to rest")


def test_a_tray_that_comes_late_or_goes_is_noticed() -> None:
    with desktop(tray=False, notifications=False) as bare:
        made = TrayProgram(bare)
        assert made.expect("started") == "started False"
        host = bare.program(*TRAY)
        wait_until(lambda: bare.x.owned("_NET_SYSTEM_TRAY_S0"), "trayer did not start")
        made.order("look")
        assert made.expect("available") == "available True"
        wait_until(bare.tray_icons, "no icon in the tray")
        end_group(host)
        wait_until(lambda: not bare.x.owned("_NET_SYSTEM_TRAY_S0") or None, "trayer did not end")
        made.order("look")
        assert made.expect("available") == "available False"
        made.end()


def test_a_status_notifier_that_comes_late_or_goes_is_told_by_the_bus() -> None:
    with desktop(tray=False, notifications=False) as bare:
        made = TrayProgram(bare)
        assert made.expect("started") == "started False"
        with open_dbus_connection(bare.env["DBUS_SESSION_BUS_ADDRESS"]) as watcher:
            watcher.send_and_get_reply(message_bus.RequestName("org.kde.StatusNotifierWatcher"), timeout=PATIENCE_S)
            assert made.expect("available") == "available True"
        assert made.expect("available") == "available False"
        made.end()


def _other(picture: bytes, before: bytes) -> bytes | None:
    return None if picture == before else picture
