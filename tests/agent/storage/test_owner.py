from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import StorageError
from agent.paths import Paths
from agent.storage.owner import Owner, card_of, read_address, read_card

ROOT = Path(__file__).parents[3]

HOLDER = """
import sys
from pathlib import Path
from agent.paths import Paths
from agent.storage.owner import Owner
home = Path(sys.argv[1])
owner = Owner.acquire(Paths(home, home, home, home), "socket-of-the-child")
print("owner" if owner else "refused", flush=True)
sys.stdin.read()
"""


def paths_of(home: Path) -> Paths:
    return Paths(home, home, home / "cache", home / "logs")


def start_holder(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said_by(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_one_process_owns_a_home_until_it_is_killed(tmp_path: Path) -> None:
    paths = paths_of(tmp_path / "new" / "home")
    assert read_address(paths) is None
    with start_holder(paths.data) as holder:
        assert said_by(holder) == "owner"
        assert Owner.acquire(paths) is None
        assert read_address(paths) == "socket-of-the-child"
        assert read_card(paths)["pid"] == holder.pid
        with start_holder(paths.data) as second:
            assert said_by(second) == "refused"
            second.kill()
        assert read_card(paths)["pid"] == holder.pid
        holder.kill()
    assert read_address(paths) == "socket-of-the-child"
    owner = Owner.acquire(paths)
    assert owner is not None
    assert read_address(paths) is None
    assert read_card(paths)["pid"] == os.getpid()
    owner.publish("mine")
    assert read_address(paths) == "mine"
    assert Owner.acquire(paths) is None
    owner.release()
    owner.release()
    assert not card_of(paths).exists()
    again = Owner.acquire(paths, "again")
    assert again is not None
    again.release()


@pytest.mark.parametrize("content", ["", "{", "[]", "[1]", '"text"', '{"address": 7}', "{}", "\udcff"])
def test_a_damaged_card_names_nobody(tmp_path: Path, content: str) -> None:
    paths = paths_of(tmp_path)
    card_of(paths).write_bytes(content.encode("utf-8", "surrogateescape"))
    assert read_address(paths) is None
    owner = Owner.acquire(paths, "mine")
    assert owner is not None
    assert json.loads(card_of(paths).read_text())["address"] == "mine"
    owner.release()


def test_a_home_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match=r"cannot be written .*nothing was changed.*HOMARD_HOME"):
        Owner.acquire(paths_of(tmp_path / "file"))


def test_reading_the_address_imports_next_to_nothing() -> None:
    program = (
        "import sys; before = set(sys.modules); import agent.storage.owner;"
        "print(sorted(set(sys.modules) - before - {'__future__'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "['agent', 'agent.storage', 'agent.storage.owner']"
