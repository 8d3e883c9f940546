"""What litellm's bundled map knows of a model: window, prices, abilities. litellm itself is not imported.

The map is 3 MB of JSON. One entry is cut out of it (6 ms, measured) and remembered in the cache folder
under the map's size and time, so that a start reads a few hundred bytes.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any, cast

import msgspec

from agent.settings import Price

_MAP_NAME = "model_prices_and_context_window_backup.json"
_CACHE_NAME = "models-2.json"


class Known(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the map says of one model; None where it says nothing."""

    window: int | None = None
    max_output_tokens: int | None = None
    price: Price | None = None
    vision: bool | None = None


class _Cache(msgspec.Struct):
    source: tuple[int, int]
    """Size and modification time (ns) of the map it was cut from."""
    found: dict[str, Known] = {}


def look_up(provider: str, name: str, cache: Path | None = None) -> Known:
    """Find a model by the provider's name in litellm and its own name; all None if the map does not have it.

    `cache` is the folder in which the answer is remembered. Must not raise: the map is a convenience.
    """
    source = _map_file()
    if source is None:
        return Known()
    try:
        stat = source.stat()
        stamp = (stat.st_size, stat.st_mtime_ns)
        key = f"{provider}/{name}"
        remembered = _read_cache(cache, stamp)
        if key in remembered.found:
            return remembered.found[key]
        known = _search(source, provider, name)
    except (OSError, msgspec.DecodeError):
        return Known()
    remembered.found[key] = known
    _write_cache(cache, remembered)
    return known


def known_models(provider: str) -> list[str]:
    """The chat models that the map has of a provider of litellm's, sorted, as the provider names them."""
    source = _map_file()
    try:
        entries = msgspec.json.decode(source.read_bytes(), type=dict[str, dict[str, Any]]) if source else {}
    except (OSError, msgspec.DecodeError):
        return []
    return sorted(
        {
            name.removeprefix(f"{provider}/")
            for name, entry in entries.items()
            if entry.get("litellm_provider") == provider and entry.get("mode") in ("chat", "responses")
        }
    )


def _map_file() -> Path | None:
    try:
        spec = importlib.util.find_spec("litellm")
    except (ImportError, ValueError):
        return None
    for folder in (spec.submodule_search_locations or []) if spec else []:
        return Path(folder) / _MAP_NAME
    return None


def _search(source: Path, provider: str, name: str) -> Known:
    entries = msgspec.json.decode(source.read_bytes(), type=dict[str, msgspec.Raw])

    def entry(key: str) -> dict[str, Any]:
        raw = entries.get(key)
        return cast(dict[str, Any], msgspec.json.decode(raw)) if raw is not None and key != "sample_spec" else {}

    exact = entry(f"{provider}/{name}") if provider else {}
    if exact:
        return _known(exact, priced=True)
    bare = entry(name)
    if bare:
        # The same model from another seller has the same window, but not the same price.
        return _known(bare, priced=bool(provider) and bare.get("litellm_provider") == provider)
    for other in _other_names(name):
        if found := entry(other):
            return _known(found, priced=False)
    return Known()


def _other_names(name: str) -> tuple[str, ...]:
    """How its maker calls a model that a reseller calls `maker/model-1.2:variant`."""
    model = name.rpartition("/")[2].partition(":")[0]
    return name.partition(":")[0], model, model.replace(".", "-")


def _known(entry: dict[str, Any], priced: bool) -> Known:
    if entry.get("mode", "chat") not in ("chat", "responses"):
        return Known()
    vision = entry.get("supports_vision")
    return Known(
        window=_tokens(entry.get("max_input_tokens")) or _tokens(entry.get("max_tokens")),
        max_output_tokens=_tokens(entry.get("max_output_tokens")),
        price=_price(entry) if priced else None,
        vision=vision if isinstance(vision, bool) else None,
    )


def _tokens(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and value > 0 else None


def _price(entry: dict[str, Any]) -> Price | None:
    """USD per million. The map says 0 for models whose price it does not know: that is unknown, not free."""
    fresh, output = (
        entry.get("input_cost_per_token"),
        entry.get("output_cost_per_token"),
    )
    if not isinstance(fresh, int | float) or not isinstance(output, int | float) or fresh + output <= 0:
        return None
    cached, written = entry.get("cache_read_input_token_cost"), entry.get("cache_creation_input_token_cost")
    return Price(
        round(fresh * 1e6, 6),
        round(output * 1e6, 6),
        round(cached * 1e6, 6) if isinstance(cached, int | float) else None,
        round(written * 1e6, 6) if isinstance(written, int | float) and written else None,
    )


def _read_cache(cache: Path | None, stamp: tuple[int, int]) -> _Cache:
    if cache is not None:
        try:
            remembered = msgspec.json.decode((cache / _CACHE_NAME).read_bytes(), type=_Cache)
            if remembered.source == stamp:
                return remembered
        except (OSError, msgspec.DecodeError):
            pass
    return _Cache(stamp)


def _write_cache(cache: Path | None, remembered: _Cache) -> None:
    if cache is None:
        return
    try:
        cache.mkdir(parents=True, exist_ok=True)
        fresh = cache / f"{_CACHE_NAME}.{os.getpid()}"
        fresh.write_bytes(msgspec.json.encode(remembered))
        fresh.replace(cache / _CACHE_NAME)
    except OSError:
        pass  # a full disk or a read-only home costs 6 ms at the next start, no more
