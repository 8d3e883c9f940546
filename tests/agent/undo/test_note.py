from pathlib import Path

from agent.safety.effects import Effect
from agent.safety.printable import printable
from agent.undo.coverage import ShellCoverage
from agent.undo.limits import UndoLimits
from agent.undo.note import undo_note


def test_why_an_act_cannot_be_undone_is_said_in_words(tmp_path: Path) -> None:
    limits = UndoLimits(file_bytes=2_000, tree_entries=2)
    large = tmp_path / "large\n"
    large.write_bytes(bytes(3_000))
    target = printable(str(large))
    coverage = ShellCoverage(False, "changes of film.mkv (larger than 64 MB)")
    notes = {
        undo_note(Effect("fs.write", target, reversible=True), limits): "",
        undo_note(Effect("fs.read", target), limits): "",
        undo_note(Effect("fs.write", target), limits): "not undoable: it is larger than 1.95 KB",
        undo_note(Effect("fs.delete", target), limits): f"not undoable: {target} is larger than 1.95 KB",
        undo_note(Effect("fs.write", "/nowhere/x"), limits): "not undoable: what stands there now is not kept",
        undo_note(Effect("proc.run", "rm film.mkv"), limits, coverage): f"not undoable: {coverage.why}",
        undo_note(Effect("proc.run", "curl", network=True), limits): "not undoable: what a command sends cannot be "
        "taken back",
        undo_note(Effect("proc.run", "rm x"), limits): "not undoable: what the command changes is not kept",
    }
    assert list(notes) == list(notes.values())
    (tmp_path / "one").touch()
    said = undo_note(Effect("fs.delete", str(tmp_path)), limits)
    assert said == "not undoable: there are more than 2 files and folders in it"
