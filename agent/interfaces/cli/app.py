"""The tree of commands. A command's module is imported when its name is used: a cold start pays for one only."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = (
    "ask",
    "chat",
    "app",
    "sessions",
    "jobs",
    "skills",
    "plugins",
    "mcp",
    "acp",
    "pack",
    "undo",
    "tool",
    "provider",
    "models",
    "compare",
    "usage",
    "prompt",
    "config",
    "rules",
    "pause",
    "resume",
    "serve",
    "audit",
    "trace",
    "doctor",
    "version",
)
"""In the order of the help. Each is a module of `agent.interfaces.cli.commands` with a typer app named `app`."""


class LazyGroup(TyperGroup):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in order."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, if there is one."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"agent.interfaces.cli.commands.{cmd_name}")
        found = typer.main.get_command(module.app)
        found.name = cmd_name
        return found


def new_app(**options: Any) -> typer.Typer:
    """A typer app in our style: plain help, no traces, no completion scripts."""
    return typer.Typer(
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **options,
    )


@cache
def command() -> Any:
    """The whole command line, ready to parse."""
    app = new_app(cls=LazyGroup, no_args_is_help=True, name="homard")

    @app.callback(
        epilog="Exit codes: 0 done, 1 failed, 2 usage, 3 model failed, 4 needs a person, 5 limit, 130 cancelled."
    )
    def homard() -> None:  # pyright: ignore[reportUnusedFunction]
        """A personal agent that stays inside what was granted, and says what it did."""

    return typer.main.get_command(app)
