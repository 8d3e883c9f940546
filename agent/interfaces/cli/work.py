"""What a parsed command line is: an async function to be run beside a terminal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec

from agent.errors import HomardError, ModelError, ToolDenied, UsageError
from agent.interfaces.cli.failure import FAILURE_EXIT, MODEL_EXIT, PERSON_EXIT, USAGE_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.paths import Paths
from agent.settings import Settings, load_settings

if TYPE_CHECKING:
    from agent.runtime import Runtime


class House(msgspec.Struct, frozen=True):
    """What a command may use besides its terminal."""

    paths: Paths
    opened: Runtime | None = None
    """None: this process does not own the home, and the command said that it needs not."""
    address: str | None = None
    """For the command that made this process the owner: where others are served, empty if nowhere."""

    @property
    def runtime(self) -> Runtime:
        """The runtime, for commands that need it."""
        if self.opened is None:
            raise AssertionError("this command must be marked `needs_runtime`")
        return self.opened

    def settings(self) -> Settings:
        """The settings as the runtime has them, or as they stand in the file. Raises SettingsInvalid."""
        return self.opened.settings if self.opened else load_settings(self.paths.settings)

    async def change_settings(self, change: Callable[[Any], None]) -> Settings:
        """Edit settings.toml (`change` gets the tomlkit document) and let the runtime know. Raises UsageError."""
        from agent.settings_file import change_settings

        settings = await asyncio.to_thread(change_settings, self.paths.settings, change)
        if self.opened is not None:
            self.opened.reload_settings()
        return settings


class Work(msgspec.Struct, frozen=True):
    """A command with its arguments, ready to run; returns the exit code."""

    run: Callable[[Terminal, House], Awaitable[int]]
    needs_runtime: bool = True
    report: Callable[[str], dict[str, Any]] | None = None
    """The JSON object to print when the command fails with this sentence; None: it prints none."""


def print_json(terminal: Terminal, value: Any) -> None:
    """Print one JSON value on a line; what is no text (the bytes of a strange file name) stays escaped."""
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(value)
    terminal.out(f"{text}\n")


def say_failure(terminal: Terminal, work: Work, error: HomardError) -> int:
    """Say an error as one sentence and, where it was promised, as JSON; the exit code."""
    terminal.status("")
    terminal.say(f"homard: {error}")
    if work.report is not None:
        print_json(terminal, work.report(str(error)))
    return exit_code_of(error)


def exit_code_of(error: HomardError) -> int:
    """The exit code of a command that ended with this error."""
    for kind, code in ((UsageError, USAGE_EXIT), (ModelError, MODEL_EXIT), (ToolDenied, PERSON_EXIT)):
        if isinstance(error, kind):
            return code
    return FAILURE_EXIT


def error_report(error: str) -> dict[str, Any]:
    """The JSON object of a failed command that has no shape of its own."""
    return {"error": error}
