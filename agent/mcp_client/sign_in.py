"""Signing in to a server with OAuth 2.1: the person in their browser, the tokens in the keyring and nowhere else.

The SDK finds out where to sign in (RFC 9728, RFC 8414), registers (RFC 7591) and does PKCE; the browser comes back to a
port of this machine's loopback (RFC 8252).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import msgspec

from agent.errors import SecretUnavailable, ToolFailed, UsageError
from agent.mcp_client.house import House

if TYPE_CHECKING:
    from mcp.client.auth import OAuthClientProvider
    from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthToken

PERSON_S: Final = 300.0
"""How long a person may take in their browser."""
_PAGE: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\nCache-Control: no-store\r\n\r\n"
    b"<!doctype html><title>Homard</title><p>You can close this page and go back to Homard."
)
_NOT_FOUND: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class SignInNeeded(UsageError):
    """The server wants a person to sign in."""


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept in the keyring of one server, as JSON."""

    tokens: dict[str, Any] | None = None
    client: dict[str, Any] | None = None
    expires_at: float | None = None
    """Seconds since 1970."""
    server: dict[str, Any] | None = None
    """Metadata of the authorization server (RFC 8414): where tokens are renewed."""
    resource: dict[str, Any] | None = None
    """Metadata of the MCP server (RFC 9728)."""
    wanted: str = ""
    """Scopes that the server asked for when nobody was there to sign in."""


@dataclass(frozen=True)
class Client:
    """As whom to sign in."""

    client_id: str = ""
    """Of a client that was registered by hand; empty: one is registered."""
    client_secret: str = ""
    scope: str = ""
    metadata_url: str = ""
    """Where the client describes itself (a client id metadata document); empty: nowhere."""


@dataclass
class Visitor:
    """A person who signs in now."""

    redirect: str
    """Where their browser comes back to."""
    show: Callable[[str], None]
    """Lets them open an address. Never blocks."""
    answer: asyncio.Future[dict[str, str]]
    client: Client
    state: str = ""
    """What the browser must bring back; empty: nobody has been sent anywhere yet."""
    visited: set[str] = field(default_factory=set[str])
    """Hosts, with ports, where tokens come from."""


def entry(name: str) -> str:
    """Under which name the tokens of a server stand in the keyring."""
    return f"mcp.{name}.sign-in"


async def kept(name: str, house: House) -> Kept:
    """Read what is kept; nothing if there is nothing."""
    try:
        text = await house.secrets.get(f"keyring:{entry(name)}")
        found = msgspec.json.decode(text, type=Kept)
    except (SecretUnavailable, msgspec.DecodeError):
        return Kept()
    _note(house, found)
    return found


def _note(house: House, one: Kept) -> None:
    """Let no tool's result carry what is in it."""
    for table in (one.tokens or {}, one.client or {}):
        for key in ("access_token", "refresh_token", "id_token", "client_secret"):
            if value := table.get(key):
                house.secrets.known.note(str(value))


async def signed_in(
    name: str, url: str, house: House, visitor: Visitor | None, needed: Callable[[], None]
) -> OAuthClientProvider:
    """Give the SDK's part that sends the token and renews it; `needed` is called where only a person could go on."""
    from mcp.client.auth import OAuthClientProvider
    from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata
    from pydantic import AnyUrl

    async def show(address: str) -> None:
        if visitor is None:
            await storage.want(_scope_of(address))
            needed()
            raise SignInNeeded(f"The server {name} wants you to sign in: homard mcp login {name}")
        if urlsplit(address).scheme not in ("https", urlsplit(url).scheme):
            raise ToolFailed(f"The server {name} wants you to sign in at {address[:200]!r}, which is not encrypted.")
        visitor.state = parse_qs(urlsplit(address).query).get("state", [""])[0]
        visitor.show(_with_scope(address, f"{visitor.client.scope} {before.wanted}".split()))

    async def come_back() -> AuthorizationCodeResult:
        if visitor is None:
            needed()
            raise SignInNeeded(f"The server {name} wants you to sign in: homard mcp login {name}")
        got = await asyncio.wait_for(visitor.answer, PERSON_S)
        visitor.answer = asyncio.get_running_loop().create_future()  # a wider leave may be asked for later
        if error := got.get("error"):
            raise ToolFailed(f"Signing in was refused: {error[:100]} {got.get('error_description', '')[:200]}".strip())
        return AuthorizationCodeResult(code=got.get("code", ""), state=got.get("state"), iss=got.get("iss"))

    redirect = visitor.redirect if visitor is not None else "http://127.0.0.1/callback"
    metadata = OAuthClientMetadata(
        client_name="Homard",
        redirect_uris=[AnyUrl(redirect)],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
    )
    before = await kept(name, house)
    storage = _Storage(name, house, visitor, before)
    metadata_url = (visitor.client.metadata_url or None) if visitor is not None else None
    provider = OAuthClientProvider(url, metadata, storage, show, come_back, metadata_url)
    storage.provider = provider
    return provider


