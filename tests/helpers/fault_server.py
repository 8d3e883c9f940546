"""A real HTTP server on loopback (or a UNIX socket) that answers chat completions with a fault.

The fault is picked by the model's name, `fault/<name>`. Once a request carries a tool result, the answer is a plain
good one. Stalls end, and connections close, when the server stops.
"""

from __future__ import annotations

import json
import os
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

from agent.messages import TextPart, ToolSpec, UserMessage
from agent.ports import ModelRequest
from agent.settings import ModelProfile, ProviderSettings
from tests.helpers.faults import FAULTS, Answer, Fails, Flows, Pause, Reply, Reset

__all__ = [
    "FAULTS",
    "KEY",
    "Fails",
    "FaultServer",
    "FixedKey",
    "Flows",
    "Reply",
    "fault_request",
]

KEY = "sk-proj-T0pS3cretT0pS3cret42"
"""The key of every test; must appear in no message."""


class FixedKey:
    """A SecretStore that knows one key and counts how often it was asked."""

    def __init__(self, key: str = KEY) -> None:
        self.key = key
        self.asked: list[str] = []

    async def get(self, reference: str) -> str:
        """Give the key, whatever the reference."""
        self.asked.append(reference)
        return self.key


class Seen:
    """One request as it arrived."""

    def __init__(self, path: str, headers: dict[str, str], raw: bytes) -> None:
        self.path = path
        self.headers = headers
        """Names in lower case."""
        self.raw = raw

    @property
    def body(self) -> dict[str, Any]:
        """The decoded JSON body."""
        return json.loads(self.raw or b"{}")


class FaultServer:
    """Use as a context manager; `requests` holds what came in, in order."""

    def __init__(self, answer: Callable[[Seen], Answer] | None = None, *, socket_path: str = "") -> None:
        """`answer` decides instead of the model's name; `socket_path` listens there instead of on loopback."""
        self.answer = answer or answer_by_name
        self.requests: list[Seen] = []
        self.closed_early = threading.Event()
        """Set once a client went away in the middle of an answer."""
        self.stopping = threading.Event()
        self.connections: set[socket.socket] = set()
        self._socket_path = socket_path
        self._server = _unix_server(socket_path, self) if socket_path else _TcpServer(("127.0.0.1", 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="fault-server")

    @property
    def base_url(self) -> str:
        """What belongs into the provider's settings."""
        if self._socket_path:
            return f"unix:{self._socket_path}"
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it is gone already
        self._server.server_close()


def answer_by_name(seen: Seen) -> Answer:
    """The fault that the model's name says; a good answer after a tool result, and for unknown names."""
    body = seen.body
    name = str(body.get("model", "")).split("/")[-1]
    if any(message.get("role") == "tool" for message in body.get("messages", [])):
        name = "ok_text"
    return FAULTS.get(name, FAULTS["ok_text"]).answer()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _TcpServer

    def setup(self) -> None:
        # With Nagle's algorithm each small piece would wait 40 ms for the client's delayed ACK.
        if self.request.family == socket.AF_INET:
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        super().setup()
        self.server.owner.connections.add(self.connection)

    def finish(self) -> None:
        self.server.owner.connections.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        owner = self.server.owner
        length = int(self.headers.get("Content-Length", 0))
        raw = self.rfile.read(length)
        if len(raw) < length:  # the client was killed while it sent
            owner.closed_early.set()
            self.close_connection = True
            return
        seen = Seen(
            self.path,
            {name.lower(): value for name, value in self.headers.items()},
            raw,
        )
        owner.requests.append(seen)
        try:
            self._send(owner.answer(seen))
        except OSError:
            owner.closed_early.set()
            self.close_connection = True

    def _send(self, answer: Answer) -> None:
        if answer.silent_s and self._stopped_in(answer.silent_s):
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for step in answer.steps:
            if isinstance(step, Reset):
                return self._reset()
            if isinstance(step, Pause):
                if self._stopped_in(step.seconds):
                    return
            elif step:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(step), step))
        self.wfile.write(b"0\r\n\r\n")

    def _stopped_in(self, seconds: float) -> bool:
        """Wait; True when the server stops meanwhile, and the answer with it."""
        self.close_connection = self.server.owner.stopping.wait(seconds)
        return self.close_connection

    def _reset(self) -> None:
        linger_for_nothing = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_nothing)
        self.close_connection = True
        self.connection.close()


class _TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: Any, owner: FaultServer) -> None:
        self.owner = owner
        super().__init__(address, _Handler)


def _unix_server(path: str, owner: FaultServer) -> _TcpServer:
    class UnixServer(_TcpServer):
        address_family = socket.AF_UNIX

    return UnixServer(path, owner)


def tool_spec(name: str, *parameters: str) -> ToolSpec:
    """A tool with string parameters."""
    properties = {parameter: {"type": "string"} for parameter in parameters}
    return ToolSpec(name, f"The tool {name}.", {"type": "object", "properties": properties})


TOOLS = (
    tool_spec("shell", "cmd"),
    tool_spec("read", "p"),
    tool_spec("write", "path", "text"),
)


def fault_request(base_url: str, name: str, **settings: Any) -> ModelRequest:
    """A request for the fault, with tools and short timeouts; `settings` are fields of ProviderSettings."""
    provider = ProviderSettings(
        **{
            "base_url": base_url,
            "key": "env:HOMARD_TEST_KEY",
            "connect_timeout_s": 5.0,
            "first_byte_timeout_s": 0.5,
            "idle_timeout_s": 0.5,
            **settings,
        }
    )
    profile = ModelProfile(provider="faulty", name=f"fault/{name}", settings=provider)
    return ModelRequest(profile, "You are a test.", (UserMessage((TextPart("Hello"),)),), TOOLS)
