"""One owner, others served by it: with real processes."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

import agent
from tests.helpers.command_line import HOMARD, environment, homard, report, script, serving, start

MODEL = "scripted/hello"
SLOW = '[[replies]]\ntext = "a b c"\ndelay_s = 0.3\n'


def address(home: Path) -> str:
    return json.loads((home / "owner.json").read_text())["address"]


def test_commands_started_at_once_are_all_served(tmp_path: Path) -> None:
    home = tmp_path / "home"
    model = script(tmp_path, SLOW)
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda number: homard(home, "ask", "--json", "-m", model, str(number)), range(6)))
    assert [(one.returncode, report(one)["text"]) for one in done] == [(0, "a b c")] * 6
    sessions = json.loads(homard(home, "sessions", "list", "--json").stdout)
    assert sorted(session["title"] for session in sessions) == [str(number) for number in range(6)]
    assert not (home / "owner.json").exists()


def test_the_owner_stays_until_those_it_serves_are_done_and_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = start(home, "ask", "-m", script(tmp_path, SLOW), "first")
    wait_for_owner(home)
    with start(home, "ask", "-m", script(tmp_path, SLOW.replace("0.3", "0.9"), "slower.toml"), "second") as second:
        out, err = first.communicate(timeout=20)
        assert (first.returncode, out) == (0, "a b c\n")
        assert "still serving 1 other command" in err
        assert second.wait(timeout=20) == 0


def test_ctrl_c_cuts_the_staying_short(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = start(home, "ask", "-m", script(tmp_path, SLOW), "first")
    wait_for_owner(home)
    with start(home, "ask", "-m", script(tmp_path, SLOW.replace("0.3", "60"), "slower.toml"), "second") as second:
        assert first.stderr is not None
        while "still serving" not in first.stderr.readline():
            pass
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=20)
        assert first.returncode == 130
        assert second.wait(timeout=20) != 0


def test_serve_ends_with_what_it_serves(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as owner, start(home, "ask", "--json", "-m", script(tmp_path, SLOW), "x") as client:
        while report_of_sessions(home) == 0:
            pass
        owner.terminate()
        out, _ = client.communicate(timeout=20)
        assert (client.returncode, json.loads(out)["text"]) == (0, "a b c")
        _, err = owner.communicate(timeout=20)
        assert owner.returncode == 0 and "ending" in err


def test_a_second_serve_says_who_is_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as owner:
        done = homard(home, "serve")
        assert done.returncode == 1 and f"pid {owner.pid}" in done.stderr


def test_a_killed_owner_is_replaced(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as owner:
        owner.kill()
        owner.wait()
        assert os.path.exists(address(home))
        assert homard(home, "ask", "-m", MODEL, "x").returncode == 0


def test_a_client_is_told_when_its_owner_dies(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as owner, start(home, "ask", "-m", script(tmp_path, SLOW.replace("0.3", "60")), "x") as client:
        while report_of_sessions(home) == 0:
            pass
        owner.kill()
        _, err = client.communicate(timeout=20)
        assert client.returncode == 1 and "homard ask --continue" in err
    done = homard(home, "ask", "--json", "--continue", "-m", MODEL, "go on")
    assert "interrupted" in done.stderr and report(done)["error"] is None


def test_the_socket_is_this_users_alone(tmp_path: Path) -> None:
    home = tmp_path / ("a-long-name-" * 20)
    with serving(home):
        folder = Path(address(home)).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(address(home)) < 104
        assert homard(home, "ask", "-m", MODEL, "x").returncode == 0


def test_an_owner_that_hangs_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as owner:
        os.kill(owner.pid, signal.SIGSTOP)
        try:
            done = homard(home, "ask", "--json", "-m", MODEL, "x")
        finally:
            os.kill(owner.pid, signal.SIGCONT)
        assert done.returncode == 1 and f"pid {owner.pid}" in report(done)["error"]


@contextmanager
def stranger(home: Path, answer: bytes) -> Iterator[None]:
    """Something that listens where the owner should, and says `answer` to everybody."""
    home.mkdir(exist_ok=True)
    place = home / "socket"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place))
    listener.listen()
    (home / "owner.json").write_text(json.dumps({"pid": 77, "address": str(place), "version": "9.9"}))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = listener.accept()
                caller.recv(1 << 16)
                caller.sendall(answer)
                caller.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def test_an_owner_of_another_version_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    hello = b'{"hello": {}}\n{"mismatch": {"version": "9.9", "pid": 77}}\n'
    with stranger(home, hello):
        done = homard(home, "ask", "--json", "-m", MODEL, "x")
    assert done.returncode == 1
    assert f"Homard 9.9 runs here (pid 77), this is {agent.__version__}" in report(done)["error"]


def test_the_owner_tells_another_version_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home), socket.socket(socket.AF_UNIX) as sock:
        sock.connect(address(home))
        sock.sendall(b'{"mode": "cli", "protocol": 1, "version": "0.0.1", "argv": ["ask", "x"]}\n')
        with sock.makefile() as file:
            frames = [json.loads(line) for line in file]
    assert [list(frame) for frame in frames] == [["hello"], ["mismatch"]]
    assert frames[1]["mismatch"]["version"] == agent.__version__


def test_nobody_at_the_address_means_that_we_become_the_owner(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with stranger(home, b""):
        assert homard(home, "ask", "-m", MODEL, "x").returncode == 0


def test_a_fault_is_a_sentence_and_a_trace_in_the_log(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "blobs").write_text("in the way")
    done = homard(home, "ask", "--json", "-m", MODEL, stdin="word " * 200_000)
    assert "Traceback" not in done.stderr
    assert report(done)["error"]


def test_a_signal_ends_serve(tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with serving(tmp_path / "home") as owner:
            owner.send_signal(number)
            owner.communicate(timeout=20)
            assert owner.returncode == 0
        assert not (tmp_path / "home" / "owner.json").exists()


def test_a_command_in_a_folder_that_is_gone_says_so(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", f'cd "{gone}" && rmdir "{gone}" && exec "$0" "$@"', *HOMARD, "ask", "-m", MODEL, "x"],
        env=environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "no longer exists" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["ask", "-m", MODEL, "x"], ["config", "path"]])
def test_garbage_is_looked_for_when_the_work_begins_and_not_while_it_is_loaded(
    tmp_path: Path, command: list[str]
) -> None:
    program = (
        "import gc, sys; from agent.interfaces.cli import main; looked = []\n"
        "gc.callbacks.append(lambda phase, _: looked.append(phase))\n"
        f"code = main({command!r})\n"
        "print([code, gc.isenabled(), looked.count('stop') < 40, gc.get_freeze_count() > 10_000], file=sys.stderr)"
    )
    argv = [sys.executable, "-c", program]
    env = environment(tmp_path / "home")
    done = subprocess.run(argv, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[0, True, True, True]"


def wait_for_owner(home: Path) -> None:
    """Wait until somebody answers at the owner's address."""
    while True:
        with contextlib.suppress(OSError, ValueError, KeyError), socket.socket(socket.AF_UNIX) as sock:
            sock.connect(address(home))
            return


def report_of_sessions(home: Path) -> int:
    """How many runs are under way or done, by the number of stored sessions with an entry."""
    listed = json.loads(homard(home, "sessions", "list", "--json").stdout)
    return sum(session["message_count"] > 0 for session in listed)
