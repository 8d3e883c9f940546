"""Plugins as a test wants them: a source of the list that does what it is asked and writes it down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

from agent.errors import StorageError, UsageError
from app.viewmodels.extension_item import Act, Extension, Kind
from app.viewmodels.extension_source import Consent, Cost, Details, Uses
from app.viewmodels.settings_fields import Field


def thing(key: str, standing: Any = "on", kind: Kind = "plugin", **more: Any) -> Extension:
    """One that is on, unless told otherwise."""
    acts: dict[str, tuple[Act, ...]] = {
        "on": ("disable", "reload", "remove"), "off": ("enable", "remove"), "changed": ("review", "remove"),
    }  # fmt: skip
    more.setdefault("acts", acts.get(standing, ("remove",)))
    more.setdefault("about", f"What {key} is for.")
    return Extension(kind, key, more.pop("name", key), standing=standing, **more)


class FakeSource:
    """Keeps things of one kind."""

    def __init__(self, *things: Extension, kind: Kind = "plugin", cost: Cost = Cost(100)) -> None:  # noqa: B008
        self.kind: Kind = kind
        self.things = {each.key: each for each in things}
        self.known: dict[str, Details] = {}
        self.consents: dict[str, Consent] = {}
        self.following: dict[str, Consent] = {}
        self.newer: dict[str, Consent] = {}
        self.logs: dict[str, str] = {}
        self.comes: list[Extension] | Consent = []
        self.done: list[Any] = []
        self.error = ""
        self.refuses = ""
        self.hangs = False
        self._cost = cost

    async def rows(self, uses: Uses) -> Sequence[Extension]:
        if self.error:
            raise StorageError(self.error)
        return [
            replace(each, last_used=uses[each.key].last, uses=uses[each.key].times) if each.key in uses else each
            for each in self.things.values()
        ]

    async def cost(self) -> Cost:
        return self._cost

    async def details(self, key: str) -> Details:
        if key not in self.things:
            raise UsageError("It is gone.")
        return self.known.get(key, Details())

    async def consent(self, key: str) -> Consent:
        return self.consents.get(key) or Consent(self.things[key])

    async def enable(self, consent: Consent, granted: frozenset[str]) -> Consent | None:
        self.done.append(("enable", consent.item.key, granted, dict(consent.values)))
        if self.refuses:
            raise UsageError(self.refuses)
        if (after := self.following.pop(consent.item.key, None)) is None:
            self.things[consent.item.key] = thing(consent.item.key, "on", self.kind)
        return after

    async def disable(self, key: str) -> None:
        self.done.append(("disable", key))
        self.things[key] = thing(key, "off", self.kind)

    async def remove(self, key: str) -> None:
        self.done.append(("remove", key))
        del self.things[key]

    async def do(self, act: Act, key: str) -> str:
        self.done.append((act, key))
        return f"{act} is done."

    async def update(self, key: str) -> Consent | None:
        self.done.append(("update", key))
        if self.hangs:
            await asyncio.sleep(60)
        return self.newer.get(key)

    async def install(self, place: Path | str) -> Sequence[str] | Consent:
        self.done.append(("install", str(place)))
        if isinstance(self.comes, Consent):
            return self.comes
        self.things.update((each.key, each) for each in self.comes)
        return [each.key for each in self.comes]

    async def log(self, key: str) -> str:
        return self.logs.get(key, "")

    async def change_setting(self, key: str, field: Field, value: Any) -> None:
        if self.refuses:
            raise UsageError(self.refuses)
        self.done.append(("set", key, field.name, value))

    def folder(self, key: str) -> Path | None:
        return None


def awaited(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test on a loop of its own."""

    @wraps(test)
    def run(*arguments: Any, **more: Any) -> None:
        asyncio.run(test(*arguments, **more))

    return run
