"""The door to comparisons: which sellers there are, probing them, and what is known of them."""

from __future__ import annotations

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from agent.budget.standing import Standing
from agent.comparison.caller import LONGEST_S, Caller
from agent.comparison.estimate import Estimate, estimate, refuse_over_caps
from agent.comparison.findings import Finding, checked, findings
from agent.comparison.names import kin, sellers
from agent.comparison.passive import passive_figures
from agent.comparison.probe import Probe, Progress
from agent.comparison.regular import Regular
from agent.comparison.result import ComparisonRun, ModelResult
from agent.comparison.store import ComparisonStore
from agent.errors import UsageError
from agent.figures.seen import ModelFigures, Seen
from agent.ports import Account, Clock, ModelGateway
from agent.settings import ModelProfile
from agent.storage.database import Database
from agent.tasks import uninterrupted

MOST: Final = 8
"""Models in one probe."""
RECENT: Final = timedelta(days=30)
"""What the table of sellers is taken from; …"""
LAST: Final = 20
"""… of each model at most so many probes."""

Confirm = Callable[[Estimate], Awaitable[bool]]
"""Asks the person whether so much may be spent."""


class SellerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the table of sellers."""

    model: str
    probed_at: datetime | None
    """The last time; None: never, or long ago."""
    probes: int
    result: ModelResult
    """Of all recent probes together."""
    seen: ModelFigures | None
    """Of real calls lately, probes left out; None: there were none."""
    findings: tuple[Finding, ...]

    @property
    def paid_usd(self) -> float | None:
        """What one probe took, on the average: the same work for all, whatever they ask and count for a token."""
        cost = self.result.usage.cost_usd
        return cost / self.probes if cost is not None and self.probes else None


class Point(msgspec.Struct, frozen=True):
    """One probe of a model, for a chart over time."""

    at: datetime
    first_ms: float | None
    tokens_per_s: float | None
    error_rate: float | None
    right_share: float | None
    cached_share: float | None


class Comparison:
    """Compares models. One probe at a time."""

    def __init__(
        self,
        database: Database,
        gateway: ModelGateway,
        clock: Clock,
        seen: Seen,
        *,
        standing: Callable[[], Awaitable[list[Standing]]],
        resolve: Callable[[str], ModelProfile],
        names: Callable[[], Sequence[str]],
        plan_file: Path,
        held: Callable[[], bool] = lambda: False,
        stays: Callable[[], bool] = lambda: False,
        longest_s: float = LONGEST_S,
    ) -> None:
        """`gateway` accounts for each call and lets no other model stand in. `standing`: how the caps stand.

        `resolve` gives a model by its name and raises UsageError; `names`: all models that are set up. `plan_file`
        holds what is compared by itself, which waits while `held`, in a process that `stays`.
        """
        self._database, self._clock, self._seen = database, clock, seen
        self._caller = Caller(gateway, clock, longest_s)
        self._standing, self._resolve, self._names = standing, resolve, names
        self._store = ComparisonStore(database)
        self._probe: Probe | None = None
        self.regular = Regular(plan_file, self, clock, held, stays)
        """What is compared by itself; nothing before it is started."""

    @property
    def under_way(self) -> bool:
        """Whether a probe runs now."""
        return self._probe is not None

    def sellers(self, name: str) -> list[str]:
        """The models that are set up and are the one that `name` names, whoever sells it. Raises UsageError."""
        found = sellers(name, self._names())
        if not found:
            raise UsageError(f"Nobody that is set up sells {name!r}. `homard models` lists what is there.")
        return found

    async def estimate(self, models: Sequence[str]) -> Estimate:
        """What probing these would take at most. Raises UsageError, ProbeRefused where a cap leaves less."""
        wanted = estimate(self._profiles(models))
        refuse_over_caps(wanted, await self._standing())
        return wanted

    async def probe(
        self, models: Sequence[str], confirm: Confirm, progress: Callable[[Progress], None] = lambda _progress: None
    ) -> ComparisonRun | None:
        """Ask first, then probe these models and store what was found; None: the person said no.

        The books hold it to what was agreed. What was found before a cap, or before it was cancelled, is stored.
        Raises UsageError, ProbeRefused, StorageError.
        """
        if self._probe is not None:
            raise UsageError("A comparison is under way already. Wait for its end, or cancel it.")
        profiles = self._profiles(models)
        wanted = await self.estimate(models)
        if not await confirm(wanted):
            return None
        if self._probe is not None:
            raise UsageError("A comparison has begun meanwhile. Wait for its end, or cancel it.")
        at, run_id = self._clock.now(), f"c{secrets.token_hex(6)}"
        account = Account(run_id=run_id, max_usd=wanted.bound_usd, purpose="trial")
        probe = self._probe = Probe(self._caller, profiles, account, secrets.token_hex(4), progress)
        stopped = "It broke off."
        try:
            await probe.run()
            stopped = probe.stopped
        except asyncio.CancelledError:
            stopped = "It was cancelled."
            raise
        finally:
            self._probe = None
            done = await uninterrupted(self._store.add(at, run_id, probe.results, stopped), "store comparison")
        return done

    async def runs(self, limit: int = 50) -> list[ComparisonRun]:
        """The newest probes, the newest first. Raises StorageError."""
        return await self._store.runs(limit)

    async def latest(self, model: str) -> ModelResult | None:
        """What the last probe found of a model; None: there was none. Raises StorageError."""
        found = await self._store.of_model(model, 1)
        return found[0][1] if found else None

    async def history(self, model: str, limit: int = 200) -> list[Point]:
        """The probes of a model, the oldest first, for a chart."""
        return [_point(at, result) for at, result in reversed(await self._store.of_model(model, limit))]

    async def table(self, models: Sequence[str] = ()) -> list[SellerRow]:
        """What is known lately of these models, or of all that were probed. Raises StorageError."""
        now = self._clock.now()
        probes = await self._store.recent(now - RECENT, LAST)
        seen = await passive_figures(self._database, self._seen, now)
        wanted = list(dict.fromkeys(models)) or list(probes)
        return await asyncio.to_thread(_rows, wanted, probes, seen)

    def _profiles(self, models: Sequence[str]) -> list[ModelProfile]:
        names = list(dict.fromkeys(models))
        if not names:
            raise UsageError("Name the models to compare, as provider/model.")
        if len(names) > MOST:
            raise UsageError(f"{len(names)} models are too many for one comparison. Name at most {MOST}.")
        profiles = [msgspec.structs.replace(self._resolve(name), stand_ins=()) for name in names]
        return list({profile.label: profile for profile in profiles}.values())


_Probes = Mapping[str, Sequence[tuple[datetime, ModelResult]]]


def _rows(wanted: Sequence[str], probes: _Probes, seen: Mapping[str, ModelFigures]) -> list[SellerRow]:
    pooled = {model: _pooled(model, [result for _, result in probes.get(model, ())]) for model in wanted}
    said = findings([result for result in pooled.values() if result.calls])
    return [
        SellerRow(
            model=model,
            probed_at=max((at for at, _ in probes.get(model, ())), default=None),
            probes=len(probes.get(model, ())),
            result=pooled[model],
            seen=seen.get(model),
            findings=said.get(model, ()),
        )
        for model in wanted
    ]


def ranked(rows: Iterable[SellerRow]) -> list[SellerRow]:
    """Sellers of the same model together, those first of whom there is the least to say, then the cheapest."""

    def place(row: SellerRow) -> tuple[str, int, bool, int, float, str]:
        paid = math.inf if row.paid_usd is None else row.paid_usd
        return kin(row.model), -min(row.probes, 1), bool(row.result.stopped), len(row.findings), paid, row.model

    return sorted(rows, key=place)


def _pooled(model: str, results: Sequence[ModelResult]) -> ModelResult:
    """Several probes of a model (the newest first) as one, in the order in which the calls were made."""
    calls = tuple(call for result in reversed(results) for call in result.calls)
    newest = results[0] if results else None
    return ModelResult(
        model=model,
        calls=calls,
        price=newest.price if newest else None,
        stopped=newest.stopped if newest else "",
    )


def _point(at: datetime, result: ModelResult) -> Point:
    right, asked = checked(result)
    return Point(
        at,
        result.first_ms,
        result.tokens_per_s,
        result.error_rate,
        right / asked if asked else None,
        result.cached_share,
    )
