"""The desktop the app's tests live in: it leaves nothing behind, and a word on standard error is a fault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.helpers.app_process import ROOT, app_process
from tests.helpers.desktop import desktop
from tests.helpers.x11 import wait_until

STARTS_ONE = """
import sys, time
from tests.helpers.desktop import desktop
with desktop(keyring=True) as screen:
    print(screen.folder, flush=True)
    time.sleep(60)
"""


def living_in(folder: str) -> list[psutil.Process]:
    """The processes whose environment names the folder, those that have ended but for their record left out."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter(["environ", "status"]):
        environment = process.info["environ"] or {}
        if folder in environment.get("DBUS_SESSION_BUS_ADDRESS", "") and process.info["status"] != "zombie":
            found.append(process)
    return found


def test_nothing_of_it_is_left_when_the_test_process_is_killed() -> None:
    words = [sys.executable, "-c", STARTS_ONE]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        folder = process.stdout.readline().strip()
        names = {one.name() for one in living_in(folder)}
        assert {"openbox", "trayer", "dunst", "at-spi-bus-laun", "gnome-keyring-d"} <= {name[:15] for name in names}
        process.kill()
    wait_until(lambda: not living_in(folder) or None, "something lived on")


def test_what_the_app_complains_of_fails_its_test(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with desktop(tray=False, notifications=False) as screen:  # noqa: SIM117
        with pytest.raises(AssertionError, match="there is no option '--nonsense'"):
            with app_process(tmp_path / "home", screen, "--nonsense") as app:
                assert app.wait_ended() == 2
