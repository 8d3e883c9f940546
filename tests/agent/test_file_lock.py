"""Changes of one file wait for each other, in threads and in processes."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.errors import StorageError
from agent.file_lock import changing

ADD = """
import sys
from pathlib import Path
from agent.file_lock import changing
path = Path(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with changing(path):
        path.write_text(str(int(path.read_text()) + 1))
"""


def add(path: Path, times: int) -> None:
    for _one in range(times):
        with changing(path):
            path.write_text(str(int(path.read_text()) + 1))


def test_no_change_of_another_process_or_thread_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_text("0")
    others = [subprocess.Popen([sys.executable, "-c", ADD, str(path), "50"]) for _one in range(2)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _one: add(path, 50), range(2)))
    assert [one.wait(30) for one in others] == [0, 0]
    assert path.read_text() == "200"


def test_it_may_be_nested_and_one_that_never_ends_is_said(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    with changing(path):
        with changing(path):
            path.write_text("inner")
        with ThreadPoolExecutor(1) as other, pytest.raises(StorageError, match="another Homard is changing it"):
            other.submit(lambda: changing(path, patience_s=0.05).__enter__()).result()
    with ThreadPoolExecutor(1) as other:
        other.submit(add_nothing, path).result()


def add_nothing(path: Path) -> None:
    with changing(path, patience_s=0.05):
        pass
