"""`homard models`: what can be named, and what is known of it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
import typer

from agent.errors import HomardError, UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.provider_setup import secrets_of
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.models.catalogue import default_model, model_names, resolve
from agent.models.discovery import FoundServer, find_local_servers, list_models
from agent.models.presets import ALIASES, PRESETS
from agent.settings import Settings

app = new_app()

_HEAD = ("model", "window", "in $/M", "out $/M", "tools", "images")
_NOBODY = "No server answered on this computer (Ollama, LM Studio, llama.cpp, vLLM and Jan were looked for)."


@app.command()
def models(
    find: Annotated[bool, typer.Option("--find", help="Look for model servers on this computer too.")] = False,
    of: Annotated[str, typer.Option("--of", help="Ask this provider which models it offers.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> Work:
    """List the models that can be named; any other of a provider's models can be named too."""

    async def run(terminal: Terminal, house: House) -> int:
        settings = house.settings()
        if of:
            names = await _offered(house, settings, of)
            if as_json:
                print_json(terminal, names)
            else:
                terminal.out("".join(f"{one_line(name, 200)}\n" for name in names))
            return 0
        default = _default(settings)
        rows = await asyncio.to_thread(lambda: [_row(house, settings, name, default) for name in model_names(settings)])
        found = await find_local_servers() if find else []
        if as_json:
            print_json(terminal, {"models": rows, "found": msgspec.to_builtins(found)})
            return 0
        if rows:
            terminal.out(table(_HEAD, [_cells(row) for row in rows]))
        else:
            terminal.say("No model is configured. `homard provider add NAME` adds a provider.")
        if find:
            _say_found(terminal, settings, found)
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def _default(settings: Settings) -> str:
    try:
        return default_model(settings)
    except HomardError:
        return ""


def _row(house: House, settings: Settings, name: str, default: str) -> dict[str, Any]:
    row: dict[str, Any] = {"model": name, "default": name == default, "error": None}
    try:
        profile = resolve(settings, name, cache=house.paths.cache)
    except HomardError as error:
        return {**row, "error": str(error)}
    price = profile.price
    return {
        **row,
        "window": profile.window,
        "max_output_tokens": profile.max_output_tokens,
        "input_usd_per_million": None if price is None else price.input,
        "output_usd_per_million": None if price is None else price.output,
        "tools": profile.tool_style,
        "vision": profile.vision,
    }


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    name = f"{row['model']} (default)" if row["default"] else row["model"]
    if row["error"]:
        return (name, "–", "–", "–", "–", row["error"])
    return (
        name,
        f"{row['window']:,}",
        _price(row["input_usd_per_million"]),
        _price(row["output_usd_per_million"]),
        row["tools"],
        "yes" if row["vision"] else "no",
    )


def _price(amount: float | None) -> str:
    if amount is None:
        return "unknown"
    return f"{amount:g}" if amount else "free"


def _say_found(terminal: Terminal, settings: Settings, found: list[FoundServer]) -> None:
    if not found:
        terminal.say(_NOBODY)
    for server in found:
        title = PRESETS[server.kind].title if server.kind in PRESETS else server.kind
        terminal.out(f"\n{title} answers at {server.base_url}:\n")
        names = (f"  {server.kind}/{one_line(model, 100)}\n" for model in server.models)
        terminal.out("".join(names) or "  no model is loaded\n")
        if server.base_url not in {provider.base_url for provider in settings.providers.values()}:
            terminal.out(f"  homard provider add {server.kind} --base-url {server.base_url} makes them usable.\n")


async def _offered(house: House, settings: Settings, name: str) -> list[str]:
    """What a provider says it offers. Raises UsageError, ModelError."""
    provider = settings.providers.get(ALIASES.get(name, name))
    if provider is None:
        raise UsageError(f"There is no provider {name!r}. `homard provider add {name}` adds it.")
    key = await secrets_of(house).get(provider.key)
    return [f"{name}/{model}" for model in await list_models(name, provider, key)]
