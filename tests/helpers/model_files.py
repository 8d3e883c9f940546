"""Small sound GGUF files, and a loopback server that sends them well, badly or never."""

from __future__ import annotations

import hashlib
import random
import re
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MIB = 1 << 20


def small_model(mib: float = 2, seed: int = 1) -> bytes:
    """A file that is a GGUF model by all that can be seen from outside; its numbers are noise."""
    keys = {"llama.block_count": 1, "llama.embedding_length": 64, "llama.attention.head_count": 2}
    numbers = int(mib * MIB) // 4
    head = struct.pack("<4sIQQ", b"GGUF", 3, 1, len(keys) + 1)
    head += _text("general.architecture") + struct.pack("<I", 8) + _text("llama")
    for name, value in keys.items():
        head += _text(name) + struct.pack("<II", 4, value)
    head += _text("output.weight") + struct.pack("<IQIQ", 1, numbers, 0, 0)
    head += bytes(-len(head) % 32)
    return head + random.Random(seed).randbytes(numbers * 4)


def sha256(data: bytes) -> str:
    """Its sum, as one writes it."""
    return hashlib.sha256(data).hexdigest()


def _text(words: str) -> bytes:
    return struct.pack("<Q", len(words)) + words.encode()


class Request(BaseHTTPRequestHandler):
    """A request that a test's `play` answers with what `send` and `wfile` offer."""

    protocol_version = "HTTP/1.1"
    server: FileServer

    @property
    def begin(self) -> int:
        """From which byte on the client wants the file."""
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(found[1]) if found else 0

    def head(self, status: int, **headers: str | int) -> None:
        """Send status and headers; `content_type` names the header Content-Type."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def whole(self, data: bytes, most: int | None = None, tag: str = '"v1"', **headers: str | int) -> None:
        """Answer as a good server does, and hang up after `most` bytes."""
        begin = self.begin
        if begin and self.headers.get("If-Range", tag) != tag:
            begin = 0
        if begin >= len(data) > 0:
            self.head(416, content_range=f"bytes */{len(data)}", content_length=0)
            return
        more = {"content_range": f"bytes {begin}-{len(data) - 1}/{len(data)}"} if begin else {}
        named = {"etag": tag} if tag else {}
        self.head(206 if begin else 200, content_length=len(data) - begin, **named, **more, **headers)
        self.wfile.write(data[begin:] if most is None else data[begin : begin + most])
        if most is not None:
            self.close_connection = True

    def do_GET(self) -> None:
        """Write the request down and play."""
        self.server.told.requests.append((self.path, self.begin))
        try:
            self.server.told.play(self)
        except OSError:
            self.close_connection = True  # the client went away, as some tests want

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@dataclass
class Told:
    """What the server does, and what it was asked."""

    play: Callable[[Request], None]
    port: int = 0
    requests: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    """Path, and from which byte on."""

    def url(self, path: str = "/model.gguf") -> str:
        """An address of it."""
        return f"http://127.0.0.1:{self.port}{path}"


class FileServer(ThreadingHTTPServer):
    """Holds what the test told."""

    daemon_threads = True
    told: Told

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away."""


@contextmanager
def file_server(play: Callable[[Request], None]) -> Iterator[Told]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    with FileServer(("127.0.0.1", 0), Request) as server:
        server.told = Told(play, server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.told
        finally:
            server.shutdown()
            thread.join()
