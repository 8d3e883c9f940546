"""The ear on Linux."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest

from agent.automation.watch.heard import EarFull
from agent.automation.watch.inotify import NO_INSTANCES, NO_WATCHES, InotifyEar
from tests.helpers.unprivileged import ordinary_user

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")

Heard = Queue[tuple[str, bool]]


@pytest.fixture
def heard() -> Heard:
    return Queue()


@pytest.fixture
def ear(heard: Heard) -> Iterator[InotifyEar]:
    one = InotifyEar(lambda place, deep: heard.put((place, deep)))
    yield one
    one.close()


def test_a_storm_is_one_event_until_it_is_listened_again(tmp_path: Path, ear: InotifyEar, heard: Heard) -> None:
    here = str(tmp_path)
    for _ in range(3):
        ear.listen(here)
        ear.listen(here)
        for number in range(500):
            (tmp_path / f"{number}.txt").write_text("x")
        assert heard.get(timeout=10) == (here, False)
    with pytest.raises(Empty):
        heard.get_nowait()


def test_a_folder_that_goes_or_moves_is_told(tmp_path: Path, ear: InotifyEar, heard: Heard) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        ear.listen(str(tmp_path / name))
    (tmp_path / "one").rmdir()
    (tmp_path / "two").rename(tmp_path / "three")
    assert {heard.get(timeout=10)[0], heard.get(timeout=10)[0]} == {str(tmp_path / "one"), str(tmp_path / "two")}


def test_what_is_forgotten_is_told_to_those_who_still_listen(tmp_path: Path, ear: InotifyEar, heard: Heard) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "ab").mkdir()
    for name in ("a", "a/b", "ab"):
        ear.listen(str(tmp_path / name))
    ear.forget(str(tmp_path / "a"))
    assert {heard.get(timeout=10)[0], heard.get(timeout=10)[0]} == {str(tmp_path / "a"), str(tmp_path / "a/b")}
    (tmp_path / "a" / "new").touch()
    (tmp_path / "ab" / "new").touch()
    assert heard.get(timeout=10) == (str(tmp_path / "ab"), False)


def test_what_is_not_there_or_is_no_folder_or_may_not_be_read_is_silent(tmp_path: Path, ear: InotifyEar) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("nothing", "file", "link"):
        ear.listen(str(tmp_path / name))
    with ordinary_user() as home:
        (home / "shut").mkdir(mode=0)
        ear.listen(str(home / "shut"))
        ear.listen(str(home / "shut"))


def test_no_more_folders_than_the_bound(tmp_path: Path, heard: Heard) -> None:
    ear = InotifyEar(lambda place, deep: heard.put((place, deep)), most=lambda: 2)
    try:
        for name in ("1", "2", "3"):
            (tmp_path / name).mkdir()
        ear.listen(str(tmp_path / "1"))
        ear.listen(str(tmp_path / "2"))
        with pytest.raises(EarFull) as refused:
            ear.listen(str(tmp_path / "3"))
        assert str(refused.value) == NO_WATCHES
        ear.forget(str(tmp_path / "1"))
        ear.listen(str(tmp_path / "3"))
    finally:
        ear.close()


CHILD = """
import os, resource, sys
from agent.automation.watch.heard import EarFull
from agent.automation.watch.inotify import InotifyEar
what, folder = sys.argv[1:]
if what == "files":
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    import watchdog.observers.inotify_c
    held = []
    try:
        while True:
            held.append(open("/dev/null"))
    except OSError:
        pass
else:
    open("/proc/sys/user/max_inotify_" + what, "w").write("1")
ear = InotifyEar(lambda place, deep: None)
second = InotifyEar(lambda place, deep: None)
try:
    ear.listen(folder)
    ear.listen(os.path.dirname(folder))
    second.listen(folder)
except EarFull as error:
    print(error)
ear.close()
second.close()
"""


@pytest.mark.parametrize(
    ("what", "words"), [("watches", NO_WATCHES), ("instances", NO_INSTANCES), ("files", NO_INSTANCES)]
)
def test_the_limits_of_the_system_are_told(tmp_path: Path, what: str, words: str) -> None:
    own = [] if what == "files" else ["unshare", "-Ur"]
    if own and subprocess.run([*own, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine gives no user namespaces")
    done = subprocess.run(
        [*own, sys.executable, "-c", CHILD, what, str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert (done.stdout.strip(), done.returncode) == (words, 0), done.stderr
