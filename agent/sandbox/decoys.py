"""What a probe of the sandbox tries to reach: files, listeners and a process that are there to be hurt."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

from agent.sandbox import victim
from agent.sandbox.launch import program

_ANSWERS_WITHIN_S = 10.0


class Decoys:
    """All of them; use as a context manager. Everything lies in new folders and is gone afterwards."""

    def __init__(self, home: Path | None = None) -> None:
        """`home`: a folder inside the user's home that may hold a decoy for a moment; None: the home is not tried."""
        self.token = secrets.token_hex(16)
        self._home_folder = home
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Decoys:
        with contextlib.ExitStack() as stack:
            self.base = stack.enter_context(_folder(None))
            self.granted = self._file("granted/file").parent
            self.hidden = self._file("granted/closed/secret").parent
            self._outside, self._mode = self._file("outside/secret"), self._file("outside/mode")
            self._mode_was = self._mode.stat().st_mode
            home = self._outside.parent
            if self._home_folder is not None:
                home = stack.enter_context(_folder(self._home_folder))
            self._home = home / "home-secret"
            self._home.write_text(self.token)
            self._tcp = self._listen(stack, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
            self._udp = self._listen(stack, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
            self._local: list[socket.socket] = []
            if hasattr(socket, "AF_UNIX"):
                name = str(self.base / "outside" / "socket")
                self._local.append(self._listen(stack, socket.AF_UNIX, socket.SOCK_STREAM, name))
            self._abstract = f"@homard-{self.token}"
            if sys.platform == "linux":
                self._listen(stack, socket.AF_UNIX, socket.SOCK_STREAM, "\0" + self._abstract[1:])
            self._victim = stack.enter_context(_victim(self.token))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stack.close()

    def words(self) -> list[str]:
        """What the probe is told."""
        named = {
            "token": self.token,
            "outside": self._outside,
            "mode": self._mode,
            "home": self._home,
            "hidden": self.hidden / "secret",
            "tcp": self._tcp.getsockname()[1],
            "udp": self._udp.getsockname()[1],
            "unix": self.base / "outside" / "socket",
            "abstract": self._abstract,
            "victim": self._victim.pid,
        }
        return [f"{name}={value}" for name, value in named.items()]

    def hurt(self) -> set[str]:
        """Names of the attempts whose mark is seen out here, whatever the probe says."""
        found: set[str] = set()
        if self._outside.read_text() != self.token or Path(f"{self._outside}.new").exists():
            found.add("write")
        if not self._mode.exists():
            found.add("write")
        elif self._mode.stat().st_mode != self._mode_was:
            found.add("attributes")
        for name, listener in (("tcp", self._tcp), ("udp", self._udp), *(("unix", one) for one in self._local)):
            if _was_reached(listener):
                found.add(name)
        if not self._lives():
            found.add("signal")
        return found

    def _lives(self) -> bool:
        """Let the victim answer: one to which a deadly signal was sent is not scheduled again, but not gone at once."""
        try:
            return self._victim.communicate(self.token.encode(), _ANSWERS_WITHIN_S)[0] == self.token.encode()
        except subprocess.TimeoutExpired:
            return False

    def _file(self, name: str) -> Path:
        path = self.base / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(self.token)
        path.chmod(0o600)
        return path

    def _listen(
        self, stack: contextlib.ExitStack, family: int, kind: int, address: tuple[str, int] | str
    ) -> socket.socket:
        listener = stack.enter_context(socket.socket(family, kind))
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen(8)
        listener.setblocking(False)
        return listener


def _was_reached(listener: socket.socket) -> bool:
    try:
        if listener.type == socket.SOCK_DGRAM:
            return bool(listener.recv(16))
        listener.accept()[0].close()
        return True
    except BlockingIOError:
        return False


@contextlib.contextmanager
def _folder(place: Path | None) -> Generator[Path]:
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="homard-probe-", dir=place)))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _victim(token: str) -> Generator[subprocess.Popen[bytes]]:
    command = [*program("victim", str(victim.__file__)), token]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env={"DECOY": token}) as process:
        try:
            yield process
        finally:
            process.kill()
