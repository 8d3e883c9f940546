"""The editor that is opened is the person's own, and what they leave in the file is what counts."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from agent.interfaces.cli.editor import edited, editor_command


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor whose program a test writes; named with a space in its path, and an argument of its own."""
    path = tmp_path / "my editor.py"
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} '{path}' --wait")
    return path


def test_what_is_left_in_the_file_comes_back(program: Path) -> None:
    program.write_text("import sys; p = sys.argv[2]; t = open(p).read(); open(p, 'w').write(p[-8:] + t.upper() + 'ä')")
    assert edited("a\nb\n", "job.toml") == ("job.tomlA\nB\nä", "")


def test_nobody_else_can_read_it_and_nothing_stays(program: Path, tmp_path: Path) -> None:
    note = tmp_path / "note"
    program.write_text(f"import sys; open({str(note)!r}, 'w').write(sys.argv[2])")
    assert edited("a", "job.toml") == ("a", "")
    path = Path(note.read_text())
    assert not path.parent.exists()
    program.write_text(f"import os, sys; os.chmod({str(note)!r}, os.stat(os.path.dirname(sys.argv[2])).st_mode)")
    edited("a", "job.toml")
    assert stat.S_IMODE(note.stat().st_mode) == 0o700


def test_an_editor_that_fails_changes_nothing(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program.write_text("import sys; open(sys.argv[2], 'w').write('half'); sys.exit(3)")
    assert edited("a", "job.toml") == (None, f"The editor {sys.executable} ended with 3.")
    program.write_text("import sys; open(sys.argv[2], 'wb').write(b'\\xff')")
    assert edited("a", "job.toml")[0] is None
    program.write_text("import os, sys; os.unlink(sys.argv[2])")
    assert "did not work (No such file or directory)" in edited("a", "job.toml")[1]
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert "The editor no-such-editor did not work" in edited("a", "job.toml")[1]


def test_whose_editor_it_is(tmp_path: Path) -> None:
    assert editor_command({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert editor_command({"VISUAL": " ", "EDITOR": "'/my own/e'"}) == ["/my own/e"]
    assert editor_command({"EDITOR": "it's"}) == ["it's"]
    assert editor_command({"PATH": str(tmp_path)}) == []
    nano = tmp_path / "nano"
    nano.write_text("")
    os.chmod(nano, 0o755)
    assert editor_command({"PATH": str(tmp_path)}) == [str(nano)]
