from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolError, ToolFailed, ToolRetry
from agent.safety.by_handle import HandleDoor
from agent.safety.door import Door
from agent.safety.folders import Folders
from agent.safety.openat import PosixDoor, has_openat2
from tests.helpers.racer import swapping
from tests.helpers.unprivileged import ordinary_user

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")

DOORS: dict[str, Callable[[], Door]] = {
    "openat2": PosixDoor,
    "walk": lambda: PosixDoor(one_call=False),
    "handle": HandleDoor,
}


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> Door:
    if request.param == "openat2" and not has_openat2():
        pytest.skip("this kernel or sandbox has no openat2")
    return DOORS[request.param]()


class Args:
    """Stands for the arguments of a call."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A granted folder beside one that is not, with links of all kinds."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "a/b").mkdir(parents=True)
    outside.mkdir()
    (root / "a/b/text.txt").write_text("inside")
    (outside / "text.txt").write_text("outside")
    (root / "to-inside").symlink_to("a/b/text.txt")
    (root / "to-outside").symlink_to(outside / "text.txt")
    (root / "folder-outside").symlink_to(outside)
    (root / "back").symlink_to("..")
    return root


def read(folders: Folders, path: str, cwd: Path) -> bytes:
    call = Args()
    folders.judge(call, path, cwd)
    with folders.open_read(folders.judged(call, path, cwd)) as file:
        return file.read()


def write(folders: Folders, path: str, data: bytes, cwd: Path) -> bool:
    return folders.write_atomic(folders.locate(path, cwd), data)


def test_locates_where_a_path_really_leads(root: Path) -> None:
    folders = Folders([root])
    outside = root.parent / "outside"

    def found(path: str) -> tuple[str, bool, str]:
        located = folders.locate(path, root)
        return located.real, located.inside, located.shown

    text = str(root / "a/b/text.txt")
    assert found("a/b/text.txt") == (text, True, "a/b/text.txt")
    assert found("to-inside") == (text, True, "a/b/text.txt")
    assert found("./a/../a/b/text.txt") == (text, True, "a/b/text.txt")
    assert found(text) == (text, True, "a/b/text.txt")
    assert found("") == (str(root), True, ".")
    assert found("nothing/new.txt") == (str(root / "nothing/new.txt"), True, "nothing/new.txt")
    for path in (
        "to-outside",
        "folder-outside/text.txt",
        "back/outside/text.txt",
        "../outside/text.txt",
        "a/../../outside/text.txt",
    ):
        assert found(path) == (str(outside / "text.txt"), False, str(outside / "text.txt"))
    assert found(f"../{root.name}-2") == (str(root) + "-2", False, str(root) + "-2")
    assert found("~/x")[0] == os.path.realpath(os.path.expanduser("~/x"))


def test_a_granted_folder_may_be_a_link(root: Path) -> None:
    (root.parent / "alias").symlink_to(root)
    folders = Folders([root / "a", root.parent / "alias"])
    assert folders.roots == (root / "a", root)
    assert read(folders, str(root.parent / "alias/a/b/text.txt"), root / "a") == b"inside"
    assert folders.locate("../to-inside", root / "a").inside


def test_opens_what_lies_inside(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    assert read(folders, "a/b/text.txt", root) == b"inside"
    assert read(folders, "to-inside", root) == b"inside"
    assert folders.stat(folders.locate("to-inside", root)).st_size == 6
    with folders.open_folder(folders.locate("a/b", root)) as opened:
        assert [entry.name for entry in opened.entries()] == ["text.txt"]


def test_a_call_that_nobody_judged_stays_inside(root: Path) -> None:
    folders = Folders([root])
    with pytest.raises(ToolDenied):
        folders.judged(Args(), "to-outside", root)
    assert folders.judged(Args(), "to-inside", root).inside


def test_what_was_judged_is_what_is_used(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    call, other = Args(), Args()
    path = root / "to-inside"
    folders.judge(call, "to-inside", root)
    path.unlink()
    path.symlink_to(root.parent / "outside/text.txt")
    folders.judge(other, "to-inside", root)
    with folders.open_read(folders.judged(call, "to-inside", root)) as file:
        assert file.read() == b"inside"
    assert not folders.judged(other, "to-inside", root).inside


def test_a_judged_path_that_becomes_a_link_fails(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    file, folder = folders.locate("a/b/text.txt", root), folders.locate("a/b", root)
    (root / "a/b/text.txt").unlink()
    (root / "a/b/text.txt").symlink_to(root.parent / "outside/text.txt")
    with pytest.raises(ToolFailed):
        folders.open_read(file)
    with pytest.raises(ToolFailed):
        folders.stat(file)
    (root / "a/b").rename(root / "a/c")
    (root / "a/b").symlink_to(root.parent / "outside")
    with pytest.raises(ToolError):
        folders.open_read(file)
    with pytest.raises(ToolError), folders.open_folder(folder) as opened:
        list(opened.entries())
    with pytest.raises(ToolError):
        folders.write_atomic(file, b"escaped")
    assert (root.parent / "outside/text.txt").read_text() == "outside"


def test_ten_thousand_reads_against_a_racer_never_leave(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    located = folders.locate("a/b/text.txt", root)
    seen = {b"inside": 0, b"failed": 0}
    with swapping(root / "a/b", root.parent / "outside"):
        for _ in range(10_000):
            try:
                with folders.open_read(located) as file:
                    seen[file.read()] += 1
            except ToolError:
                seen[b"failed"] += 1
    assert sum(seen.values()) == 10_000
    assert min(seen.values()) > 0, seen


def test_reads_that_are_judged_during_a_race_never_leave(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    with swapping(root / "a/b", root.parent / "outside"):
        for _ in range(2_000):
            try:
                located = folders.locate("a/b/text.txt", root)
                with folders.open_read(located) as file:
                    assert file.read() == (b"inside" if located.inside else b"outside")
            except ToolError:
                continue


@pytest.mark.parametrize("name", ["openat2", "walk"])
def test_writes_against_a_racer_never_leave(root: Path, name: str) -> None:
    folders = Folders([root], door=DOORS[name]())
    located = folders.locate("a/b/new.txt", root)
    with swapping(root / "a/b", root.parent / "outside"):
        for _ in range(500):
            try:
                folders.write_atomic(located, b"inside")
            except ToolError:
                continue
    assert os.listdir(root.parent / "outside") == ["text.txt"]


def test_what_is_no_regular_file_is_refused_without_waiting(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    os.mkfifo(root / "fifo")
    (root / "loop").symlink_to("loop")
    refused = {"fifo": "pipe", "/dev/zero": "device", "/dev/tty": "device", "a": "is a folder", "loop": "link"}
    for path, words in refused.items():
        with pytest.raises(ToolError, match=words):
            folders.open_read(folders.locate(path, root))
        if path != "loop":
            with pytest.raises(ToolError):
                folders.write_atomic(folders.locate(path, root), b"x")


def test_magic_links_of_proc_are_never_followed(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    with (root / "a/b/text.txt").open() as file:
        magic = f"/proc/self/fd/{file.fileno()}"
        assert folders.locate(magic, root).real == str(root / "a/b/text.txt")
        with pytest.raises(OSError, match=r"link|Not a directory"):
            door.open_file(magic)
    with pytest.raises(ToolDenied):
        read(folders, "/proc/self/environ", root)


def test_writing_is_all_or_nothing_and_keeps_the_mode(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    path = root / "a/b/text.txt"
    path.chmod(0o640)
    assert write(folders, "to-inside", b"new", root) is False
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)
    assert (root / "to-inside").is_symlink()
    assert write(folders, "x/y/z.txt", b"made", root) is True
    assert (root / "x/y/z.txt").read_bytes() == b"made"
    umask = os.umask(0o027)
    try:
        write(folders, "x/mode.txt", b"", root)
    finally:
        os.umask(umask)
    assert stat.S_IMODE((root / "x/mode.txt").stat().st_mode) == 0o640
    assert sorted(p.name for p in root.rglob("*.tmp")) == []


def test_a_write_that_is_stopped_leaves_everything_as_it_was(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)

    def stop() -> None:
        raise InterruptedError("stopped")

    with pytest.raises(ToolError):
        folders.write_atomic(folders.locate("a/b/text.txt", root), b"new", commit=stop)
    with pytest.raises(ToolFailed, match="changed"):
        folders.write_atomic(folders.locate("a/b/text.txt", root), b"new", expected="0" * 64)
    assert os.listdir(root / "a/b") == ["text.txt"]
    assert (root / "a/b/text.txt").read_text() == "inside"


def test_a_read_only_file_is_not_replaced(root: Path, door: Door) -> None:
    (root / "a/b/text.txt").chmod(0o444)
    with pytest.raises(ToolFailed, match="read-only"):
        write(Folders([root], door=door), "a/b/text.txt", b"new", root)
    assert (root / "a/b/text.txt").read_text() == "inside"


def test_what_this_user_may_not_do_fails_in_words(door: Door) -> None:
    with ordinary_user() as folder:
        (folder / "secret.txt").write_text("x")
        (folder / "secret.txt").chmod(0)
        (folder / "closed").mkdir(mode=0o500)
        folders = Folders([folder], door=door)
        with pytest.raises(ToolFailed, match=r"secret\.txt could not be read: permission denied"):
            read(folders, "secret.txt", folder)
        with pytest.raises(ToolFailed, match="could not be written: permission denied; nothing was changed"):
            write(folders, "closed/new.txt", b"x", folder)


def test_a_full_disk_leaves_the_old_file(root: Path) -> None:
    class Full(PosixDoor):
        def replace(
            self, path: str, data: bytes, expected: str | None, commit: Callable[[], None], temp: str = ""
        ) -> bool:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ToolFailed, match="the disk is full; nothing was changed"):
        write(Folders([root], door=Full()), "a/b/text.txt", b"new", root)


def test_paths_that_can_be_none(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    with pytest.raises(ToolRetry):
        folders.locate("a\0b", root)
    with pytest.raises(ToolRetry):
        folders.locate("\ud800", root)
    with pytest.raises(ToolRetry):
        read(folders, "x" * 300, root)
    with pytest.raises(ToolRetry, match=r"no x/text\.txt"):
        read(folders, "x/text.txt", root)
    with pytest.raises(ToolRetry, match="not a folder"):
        read(folders, "a/b/text.txt/more", root)
    deep = "/".join(["d" * 200] * 30)
    with pytest.raises(ToolError):
        read(folders, deep, root)


def test_names_of_any_bytes_can_be_shown_and_given_back(root: Path, door: Door) -> None:
    folders = Folders([root], door=door)
    for number, name in enumerate(
        [b"caf\xe9", b"two\nlines", b"\xe2\x80\xaetxt.exe", b"back\\slash", b"\xc2\x85", "schön".encode()]
    ):
        path = os.path.join(os.fsencode(root), name)
        with open(path, "wb") as file:
            file.write(b"%d" % number)
        located = folders.locate(os.fsdecode(name), root)
        assert located.shown.isprintable()
        assert located.target.encode().decode() == located.target
        assert folders.locate(located.shown, root).real == located.real
        assert read(folders, located.shown, root) == b"%d" % number


def test_the_house_and_the_users_secrets_are_closed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "root"
    monkeypatch.setenv("HOME", str(home))
    own = home / ".local/share/homard"
    folders = Folders([home], forbidden=[own])
    for closed in (
        ".ssh/id_ed25519",
        ".SSH/id_ed25519",
        ".mozilla/firefox/x",
        ".local/share/keyrings/a",
        ".local/share/homard/homard.db",
    ):
        path = home / closed
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret")
        with pytest.raises(ToolDenied):
            folders.judge(Args(), closed, home)
        with pytest.raises(ToolDenied):
            folders.open_read(folders.locate(closed, home))
        with pytest.raises(ToolDenied):
            write(folders, closed, b"x", home)
        assert path.read_text() == "secret"
    (home / "innocent").symlink_to(home / ".ssh")
    with pytest.raises(ToolDenied):
        read(folders, "innocent/id_ed25519", home)


def test_what_starts_by_itself_is_read_but_not_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(root))
    (root / ".bashrc").write_text("alias")
    folders = Folders([root])
    assert read(folders, ".bashrc", root) == b"alias"
    git = ("hooks/pre-commit", "config", "commondir", "modules/a/config", "worktrees/a/gitdir", "index")
    for path in (".bashrc", ".config/autostart/x.desktop", "project/.git", *(f"project/.git/{name}" for name in git)):
        with pytest.raises(ToolDenied, match="cannot be changed"):
            folders.judge(Args(), path, root, writing=True)
        with pytest.raises(ToolDenied):
            write(folders, path, b"x", root)


def test_a_folder_chosen_inside_the_house_is_open_and_the_rest_of_it_is_not(root: Path) -> None:
    folders = Folders([root / "a"], forbidden=[root])
    assert read(folders, "b/text.txt", root / "a") == b"inside"
    with pytest.raises(ToolDenied):
        read(folders, "../to-inside-x", root / "a")
