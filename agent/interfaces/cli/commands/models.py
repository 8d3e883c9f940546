"""`homard models`: what can be named, and what is known of it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from agent.errors import HomardError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.models.catalogue import default_model, model_names, resolve
from agent.models.presets import PRESETS, is_local
from agent.settings import Settings

app = new_app()

FIND_TIMEOUT_S = 2.0
_HEAD = ("model", "window", "in $/M", "out $/M", "tools", "images")
_NOBODY = "No server answered on this computer (Ollama, LM Studio, llama.cpp, vLLM and Jan were looked for)."


@app.command()
def models(
    find: Annotated[bool, typer.Option("--find", help="Look for model servers on this computer too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> Work:
    """List the models that can be named; any other of a provider's models can be named too."""

    async def run(terminal: Terminal, house: House) -> int:
        settings = house.settings()
        default = _default(settings)
        rows = await asyncio.to_thread(lambda: [_row(house, settings, name, default) for name in model_names(settings)])
        found = await _find_servers() if find else {}
        if as_json:
            print_json(terminal, {"models": rows, "found": found})
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


async def _find_servers() -> dict[str, list[str]]:
    """The models that servers on this computer offer, by preset."""
    import httpx

    async with httpx.AsyncClient(timeout=FIND_TIMEOUT_S, trust_env=False) as client:

        async def offered(base_url: str) -> list[str] | None:
            try:
                answer = await client.get(f"{base_url}/models")
                return [str(model["id"]) for model in answer.raise_for_status().json()["data"] or ()]
            except (httpx.HTTPError, ValueError, KeyError, TypeError):
                return None

        local = {name: preset.base_url for name, preset in PRESETS.items() if is_local(preset.base_url)}
        answers = await asyncio.gather(*(offered(base_url) for base_url in local.values()))
    return {name: answer for name, answer in zip(local, answers, strict=True) if answer is not None}


def _say_found(terminal: Terminal, settings: Settings, found: dict[str, list[str]]) -> None:
    if not found:
        terminal.say(_NOBODY)
    for name, offered in found.items():
        terminal.out(f"\n{PRESETS[name].title} answers at {PRESETS[name].base_url}:\n")
        terminal.out("".join(f"  {name}/{model}\n" for model in offered) or "  no model is loaded\n")
        if name not in settings.providers:
            terminal.out(f"  homard provider add {name} makes them usable.\n")
