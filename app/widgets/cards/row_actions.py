"""What a person can want from a row of the transcript."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class RowActions(QObject):
    """One for all rows of a transcript: the rows emit, the screen around them acts."""

    approve = Signal(str, str, str)
    """Approval id, a word to the agent (may be empty), how far the yes goes (`Scope`)."""
    refuse = Signal(str, str)
    """Approval id, a word to the agent (may be empty)."""
    answer = Signal(str, str)
    """Question id, text."""
    retry = Signal(str)
    """Run id."""
    explain = Signal(str)
    """Run id: what happened?"""
    undo = Signal(str)
    """Run id: what it changed is to be put back, or some of it."""
    repeat = Signal(str)
    """Run id: a job is to be made of what was asked for in it."""
    safety = Signal()
    """What may be done without asking is to be looked at."""
    branch = Signal(int)
    """Entry id."""
    copy = Signal(str)
    """Text for the clipboard."""
    open_path = Signal(str)
    """Absolute path of a file."""
    open_link = Signal(str)
    """URL."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: set[str] = set()
        """Keys of what a person opened: a row that is made again after it was out of sight is as it was left."""
        self.drafts: dict[str, str] = {}
        """What a person has typed into open questions and approvals, by their keys."""

    def note_opened(self, key: str, opened: bool) -> None:
        """Remember what was opened or closed."""
        if opened:
            self.opened.add(key)
        else:
            self.opened.discard(key)
