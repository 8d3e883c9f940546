"""Real attacks on real sandboxes, and what is refused where a sandbox is too weak."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from agent.errors import ToolDenied
from agent.sandbox import landlock, seccomp
from agent.sandbox.confinement import Confinement, also_readable, granted, looked_through
from agent.sandbox.guard import Guard
from agent.sandbox.launch import Launch, Place
from agent.sandbox.measured import FILES, KERNEL, LIMITS, NETWORK, PROCESSES, Backend, Measured
from agent.sandbox.wrap import wrap
from tests.helpers.attacks import ACTING, INSIDE_ONLY, READING, World, run_bare, world

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these are the Linux back ends")

BWRAP = shutil.which("bwrap") or ""
EVERYTHING = dict.fromkeys((*FILES, *NETWORK, *PROCESSES, *KERNEL, *LIMITS), True)
needs_bubblewrap = pytest.mark.skipif(not BWRAP, reason="bubblewrap is not installed")
needs_landlock = pytest.mark.skipif(
    landlock.version() < 6 or not seccomp.supported(), reason="this kernel's Landlock is too old to stand alone"
)
FULL = Backend("bubblewrap", BWRAP, landlock.version() > 0, seccomp.supported())
BACKENDS = [
    pytest.param(FULL, marks=needs_bubblewrap),
    pytest.param(Backend("bubblewrap", BWRAP), marks=needs_bubblewrap, id="bubblewrap without the inner walls"),
    pytest.param(Backend("landlock", "", True, True), marks=needs_landlock),
]


@pytest.fixture
def private() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="homard-") as folder:
        yield os.path.realpath(folder)


def measured(backend: Backend) -> Measured:
    return Measured("isolated", backend, EVERYTHING)


def confine(backend: Backend, confinement: Confinement, cwd: Path, private: str, argv: list[str]) -> Launch:
    return wrap(argv, confinement, measured(backend), Place(str(cwd), private), {"PATH": os.environ["PATH"]})


def run(launch: Launch, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        launch.argv,
        env=launch.environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
    )


def attack(made: World, backend: Backend, private: str) -> list[str]:
    """Run the world's commands in a sandbox; gives those that got through."""
    confinement = looked_through(granted([made.granted], hidden=[made.closed]))
    confinement = structs.replace(confinement, readable=(os.path.realpath(sys.base_prefix),))
    guard = Guard(confinement.kept)
    ran = run(confine(backend, confinement, made.work, private, ["bash", str(made.script())]), made.work)
    guard.put_back()
    assert (made.work / "finished").exists(), ran.stderr
    return [made.commands[at] if at >= 0 else "unknown" for at in sorted(made.done())]


def test_the_attacks_are_real() -> None:
    with world([*READING, *ACTING]) as made:
        run_bare(made)
        idle = set(range(len(made.commands))) - made.done()
        # Some need a compiler, curl or gawk: a machine may lack a few.
        assert len(idle) <= 12, [made.commands[at] for at in idle]


@pytest.mark.parametrize("backend", BACKENDS, ids=str)
def test_nothing_gets_through(backend: Backend, private: str) -> None:
    with world([*READING, *ACTING, *INSIDE_ONLY]) as made:
        assert attack(made, backend, private) == []


@pytest.mark.parametrize("backend", BACKENDS, ids=str)
def test_what_is_granted_works(backend: Backend, private: str, tmp_path: Path) -> None:
    (tmp_path / "program").write_text("#!/bin/sh\necho started\n")
    (tmp_path / "program").chmod(0o755)
    commands = """
        ./program; echo a > new; cat new; mkdir sub; mv new sub/new; rm sub/new; rmdir sub
        cat <(echo b); echo c | tee >(cat >/dev/null); cat <<< d; echo $((1 + 1)) > $TMPDIR/x; cat $TMPDIR/x
        ls $HOME; touch $HOME/y && echo home; sort <(printf '2\\n1\\n'); echo $HTTP_PROXY; touch -d 2001-01-01 program
    """
    ran = run(confine(backend, granted([tmp_path]), tmp_path, private, ["bash", "-c", commands]), tmp_path)
    assert (ran.stdout.split(), ran.stderr) == (["started", "a", "b", "c", "d", "2", "home", "1", "2"], "")
    assert (tmp_path / "program").stat().st_mtime < 1_000_000_000


