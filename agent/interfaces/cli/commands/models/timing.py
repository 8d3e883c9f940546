"""`homard models measure`: how quick a model is on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.models.group import AsJson, app, gigabytes, open_store
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.models.catalogue import LOCAL, default_model, resolve
from agent.models.presets import is_local
from agent.settings import ModelProfile, Settings

if TYPE_CHECKING:
    from agent.models.gateway import Gateway


@app.command("measure")
def measure_model(
    name: Annotated[str, typer.Argument(help="A model on this computer; none: the default one.")] = "",
    as_json: AsJson = False,
) -> Work:
    """Time a model on this computer: some hundred tokens are read and a hundred written."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.models.gateway import Gateway
        from agent.models.local_store.measure import measure

        runtime = house.runtime
        model = _on_this_computer(house, runtime.settings, name)
        await runtime.stop_engine()  # how long loading takes is measured too, and memory is not taken twice
        terminal.status(f"timing {model.label}")
        gateway = Gateway(runtime.secrets, runtime.settings, runtime.metered)
        try:
            measured = await measure(gateway, model, lambda: _memory(gateway))
        finally:
            await gateway.aclose()
            terminal.status("")
        await open_store(house).note_measured(model.label, measured)
        if as_json:
            print_json(terminal, {"model": model.label, **msgspec.to_builtins(measured)})
            return 0
        writes = "wrote too little to say how quick" if measured.writes_per_s is None else ""
        reads = f"reads {measured.reads_per_s:,.0f} tokens/s" if measured.reads_per_s else "reads at once"
        terminal.out(
            f"{one_line(model.label, 100)}: {writes or f'writes {measured.writes_per_s:.1f} tokens/s'}, {reads}\n"
        )
        terminal.out(f"first word after {measured.first_word_s:.1f} s; ready after {measured.load_s:.1f} s\n")
        if measured.memory_bytes:
            terminal.out(f"{gigabytes(measured.memory_bytes)} of memory, window {measured.window:,} tokens\n")
        return 0

    return Work(run, report=error_report if as_json else None)


def _on_this_computer(house: House, settings: Settings, name: str) -> ModelProfile:
    name = name or default_model(settings)
    if "/" not in name:
        name = f"{LOCAL}/{name}"
    model = resolve(settings, name, cache=house.paths.cache)
    if model.settings.transport != "local" and not is_local(model.settings.base_url):
        raise UsageError(
            f"{model.label} is not on this computer, and calls to it may cost money. `homard provider test` and "
            "`homard compare` measure such models. Nothing was sent."
        )
    return model


def _memory(gateway: Gateway) -> int | None:
    states = gateway.engine.states() if gateway.engine is not None else []
    return states[0].memory_bytes if states else None
