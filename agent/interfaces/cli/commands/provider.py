"""`homard provider`: the places that serve models, and their keys."""

from __future__ import annotations

from typing import Annotated

import typer

from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.provider_setup import AddProvider, probe, provider_rows, remove_provider
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

app = new_app(no_args_is_help=True, help="Add, list, test and remove the places that serve models.")

Name = Annotated[str, typer.Argument(help="The provider: openai, anthropic, openrouter, ollama, or a name of yours.")]


@app.command("add")
def add(
    name: Name,
    base_url: Annotated[str, typer.Option("--base-url", help="Address of an OpenAI-compatible endpoint.")] = "",
    transport: Annotated[str, typer.Option("--transport", help="direct, litellm, local; default: what fits.")] = "",
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help="A model to list. Repeatable.")] = None,
    key_env: Annotated[str, typer.Option("--key-env", help="Environment variable that holds the key.")] = "",
    key_stdin: Annotated[bool, typer.Option("--key-stdin", help="Read the key from stdin, into the keyring.")] = False,
    no_key: Annotated[bool, typer.Option("--no-key", help="It needs none.")] = False,
    default: Annotated[bool, typer.Option("--default", help="Make its first model the default one.")] = False,
) -> Work:
    """Add a provider, or change one. A key is asked for without showing it, and kept in the system's keyring."""
    if sum((bool(key_env), key_stdin, no_key)) > 1:
        raise UsageError("--key-env, --key-stdin and --no-key exclude each other. Name one of them.")
    work = AddProvider(name, base_url, transport, tuple(model or ()), key_env, key_stdin, no_key, default)
    return Work(work.run, needs_runtime=False)


@app.command("list")
def list_providers(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> Work:
    """List the providers that are set up; keys are never shown."""

    async def run(terminal: Terminal, house: House) -> int:
        rows = await provider_rows(house)
        if as_json:
            print_json(terminal, rows)
        elif not rows:
            terminal.say("No provider is set up. `homard provider add NAME` adds one.")
        else:
            head = ("provider", "transport", "address", "key", "models")
            cells = [
                (row["provider"], row["transport"], row["base_url"] or "–", row["key_state"], ", ".join(row["models"]))
                for row in rows
            ]
            terminal.out(table(head, cells, terminal.columns if terminal.stdout_tty else None))
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("test")
def call_once(
    name: Name,
    model: Annotated[str, typer.Option("--model", "-m", help="The model to call; default: the first one known.")] = "",
) -> Work:
    """Call a provider once, with a few tokens, and say what came of it."""

    async def run(terminal: Terminal, house: House) -> int:
        return await probe(terminal, house, name, model)

    return Work(run, needs_runtime=False)


@app.command("remove")
def remove(
    name: Name,
    keep_key: Annotated[bool, typer.Option("--keep-key", help="Leave its key in the keyring.")] = False,
) -> Work:
    """Remove a provider from the settings, and its key from the keyring."""

    async def run(terminal: Terminal, house: House) -> int:
        return await remove_provider(terminal, house, name, keep_key=keep_key)

    return Work(run, needs_runtime=False)
