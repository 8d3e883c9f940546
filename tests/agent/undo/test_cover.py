"""Commands whose changes can be undone: what is kept before they run, and what is found after."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from agent.errors import ToolFailed
from agent.labels import Label
from agent.safety.file_labels import FileLabels
from agent.safety.policy import Policy
from agent.tools.write import WriteTool
from agent.undo.cover import coverage_of, covering
from agent.undo.coverage import ShellCoverage
from agent.undo.limits import UndoLimits
from agent.undo.service import UndoService
from tests.helpers.tool_context import call, tool_context
from tests.helpers.undo import tree, undo_service
from tests.helpers.unprivileged import ordinary_user


def fill(folder: Path) -> Path:
    (folder / "sub/deep").mkdir(parents=True)
    (folder / "a.txt").write_text("alpha")
    (folder / "sub/b.bin").write_bytes(os.urandom(3_000))
    (folder / "sub/deep/empty").touch(mode=0o600)
    (folder / "link").symlink_to("a.txt")
    return folder


def run(undo: UndoService, folder: Path, act: Callable[[], object], run_id: str = "r1") -> ShellCoverage:
    async def covered() -> ShellCoverage:
        async with covering(undo.of_run("s", run_id), [folder]) as coverage:
            act()
        return coverage

    return asyncio.run(covered())


def put_back(undo: UndoService, run_id: str = "r1") -> bool:
    return asyncio.run(undo.apply(asyncio.run(undo.plan(run_id)))).complete


def shell(command: str, folder: Path) -> Callable[[], object]:
    return lambda: subprocess.run(["sh", "-c", command], cwd=folder, check=True)


@pytest.mark.parametrize(
    "command",
    [
        "echo more >> a.txt; printf x > new; mkdir -p n/m; touch n/m/o",
        "rm -r sub link; ln -s sub a2; mv a.txt sub",
        "chmod 400 a.txt; chmod 700 sub; touch -d 2001-01-01 a.txt sub link",
        "ln -f a.txt hard; echo both >> hard; ln -sf nowhere link",
        "rm a.txt; mkdir a.txt; touch a.txt/in; rm -r sub; echo file > sub",
        "mv sub other; mv other/deep deep; mv a.txt A.txt",
        "cp -p a.txt b; sed -i s/alpha/omega/ a.txt",
        "printf omega | dd of=a.txt conv=notrunc status=none",
    ],
)
def test_what_a_command_did_is_taken_back(tmp_path: Path, command: str) -> None:
    folder = fill(tmp_path / "folder")
    before = tree(folder)
    with undo_service(tmp_path / "home") as undo:
        assert run(undo, folder, shell(command, folder)) == (True, "")
        after = tree(folder)
        assert after != before
        assert put_back(undo) and tree(folder) == before
        (undo_run, _) = asyncio.run(undo.runs())
        assert put_back(undo, undo_run.run_id) and tree(folder) == after


def test_a_command_that_hides_its_change_behind_the_old_time_is_found_out(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    before = tree(folder)
    with undo_service(tmp_path / "home") as undo:
        run(undo, folder, shell("touch -r a.txt t; printf OMEGA > a.txt; touch -r t a.txt; rm t", folder))
        assert (folder / "a.txt").read_text() == "OMEGA"
        assert put_back(undo) and tree(folder) == before


def test_a_command_that_fails_or_is_cancelled_is_journalled_too(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    before = tree(folder)

    def fail() -> None:
        shutil.rmtree(folder / "sub")
        raise ToolFailed("it failed")

    async def cancelled(undo: UndoService) -> None:
        async with covering(undo.of_run("s", "r2"), [folder]):
            (folder / "a.txt").unlink()
            await asyncio.sleep(60)

    async def cancel(undo: UndoService) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(cancelled(undo), 0.2)

    with undo_service(tmp_path / "home") as undo:
        with pytest.raises(ToolFailed):
            run(undo, folder, fail)
        assert put_back(undo) and tree(folder) == before
        asyncio.run(cancel(undo))
        assert put_back(undo, "r2") and tree(folder) == before


def test_a_command_that_changes_nothing_leaves_nothing(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    with undo_service(tmp_path / "home") as undo:
        run(undo, folder, lambda: (folder / "a.txt").read_text())
        assert asyncio.run(undo.runs()) == []


def test_what_cannot_be_undone_is_said_before(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    (folder / "film.mkv").write_bytes(bytes(5_000))
    limits = UndoLimits(file_bytes=4_000, cover_entries=8, cover_bytes=100_000)
    with undo_service(tmp_path / "home", limits) as undo:
        journal = undo.of_run("s", "r1")
        said = "changes of film.mkv (larger than 3.91 KB)"
        assert coverage_of(journal, [folder]) == (False, said)
        assert run(undo, folder, lambda: [(folder / "film.mkv").unlink(), (folder / "a.txt").unlink()]) == (False, said)
        report = asyncio.run(undo.apply(asyncio.run(undo.plan("r1"))))
        assert {os.path.basename(one.path): (one.result, one.note) for one in report.outcomes} == {
            "a.txt": ("put back", ""),
            "film.mkv": ("impossible", "what it held was too large to be kept"),
        }
        for name in "xyz":
            (folder / name).touch()
        why = "there are more than 8 files and folders in the writable folders"
        assert run(undo, folder, lambda: (folder / "a.txt").unlink(), "r2") == (False, why)
    with undo_service(tmp_path / "home", UndoLimits(cover_bytes=2_000)) as undo:
        assert coverage_of(undo.of_run("s", "r3"), [folder]) == (
            False,
            "changes of the largest files (all together hold more than 1.95 KB)",
        )


def test_a_command_is_not_run_when_what_is_there_cannot_be_kept(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    (folder / "large").write_bytes(os.urandom(3_000_000))
    before = tree(folder)
    with undo_service(tmp_path / "home") as undo:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
        try:
            with pytest.raises(ToolFailed, match=r"The command was not run\. .*could not be kept"):
                run(undo, folder, lambda: shutil.rmtree(folder))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, handler)
    assert tree(folder) == before


def test_keys_and_our_own_state_are_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path)
    monkeypatch.setenv("HOME", str(folder))
    (folder / ".ssh").mkdir()
    (folder / ".ssh/id").write_text("a key that must not spread")
    (folder / ".netrc").write_text("a login that must not spread")
    with undo_service(tmp_path / "home") as undo:
        assert run(undo, folder, lambda: (folder / "a.txt").unlink()) == (True, "")
        assert [os.path.basename(one.path) for one in asyncio.run(undo.changes("r1"))] == ["a.txt"]
        kept = b"".join(undo.journal.store.path(one.digest).read_bytes() for one in undo.journal.store.all())
        assert b"must not spread" not in kept


def test_what_another_run_did_meanwhile_is_not_taken_for_the_commands_doing(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    with undo_service(tmp_path / "home") as undo:

        def meanwhile() -> None:
            context = tool_context(folder, journal=undo.of_run("s", "r2"))
            other = Thread(target=lambda: call(WriteTool(), context, path="a.txt", text="by r2"))
            other.start()
            other.join()
            (folder / "sub/b.bin").write_text("by the command")

        run(undo, folder, meanwhile)
        assert [os.path.basename(one.path) for one in asyncio.run(undo.changes("r1"))] == ["b.bin"]
        assert put_back(undo) and (folder / "a.txt").read_text() == "by r2"
        assert put_back(undo, "r2") and (folder / "a.txt").read_text() == "alpha"


def test_what_was_kept_before_is_not_read_again(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    for path in (folder / "a.txt", folder / "sub/b.bin"):
        os.utime(path, ns=(10**18, 10**18))
    with undo_service(tmp_path / "home") as undo:
        journal = undo.journal
        journal.known.update({(0, 0, 0, 0, 0): "x"})
        run(undo, folder, lambda: None)
        first = {kept.digest: kept for kept in journal.store.all()}
        run(undo, folder, lambda: (folder / "sub/b.bin").unlink(), "r2")
        again = {kept.digest: kept for kept in journal.store.all()}
        assert {digest: kept.used_at for digest, kept in first.items()}.items() <= {
            digest: kept.used_at for digest, kept in again.items()
        }.items()
        assert put_back(undo, "r2")


EVIL = Label("external", "private", ("external:evil.example",))
OWN = Label("local", "private")


def run_tainted(undo: UndoService, folder: Path, act: Callable[[], object]) -> Callable[..., list[Label]]:
    """Run a command of a tainted run; gives what tells the labels of names in the folder."""
    labels = asyncio.run(FileLabels.open(undo.journal.database, Policy(), untrusted=()))
    undo.journal.labels = labels

    async def covered() -> None:
        async with covering(undo.of_run("s", "r1").for_call("c1").for_command(EVIL), [folder]):
            act()

    asyncio.run(covered())
    return lambda *names: [labels.label_of(str(folder / name)) for name in names]


def test_what_a_tainted_command_changed_is_noted_and_nothing_else(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    with undo_service(tmp_path / "home") as undo:
        labels = run_tainted(
            undo, folder, shell("echo x > new; mkdir d; ln -s x d/link; rm link; chmod 600 a.txt", folder)
        )
        assert labels("new", "d", "d/link", "a.txt", "sub", "sub/b.bin") == [EVIL, EVIL, EVIL, EVIL, OWN, OWN]


def test_a_folder_that_a_tainted_command_has_shut_is_tainted_with_all_in_it(tmp_path: Path) -> None:
    with ordinary_user() as place, undo_service(place / "home") as undo:
        folder = fill(place / "folder")
        labels = run_tainted(
            undo, folder, shell("echo evil > sub/deep/new; echo evil > sub/b.bin; chmod 0 sub", folder)
        )
        (folder / "sub").chmod(0o700)
        assert labels("sub/deep/new", "sub/b.bin", "sub/deep/empty", "a.txt") == [EVIL, EVIL, EVIL, OWN]


def test_a_folder_that_was_shut_before_is_tainted_too(tmp_path: Path) -> None:
    with ordinary_user() as place, undo_service(place / "home") as undo:
        folder = fill(place / "folder")
        (folder / "sub").chmod(0)
        command = shell("chmod 700 sub; echo evil > sub/b.bin; chmod 0 sub", folder)
        labels = run_tainted(undo, folder, command)
        (folder / "sub").chmod(0o700)
        assert labels("sub/b.bin", "a.txt") == [EVIL, OWN]


def test_where_there_is_too_much_to_look_at_all_of_it_is_tainted(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    with undo_service(tmp_path / "home", UndoLimits(cover_entries=3)) as undo:
        assert run_tainted(undo, folder, lambda: None)("a.txt", "sub/deep/empty") == [EVIL, EVIL]


def test_a_tainted_command_that_makes_too_much_to_look_at_taints_all_of_it(tmp_path: Path) -> None:
    folder = fill(tmp_path / "folder")
    with undo_service(tmp_path / "home", UndoLimits(cover_entries=8)) as undo:
        labels = run_tainted(undo, folder, lambda: [(folder / f"{n}").touch() for n in range(100)])
        assert labels("a.txt", "99") == [EVIL, EVIL]
