"""A whole desktop session of its own for tests: X server, D-Bus, window manager, tray, notifications, accessibility.

Nothing of it is shared with the person's own session, and all of it dies with the test process, however that ends.
Debian packages: xvfb openbox trayer dunst at-spi2-core gnome-keyring xdotool imagemagick dbus.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

from tests.helpers.x11 import XDisplay, XWindow, wait_until

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""
"""No service folders: what is not started here cannot be started behind our back."""

TRAY = (
    "trayer", "--edge", "top", "--align", "right", "--widthtype", "request", "--heighttype", "pixel", "--height", "24",
    "--expand", "true",
)  # fmt: skip
DUNST = "[global]\nmonitor = 0\nfollow = none\nhistory_length = 100\nidle_threshold = 0\nicon_theme = hicolor\n"
AT_SPI = next((path for folder in ("/usr/libexec", "/usr/lib/at-spi2-core")
               if (path := Path(folder, "at-spi-bus-launcher")).exists()), Path("at-spi-bus-launcher"))  # fmt: skip
DBUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")


class Desktop:
    """A running session. `env` is what a program needs to live in it; `home` is its empty home folder."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.home = folder / "home"
        self._stack = stack
        runtime = folder / "run"
        self.home.mkdir()
        runtime.mkdir(mode=0o700)
        foreign = ("HOMARD_", "QT_", "XDG_", "DBUS_", "GTK_", "WAYLAND_", "DISPLAY", "AT_SPI_", "GNOME_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        self.env = {
            **kept,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_SESSION_TYPE": "x11",
            "GSETTINGS_BACKEND": "memory",
            "LANG": "C.UTF-8",
        }
        self.x: XDisplay
        self.accessibility_bus = ""

    def program(
        self, *argv: str, env: Mapping[str, str] = {}, last_signal: str = "KILL", **more: Any
    ) -> subprocess.Popen[Any]:
        """Start a program that ends with the desktop, or with the test process; `env` comes on top of the desktop's.

        `last_signal` is what it gets when the test process dies before it could clean up.
        """
        log = (self.folder / f"{Path(argv[0]).name}.log").open("wb")
        more = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, **more}
        # Not preexec_fn: the test process has threads. setpriv sets the signal and becomes the program.
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", last_signal, *argv], env={**self.env, **env}, start_new_session=True, **more
        )
        self._stack.callback(end_group, process)
        log.close()
        return process

    def screenshot(self, path: Path) -> None:
        """Save what the screen shows as a PNG."""
        subprocess.run(["import", "-window", "root", str(path)], env=self.env, check=True, timeout=20)

    def xdotool(self, *argv: str | int) -> str:
        """Move the mouse, press keys: see xdotool(1)."""
        words = ["xdotool", *map(str, argv)]
        return subprocess.run(words, env=self.env, check=True, timeout=60, capture_output=True, text=True).stdout

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click at a place of the screen."""
        self.xdotool("mousemove", x, y, "click", button)

    def windows(self, pid: int) -> list[XWindow]:
        """The windows of a process that are on the screen."""
        return [window for window in self.x.managed() if window.pid == pid and window.viewable]

    def tray_icons(self) -> list[XWindow]:
        """What sits in the tray, from left to right."""
        panels = [window for window in self.x.below(self.x.root) if window.name == "panel" and window.viewable]
        icons = [icon for panel in panels[:1] for icon in self.x.below(panel.window_id)]
        return sorted((icon for icon in icons if icon.viewable and icon.name), key=lambda icon: icon.x)

    def call(self, address: DBusAddress, method: str, signature: str = "", body: tuple[Any, ...] = ()) -> Any:
        """Call a method on the session bus; its first result."""
        with open_dbus_connection(self.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            message = new_method_call(address, method, signature or None, body)
            answer = unwrap_msg(connection.send_and_get_reply(message, timeout=20))
        return answer[0] if answer else None

    def notifications(self) -> list[tuple[str, str]]:
        """Summary and body of each notification so far, oldest first; closes those on the screen."""
        for verb in ("close-all", "history"):
            done = subprocess.run(["dunstctl", verb], env=self.env, check=True, capture_output=True, timeout=20)
        shown = json.loads(done.stdout)["data"][0]
        return [(one["summary"]["data"], one["body"]["data"]) for one in reversed(shown)]

    def wait_for_name(self, name: str) -> None:
        """Wait until a program owns this name on the session bus."""
        wait_until(lambda: self.call(DBUS, "NameHasOwner", "s", (name,)), f"nobody became {name}")


@contextmanager
def desktop(
    *, tray: bool = True, size: tuple[int, int] = (1280, 800), notifications: bool = True, keyring: bool = False
) -> Generator[Desktop, None, None]:
    """Start a desktop; without `tray` no program can show an icon. Raises TimeoutError, FileNotFoundError."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="desk-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        made = Desktop(folder, stack)
        _start_bus(made)
        _start_screen(made, size)
        made.program("openbox", "--sm-disable")
        _start_accessibility(made)
        if tray:
            made.program(*TRAY)
        if notifications:
            (folder / "dunstrc").write_text(DUNST)
            made.program("dunst", "-config", str(folder / "dunstrc"))
        if keyring:
            _start_keyring(made)
        wait_until(lambda: made.x.numbers(made.x.root, "_NET_SUPPORTING_WM_CHECK"), "openbox did not start")
        if tray:
            wait_until(lambda: made.x.owned("_NET_SYSTEM_TRAY_S0"), "trayer did not start")
        if notifications:
            made.wait_for_name("org.freedesktop.Notifications")
        yield made


def end_group(process: subprocess.Popen[Any]) -> None:
    """Kill a process and all that it started in its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _said(start: Callable[[int], object]) -> str:
    """Start a program that writes one line into a descriptor when it is ready; that line."""
    reading, writing = os.pipe()
    try:
        start(writing)
    finally:
        os.close(writing)
    with os.fdopen(reading) as pipe:
        return pipe.readline().strip()


def _start_bus(made: Desktop) -> None:
    config = made.folder / "bus.conf"
    config.write_text(BUS_CONFIG.format(folder=made.folder))
    words = ("dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile")
    address = _said(lambda fd: made.program(*words, f"--print-address={fd}", pass_fds=[fd]))
    made.env["DBUS_SESSION_BUS_ADDRESS"] = address.partition(",guid=")[0]


def _start_screen(made: Desktop, size: tuple[int, int]) -> None:
    words = ("-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp", "-noreset", "-dpi", "96")
    number = _said(lambda fd: made.program("Xvfb", "-displayfd", str(fd), *words, pass_fds=[fd]))
    made.env["DISPLAY"] = f":{number}"
    made.x = XDisplay(f":{number}")
    made._stack.callback(made.x.__exit__)  # before Xvfb ends: the stack unwinds from its top


def _start_accessibility(made: Desktop) -> None:
    made.program(str(AT_SPI), "--launch-immediately", last_signal="TERM")  # so that it ends its own bus
    made.wait_for_name("org.a11y.Bus")
    made.accessibility_bus = made.call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
    made.env |= {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_ACCESSIBILITY": "1"}


def _start_keyring(made: Desktop) -> None:
    """Start a Secret Service whose collection is open."""
    words = ("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
    process = made.program(*words, stdin=subprocess.PIPE)
    if process.stdin is not None:
        process.stdin.write(b"test")
        process.stdin.close()
    made.wait_for_name("org.freedesktop.secrets")
