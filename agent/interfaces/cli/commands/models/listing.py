"""`homard models` and `homard models list`: what can be named, and what is known of it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
import typer

from agent.errors import HomardError, UsageError
from agent.interfaces.cli.commands.models.group import AsJson, app
from agent.interfaces.cli.commands.models.view import list_local, say_found
from agent.interfaces.cli.provider_setup import secrets_of
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.models.catalogue import default_model, model_names, resolve
from agent.models.discovery import find_local_servers, list_models
from agent.models.presets import ALIASES
from agent.settings import Settings

_HEAD = ("model", "window", "in $/M", "out $/M", "tools", "images")


Find = Annotated[bool, typer.Option("--find", help="Look for model servers on this computer too.")]
Of = Annotated[str, typer.Option("--of", help="Ask this provider which models it offers.")]


@app.callback(invoke_without_command=True)
def models(ctx: typer.Context, find: Find = False, of: Of = "", as_json: AsJson = False) -> Work | None:
    """List the models that can be named; any other of a provider's models can be named too."""
    if ctx.invoked_subcommand is not None:
        if find or of or as_json:
            raise UsageError(f"Write the options behind {ctx.invoked_subcommand}. Nothing was done.")
        return None
    return _list(find, of, as_json)


@app.command("list")
def list_command(
    local: Annotated[
        bool, typer.Option("--local", help="Model files of this computer: here, unfinished, and on offer.")
    ] = False,
    find: Find = False,
    of: Of = "",
    as_json: AsJson = False,
) -> Work:
    """List models; with --local those that run on this computer, and those that could."""
    if not local:
        return _list(find, of, as_json)
    if of:
        raise UsageError("A provider's own list (--of) has nothing to do with --local. Name one of them.")

    async def run(terminal: Terminal, house: House) -> int:
        return await list_local(terminal, house, as_json=as_json)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def _list(find: bool, of: str, as_json: bool) -> Work:
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
            say_found(terminal, settings, found)
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


async def _offered(house: House, settings: Settings, name: str) -> list[str]:
    """What a provider says it offers. Raises UsageError, ModelError."""
    provider = settings.providers.get(ALIASES.get(name, name))
    if provider is None:
        raise UsageError(f"There is no provider {name!r}. `homard provider add {name}` adds it.")
    key = await secrets_of(house).get(provider.key)
    return [f"{name}/{model}" for model in await list_models(name, provider, key)]
