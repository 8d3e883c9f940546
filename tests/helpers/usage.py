"""Model calls in the books of a home, as many as a screen shows; and a comparison that is played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.comparison.estimate import Estimate, ModelEstimate
from agent.comparison.probe import Progress
from agent.comparison.regular import Plan
from agent.comparison.result import ComparisonRun, ModelResult, ProbeCall
from agent.comparison.service import Confirm, Point, SellerRow
from agent.errors import UsageError
from agent.figures.seen import ModelFigures
from agent.messages import Usage
from agent.settings import Price
from agent.storage.connection import Connection
from agent.storage.records import to_micros

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PRICE = Price(1.0, 4.0)
TITLE = "A chat <b>of mine</b>"


def spent(
    connection: Connection,
    at: datetime = NOW,
    usd: float | None = 1.0,
    *,
    model: str = "p/m",
    run: str | None = "r1",
    session: str | None = "s1",
    job: str | None = None,
    purpose: str = "turn",
    tokens: tuple[int, int, int] = (1_000, 400, 100),
    state: str = "settled",
) -> None:
    """One call: tokens in, of them cached, and out."""
    connection.execute(
        "INSERT INTO usage (session_id, run_id, job_id, provider, model, purpose, at, input_tokens, cached_tokens,"
        " output_tokens, cost_usd, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (session, run, job, model.partition("/")[0], model, purpose, to_micros(at), *tokens, usd, state),
    )


def people(connection: Connection, title: str = TITLE, prompt: str = "Do it,\nplease") -> None:
    """A chat `s1` with a run `r1`, and a job `j1`."""
    at = to_micros(NOW)
    connection.execute(
        "INSERT INTO sessions (session_id, title, cwd, model, created_at, updated_at)"
        " VALUES ('s1', ?, x'2f', '', ?, ?)",
        (title, at, at),
    )
    connection.execute(
        "INSERT INTO runs (run_id, session_id, origin, model, prompt, started_at, input_tokens, cached_tokens,"
        " output_tokens, turns) VALUES ('r1', 's1', 'chat', '', ?, ?, 0, 0, 0, 0)",
        (prompt, at),
    )
    connection.execute("INSERT INTO jobs VALUES ('j1', 1, '', '', 0, 0, 0, '', 0, 0, NULL)")
    connection.execute("INSERT INTO job_versions VALUES ('j1', 1, 0, json_object('name', 'The job'))")


def some_days(connection: Connection) -> None:
    """Calls of three days by three models, one of unknown price, one that broke off."""
    people(connection)
    spent(connection, NOW - timedelta(days=2), 2.0, model="q/big", job="j1")
    spent(connection, NOW - timedelta(days=1), 0.5, state="estimated")
    spent(connection, NOW, 0.25)
    spent(connection, NOW, None, model="r/new", run="r2", session=None, tokens=(50, 0, 5))


def answers(model: str, right: int, asked: int, *, first_ms: int = 300, price: Price | None = PRICE) -> ModelResult:
    """What a probe found: so many right answers."""
    calls = [
        ProbeCall(
            task=f"a{at}", kind="answers", first_ms=first_ms, took_ms=first_ms + 500, pieces=9, heard=200,
            usage=Usage(100, 0, 60, 0.001), right=int(at < right), asked=1,
        )
        for at in range(asked)
    ]  # fmt: skip
    return ModelResult(model=model, calls=tuple(calls), price=price)


def seller(result: ModelResult, *, findings: Sequence[Any] = (), seen: ModelFigures | None = None) -> SellerRow:
    """A line of the table."""
    return SellerRow(
        model=result.model,
        probed_at=NOW if result.calls else None,
        probes=int(bool(result.calls)),
        result=result,
        seen=seen,
        findings=tuple(findings),
    )


class PlayedPlan:
    """Keeps the plan it was given."""

    def __init__(self) -> None:
        self.kept: Plan | None = None

    async def plan(self) -> Plan | None:
        """It."""
        return self.kept

    async def set(self, models: Sequence[str], every: timedelta, most_usd: float) -> Plan:
        """Keep another."""
        self.kept = Plan(tuple(models), every.total_seconds(), most_usd, NOW)
        return self.kept

    async def clear(self) -> None:
        """Keep none."""
        self.kept = None


class PlayedComparison:
    """Has rows; probes when it is let, by `finish`."""

    def __init__(self, *rows: SellerRow) -> None:
        self.rows = list(rows)
        self.asked: list[tuple[str, ...]] = []
        self.refuses = ""
        self.confirmed: bool | None = None
        self.wait: Callable[[], Any] | None = None
        self.points: dict[str, list[Point]] = {}
        self.regular = PlayedPlan()

    def sellers(self, name: str) -> list[str]:
        """Those with the same name behind the slash."""
        found = [row.model for row in self.rows if row.model.partition("/")[2] == name.partition("/")[2]]
        if not found:
            raise UsageError("Nobody sells it.")
        return found

    async def estimate(self, models: Sequence[str]) -> Estimate:
        """A quarter of a dollar for each."""
        if self.refuses:
            raise UsageError(self.refuses)
        return Estimate(tuple(ModelEstimate(model, 3, 1_500, 0.25, 700, 0.1, "p") for model in models))

    async def probe(
        self, models: Sequence[str], confirm: Confirm, progress: Callable[[Progress], None] = lambda _progress: None
    ) -> ComparisonRun | None:
        """Ask; then say how far it is, wait, and be done."""
        self.asked.append(tuple(models))
        wanted = await self.estimate(models)
        self.confirmed = await confirm(wanted)
        if not self.confirmed:
            return None
        progress(Progress(1, 3, models[0]))
        if self.wait is not None:
            await self.wait()
        results = tuple(answers(model, 2, 3) for model in models)
        self.rows = [seller(result) for result in results]
        return ComparisonRun(comparison_id=1, at=NOW, run_id="c1", results=results)

    async def table(self, models: Sequence[str] = ()) -> list[SellerRow]:
        """Its rows; more for models that were named and never probed."""
        known = {row.model: row for row in self.rows}
        return [known.get(model) or seller(ModelResult(model=model, calls=())) for model in models or known]

    async def history(self, model: str, limit: int = 200) -> list[Point]:
        """Its points."""
        return self.points.get(model, [])[:limit]
