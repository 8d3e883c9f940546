import plistlib
import sys
from pathlib import Path

import pytest

from app.desktop.autostart import (
    agent_plist,
    desktop_entry,
    entry_path,
    exec_line,
    is_enabled,
    launch_command,
    set_enabled,
)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config folder of its own."""
    folder = tmp_path / "config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder


def test_switching_it_on_and_off_writes_and_removes_one_file(config: Path) -> None:
    assert not is_enabled()
    set_enabled(True)
    set_enabled(True)
    assert is_enabled()
    assert [path.relative_to(config) for path in config.rglob("*.*")] == [Path("autostart/homard.desktop")]
    assert entry_path().read_text() == desktop_entry(launch_command())
    set_enabled(False)
    set_enabled(False)
    assert not is_enabled() and list(config.rglob("*.*")) == []


def test_the_entry_says_what_the_desktop_must_know() -> None:
    assert desktop_entry(["/opt/homard/homard-app", "--hidden"]).splitlines() == [
        "[Desktop Entry]",
        "Type=Application",
        "Name=Homard",
        "Comment=Personal agent",
        "Icon=homard",
        "TryExec=/opt/homard/homard-app",
        "Exec=/opt/homard/homard-app --hidden",
        "Terminal=false",
        "StartupNotify=false",
        "X-GNOME-Autostart-enabled=true",
    ]


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_the_desktop_switched_off_is_off(line: str) -> None:
    set_enabled(True)
    kept = [old for old in entry_path().read_text().splitlines() if not old.startswith("X-GNOME")]
    entry_path().write_text("\n".join([*kept, line]))
    assert not is_enabled()


@pytest.mark.parametrize("damaged", [b"", b"no entry", b"\xff\xfe", b"[Desktop Entry]\nHidden=perhaps\n"])
def test_a_damaged_file_is_off_and_can_be_switched_on(damaged: bytes) -> None:
    entry_path().parent.mkdir(parents=True)
    entry_path().write_bytes(damaged)
    assert not is_enabled()
    set_enabled(True)
    assert is_enabled()


def test_a_folder_that_cannot_be_written_is_an_error_and_leaves_nothing(config: Path) -> None:
    config.write_text("a file where the folder should be")
    with pytest.raises((FileExistsError, NotADirectoryError)):
        set_enabled(True)
    assert not is_enabled()


AWKWARD = ["/a b/homard app", '/quo"te', "/back\\slash", "/dollar$HOME", "/100%f", "/tick`id`", "/two\nlines", "", "/ö"]


@pytest.mark.parametrize("word", AWKWARD)
def test_any_path_survives_the_two_layers_of_quoting(word: str) -> None:
    assert read_exec(exec_line([word, "--hidden"])) == [word, "--hidden"]


def test_the_command_starts_this_very_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    monkeypatch.setattr(sys, "executable", str(python))
    assert launch_command() == [str(python), "-P", "-m", "app", "--hidden"]
    (python.parent / "homard-app").touch()
    assert launch_command() == [str(python.parent / "homard-app"), "--hidden"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert launch_command() == [str(python), "--hidden"]


def test_the_launch_agent_runs_the_command_at_login() -> None:
    made = plistlib.loads(agent_plist(["/Applications/Homard & Co.app/homard-app", "--hidden"]))
    assert made == {
        "Label": "org.homard.Homard",
        "ProgramArguments": ["/Applications/Homard & Co.app/homard-app", "--hidden"],
        "RunAtLoad": True,
        "ProcessType": "Interactive",
        "LimitLoadToSessionType": "Aqua",
    }


def read_exec(value: str) -> list[str]:
    """Read a value of Exec as the Desktop Entry Specification says."""
    escapes = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    text, chars = "", iter(value)
    for char in chars:
        text += escapes[next(chars)] if char == "\\" else char
    words: list[str] = []
    word, quoted, open_ = "", False, False
    chars = iter(text)
    for char in chars:
        if quoted and char == "\\":
            word += next(chars)
        elif char == '"':
            quoted, open_ = not quoted, True
        elif char == " " and not quoted:
            words.append(word)
            word, open_ = "", False
        elif char == "%":
            assert next(chars) == "%"
            word += "%"
        else:
            assert quoted or char not in "\t\n'><~|&;$*?#()`"
            word += char
    return [*words, word] if word or open_ else words
