"""`homard compare`: the same model at several sellers, told apart."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any

import typer

from agent.comparison.estimate import Estimate, ProbeRefused
from agent.comparison.probe import Progress
from agent.comparison.service import Comparison, SellerRow
from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.comparison_table import document, findings_of, real_calls, sellers_table
from agent.interfaces.cli.failure import LIMIT_EXIT, MODEL_EXIT, PERSON_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

app = new_app(help="Compare sellers of a model: speed, errors, tool calls, cache hits, answers, price.")

SHOW = "show"


@app.command(epilog="`homard compare show [MODEL…]` shows what is known lately, and sends nothing.")
def compare(
    models: Annotated[
        list[str] | None, typer.Argument(help="Models to probe, as provider/model; or `show`.", metavar="MODEL…")
    ] = None,
    of: Annotated[str, typer.Option("--of", help="Probe this model wherever it is set up.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether it may cost that much.")] = False,
    max_usd: Annotated[
        float | None, typer.Option("--max-usd", min=0, help="Send nothing if it might cost more than this.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> Work:
    """Compare sellers of a model by some small calls: speed, errors, tool calls, cache hits, answers, price."""
    named = models or []
    shows = named[:1] == [SHOW]
    if shows and (of or yes or max_usd is not None):
        raise UsageError("`homard compare show` sends nothing: leave out --of, --yes and --max-usd.")
    if not shows and bool(named) == bool(of):
        raise UsageError("Name the models to compare, as provider/model, or one model with --of. Nothing was sent.")

    async def run(terminal: Terminal, house: House) -> int:
        async with _comparison(house) as comparison:
            if shows:
                _print(terminal, await comparison.table(named[1:]), as_json)
                return 0
            asking = _Asking(terminal, yes, max_usd)
            try:
                wanted = comparison.sellers(of) if of else named
                done = await comparison.probe(wanted, asking.confirm, asking.progress)
            except ProbeRefused as error:
                terminal.say(f"homard: {error}")
                if as_json:
                    print_json(terminal, error_report(str(error)))
                return LIMIT_EXIT
            finally:
                terminal.status("")
            if done is None:
                return asking.refused(as_json)
            _print(terminal, await comparison.table([one.model for one in done.results]), as_json)
            if done.stopped:
                terminal.say(f"homard: {done.stopped}")
                return LIMIT_EXIT
            return 0 if any(not call.error for one in done.results for call in one.calls) else MODEL_EXIT

    return Work(run, report=error_report if as_json else None)


class _Asking:
    """What the person is told before and meanwhile."""

    def __init__(self, terminal: Terminal, yes: bool, max_usd: float | None) -> None:
        self._terminal, self._yes, self._max_usd = terminal, yes, max_usd
        self._why = "Nothing was sent."
        self._exit = 0

    async def confirm(self, wanted: Estimate) -> bool:
        """Ask whether so much may be spent, unless that was said."""
        terminal = self._terminal
        for one in wanted.models:
            terminal.say(f"{one.model}: {one.sentence()}")
        terminal.say(f"All together: {wanted.sentence()} What it really takes is often a fifth of that.")
        if self._max_usd is not None and (wanted.unpriced or wanted.usd > self._max_usd):
            reason = "a price is unknown" if wanted.unpriced else "it might cost more"
            self._why, self._exit = f"Nothing was sent: --max-usd is {self._max_usd:g}, and {reason}.", LIMIT_EXIT
            return False
        if self._yes:
            return True
        if not terminal.attended:
            self._why, self._exit = "Nothing was sent: nobody is there to say yes. Say it with --yes.", PERSON_EXIT
            return False
        answer = await terminal.ask("Go on? [y/N] ", fresh=True)
        return (answer or "").strip().lower() in ("y", "yes")

    def progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self._terminal.status(f"comparing: {progress.done} of {progress.of}, {progress.model}")

    def refused(self, as_json: bool) -> int:
        """Say that nothing was sent, and why; the exit code."""
        self._terminal.say(self._why)
        if as_json:
            print_json(self._terminal, error_report(self._why))
        return self._exit


def _print(terminal: Terminal, rows: Sequence[SellerRow], as_json: bool) -> None:
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
        )
    finally:
        await gateway.aclose()
