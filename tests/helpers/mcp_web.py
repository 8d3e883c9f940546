"""MCP servers on loopback: the SDK's own, and one that is written by hand, with OAuth and with faults."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel


class _Name(BaseModel):
    name: str


async def _who() -> Elicit[_Name]:
    return Elicit("Who are you?", _Name)


CANCELLED = threading.Event()
"""Set when `slow` of the SDK's server was broken off."""
STRING = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


@contextmanager
def sdk_server() -> Iterator[str]:
    """A server of both eras, made with the SDK; gives its address."""
    server = MCPServer("sdk", log_level="ERROR")

    @server.tool()
    async def echo(text: str, context: Context) -> str:
        """Say it back."""
        await context.report_progress(1, 2, "half")
        return text

    @server.tool()
    async def ask(name: Annotated[_Name, Resolve(_who)]) -> str:
        """Ask the person."""
        return f"It is {name.name}."

    @server.tool()
    async def slow() -> str:
        """Take long."""
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            CANCELLED.set()
            raise
        return "done"

    config = uvicorn.Config(server.streamable_http_app(), host="127.0.0.1", port=0, log_level="error", ws="none")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        running.should_exit = True
        thread.join(5)


@dataclass
class HandMade:
    """A server of the handshake era over streamable HTTP, by hand."""

    port: int = 0
    mode: str = ""
    """What it does when `echo` is called; empty: that."""
    sessions: set[str] = field(default_factory=set[str])
    protected: bool = False
    token: str = ""
    refresh: str = ""
    expires_s: int = 3600
    scopes: list[str] = field(default_factory=list[str])
    """Asked for, in the order of the sign-ins."""
    challenges: dict[str, dict[str, str]] = field(default_factory=dict[str, "dict[str, str]"])
    requests: list[str] = field(default_factory=list[str])
    """Method and path of each, in order."""

    @property
    def origin(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"{self.origin}/mcp"


@contextmanager
def hand_made(**more: Any) -> Iterator[HandMade]:
    """Serve until the block ends."""
    told = HandMade(**more)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            told.requests.append(f"GET {urlsplit(self.path).path}")
            _get(told, self)

        def do_DELETE(self) -> None:
            self.reply(200, b"")

        def do_POST(self) -> None:
            told.requests.append(f"POST {urlsplit(self.path).path}")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            _post(told, self, body)

        def reply(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def json(self, value: Any, status: int = 200, **headers: str) -> None:
            self.reply(status, json.dumps(value).encode(), Content_Type="application/json", **headers)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that went away is no error here."""

    server = Server(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _get(told: HandMade, handler: Any) -> None:
    parts = urlsplit(handler.path)
    if parts.path.startswith("/.well-known/oauth-protected-resource"):
        handler.json({"resource": told.url, "authorization_servers": [told.origin]} if told.protected else {}, 200)
    elif parts.path.startswith("/.well-known/oauth-authorization-server"):
        at = told.origin
        handler.json(
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "registration_endpoint": f"{at}/register",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
            }
        )
    elif parts.path == "/authorize":
        query = {key: value[0] for key, value in parse_qs(parts.query).items()}
        code = f"code-{len(told.challenges)}"
        told.challenges[code] = query
        told.scopes.append(query.get("scope", ""))
        back = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        handler.reply(302, b"", Location=back)
    else:
        handler.reply(405, b"")


def _post(told: HandMade, handler: Any, body: bytes) -> None:
    match urlsplit(handler.path).path:
        case "/register":
            handler.json({**json.loads(body), "client_id": "c1", "token_endpoint_auth_method": "none"}, 201)
        case "/token":
            _token(told, handler, {key: value[0] for key, value in parse_qs(body.decode()).items()})
        case _:
            _mcp(told, handler, json.loads(body))


def _token(told: HandMade, handler: Any, given: dict[str, str]) -> None:
    if given["grant_type"] == "refresh_token" and given["refresh_token"] != told.refresh:
        handler.json({"error": "invalid_grant"}, 400)
        return
    if given["grant_type"] == "authorization_code":
        hashed = hashlib.sha256(given["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(hashed).decode().rstrip("=") != told.challenges[given["code"]]["code_challenge"]:
            handler.json({"error": "invalid_grant"}, 400)
            return
    told.token, told.refresh = f"tok-{time.monotonic_ns()}", f"ref-{time.monotonic_ns()}"
    more = {"refresh_token": told.refresh, "expires_in": told.expires_s}
    handler.json({"access_token": told.token, "token_type": "Bearer", **more})


def _mcp(told: HandMade, handler: Any, message: dict[str, Any]) -> None:
    if told.protected and handler.headers.get("Authorization") != f"Bearer {told.token}":
        where = f'Bearer resource_metadata="{told.origin}/.well-known/oauth-protected-resource/mcp", scope="read"'
        handler.reply(401, b"", WWW_Authenticate=where)
        return
    number, method = message.get("id"), message["method"]
    if number is None:
        handler.reply(202, b"")
    elif method == "initialize":
        session = f"session-{len(told.sessions)}"
        told.sessions.add(session)
        info = {"name": "hand", "version": "1"}
        result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": info}
        handler.json({"jsonrpc": "2.0", "id": number, "result": result}, Mcp_Session_Id=session)
    elif method == "server/discover":
        handler.json({"jsonrpc": "2.0", "id": number, "error": {"code": -32601, "message": "no"}}, 404)
    elif handler.headers.get("Mcp-Session-Id") not in told.sessions:
        handler.reply(404, b"")
    elif method == "tools/list":
        tool = {"name": "echo", "description": "Say it back.", "inputSchema": STRING}
        handler.json({"jsonrpc": "2.0", "id": number, "result": {"tools": [tool]}})
    else:
        _call(told, handler, number, message["params"]["arguments"]["text"])


def _call(told: HandMade, handler: Any, number: Any, text: str) -> None:
    result = {"jsonrpc": "2.0", "id": number, "result": {"content": [{"type": "text", "text": text}]}}
    match told.mode:
        case "huge":
            result["result"]["content"][0]["text"] = "x" * (8 << 20)
            handler.json(result)
        case "packed":
            import gzip

            body = gzip.compress(b"x" * (50 << 20))
            handler.reply(200, body, Content_Type="application/json", Content_Encoding="gzip")
        case "page":
            handler.reply(200, b"<html>Sign in to the hotel's network</html>", Content_Type="text/html")
        case "elsewhere":
            handler.reply(307, b"", Location=f"http://localhost:{told.port}/mcp")
        case "wider":
            if "write" not in (told.scopes or [""])[-1].split():
                handler.reply(403, b"", WWW_Authenticate='Bearer error="insufficient_scope", scope="write"')
            else:
                handler.json(result)
        case "stream":
            _stream(handler, lambda: b'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/x"}\n\n')
        case "endless_event":
            _stream(handler, lambda: b"data: " + b"x" * 65_536 if told.requests else b"")
        case _:
            handler.json(result)


def _stream(handler: Any, piece: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Connection", "close")
    handler.end_headers()
    first = piece()
    while True:
        handler.wfile.write(first)


def browser(address: str) -> None:
    """Follow an address as a person's browser does, in a thread."""
    import urllib.request

    asyncio.get_running_loop().run_in_executor(None, lambda: urllib.request.urlopen(address, timeout=10).read())
