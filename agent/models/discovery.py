"""Asks which models there are, on a person's request only: servers on this computer, a provider's own list."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import msgspec

from agent.errors import BadKey, ModelError, ProtocolError, Unreachable
from agent.models.failures import (
    endpoint_of,
    failure,
    failure_of_connection,
    failure_of_page,
    failure_of_status,
)
from agent.models.http import import_httpx
from agent.models.presets import is_local
from agent.models.price_map import known_models
from agent.settings import ModelProfile, ProviderSettings

if TYPE_CHECKING:
    import httpx

LOCAL_PORTS: Mapping[str, int] = {"ollama": 11434, "lmstudio": 1234, "llamacpp": 8080, "vllm": 8000, "jan": 1337}
"""Where the servers people run on their own computer listen, by the name of their preset."""
_PROBE_S = 1.0
_MAX_LIST = 8 << 20
"""Bytes; OpenRouter's list is half a megabyte."""
_OWNERS = {"library": "ollama", "organization_owner": "lmstudio", "llamacpp": "llamacpp", "vllm": "vllm", "jan": "jan"}
"""What these servers give as the owner of their models."""


class FoundServer(msgspec.Struct, frozen=True):
    """A model server on this computer."""

    kind: str
    """Name of its preset: `ollama`, `lmstudio`, `llamacpp`, `vllm`, `jan`."""
    base_url: str
    """For the settings."""
    models: tuple[str, ...]
    """As the server names them."""


async def find_local_servers(ports: Mapping[str, int] = LOCAL_PORTS) -> list[FoundServer]:
    """Look for model servers on this computer's loopback; takes a second at most. Must not raise."""
    found = await asyncio.gather(*(_probe(kind, port) for kind, port in ports.items()))
    return [server for server in found if server is not None]


async def list_models(provider: str, settings: ProviderSettings, key: str = "") -> list[str]:
    """What a provider offers, sorted: its own list, or for litellm's providers the names litellm knows.

    Raises ModelError when the provider cannot be asked.
    """
    if settings.transport == "litellm":
        return known_models(settings.litellm_provider or provider)
    if settings.transport != "direct":
        return sorted(settings.models)
    await _have_httpx()
    return await _listed(provider, settings, key)


async def _have_httpx() -> None:
    if "httpx" not in sys.modules:
        await asyncio.to_thread(import_httpx)


async def _probe(kind: str, port: int) -> FoundServer | None:
    # WORKAROUND(anyio 4): httpx given up as it connects leaves a coroutine behind, and Python warns of it. On most
    # of these ports nobody listens, and there it is not begun with.
    if not await _listens(port):
        return None
    await _have_httpx()
    base_url = f"http://127.0.0.1:{port}/v1"
    settings = ProviderSettings(base_url=base_url, connect_timeout_s=_PROBE_S, first_byte_timeout_s=_PROBE_S)
    try:
        entries, server = await _fetched(kind, settings, "")
    except ModelError:
        return None
    owners = {_OWNERS.get(str(entry.get("owned_by", ""))) for entry in entries}
    if "llama.cpp" in server.lower():
        kind = "llamacpp"
    elif len(owners) == 1 and (owner := owners.pop()):
        kind = owner
    return FoundServer(kind, base_url, tuple(_names(entries)))


async def _listens(port: int) -> bool:
    try:
        async with asyncio.timeout(_PROBE_S):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _listed(provider: str, settings: ProviderSettings, key: str) -> list[str]:
    entries, _server = await _fetched(provider, settings, key)
    return sorted(_names(entries))


async def _fetched(provider: str, settings: ProviderSettings, key: str) -> tuple[list[dict[str, Any]], str]:
    """The entries of GET /models, and the name the server gives itself. Raises ModelError."""
    import httpx

    endpoint = endpoint_of(ModelProfile(provider, "", settings), key)
    if not (key.isascii() and key.isprintable()):
        raise failure(BadKey, endpoint, "has a key with characters that no key has, so that nothing was sent")
    limit = settings.connect_timeout_s + settings.first_byte_timeout_s
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with (
            asyncio.timeout(limit),
            _client(settings) as client,
            client.stream("GET", _models_url(settings.base_url), headers=headers) as response,
        ):
            body = await _body(response)
    except TimeoutError:
        raise failure(Unreachable, endpoint, f"gave no list of models within {limit:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise failure_of_connection(endpoint, error) from None
    if response.status_code != 200:
        raise failure_of_status(endpoint, response.status_code, response.headers, body)
    entries = _entries(body)
    if entries is None:
        content_type = response.headers.get("content-type", "")
        if "json" in content_type:
            then = "check the base_url of the provider, which usually ends in /v1"
            raise failure(ProtocolError, endpoint, "did not give a list of models", then=then)
        raise failure_of_page(endpoint, content_type, body[:4000].decode(errors="replace"))
    return entries, response.headers.get("server", "")


def _client(settings: ProviderSettings) -> httpx.AsyncClient:
    import httpx

    socket_path = settings.base_url.removeprefix("unix:") if settings.base_url.startswith("unix:") else None
    timeout = httpx.Timeout(settings.first_byte_timeout_s, connect=settings.connect_timeout_s)
    # What runs on this computer is never asked through a proxy.
    secure = settings.base_url.startswith("https:")  # else there is no need to load the certificates
    local = is_local(settings.base_url)
    transport = httpx.AsyncHTTPTransport(uds=socket_path, verify=secure) if local else None
    return httpx.AsyncClient(transport=transport, timeout=timeout, verify=secure, follow_redirects=False)


def _models_url(base_url: str) -> str:
    return "http://localhost/v1/models" if base_url.startswith("unix:") else f"{base_url.rstrip('/')}/models"


async def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _MAX_LIST:
            break
    return bytes(body)


def _entries(body: bytes) -> list[dict[str, Any]] | None:
    try:
        listed: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if isinstance(listed, dict):
        listed = cast(dict[str, Any], listed).get("data")
    if not isinstance(listed, list):
        return None
    return [cast(dict[str, Any], entry) for entry in cast(list[Any], listed) if isinstance(entry, dict)]


def _names(entries: list[dict[str, Any]]) -> list[str]:
    return [str(entry["id"]).removeprefix("models/") for entry in entries if entry.get("id")]
