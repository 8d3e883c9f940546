"""The privacy ledger: what content left this machine, to whom, how much, and where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec

from agent.audit.body import EGRESS, RECEIVED, SENT
from agent.audit.row import Row
from agent.models.sent import SentRecord


class ModelTraffic(msgspec.Struct, frozen=True):
    """All requests to one model at one host."""

    provider: str
    host: str
    model: str
    local: bool
    """The other end is this machine itself: nothing left it through Homard."""
    requests: int = 0
    bytes_sent: int = 0
    """Of request bodies, as they went over the wire."""
    bytes_received: int = 0
    parts: dict[str, int] = {}
    """Bytes of text and images by what they are (`system`, `prompt`, `results` …), before they were put into JSON."""
    sources: tuple[str, ...] = ()
    """Files, pages and commands whose content was in them."""


class ToolTraffic(msgspec.Struct, frozen=True):
    """What tools exchanged with one host."""

    host: str
    urls: tuple[str, ...]
    requests: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0


class Ledger(msgspec.Struct, frozen=True):
    """What left, and what came."""

    models: tuple[ModelTraffic, ...] = ()
    tools: tuple[ToolTraffic, ...] = ()

    @property
    def bytes_to_remote_models(self) -> int:
        """Bytes that left this machine for models."""
        return sum(one.bytes_sent for one in self.models if not one.local)


def sent_body(sent: SentRecord, sources: Iterable[str]) -> dict[str, Any]:
    """Body of SENT and RECEIVED; `sources`: those that no earlier row of the run has named."""
    plain = {"provider": sent.provider, "host": sent.host, "model": sent.model, "local": sent.local}
    if sent.bytes_received is not None:
        return {**plain, "bytes_received": sent.bytes_received}
    return {**plain, "bytes_sent": sent.bytes_sent, "parts": dict(sent.parts), "sources": list(sources)}


def ledger_of(rows: Iterable[Row]) -> Ledger:
    """Add up the rows of a run, or of any time."""
    models: dict[tuple[str, ...], ModelTraffic] = {}
    tools: dict[str, ToolTraffic] = {}
    for row in rows:
        body = row.body
        if row.kind in (SENT, RECEIVED):
            place = (str(body.get("provider")), str(body.get("host")), str(body.get("model")))
            before = models.get(place) or ModelTraffic(*place, local=body.get("local") is True)
            models[place] = _with_model(before, row.kind, body)
        elif row.kind == EGRESS:
            url = str(body.get("url"))
            host = _host(url)
            tools[host] = _with_tool(tools.get(host) or ToolTraffic(host, ()), url, body)
    return Ledger(tuple(models.values()), tuple(tools.values()))


def _with_model(before: ModelTraffic, kind: str, body: dict[str, Any]) -> ModelTraffic:
    parts = dict(before.parts)
    for name, size in cast("dict[str, Any]", body.get("parts") or {}).items():
        parts[name] = parts.get(name, 0) + _number(size)
    return msgspec.structs.replace(
        before,
        requests=before.requests + (kind == SENT),
        bytes_sent=before.bytes_sent + _number(body.get("bytes_sent")),
        bytes_received=before.bytes_received + _number(body.get("bytes_received")),
        parts=parts,
        sources=tuple(dict.fromkeys([*before.sources, *(str(one) for one in body.get("sources") or ())])),
    )


def _with_tool(before: ToolTraffic, url: str, body: dict[str, Any]) -> ToolTraffic:
    return msgspec.structs.replace(
        before,
        urls=tuple(dict.fromkeys([*before.urls, url])),
        requests=before.requests + 1,
        bytes_sent=before.bytes_sent + _number(body.get("bytes_sent")),
        bytes_received=before.bytes_received + _number(body.get("bytes_received")),
    )


def _host(url: str) -> str:
    if "://" not in url:
        return url
    try:
        return urlsplit(url).netloc or url
    except ValueError:
        return url


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
