"""Several processes in one home, and homes in odd places."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.command_line import homard, report, serving, start
from tests.helpers.model_server import ModelServer, says

NAMES = {
    "long": "/".join(letter * 100 for letter in "abc"),
    "spaces": "two  words ",
    "not ASCII": "hömärd 家 🦞",
    "newline": "a\nb",
    "quotes": 'it\'s "$HOME"',
}
STALE = ['{"pid": 1, "address": "/nowhere/socket", "version": "0"}', "garbage", '{"address": "a\\u0000b"}', "[]"]


@pytest.mark.parametrize("served", [False, True])
def test_ten_at_once_are_all_answered(tmp_path: Path, served: bool) -> None:
    home = tmp_path / "home"
    with ModelServer() as server:
        server.settings(home)
        if served:
            with serving(home):
                _ask_at_once(home, 10)
        else:
            _ask_at_once(home, 10)
        assert len(json.loads(homard(home, "sessions", "list", "--json").stdout)) == 10


def _ask_at_once(home: Path, number: int) -> None:
    asked = [start(home, "ask", "--json", "hello") for _ in range(number)]
    ended = [(*process.communicate(timeout=60), process.returncode) for process in asked]
    assert [(json.loads(out)["text"], code) for out, _err, code in ended] == [("Fine.", 0)] * number, ended


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_home_may_be_called_anything(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    with ModelServer() as server:
        server.settings(home)
        _ask_at_once(home, 2)


def test_what_a_dead_owner_left_is_no_obstacle(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ModelServer() as server:
        server.settings(home)
        for card in STALE:
            (home / "owner.json").write_text(card)
            done = homard(home, "ask", "hello")
            assert (done.returncode, done.stdout) == (0, "Fine.\n"), (card, done)


def test_an_owner_that_does_not_answer_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ModelServer() as server:
        server.settings(home)
        with serving(home) as owner:
            os.kill(owner.pid, signal.SIGSTOP)
            try:
                done = homard(home, "ask", "--json", "hello")
            finally:
                os.kill(owner.pid, signal.SIGCONT)
    assert done.returncode == 1 and f"pid {owner.pid}" in report(done)["error"], done


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 2 MB, where this user may mount one."""
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True)
    if not made or made.returncode:
        pytest.skip("a small disk can only be mounted by root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, ModelServer({"again": [says("Back.")]}) as server:
        home = disk / "home"
        server.settings(home)
        assert homard(home, "ask", "hello", cwd=tmp_path).returncode == 0
        with (disk / "fill").open("wb", buffering=0) as fill:
            try:
                while fill.write(b"x" * 4096):
                    pass
            except OSError:
                pass  # full
        full = homard(home, "ask", "--json", "hello", cwd=tmp_path)
        assert full.returncode == 1 and "No space left on device" in report(full)["error"], full
        (disk / "fill").unlink()
        done = homard(home, "ask", "--continue", "again", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, "Back.\n"), done
        assert "hello" in json.dumps(server.histories()[-1])


def test_a_read_only_home_is_said(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, ModelServer() as server:
        server.settings(disk / "home")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        done = homard(disk / "home", "ask", "--json", "hello", cwd=tmp_path)
        doctor = homard(disk / "home", "doctor", cwd=tmp_path)
    assert done.returncode == 1 and "Read-only file system" in report(done)["error"], done
    assert doctor.returncode == 1 and "cannot be written (Read-only file system)" in doctor.stdout
