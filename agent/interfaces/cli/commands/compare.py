"""`homard compare`: the same model at several sellers, told apart."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

import typer

from agent.budget.refusal import amount
from agent.comparison.estimate import Estimate, ProbeRefused
from agent.comparison.probe import Progress
from agent.comparison.regular import Plan, over
from agent.comparison.service import Comparison, SellerRow, ranked
from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.comparison_table import document, findings_of, real_calls, sellers_table
from agent.interfaces.cli.duration import parse_duration
from agent.interfaces.cli.failure import LIMIT_EXIT, MODEL_EXIT, PERSON_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

app = new_app(help="Compare sellers of a model: speed, errors, tool calls, cache hits, answers, price.")

SHOW, EVERY, NEVER = "show", "every", "never"
PLAN = "comparison.json"
"""In the data folder: what is compared by itself."""
_EPILOG = (
    "`homard compare show [MODEL…]` shows what is known lately and sends nothing. `homard compare every 7d MODEL… "
    "--max-usd 0.20` compares them each week while Homard runs, `homard compare never` ends that."
)


@app.command(epilog=_EPILOG)
def compare(
    models: Annotated[
        list[str] | None, typer.Argument(help="Models to probe, as provider/model.", metavar="MODEL…")
    ] = None,
    of: Annotated[str, typer.Option("--of", help="Probe this model wherever it is set up.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether it may cost that much.")] = False,
    max_usd: Annotated[
        float | None, typer.Option("--max-usd", min=0, help="Send nothing if it might cost more than this.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> Work:
    """Compare sellers of a model by some small calls: speed, errors, tool calls, cache hits, answers, price."""
    word, *others = models or [""]
    if word in (SHOW, NEVER):
        if of or yes or max_usd is not None or (word == NEVER and others):
            raise UsageError(f"`homard compare {word}` sends nothing. Leave out what is for a comparison.")
        return _work(_Shown(others, as_json) if word == SHOW else _never, as_json)
    if word == EVERY:
        if not others or max_usd is None or bool(others[1:]) == bool(of):
            raise UsageError(
                "Write it as `homard compare every 7d MODEL… --max-usd 0.20`, or with --of. Nothing was set."
            )
        return _work(_Planned(parse_duration(others[0]), others[1:], of, max_usd), as_json)
    if bool(word) == bool(of):
        raise UsageError("Name the models to compare, as provider/model, or one model with --of. Nothing was sent.")
    return _work(_Probed(models or [], of, yes, max_usd, as_json), as_json)


_Deed = Callable[[Terminal, Comparison], Awaitable[int]]


def _work(deed: _Deed, as_json: bool) -> Work:
    async def run(terminal: Terminal, house: House) -> int:
        async with _comparison(house) as comparison:
            return await deed(terminal, comparison)

    return Work(run, report=error_report if as_json else None)


@dataclass(frozen=True)
class _Shown:
    models: Sequence[str]
    as_json: bool

    async def __call__(self, terminal: Terminal, comparison: Comparison) -> int:
        plan = await comparison.regular.plan()
        _print(terminal, await comparison.table(self.models), self.as_json)
        if plan is not None:
            terminal.say(_plan_words(plan))
        return 0


async def _never(terminal: Terminal, comparison: Comparison) -> int:
    await comparison.regular.clear()
    terminal.say("Nothing is compared by itself.")
    return 0


@dataclass(frozen=True)
class _Planned:
    every: timedelta
    models: Sequence[str]
    of: str
    max_usd: float

    async def __call__(self, terminal: Terminal, comparison: Comparison) -> int:
        wanted = comparison.sellers(self.of) if self.of else self.models
        plan = await comparison.regular.set(wanted, self.every, self.max_usd)
        terminal.say(_plan_words(plan))
        return 0


@dataclass(frozen=True)
class _Probed:
    models: Sequence[str]
    of: str
    yes: bool
    max_usd: float | None
    as_json: bool

    async def __call__(self, terminal: Terminal, comparison: Comparison) -> int:
        asking = _Asking(terminal, self.yes, self.max_usd)
        try:
            wanted = comparison.sellers(self.of) if self.of else self.models
            done = await comparison.probe(wanted, asking.confirm, asking.progress)
        except ProbeRefused as error:
            return _refused(terminal, f"homard: {error}", LIMIT_EXIT, self.as_json)
        finally:
            terminal.status("")
        if done is None:
            return _refused(terminal, asking.why, asking.exit, self.as_json)
        _print(terminal, await comparison.table([one.model for one in done.results]), self.as_json)
        if done.stopped:
            terminal.say(f"homard: {done.stopped}")
            return LIMIT_EXIT
        return 0 if any(not call.error for one in done.results for call in one.calls) else MODEL_EXIT


def _refused(terminal: Terminal, why: str, code: int, as_json: bool) -> int:
    terminal.say(why)
    if as_json:
        print_json(terminal, error_report(why.removeprefix("homard: ")))
    return code


def _plan_words(plan: Plan) -> str:
    hours = plan.every_s / 3600
    every = f"{hours / 24:g} days" if hours >= 48 else f"{hours:g} hours"
    note = f" The last one: {plan.note}" if plan.note else ""
    return (
        f"Every {every}, while Homard runs, these are compared: {', '.join(plan.models)}; for at most "
        f"{amount(plan.most_usd, 'usd')} each time, next {plan.next_at.astimezone():%a %d %b, %H:%M}.{note}"
    )


class _Asking:
    """What the person is told before and meanwhile."""

    def __init__(self, terminal: Terminal, yes: bool, max_usd: float | None) -> None:
        self._terminal, self._yes, self._max_usd = terminal, yes, max_usd
        self.why = "Nothing was sent."
        """Said after a no."""
        self.exit = 0

    async def confirm(self, wanted: Estimate) -> bool:
        """Ask whether so much may be spent, unless that was said."""
        terminal = self._terminal
        for one in wanted.models:
            terminal.say(f"{one.model}: {one.sentence()}")
        if len(wanted.models) > 1:
            terminal.say(f"All together: {wanted.sentence()}")
        if wanted.usd:
            terminal.say("What it really takes is often a fifth of that.")
        if self._max_usd is not None and (reason := over(wanted, self._max_usd)):
            self.why, self.exit = f"{reason} Nothing was sent.", LIMIT_EXIT
            return False
        if self._yes:
            return True
        if not terminal.attended:
            self.why, self.exit = "Nothing was sent: nobody is there to say yes. Say it with --yes.", PERSON_EXIT
            return False
        answer = await terminal.ask("Go on? [y/N] ", fresh=True)
        return (answer or "").strip().lower() in ("y", "yes")

    def progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self._terminal.status(f"comparing: {progress.done} of {progress.of}, {progress.model}")


def _print(terminal: Terminal, rows: Sequence[SellerRow], as_json: bool) -> None:
    rows = ranked(rows)
    if as_json:
        print_json(terminal, document(rows))
        return
    if not any(row.probes or row.seen for row in rows):
        terminal.say("No model was compared lately. `homard compare MODEL MODEL` compares some.")
        return
    width = terminal.columns if terminal.stdout_tty else None
    terminal.out(sellers_table(rows, width))
    for line in findings_of(rows):
        terminal.out(f"{line}\n")
    if real := real_calls(rows, width):
        terminal.out(f"\nReal calls of the last 14 days:\n{real}")


@asynccontextmanager
async def _comparison(house: House) -> AsyncGenerator[Comparison, None]:
    """The runtime's own; where it has none, one beside it over the same books."""
    runtime: Any = house.runtime
    found: Comparison | None = getattr(runtime, "comparison", None)
    if found is not None:
        yield found
        return
    from agent.books import Books
    from agent.clock import SystemClock
    from agent.models.catalogue import model_names, resolve
    from agent.models.gateway import Gateway

    clock = SystemClock()
    books = Books(runtime.budget, runtime.seen, clock)
    gateway = Gateway(runtime.secrets, runtime.settings, books.around, runtime.audit.sent)
    gateway.open_plugins = lambda: runtime.plugins.gateway()
    try:
        yield Comparison(
            runtime.store.database,
            gateway,
            clock,
            runtime.seen,
            standing=runtime.budget.standing,
            resolve=lambda name: resolve(runtime.settings, name, cache=house.paths.cache),
            names=lambda: model_names(runtime.settings),
            plan_file=house.paths.data / PLAN,
        )
    finally:
        await gateway.aclose()
