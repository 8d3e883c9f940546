"""`homard` as a person or a script runs it: real processes, through a pipe or a terminal."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
HOMARD = (sys.executable, "-m", "agent.interfaces.cli")
PATIENCE_S = 20.0

Done = subprocess.CompletedProcess[str]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command with its own home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOMARD_") and name != "NO_COLOR"}
    return {**kept, "HOMARD_HOME": str(home), "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **more}


def start(home: Path, *argv: str, cwd: Path | None = None, **more: Any) -> subprocess.Popen[str]:
    """Start a command with pipes at all its ends."""
    env = environment(home, **more.pop("env", {}))
    more.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen(
        [*HOMARD, *argv],
        cwd=cwd or home.parent,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **more,
    )


def homard(
    home: Path, *argv: str, stdin: str | None = None, cwd: Path | None = None, env: dict[str, str] | None = None
) -> Done:
    """Run a command to its end."""
    process = start(home, *argv, cwd=cwd, env=env or {}, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE)
    out, err = process.communicate(stdin, timeout=PATIENCE_S)
    return Done(argv, process.returncode, out, err)


def report(done: Done) -> dict[str, Any]:
    """The one object of a command with `--json`."""
    assert done.stdout.count("\n") == 1, done
    return json.loads(done.stdout)


@contextmanager
def serving(home: Path, **env: str) -> Iterator[subprocess.Popen[str]]:
    """`homard serve`, ready; ended at the end."""
    process = start(home, "serve", env=env)
    try:
        assert process.stderr is not None
        said = ""
        while "ready" not in said:  # what an owner before left unfinished is told first
            line = process.stderr.readline()
            assert line, said
            said += line
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


class PseudoTerminal:
    """A command in a terminal of its own: what it shows, and a person's keys."""

    def __init__(self, home: Path, *argv: str, cwd: Path | None = None, columns: int = 80, **env: str) -> None:
        self.shown = ""
        """All that was written so far, both streams, escapes included."""
        self._seen = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            os.chdir(cwd or home.parent)
            os.execve(HOMARD[0], [*HOMARD, *argv], environment(home, **env))

    def expect(self, text: str) -> str:
        """Wait until a text is shown, after all that was expected before; what came up to it. Raises AssertionError."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.shown[self._seen :]:
            assert self._read(deadline), f"{text!r} did not come: {self.shown!r}"
        before, self._seen = self._seen, self.shown.index(text, self._seen) + len(text)
        return self.shown[before : self._seen]

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._fd, keys.encode())

    def signal(self, number: int) -> None:
        """Send a signal to the command."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Wait for the command to end; its exit code."""
        deadline = time.monotonic() + PATIENCE_S
        while self._read(deadline):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self._fd)
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """End it if it still runs."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self._fd)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            self.kill()
            raise AssertionError(f"nothing more came: {self.shown!r}")
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.shown += self._decoder.decode(data)
        return bool(data)


def plain(shown: str) -> str:
    """What was shown without its escapes."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).replace("\r", "")


def script(folder: Path, text: str, name: str = "script.toml") -> str:
    """Write a script for the scripted model; the model's name."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return f"scripted/{path}"
