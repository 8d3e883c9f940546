"""Files take the label of the run that writes them: what a stranger's text led to is one in the next run too."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Final

from agent.labels import Label
from agent.safety.effects import Effect
from agent.safety.file_labels import FileLabels
from agent.safety.printable import from_printable
from agent.storage.connection import Connection
from agent.storage.database import Database

REPLACING: Final = frozenset({"write"})
"""Tools after which nothing is left of what stood in the file before."""


class TaintNotes:
    """Notes what tainted or secret runs write. Raises StorageError: then nothing must be written."""

    def __init__(self, labels: FileLabels, database: Database) -> None:
        self.labels = labels
        self._database = database

    async def before(self, effects: Sequence[Effect], label: Label, keeps: str = "") -> None:
        """Note what is about to be written, so that a crash in between loses no taint.

        What a command is about to write, nobody knows: see undo/cover.py. `keeps`: a folder that stands for what a
        plugin or a server remembers of what it is told.
        """
        if keeps:
            await asyncio.to_thread(self._note_kept, keeps, effects, label)
        if paths := _written(effects):
            await asyncio.to_thread(lambda: [self.labels.note_writing(path, label) for path in paths])

    def _note_kept(self, keeps: str, effects: Sequence[Effect], label: Label) -> None:
        for effect in effects:
            if effect.verb == "fs.read":  # it is handed over, though the model has not seen it
                label = label.join(self.labels.label_of(from_printable(effect.target)))
        self._note_told(keeps, label)

    async def kept(self, keeps: str, label: Label) -> None:
        """Note that the plugin or server for which that folder stands was told something of this label."""
        await asyncio.to_thread(self._note_told, keeps, label)

    def _note_told(self, keeps: str, label: Label) -> None:
        if _matters(label) and not self.labels.label_of(keeps).covers(label):
            self.labels.note_below([keeps], label)

    async def after(
        self, tool: str, effects: Sequence[Effect], label: Label, run_id: str, call_id: str, *, done: bool = True
    ) -> None:
        """Note what was written, and what a command has changed. Not `done`: perhaps nothing was, or a part."""
        paths = _written(effects)
        moved = next((from_printable(one.target) for one in effects if one.verb == "fs.delete"), None)
        if _matters(label) and any(effect.verb == "proc.run" for effect in effects):
            changed = await self._database.read(lambda connection: _changed(connection, run_id, call_id))
            await asyncio.to_thread(self.labels.note_changed, changed, label)
        if not paths:
            return

        def note() -> None:
            for path in paths:
                if moved is not None:
                    self.labels.note_moved(moved, path)
                    if done:  # what a mark on its old folder says goes along
                        place = self.labels.place_of(moved)
                        self.labels.note_written(path, label.join(place), replaced=False)
                        if os.path.isdir(path):
                            self.labels.note_below([path], place)
                        continue
                if os.path.isfile(path):
                    self.labels.note_written(path, label, replaced=done and tool in REPLACING)

        await asyncio.to_thread(note)


def _matters(label: Label) -> bool:
    return label.tainted or label.secrecy == "secret"


def _written(effects: Sequence[Effect]) -> list[str]:
    return [from_printable(effect.target) for effect in effects if effect.verb == "fs.write"]


def _changed(connection: Connection, run_id: str, call_id: str) -> list[str]:
    found = connection.execute(
        "SELECT DISTINCT path FROM file_changes WHERE run_id = ? AND call_id = ? AND act <> 'touch'", (run_id, call_id)
    )
    return [os.fsdecode(path) for (path,) in found]
