from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.command_line import PseudoTerminal, homard, report, script, serving
from tests.helpers.undo import tree

WRITES = """
[[replies]]
calls = [
  ["write", {path = "a.txt", text = "new\\n"}],
  ["write", {path = "made/b.txt", text = "b"}],
]
[[replies]]
text = "Done."
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("served") / "home"
    with serving(home):
        yield home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("old\n")
    return folder


def change(home: Path, folder: Path) -> str:
    """Let a run write two files; its id."""
    model = script(folder.parent, WRITES)
    said = report(homard(home, "ask", "--json", "--yes", "-m", model, "--cwd", str(folder), "go"))
    assert (folder / "a.txt").read_text() == "new\n", said
    return said["run_id"]


def test_a_run_is_shown_and_taken_back_and_that_too(served: Path, folder: Path) -> None:
    before = tree(folder)
    run_id = change(served, folder)
    after = tree(folder)
    listed = homard(served, "undo", "--list").stdout.splitlines()
    assert listed[0].split() == ["run", "when", "paths", "what"]
    assert listed[1].split()[0] == run_id and listed[1].endswith("3      changed files")
    shown = homard(served, "undo", "last", "--dry-run", "--diff")
    assert shown.stdout == (
        f"put back          {folder}/a.txt\n    @@ -1,1 +1,1 @@\n    -new\n    +old\n"
        f"remove            {folder}/made\n"
        f"remove            {folder}/made/b.txt\n    @@ -1,1 +0,0 @@\n    -b\n    \\ No newline at end of file\n"
    )
    assert tree(folder) == after
    for argv in (("trace",), ("audit", "why"), ("audit", "show", "--run"), ("audit", "ledger", "--run")):
        told = [homard(served, *argv, named) for named in (run_id, run_id[:8], "last")]
        assert [(one.returncode, one.stdout) for one in told] == [(0, told[0].stdout)] * 3 and told[0].stdout, told
    done = homard(served, "undo", run_id[:8], "--yes")
    assert done.returncode == 0 and f"All is as it was before run {run_id}." in done.stderr
    assert tree(folder) == before
    undo_id = done.stderr.split("`homard undo ")[1].split("`")[0]
    assert report(homard(served, "undo", undo_id, "--yes", "--json"))["complete"] is True
    assert tree(folder) == after


def test_one_file_alone_and_conflicts(served: Path, folder: Path) -> None:
    run_id = change(served, folder)
    assert homard(served, "undo", run_id, "made/b.txt", "--yes", cwd=folder).returncode == 0
    assert not (folder / "made/b.txt").exists() and (folder / "a.txt").read_text() == "new\n"
    (folder / "a.txt").write_text("mine\n")
    plan = report(homard(served, "undo", run_id, "--dry-run", "--json"))
    first = plan["items"][0]
    assert (first["conflict"], first["note"]) == (True, "it was changed since the run")
    kept = homard(served, "undo", run_id, "--yes")
    assert kept.returncode == 0 and "a.txt: kept (it was changed since the run)" in kept.stderr
    assert (folder / "a.txt").read_text() == "mine\n"
    assert homard(served, "undo", run_id, "--yes", "--keep", "both").returncode == 0
    assert (folder / f"a (before {run_id}).txt").read_text() == "old\n" and (folder / "a.txt").read_text() == "mine\n"


def test_a_person_is_asked_first(served: Path, folder: Path) -> None:
    run_id = change(served, folder)
    (folder / "a.txt").write_text("mine\n")
    screen = PseudoTerminal(served, "undo", run_id, cwd=folder)
    screen.expect("side by side? ")
    screen.type("o\n")
    screen.expect("[y/N] ")
    screen.type("\n")
    assert screen.wait() == 4 and (folder / "a.txt").read_text() == "mine\n"
    screen = PseudoTerminal(served, "undo", run_id, cwd=folder)
    screen.expect("side by side? ")
    screen.type("o\n")
    screen.expect("Undo these 3 changes")
    screen.type("y\n")
    assert screen.wait() == 0 and os.listdir(folder) == ["a.txt"] and (folder / "a.txt").read_text() == "old\n"


def test_mistakes_are_said_in_words(served: Path, folder: Path) -> None:
    run_id = change(served, folder)
    for argv, words in [
        ((), "Name a run"),
        (("rnothing",), "Nothing is known of files that run rnothing changed"),
        ((run_id,), "Nobody is there to ask"),
        ((run_id, "--keep", "mine"), "there is theirs, ours and both"),
        ((run_id, "elsewhere.txt", "--yes"), "changed nothing at"),
    ]:
        done = homard(served, "undo", *argv, cwd=folder)
        assert done.returncode == 2 and words in done.stderr, done
    assert json.loads(homard(served, "undo", "rnothing", "--json").stdout)["error"]
    assert (folder / "a.txt").read_text() == "new\n"
