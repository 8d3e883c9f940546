import os
import time
from pathlib import Path

import pytest

from tests.helpers.command_line import homard, serving

NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Where the stand-in for the desktop program writes how it was started."""
    return tmp_path / "told"


@pytest.fixture
def stand_in(tmp_path: Path, told: Path) -> dict[str, str]:
    """An environment in which `python -m app` is a program that writes its arguments, its session and its folder."""
    package = tmp_path / "programs" / "app"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(
        "import os, sys\n"
        f"part = {str(told)!r} + '.part'\n"
        "own = os.getsid(0) == os.getpid() and not any(os.isatty(fd) for fd in (0, 1, 2))\n"
        "open(part, 'w').write(' '.join([*sys.argv[1:], str(own)]))\n"
        f"os.rename(part, {str(told)!r})\n"
        "sys.stderr.write('no library\\n')\n"
    )
    root = str(Path(__file__).parents[5])
    return {"DISPLAY": ":77", "PYTHONPATH": os.pathsep.join([str(package.parent), root])}


def read(told: Path) -> str:
    deadline = time.monotonic() + 20
    while not told.exists():
        assert time.monotonic() < deadline, "the program was not started"
        time.sleep(0.01)
    return told.read_text()


@pytest.mark.parametrize("flags", [[], ["--hidden"], ["--quick"], ["--hidden", "--quick"]])
def test_it_starts_the_program_apart_from_the_terminal_and_returns(
    tmp_path: Path, told: Path, stand_in: dict[str, str], flags: list[str]
) -> None:
    done = homard(tmp_path / "home", "app", *flags, env=stand_in)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert read(told) == " ".join([*flags, "True"])


def test_what_the_program_says_before_it_has_a_log_is_kept(
    tmp_path: Path, told: Path, stand_in: dict[str, str]
) -> None:
    homard(tmp_path / "home", "app", env=stand_in)
    read(told)
    log = tmp_path / "home" / "logs" / "app.log"
    deadline = time.monotonic() + 20
    while not log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert log.read_text() == "no library\n"


def test_the_process_it_was_typed_into_starts_it_not_the_owner(
    tmp_path: Path, told: Path, stand_in: dict[str, str]
) -> None:
    home = tmp_path / "home"
    with serving(home, **NO_DISPLAY):
        assert homard(home, "app", "--quick", env=stand_in).returncode == 0
        assert read(told) == "--quick True"


def test_a_folder_named_app_where_it_is_typed_is_not_run(tmp_path: Path, told: Path, stand_in: dict[str, str]) -> None:
    evil = tmp_path / "downloads" / "app"
    evil.mkdir(parents=True)
    (evil / "__main__.py").write_text(f"open({str(tmp_path / 'evil')!r}, 'w')")
    homard(tmp_path / "home", "app", cwd=evil.parent, env=stand_in)
    assert read(told) == "True" and not (tmp_path / "evil").exists()


def test_without_a_display_it_says_what_works_instead(tmp_path: Path) -> None:
    done = homard(tmp_path / "home", "app", env=NO_DISPLAY)
    assert (done.returncode, done.stdout) == (1, "")
    assert "needs a display" in done.stderr and "homard chat" in done.stderr


def test_a_wrong_option_is_a_mistake_in_usage(tmp_path: Path) -> None:
    assert homard(tmp_path / "home", "app", "--window").returncode == 2
