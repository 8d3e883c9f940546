"""What lies in a granted folder and is closed stays so, whatever a command moves about."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.sandbox import landlock, seccomp
from agent.sandbox.confinement import Confinement, granted, looked_through
from agent.sandbox.guard import Guard
from agent.sandbox.launch import Place
from agent.sandbox.measured import FILES, KERNEL, LIMITS, NETWORK, PROCESSES, Backend, Measured
from agent.sandbox.wrap import wrap

BWRAP = shutil.which("bwrap") or ""
EVERYTHING = dict.fromkeys((*FILES, *NETWORK, *PROCESSES, *KERNEL, *LIMITS), True)
BACKENDS = [
    pytest.param(
        Backend("bubblewrap", BWRAP, landlock.version() > 0, seccomp.supported()),
        marks=pytest.mark.skipif(not BWRAP, reason="bubblewrap is not installed"),
    ),
    pytest.param(
        Backend("landlock", "", True, True),
        marks=pytest.mark.skipif(landlock.version() < 6 or not seccomp.supported(), reason="this Landlock is too old"),
    ),
]
pytestmark = pytest.mark.parametrize("backend", BACKENDS, ids=str)


@pytest.fixture
def private() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="homard-") as folder:
        yield os.path.realpath(folder)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with a login in it, some of Homard's own state and a start-up file."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (".config/gh/hosts.yml", ".config/homard/policy.toml", ".config/autostart/a.desktop", "notes/a"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("secret")
    return tmp_path


def run(confinement: Confinement, backend: Backend, private: str, cwd: Path, command: str) -> tuple[str, list[str]]:
    """Run a command as the shell tool does; its output and what was put back."""
    confinement = looked_through(confinement)
    place = Place(str(cwd), private)
    measured = Measured("isolated", backend, EVERYTHING)
    launch = wrap(["bash", "-c", command], confinement, measured, place, {"PATH": os.environ["PATH"]})
    guard = Guard(confinement.kept, confinement.writable)
    ran = subprocess.run(
        launch.argv, env=launch.environment, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    return ran.stdout, list(guard.put_back().done)


MOVES = (
    "mv .config c2; cat c2/gh/hosts.yml; rm c2/homard/policy.toml",
    "mkdir c2; mv .config/gh c2/gh; cat c2/gh/hosts.yml; mv .config/* c2; rm c2/homard/policy.toml",
    'python3 -c \'import os; os.rename(".config", "c2")\'; cat c2/gh/*; rm c2/homard/*',
)


@pytest.mark.parametrize("command", MOVES)
def test_no_move_of_a_folder_opens_what_is_closed_in_it(
    backend: Backend, private: str, home: Path, command: str
) -> None:
    confinement = granted([home], hidden=[], own=[home / ".config/homard"])
    run(confinement, backend, private, home, command)
    # What is laid over a place moves along with it: the next command is the one that would find it open.
    output, _put_back = run(confinement, backend, private, home, "cat c2/gh/hosts.yml; rm c2/homard/policy.toml")
    assert "secret" not in output
    assert (home / ".config/gh/hosts.yml").read_text() == "secret"
    assert (home / ".config/homard/policy.toml").read_text() == "secret"
    assert (home / ".config/autostart/a.desktop").read_text() == "secret"


def test_no_move_opens_a_deep_one_or_moves_a_granted_folder(backend: Backend, private: str, tmp_path: Path) -> None:
    (tmp_path / "z/p/q/Diary").mkdir(parents=True)
    (tmp_path / "z/p/q/Diary/d").write_text("secret")
    (tmp_path / "z/x/sub").mkdir(parents=True)
    confinement = granted([tmp_path / "z", tmp_path / "z/x/sub"], hidden=[tmp_path / "z/p/q/Diary"])
    run(confinement, backend, private, tmp_path / "z", "mv p/q q2; mv p p2; echo fine > new")
    output, _put_back = run(confinement, backend, private, tmp_path / "z", "cat q2/Diary/d p2/q/Diary/d new")
    assert output in ("fine\n", "")  # Landlock: no new files in a folder above a closed one
    assert (tmp_path / "z/p/q/Diary/d").read_text() == "secret"
    if backend.name == "bubblewrap":
        run(confinement, backend, private, tmp_path / "z", "mv x y; mkdir x; ln -s /etc x/sub")
        assert (tmp_path / "z/x/sub").is_dir() and not (tmp_path / "z/x/sub").is_symlink()


def test_a_grant_below_a_closed_folder_opens_nothing(backend: Backend, private: str, tmp_path: Path) -> None:
    for name in ("work/w", "Diary/sub/s"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("secret" if "Diary" in name else "w")
    roots = [tmp_path / "work", tmp_path / "Diary/sub"]
    confinement = granted(roots, hidden=[tmp_path / "Diary"])
    command = f"cat w {tmp_path}/Diary/sub/s; echo evil >> {tmp_path}/Diary/sub/s"
    assert run(confinement, backend, private, tmp_path / "work", command)[0] == "w"
    assert (tmp_path / "Diary/sub/s").read_text() == "secret"


STARTS = {
    "a link above": "mkdir -p x/autostart; ln -s x .config; echo evil > x/autostart/evil.desktop",
    "a link, and what it leads to later": "ln -s x .config; mkdir -p x/autostart; echo evil > x/autostart/evil.desktop",
    "new folders": "mkdir -p .config/autostart; echo evil > .config/autostart/evil.desktop",
    "a key": "mkdir .ssh; echo evil > .ssh/authorized_keys; echo evil > .netrc; echo evil > .npmrc",
    "a link for a key": "mkdir s; echo evil > s/config; ln -s s .ssh; ln s/config .pypirc",
    "a shell": "echo evil > .bash_profile; ln -s .bash_profile .zshrc",
}


@pytest.mark.parametrize("command", STARTS.values(), ids=STARTS)
def test_places_that_were_not_there_are_not_there_afterwards(
    backend: Backend, private: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "work").mkdir()
    _output, put_back = run(granted([tmp_path]), backend, private, tmp_path, command)
    names = (".config/autostart", ".ssh", ".netrc", ".npmrc", ".pypirc", ".bash_profile", ".zshrc")
    assert [name for name in names if os.path.lexists(tmp_path / name)] == []
    assert put_back or backend.name == "landlock", "it is said, or it could not be made"


def test_an_existing_folder_is_not_led_elsewhere(
    backend: Backend, private: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".config/other").mkdir(parents=True)
    command = "mv .config c2; ln -s c2 .config; mkdir -p c2/autostart; echo evil > c2/autostart/evil.desktop"
    run(granted([tmp_path]), backend, private, tmp_path, command)
    assert (tmp_path / ".config/other").is_dir() and not (tmp_path / ".config").is_symlink()
    assert not (tmp_path / ".config/autostart").exists()
    output, _put_back = run(granted([tmp_path]), backend, private, tmp_path, "mv .config c2 2>&1 || echo kept")
    assert output.endswith("kept\n")


REWIRING = (
    "mv .git g2; ln -s g2 .git; git config core.fsmonitor ./evil",
    "mv .git g2; echo 'gitdir: g2' > .git; printf '[core]\n\tfsmonitor = ./evil\n' >> g2/config",
    "mkdir e; printf '[core]\n\tfsmonitor = ./evil\n' > e/config; echo ../e > .git/commondir",
    "printf '[core]\n\tfsmonitor = ./evil\n' | tee -a .git/modules/a/b/config .git/modules/a/b/config.worktree",
    "echo evil > .git/modules/a/b/hooks/evil; echo evil > .git/modules/a/b/modules/c/hooks/evil",
    "echo /evil | tee .git/worktrees/w/commondir .git/worktrees/w/gitdir .git/worktrees/w/config.worktree",
    "mv .git/modules m; mkdir -p .git/modules/a/b; echo evil > .git/modules/a/b/config",
)


def repository(folder: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    git = folder / ".git"
    for module in ("modules/a/b", "modules/a/b/modules/c"):
        (git / module / "hooks").mkdir(parents=True)
        (git / module / "HEAD").write_text("ref: refs/heads/main")
        (git / module / "config").write_text("config")
    (git / "worktrees/w").mkdir(parents=True)
    (git / "worktrees/w/gitdir").write_text("/somewhere/.git")
    (git / "worktrees/w/commondir").write_text("../..")
    return git


def control(git: Path) -> dict[str, bytes]:
    """What git runs, or looks for such by: none of it may change."""
    names = ("config", "commondir", "config.worktree", "gitdir")
    found = {path: path.read_bytes() for path in git.rglob("*") if path.name in names or path.parent.name == "hooks"}
    return {str(path.relative_to(git)): content for path, content in found.items()}


@pytest.mark.parametrize("command", REWIRING)
def test_git_cannot_be_rewired(backend: Backend, private: str, tmp_path: Path, command: str) -> None:
    git = repository(tmp_path)
    before = control(git)
    run(granted([tmp_path]), backend, private, tmp_path, command)
    assert git.is_dir() and not git.is_symlink()
    assert control(git) == before


@pytest.mark.parametrize(
    ("root", "files"),
    [
        (".git", "config hooks/evil commondir modules/a/b/config"),
        (".git/hooks", "evil"),
        (".git/modules", "a/b/config a/b/hooks/evil a/b/commondir a/b/modules/c/config"),
        (".git/modules/a/b", "config hooks/evil commondir"),
    ],
)
def test_a_granted_folder_of_git_is_no_way_around(
    backend: Backend, private: str, tmp_path: Path, root: str, files: str
) -> None:
    git = repository(tmp_path)
    before = control(git)
    run(granted([tmp_path / root]), backend, private, tmp_path / root, f"echo evil | tee -a {files}")
    assert control(git) == before
