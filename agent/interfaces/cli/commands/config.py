"""`homard config`: read and change settings.toml."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.settings import load_settings, settings_schema
from agent.settings_file import drop, plain, put, split_key, value_of

app = new_app(no_args_is_help=True, help="Read and change the settings.")


@app.command("path")
def config_path() -> Work:
    """Print where the settings file is."""

    async def run(terminal: Terminal, house: House) -> int:
        terminal.out(f"{house.paths.settings}\n")
        return 0

    return Work(run, needs_runtime=False)


@app.command("schema")
def config_schema() -> Work:
    """Print the JSON Schema of the settings file."""

    async def run(terminal: Terminal, _house: House) -> int:
        print_json(terminal, settings_schema())
        return 0

    return Work(run, needs_runtime=False)


@app.command("get")
def config_get(
    key: Annotated[str, typer.Argument(help="For instance limits.max_turns; without it, everything.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> Work:
    """Print the settings, defaults included, as TOML; or one of them."""

    async def run(terminal: Terminal, house: House) -> int:
        settings = load_settings(house.paths.settings)
        value = plain(value_of(settings, split_key(key)) if key else settings)
        if as_json:
            print_json(terminal, value)
        else:
            terminal.out(_as_text(value))
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("set")
def config_set(
    key: Annotated[str, typer.Argument(help='For instance model, limits.max_turns, providers.x.models."m".window.')],
    value: Annotated[str, typer.Argument(help='A TOML value, or plain text: 10, true, ["/data"], openai/gpt-5-mini.')],
) -> Work:
    """Change one setting; the whole file is checked before it is replaced, and settings.toml.bak keeps the old one."""

    async def run(terminal: Terminal, house: House) -> int:
        parts, parsed = split_key(key), _parsed(value)
        try:
            await house.change_settings(lambda document: put(document, parts, parsed))
        except UsageError as error:
            if isinstance(parsed, str):
                raise
            try:  # a model may be called 4 or 2024-01-01
                await house.change_settings(lambda document: put(document, parts, value))
            except UsageError as as_text:
                raise as_text if "Expected `str`" in str(error) else error from None
        terminal.say(f"{key} is set in {house.paths.settings}.")
        return 0

    return Work(run, needs_runtime=False)


@app.command("unset")
def config_unset(
    key: Annotated[str, typer.Argument(help="For instance budget.usd_per_day, or a whole table: routing.chat.")],
) -> Work:
    """Take one setting out, so that its default holds; settings.toml.bak keeps the old file."""

    async def run(terminal: Terminal, house: House) -> int:
        parts = split_key(key)
        value_of(load_settings(house.paths.settings), parts)
        await house.change_settings(lambda document: drop(document, parts))
        terminal.say(f"{key} is as it is by default.")
        return 0

    return Work(run, needs_runtime=False)


def _parsed(value: str) -> Any:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(f"value = {value}\n").unwrap()["value"]
    except (TOMLKitError, ValueError):
        return value


def _as_text(value: Any) -> str:
    import tomlkit

    if isinstance(value, dict):
        return tomlkit.dumps(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
    if isinstance(value, str):
        return f"{value}\n"
    return f"{json.dumps(value, ensure_ascii=False)}\n"
