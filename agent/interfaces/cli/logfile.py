"""The log file: warnings and faults, with their tracebacks, never on the screen and never with a key."""

from __future__ import annotations

import logging
import re
import threading
from pathlib import Path

MAX_BYTES = 1_000_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_KEY = re.compile(r"(?i)(\bsk-|bearer\s+|(?:api[-_]?key|authorization|token)[\"']?\s*[:=]\s*[\"']?)[\w.\-/+=]{8,}")


class LazyFileHandler(logging.Handler):
    """Creates its file with the first record; when the file is full, it becomes `.1` and a new one begins."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(logging.Formatter(_FORMAT))
        self._path = path
        self._writing = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Append a record. Must not raise: there is no other place to complain."""
        try:
            text = _KEY.sub(r"\1…", self.format(record))
            with self._writing:
                self._append(f"{text}\n".encode("utf-8", "backslashreplace"))
        except Exception:  # noqa: BLE001 a full disk, a read-only home, a record that cannot be formatted
            return

    def _append(self, data: bytes) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._path.exists() and self._path.stat().st_size > MAX_BYTES:
            self._path.replace(self._path.with_suffix(".log.1"))
        with self._path.open("ab") as file:
            file.write(data)


def log_to_file(logs: Path) -> None:
    """Send warnings and faults of the whole process to `homard.log` in this folder."""
    logging.getLogger().addHandler(LazyFileHandler(logs / "homard.log"))
