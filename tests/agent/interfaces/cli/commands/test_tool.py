import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.command_line import PseudoTerminal, homard, report, serving, start
from tests.helpers.processes import sleeping, unique_seconds, wait_until_sleeping


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("served") / "home"
    with serving(home):
        yield home


def test_the_tools_are_listed(served: Path) -> None:
    names = [line.split()[0] for line in homard(served, "tool", "list").stdout.splitlines()]
    assert names[0] == "tool" and {"read", "write", "find", "shell"} <= set(names)
    schemas = json.loads(homard(served, "tool", "list", "--json").stdout)
    assert [schema["name"] for schema in schemas] == names[1:]
    assert all(schema["parameters"]["type"] == "object" for schema in schemas)


def test_reading_in_the_working_folder_just_works(served: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("alpha\n")
    done = homard(served, "tool", "run", "read", "--args", '{"path": "a.txt"}', cwd=tmp_path)
    assert done.returncode == 0 and "alpha" in done.stdout
    done = homard(served, "tool", "run", "read", "--args", "-", "--cwd", str(tmp_path), stdin='{"path": "a.txt"}')
    assert "alpha" in done.stdout


def test_an_effect_that_nobody_allowed_exits_with_4(served: Path, tmp_path: Path) -> None:
    run = ("tool", "run", "shell", "--cwd", str(tmp_path), "--json", "--args", '{"cmd": "printf alpha > a.txt"}')
    denied = homard(served, *run)
    assert denied.returncode == 4 and report(denied)["error"] and not (tmp_path / "a.txt").exists()
    done = homard(served, *run, "--yes")
    assert (done.returncode, report(done)["is_error"], (tmp_path / "a.txt").read_text()) == (0, False, "alpha")


def test_outside_needs_a_grant(served: Path, tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "a.txt").write_text("alpha\n")
    run = ("tool", "run", "read", "--cwd", str(inside), "--args", json.dumps({"path": str(outside / "a.txt")}))
    assert homard(served, *run).returncode == 4
    assert homard(served, *run, "--grant", str(outside)).returncode == 0


@pytest.mark.parametrize(
    ("argv", "code"),
    [(("nothing",), 2), (("read", "--args", "no json"), 1), (("read", "--args", '{"path": "missing"}'), 1)],
)
def test_what_fails(served: Path, argv: tuple[str, ...], code: int) -> None:
    done = homard(served, "tool", "run", *argv)
    assert (done.returncode, done.stdout) == (code, "") and done.stderr
    done = homard(served, "tool", "run", *argv, "--json")
    assert done.returncode == code and report(done)["error"]


@pytest.mark.parametrize("answer", ["y", "n"])
def test_the_terminal_asks(served: Path, tmp_path: Path, answer: str) -> None:
    argv = ("tool", "run", "shell", "--args", '{"cmd": "touch made"}')
    screen = PseudoTerminal(served, *argv, cwd=tmp_path)
    screen.expect("[y/N")
    screen.type(f"{answer}\n")
    assert screen.wait() == (0 if answer == "y" else 1)
    assert (tmp_path / "made").exists() == (answer == "y")


def test_ctrl_c_ends_the_tools_processes(served: Path) -> None:
    with unique_seconds() as seconds:
        process = start(served, "tool", "run", "shell", "--yes", "--args", "-", stdin=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write(json.dumps({"cmd": f"sleep {seconds}"}))
        process.stdin.close()
        process.stdin = None
        wait_until_sleeping(seconds)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert process.returncode == 130
        assert sleeping(seconds) == []