class _Storage:
    """The SDK's `TokenStorage` over the keyring; brings back what the SDK forgets: until when, and where to renew."""

    def __init__(self, name: str, house: House, visitor: Visitor | None, found: Kept) -> None:
        self._name, self._house, self._visitor, self._kept = name, house, visitor, found
        self.provider: OAuthClientProvider | None = None

    async def get_tokens(self) -> OAuthToken | None:
        """What was kept, unless a person signs in anew."""
        from mcp.shared.auth import OAuthMetadata, OAuthToken, ProtectedResourceMetadata

        if self._visitor is not None or self._kept.tokens is None or self.provider is None:
            return None
        context = self.provider.context
        context.token_expiry_time = self._kept.expires_at
        if self._kept.server is not None:
            context.oauth_metadata = OAuthMetadata.model_validate(self._kept.server)
        if self._kept.resource is not None:
            context.protected_resource_metadata = ProtectedResourceMetadata.model_validate(self._kept.resource)
        return OAuthToken.model_validate(self._kept.tokens)

    async def set_tokens(self, tokens: OAuthToken) -> None:
        """Keep them."""
        table = tokens.model_dump(mode="json", exclude_none=True)
        expires_at = time.time() + tokens.expires_in if tokens.expires_in else None
        server = resource = None
        if self.provider is not None:
            context = self.provider.context
            server = _plain(context.oauth_metadata) or self._kept.server
            resource = _plain(context.protected_resource_metadata) or self._kept.resource
        self._kept = Kept(table, self._kept.client, expires_at, server, resource)  # nothing is wanted any more
        await self._keep()
        if self._visitor is not None and server is not None:
            self._visitor.visited.update(_hosts(server))

    async def want(self, scope: str) -> None:
        """Remember what was asked for: the next signing in is for that too."""
        self._kept = msgspec.structs.replace(self._kept, wanted=scope)
        await self._keep()

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        """As whom we are registered."""
        from mcp.shared.auth import OAuthClientInformationFull
        from pydantic import AnyUrl

        visitor = self._visitor
        if visitor is None:
            return OAuthClientInformationFull.model_validate(self._kept.client) if self._kept.client else None
        if not visitor.client.client_id:
            return None
        secret = visitor.client.client_secret or None
        return OAuthClientInformationFull(
            client_id=visitor.client.client_id,
            client_secret=secret,
            redirect_uris=[AnyUrl(visitor.redirect)],
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
        )

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        """Keep it."""
        self._kept = msgspec.structs.replace(self._kept, client=client_info.model_dump(mode="json", exclude_none=True))
        await self._keep()

    async def _keep(self) -> None:
        if self._kept.client is None and self.provider is not None and self.provider.context.client_info is not None:
            client = self.provider.context.client_info.model_dump(mode="json", exclude_none=True)
            self._kept = msgspec.structs.replace(self._kept, client=client)
        _note(self._house, self._kept)
        await self._house.secrets.set(entry(self._name), msgspec.json.encode(self._kept).decode())


def _scope_of(address: str) -> str:
    return " ".join(parse_qs(urlsplit(address).query).get("scope", []))


def _with_scope(address: str, scopes: list[str]) -> str:
    """The address for these scopes too: the SDK asks for those of the last refusal alone."""
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    every = dict.fromkeys([*" ".join(query.get("scope", [])).split(), *scopes])
    if every:
        query["scope"] = [" ".join(every)]
    return urlunsplit(parts._replace(query=urlencode(query, doseq=True)))


def _plain(model: Any) -> dict[str, Any] | None:
    return model.model_dump(mode="json", exclude_none=True) if model is not None else None


def _hosts(server: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for key in ("token_endpoint", "issuer"):
        parts = urlsplit(str(server.get(key, "")))
        if parts.hostname:
            found.add(f"{parts.hostname}:{parts.port or (80 if parts.scheme == 'http' else 443)}")
    return found


@asynccontextmanager
async def visit(show: Callable[[str], None], client: Client, *, port: int = 0) -> AsyncGenerator[Visitor]:
    """Wait for a browser on the loopback while a person signs in. Raises UsageError where the port is taken."""
    loop = asyncio.get_running_loop()
    visitor = Visitor("", show, loop.create_future(), client)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                line = await reader.readline()
            words = line.decode("latin-1").split(" ")
            target = urlsplit(words[1]) if len(words) > 1 else None
            given = {key: value[0] for key, value in parse_qs(target.query).items()} if target else {}
            ours = target is not None and target.path == "/callback" and ("code" in given or "error" in given)
            ours = ours and visitor.state != "" and given.get("state") == visitor.state
            writer.write(_PAGE if ours else _NOT_FOUND)
            await writer.drain()
            if ours and not visitor.answer.done():
                visitor.answer.set_result(given)
        except (OSError, TimeoutError, ValueError):
            pass  # a visitor of another kind; the person's browser still may come
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(serve, "127.0.0.1", port, limit=16_384)
    except OSError as error:
        raise UsageError(f"The port {port} of this machine is taken ({error.strerror}). Choose another.") from None
    visitor.redirect = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/callback"
    try:
        yield visitor
    finally:
        server.close()
        if not visitor.answer.done():
            visitor.answer.cancel()
