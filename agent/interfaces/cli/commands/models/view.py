"""`homard models list --local`: model files that are here, unfinished or on offer, and what other programs serve."""

from __future__ import annotations

import shlex

import msgspec

from agent.interfaces.cli.commands.models.group import gigabytes, open_store
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line
from agent.interfaces.cli.work import House, print_json
from agent.models.discovery import FoundServer, find_local_servers
from agent.models.local_store.curated import WINDOW
from agent.models.local_store.view import LocalModel, Offered, Overview, Unfinished
from agent.models.presets import PRESETS
from agent.settings import Settings

_NOBODY = "No server answered on this computer (Ollama, LM Studio, llama.cpp, vLLM and Jan were looked for)."
_HERE = ("model", "size", "memory", "fits", "window", "tokens/s", "licence", "SHA-256")
_OFFERED = ("name", "size", "memory", "fits", "tokens/s", "licence", "SHA-256", "what it is")
_FITS = {"well": "well", "tight": "just so", "no": "no"}
_COMPARED = {"given": "compared", "server": "as the server says", "nothing": "not compared"}


async def list_local(terminal: Terminal, house: House, *, as_json: bool) -> int:
    """Show it all; asks this computer's own model servers, and nobody else."""
    overview = await open_store(house).overview()
    found = await find_local_servers()
    if as_json:
        document = msgspec.to_builtins(overview)
        print_json(terminal, {**document, "servers": msgspec.to_builtins(found), "price_usd": 0})
        return 0
    if overview.problem:
        terminal.say(f"homard: {overview.problem}")
    terminal.out(_here(overview) or "No model file is here yet.\n")
    for unfinished in overview.unfinished:
        terminal.out(f"{_unfinished(unfinished)}\n")
    terminal.out(_offers(overview, terminal.columns if terminal.stdout_tty else None))
    say_found(terminal, house.settings(), found)
    return 0


def say_found(terminal: Terminal, settings: Settings, found: list[FoundServer]) -> None:
    """List the models of other programs on this computer."""
    if not found:
        terminal.say(_NOBODY)
    for server in found:
        title = PRESETS[server.kind].title if server.kind in PRESETS else server.kind
        terminal.out(f"\n{title} answers at {server.base_url}:\n")
        names = (f"  {server.kind}/{one_line(model, 100)}\n" for model in server.models)
        terminal.out("".join(names) or "  no model is loaded\n")
        if server.base_url not in {provider.base_url for provider in settings.providers.values()}:
            terminal.out(f"  homard provider add {server.kind} --base-url {server.base_url} makes them usable.\n")


def _here(overview: Overview) -> str:
    whole = [model for model in overview.models if not model.problem]
    text = table(_HERE, [_model_cells(model) for model in whole]) if whole else ""
    broken = (one for one in overview.models if one.problem)
    return text + "".join(f"{one_line(one.label, 100)}: {one_line(one.problem, 400)}\n" for one in broken)


def _model_cells(model: LocalModel) -> tuple[str, ...]:
    kept, measured = model.kept, model.measured
    speed = measured.writes_per_s if measured is not None else None
    return (
        f"{model.label} (default)" if model.is_default else model.label,
        gigabytes(model.size_bytes),
        gigabytes(model.memory_bytes),
        _FITS[model.fit],
        f"{model.window:,}",
        "–" if speed is None else f"{speed:.1f}",
        kept.license if kept is not None and kept.license else "–",
        f"{kept.sha256[:12]}… {_COMPARED[kept.compared]}" if kept is not None else "–",
    )


def _unfinished(one: Unfinished) -> str:
    of = f" of {gigabytes(one.total)}" if one.total else ""
    go_on = f"homard models get {shlex.quote(one.url)} --name {shlex.quote(one.name)}"
    go_on += f" --sha256 {one.sha256}" if one.sha256 else ""
    return f"{one.name} is unfinished: {gigabytes(one.received)}{of} are here. Go on with\n  {one_line(go_on, 8_000)}"


def _offers(overview: Overview, columns: int | None) -> str:
    wanted = [one for one in overview.offered if not one.here]
    if not wanted:
        return ""
    memory = gigabytes(overview.memory_bytes)
    return (
        "\n`homard models get NAME` fetches one of these; they run free of charge. "
        f"This machine has {memory} of memory; theirs is counted for a window of {WINDOW:,} tokens.\n"
        + table(_OFFERED, [_offer_cells(one) for one in wanted], columns)
    )


def _offer_cells(one: Offered) -> tuple[str, ...]:
    offer = one.offer
    tried = "" if offer.tried else " Not tried by us."
    return (
        f"{offer.name} (suggested)" if one.recommended else offer.name,
        gigabytes(offer.size_bytes),
        gigabytes(offer.memory_bytes),
        _FITS[one.fit],
        "–" if one.writes_per_s is None else f"~{one.writes_per_s:.0f}" if one.writes_per_s >= 1 else "<1",
        offer.license,
        f"{offer.sha256[:12]}…",
        f"{offer.title}, {offer.quantisation}. {offer.words()}{tried}",
    )
