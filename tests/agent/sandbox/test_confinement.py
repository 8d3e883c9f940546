"""What a command is confined to is what was granted, and still there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from agent.errors import ToolDenied
from agent.sandbox import landlock, seccomp
from agent.sandbox.confinement import granted, require_unmoved
from agent.sandbox.launch import Place
from agent.sandbox.measured import FILES, KERNEL, LIMITS, NETWORK, PROCESSES, Backend, Measured
from agent.sandbox.wrap import wrap

EVERYTHING = dict.fromkeys((*FILES, *NETWORK, *PROCESSES, *KERNEL, *LIMITS), True)
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="these are the Linux back ends")


def test_closed_wins_over_a_grant_below_it(tmp_path: Path) -> None:
    for name in ("work", "Diary/sub", "own/cache", "own/chosen"):
        (tmp_path / name).mkdir(parents=True)
    named = [tmp_path / name for name in ("work", "Diary", "Diary/sub", "own", "own/cache", "own/chosen")]
    own = [tmp_path / "own", tmp_path / "own/cache"]
    confinement = granted(named, hidden=[tmp_path / "Diary"], own=own)
    assert confinement.writable == (str(tmp_path / "work"), str(tmp_path / "own/chosen"))
    assert set(map(str, [*own, tmp_path / "Diary"])) < set(confinement.hidden)


def test_a_folder_that_is_another_one_is_refused(tmp_path: Path) -> None:
    for name in ("x/sub", "elsewhere/sub"):
        (tmp_path / name).mkdir(parents=True)
    confinement = granted([tmp_path / "x/sub", tmp_path / "missing"])
    require_unmoved(confinement)
    (tmp_path / "x").rename(tmp_path / "y")
    (tmp_path / "x").symlink_to("elsewhere")
    with pytest.raises(ToolDenied, match="a link stands in its place"):
        require_unmoved(confinement)
    (tmp_path / "x").unlink()
    (tmp_path / "x/sub").mkdir(parents=True)
    with pytest.raises(ToolDenied, match="another folder stands in its place"):
        require_unmoved(confinement)
    shutil.rmtree(tmp_path / "x")
    require_unmoved(confinement)


@needs_linux
@pytest.mark.parametrize("name", ["bubblewrap", "landlock"])
def test_a_swap_at_the_last_moment_runs_nothing(tmp_path: Path, name: str) -> None:
    """What was looked at before is looked at again where the command starts."""
    program = shutil.which("bwrap") or ""
    if name == "bubblewrap" and not program:
        pytest.skip("bubblewrap is not installed")
    if name == "landlock" and (landlock.version() < 6 or not seccomp.supported()):
        pytest.skip("this Landlock is too old")
    for folder in ("work/sub", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "elsewhere/e").write_text("secret")
    confinement = granted([tmp_path / "work", tmp_path / "work/sub"])
    backend = Backend("landlock", "", True, True) if name == "landlock" else Backend("bubblewrap", program, True, True)
    with tempfile.TemporaryDirectory() as private:
        place = Place(str(tmp_path / "work"), os.path.realpath(private))
        command = ["bash", "-c", f"echo ran; cat {tmp_path}/elsewhere/e; echo W >> sub/e"]
        launch = wrap(command, confinement, Measured("isolated", backend, EVERYTHING), place, dict(os.environ))
        (tmp_path / "work/sub").rmdir()
        (tmp_path / "work/sub").symlink_to("../elsewhere")
        ran = subprocess.run(
            launch.argv, env=launch.environment, cwd=place.cwd, capture_output=True, text=True, timeout=60
        )
    assert (ran.stdout, ran.returncode != 0) == ("", True)
    assert (tmp_path / "elsewhere/e").read_text() == "secret"


def test_of_folders_that_are_only_read_a_command_gets_what_it_may_change(tmp_path: Path) -> None:
    folder, other = tmp_path / "folder", tmp_path / "other"
    for path in (folder / "out", other):
        path.mkdir(parents=True)
    bounds = granted([folder, other], changed=[folder / "out", tmp_path / "elsewhere", other / ".." / "other"])
    assert (bounds.readable, bounds.writable) == ((str(folder),), (str(folder / "out"), str(other)))
    assert granted([folder], changed=[]).writable == ()
    assert granted([folder], changed=[folder / "out"], hidden=[folder / "out"]).writable == ()
