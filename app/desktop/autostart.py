"""Start at login: XDG Autostart, a LaunchAgent, or the Run key; for this user alone."""

from __future__ import annotations

import os
import plistlib
import sys
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path

LABEL = "org.homard.Homard"
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
RUN_VALUE = "Homard"
_RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")
"""Characters that make an argument of Exec need quotes (Desktop Entry Specification 1.5)."""


def launch_command() -> list[str]:
    """The command that starts this app hidden: the frozen program, the script of the environment, or the module."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--hidden"]
    script = Path(sys.executable).with_name("homard-app.exe" if sys.platform == "win32" else "homard-app")
    if script.exists():
        return [str(script), "--hidden"]
    return [sys.executable, "-P", "-m", "app", "--hidden"]  # -P: not the `app` of whatever folder this starts in


def is_enabled() -> bool:
    """Whether the app starts at login. Reads a small file or the registry."""
    if sys.platform == "win32":
        return _run_value() is not None
    try:
        text = entry_path().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return sys.platform == "darwin" or _is_active(text)


def set_enabled(on: bool) -> None:
    """Switch it, with the command that runs now. Raises OSError."""
    if sys.platform == "win32":
        _set_run_value(launch_command() if on else None)
    elif on:
        command = launch_command()
        _write(entry_path(), agent_plist(command) if sys.platform == "darwin" else desktop_entry(command).encode())
    else:
        entry_path().unlink(missing_ok=True)


def entry_path() -> Path:
    """The file that makes it so, on macOS and on desktops that follow XDG."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    config = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(config) if os.path.isabs(config) else Path.home() / ".config"
    return base / "autostart" / "homard.desktop"


def desktop_entry(command: list[str]) -> str:
    """An entry for the autostart folder (Desktop Application Autostart Specification 0.5)."""
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Name=Homard",
        "Comment=Personal agent",
        "Icon=homard",
        f"TryExec={_escaped(command[0])}",
        f"Exec={exec_line(command)}",
        "Terminal=false",
        "StartupNotify=false",
        "X-GNOME-Autostart-enabled=true",
    )
    return "\n".join(lines) + "\n"


def exec_line(command: list[str]) -> str:
    """The value of Exec: each argument quoted where it must be, then the whole escaped as a string of the file."""
    return _escaped(" ".join(_quoted(word) for word in command))


def agent_plist(command: list[str]) -> bytes:
    """A LaunchAgent (launchd.plist(5)) that starts the command when the person logs in to the screen."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": command,
            "RunAtLoad": True,
            "ProcessType": "Interactive",
            "LimitLoadToSessionType": "Aqua",
        }
    )


def _quoted(word: str) -> str:
    word = word.replace("%", "%%")
    if word and not _RESERVED & set(word):
        return word
    for char in '\\"`$':
        word = word.replace(char, f"\\{char}")
    return f'"{word}"'


def _escaped(text: str) -> str:
    for char, escape in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(char, escape)
    return text


def _is_active(text: str) -> bool:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
        entry = parser["Desktop Entry"]
        return not entry.getboolean("Hidden", False) and entry.getboolean("X-GNOME-Autostart-enabled", True)
    except (ConfigError, KeyError, ValueError):
        return False


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


if sys.platform == "win32":
    import subprocess
    import winreg

    def _run_value() -> str | None:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
                return str(winreg.QueryValueEx(key, RUN_VALUE)[0])
        except FileNotFoundError:
            return None

    def _set_run_value(command: list[str] | None) -> None:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
            if command is not None:
                winreg.SetValueEx(key, RUN_VALUE, 0, winreg.REG_SZ, subprocess.list2cmdline(command))
            elif _run_value() is not None:
                winreg.DeleteValue(key, RUN_VALUE)