@pytest.mark.parametrize("backend", BACKENDS, ids=str)
def test_modes_and_times_can_be_changed_inside(backend: Backend, private: str, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("x")
    (tmp_path / "outside").chmod(0o600)
    folder = tmp_path / "granted"
    folder.mkdir()
    commands = """
        echo 'echo ran' > p; chmod 640 p; chmod +x p; ./p; mkdir s; chmod 1700 s; cd s; chmod g+r ../p
        touch -d @1000000000 .; touch -m -d @1100000000.5 .; chmod u+s ../p || echo no
        chmod 777 ../../outside || echo no; git init -q . && git config user.name me
        python3 -I - <<END
import os
folder = os.open("..", os.O_RDONLY)
os.chmod("p", 0o751, dir_fd=folder)
os.symlink("../outside", "../l")
for attempt in (lambda: os.chmod("../l", 0o777), lambda: os.utime("../l", (1, 1)), lambda: os.chmod("missing", 0)):
    try:
        attempt()
    except OSError as error:
        print(error.errno)
os.utime("../p", ns=(5, 7))
END
    """
    ran = run(confine(backend, granted([folder]), folder, private, ["bash", "-c", commands]), folder)
    refused = (["1", "1"], ["2", "2"])  # Landlock: not permitted; a mount tree of its own: not there
    lines = ran.stdout.split()
    expected = refused[backend.name == "bubblewrap"]
    # Without seccomp set-user-id is possible; it gains nothing, for the command may not gain rights.
    assert lines[:1] + lines[-3:] == ["ran", *expected, "2"], ran.stderr
    assert lines[1:-3] == (["no", "no"] if backend.seccomp else ["no"])
    program, sub = (folder / "p").stat(), (folder / "s").stat()
    assert (program.st_mode & 0o1777, program.st_mtime_ns) == (0o751, 7)
    assert sub.st_mode & 0o7777 == 0o1700
    assert (tmp_path / "outside").stat().st_mode & 0o777 == 0o600
    assert "name = me" in (folder / "s/.git/config").read_text()


@pytest.mark.parametrize("backend", BACKENDS[:2], ids=str)
def test_a_repository_can_be_worked_in_but_not_rewired(backend: Backend, private: str, tmp_path: Path) -> None:
    def git(command: str) -> subprocess.CompletedProcess[str]:
        named = f"git -c user.name=a -c user.email=b {command}"
        confinement = looked_through(granted([tmp_path]))
        return run(confine(backend, confinement, tmp_path, private, ["bash", "-c", named]), tmp_path)

    assert git("init -q .").returncode == 0
    before = (tmp_path / ".git/config").read_bytes()
    assert (
        git("commit -q --allow-empty -m first && git checkout -q -b other && git log --format=%s").stdout == "first\n"
    )
    assert git("config core.fsmonitor ./evil").returncode != 0
    assert (tmp_path / ".git/config").read_bytes() == before


@needs_bubblewrap
def test_a_server_can_be_tried_on_the_loopback_inside(private: str, tmp_path: Path) -> None:
    (tmp_path / "page").write_text("served")
    commands = (
        "exec 2>/dev/null; python3 -m http.server 8000 & until curl -s http://127.0.0.1:8000/page; do sleep 0.1; done"
    )
    ran = run(confine(FULL, granted([tmp_path]), tmp_path, private, ["bash", "-c", commands]), tmp_path)
    assert ran.stdout == "served"


@pytest.mark.parametrize("backend", BACKENDS, ids=str)
def test_sizes_are_bounded(backend: Backend, private: str, tmp_path: Path) -> None:
    confinement = structs.replace(granted([tmp_path]), file_bytes=1_000_000, temporary_bytes=2_000_000)
    fill = "head -c 9000000 /dev/zero"
    commands = (
        f"{fill} > big; for i in 1 2 3 4 5 6; do head -c 900000 /dev/zero > $TMPDIR/$i; done; cat $TMPDIR/? | wc -c"
    )
    ran = run(confine(backend, confinement, tmp_path, private, ["bash", "-c", commands]), tmp_path)
    assert (tmp_path / "big").stat().st_size == 1_000_000
    if backend.name == "bubblewrap":
        assert 1_000_000 < int(ran.stdout) <= 2_010_000


@pytest.mark.parametrize("backend", BACKENDS, ids=str)
def test_keys_in_a_granted_home_stay_closed(
    backend: Backend, private: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (".ssh/id", ".config/google-chrome/Cookies", "letters/one"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("dear")
    (tmp_path / ".bashrc").write_text("as it was")
    confinement = looked_through(granted([tmp_path]))
    guard = Guard(confinement.kept)
    commands = """
        cat .ssh/id .config/google-chrome/Cookies; cat letters/one; echo new > letters/two
        echo evil >> .bashrc; echo evil > .profile; mkdir -p .config/autostart; echo evil > .config/autostart/x.desktop
    """
    ran = run(confine(backend, confinement, tmp_path, private, ["bash", "-c", commands]), tmp_path)
    guard.put_back()
    assert (ran.stdout, (tmp_path / "letters/two").read_text()) == ("dear", "new\n")
    assert (tmp_path / ".bashrc").read_text() == "as it was"
    assert not (tmp_path / ".profile").exists() and not (tmp_path / ".config/autostart").exists()
    assert (tmp_path / ".ssh/id").read_text() == "dear"


@needs_bubblewrap
def test_what_is_granted_inside_homards_own_folder_is_open(private: str, tmp_path: Path) -> None:
    inner = tmp_path / "own" / "granted"
    inner.mkdir(parents=True)
    (tmp_path / "own" / "key").write_text("secret")
    confinement = granted([inner], own=[tmp_path / "own"])
    launch = confine(FULL, confinement, inner, private, ["bash", "-c", "echo a > b; cat ../key"])
    assert (run(launch, inner).stdout, (inner / "b").read_text()) == ("", "a\n")


def test_a_launcher_that_cannot_confine_runs_nothing(private: str, tmp_path: Path) -> None:
    launch = confine(Backend("landlock", "", True, True), granted([tmp_path]), tmp_path, private, ["touch", "done"])
    at = launch.argv.index("--parent")
    for broken in (["--limit", "NONSENSE=1"], ["--parent", "1"], ["--no-such-option"]):
        ran = run(replace(launch, argv=[*launch.argv[:at], *broken, *launch.argv[at:]]), tmp_path)
        assert ran.returncode != 0
    assert not (tmp_path / "done").exists()


@pytest.mark.parametrize(
    ("found", "wanted", "words"),
    [
        (Measured("limits", Backend("limits"), {"limits": True}), Confinement(), "level `files`.*gives `limits`"),
        (Measured("none", Backend()), Confinement(need="limits"), "level `limits`.*gives `none`"),
        (Measured("files", Backend("landlock", "", True), {}), Confinement(need="isolated"), "level `isolated`"),
        (
            Measured("files", Backend("landlock", "", True), dict.fromkeys(FILES, True)),
            Confinement(),
            "off the network",
        ),
        (Measured("isolated", Backend("landlock", "", True, True), EVERYTHING), Confinement(network="egress"), "proxy"),
    ],
)
def test_what_cannot_be_held_is_refused(found: Measured, wanted: Confinement, words: str) -> None:
    with pytest.raises(ToolDenied, match=words):
        wrap(["true"], wanted, found, Place("/", "/nowhere"), {})


def test_a_person_may_lower_what_is_needed(private: str, tmp_path: Path) -> None:
    found = Measured("limits", Backend("limits"), {"limits": True})
    confinement = structs.replace(granted([tmp_path], need="limits"), file_bytes=1000)
    launch = wrap(["bash", "-c", "ulimit -c; ulimit -f; echo $HOME"], confinement, found, Place("/", private), {})
    assert run(launch, tmp_path).stdout.split() == ["0", "0", f"{private}/home"]


@pytest.mark.parametrize("backend", BACKENDS, ids=str)
@pytest.mark.parametrize("around", [False, True], ids=["beside", "above"])
def test_a_folder_below_homards_own_is_read_and_started_and_nothing_else_there(
    backend: Backend, private: str, tmp_path: Path, around: bool
) -> None:
    for name in ("work", "home/skills/one", "home/skills/two", "work/.agents/skills/three"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "run").write_text("#!/bin/sh\necho ran $0\n")
        (tmp_path / name / "run").chmod(0o755)
    (tmp_path / "home" / "homard.db").write_text("state")
    one, three = tmp_path / "home/skills/one", tmp_path / "work/.agents/skills/three"
    root = tmp_path if around else tmp_path / "work"
    confinement = also_readable(granted([root], own=[tmp_path / "home"]), [one, three])
    commands = f"""
        {one}/run; {three}/run
        cat {tmp_path}/home/homard.db {tmp_path}/home/skills/two/run && echo OPEN
        (echo x > {one}/run) && echo WRITTEN; (echo x > {one}/new) && echo WRITTEN; rm -rf {one}; true
    """
    launch = confine(backend, confinement, tmp_path / "work", private, ["bash", "-c", commands])
    ran = run(launch, tmp_path / "work")
    assert ran.stdout.splitlines() == [f"ran {one}/run", f"ran {three}/run"], ran
    assert (one / "run").read_text().startswith("#!/bin/sh") and not (one / "new").exists()
