"""What a person can want from a row of the transcript."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class RowActions(QObject):
    """One for all rows of a transcript: the rows emit, the screen around them acts."""

    approve = Signal(str, str)
    """Approval id, a word to the agent (may be empty)."""
    refuse = Signal(str, str)
    """Approval id, a word to the agent (may be empty)."""
    answer = Signal(str, str)
    """Question id, text."""
    retry = Signal(str)
    """Run id."""
    explain = Signal(str)
    """Run id: what happened?"""
    branch = Signal(int)
    """Entry id."""
    copy = Signal(str)
    """Text for the clipboard."""
    open_path = Signal(str)
    """Absolute path of a file."""
    open_link = Signal(str)
    """URL."""
