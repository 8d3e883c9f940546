"""A real HTTP server on loopback that answers what a test tells it, and writes down what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, Mapping[str, str], bytes | Iterable[bytes]]
"""Status, headers, and a body, or the pieces of one that need not end."""


@dataclass
class WebServer:
    """Answers by path; `port` is free to be mapped to any name by a test's resolver."""

    routes: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict[str, "Answer | Callable[[], Answer]"])
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])
    """Path with query, and headers with names in lower case."""
    port: int = 0

    def add(self, path: str, body: bytes | Iterable[bytes] = b"", status: int = 200, **headers: str) -> None:
        """Answer `path` so; `content_type="text/plain"` names the header Content-Type."""
        self.routes[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)

    def answer(self, path: str) -> Answer:
        """What `path` gets, with or without its query."""
        found = self.routes.get(path) or self.routes.get(path.partition("?")[0]) or (404, {}, b"not here")
        return found() if callable(found) else found


@contextmanager
def web_server(tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    told = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = told.answer(self.path)
            pieces = [body] if isinstance(body, bytes) else body
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if isinstance(body, bytes) and "content-length" not in {name.lower() for name in headers}:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                for piece in pieces:
                    self.wfile.write(piece)
            except OSError:
                return  # the client went away, as some tests want

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of clients that refuse the certificate."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        told.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()
