"""What is there to be hurt tells when it was, and only then."""

import os
import signal
import sys
from pathlib import Path

import pytest

from agent.sandbox.decoys import Decoys

ROOT = Path(__file__).parent.parent.parent.parent
posix = pytest.mark.skipif(os.name == "nt", reason="signals and programs are others there")
BUILD = f"""\
#!{sys.executable}
import sys
sys.path.insert(0, {str(ROOT)!r})
from agent.workers import WORKER_OPTION, run_worker
if sys.argv[1:2] != [WORKER_OPTION]:
    sys.exit("No such option.")
run_worker(sys.argv[2:])
"""
"""Stands in for the program of a frozen build: it knows workers by their names, and no options of an interpreter."""


def victim(decoys: Decoys) -> int:
    return int(next(word for word in decoys.words() if word.startswith("victim=")).partition("=")[2])


@posix
def test_a_signal_that_reaches_the_process_is_seen() -> None:
    with Decoys() as decoys:
        os.kill(victim(decoys), signal.SIGUSR1)
        assert decoys.hurt() == {"signal"}
    with Decoys() as decoys:
        assert decoys.hurt() == set()


@posix
def test_the_process_lives_in_a_frozen_build_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = tmp_path / "homard"
    build.write_text(BUILD)
    build.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    for name in ("executable", "_base_executable"):
        monkeypatch.setattr(sys, name, str(build.with_name("homard-app")))
    build.with_name("homard-app").symlink_to(build)
    with Decoys() as decoys:
        assert decoys.hurt() == set()
