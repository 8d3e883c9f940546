"""`homard tool`: the tools of a model, for people, scripts and tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import typer

from agent.errors import UsageError
from agent.events import AnyEvent
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.failure import FAILURE_EXIT, PERSON_EXIT
from agent.interfaces.cli.question import Questioner
from agent.interfaces.cli.table import table
from agent.interfaces.cli.target import granted_folders, working_folder
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import printable
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.messages import ImagePart, ToolResult, ToolSpec
from agent.storage.sessions import new_id
from agent.tasks import spawn

app = new_app(no_args_is_help=True, help="List the tools, or run one exactly as a model would.")


@app.command("list")
def list_tools(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, schemas included.")] = False) -> Work:
    """List the tools that a model is offered."""

    async def run(terminal: Terminal, house: House) -> int:
        specs = await _all_specs(house)
        if as_json:
            print_json(terminal, msgspec.to_builtins(specs))
        else:
            width = terminal.columns if terminal.stdout_tty else None
            terminal.out(table(("tool", "what it does"), [(spec.name, spec.description) for spec in specs], width))
        return 0

    return Work(run, report=error_report if as_json else None)


async def _all_specs(house: House) -> tuple[ToolSpec, ...]:
    """Homard's tools and those of plugins and servers, found by a search or not."""
    foreign = await house.runtime.foreign.of_run()
    return (*house.runtime.tool_specs(), *(foreign.all_specs if foreign is not None else ()))


@dataclass(frozen=True)
class ToolRun:
    """The arguments of `tool run`."""

    name: str
    arguments: str
    cwd: str
    grants: tuple[str, ...]
    yes: bool
    as_json: bool

    async def run(self, terminal: Terminal, house: House) -> int:
        """Run the tool, ask where somebody is there, report."""
        names = [spec.name for spec in await _all_specs(house)]
        if self.name not in names:
            raise UsageError(f"There is no tool {self.name!r}. The tools are: {', '.join(names)}.")
        attended = terminal.attended and not self.as_json
        result = await self._result(terminal, house, attended)
        if self.as_json:
            print_json(terminal, _report(result))
        else:
            text = printable(result.text) if terminal.stdout_tty else result.text
            write = terminal.err if result.is_error else terminal.out
            write(text if text.endswith("\n") else f"{text}\n")
        if result.is_error and result.details.get("denied") and not attended:
            return PERSON_EXIT
        return FAILURE_EXIT if result.is_error else 0

    async def _result(self, terminal: Terminal, house: House, attended: bool) -> ToolResult:
        arguments = await terminal.read_stdin() if self.arguments == "-" else self.arguments
        session_id = new_id()  # of no session: only to hear the questions of this call
        with house.runtime.subscribe(session_id) as events:
            asking = spawn(_ask(events, Questioner(terminal, house.runtime)), "questions") if attended else None
            try:
                return await house.runtime.run_tool(
                    self.name,
                    arguments,
                    session_id=session_id,
                    cwd=working_folder(terminal, self.cwd),
                    grants=granted_folders(terminal, self.grants),
                    approve_all=self.yes,
                    attended=attended,
                )
            finally:
                if asking is not None:
                    asking.cancel()


@app.command("run")
def run_tool(
    name: Annotated[str, typer.Argument(help="The tool.")],
    args: Annotated[str, typer.Option("--args", help="Its arguments as a JSON object; -: from stdin.")] = "{}",
    cwd: Annotated[str, typer.Option("--cwd", help="Working folder; default: the current one.")] = "",
    grant: Annotated[list[str] | None, typer.Option("--grant", help="A further folder. Repeatable.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Say yes to everything that would be asked.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object; nobody is asked.")] = False,
) -> Work:
    """Run one tool through the same executor and the same decision as a model's call."""
    return Work(ToolRun(name, args, cwd, tuple(grant or ()), yes, as_json).run, report=_failed if as_json else None)


async def _ask(events: AsyncIterator[AnyEvent], questioner: Questioner) -> None:
    async for event in events:
        questioner.take(event)


def _report(result: ToolResult) -> dict[str, Any]:
    images = [part.media_type for part in result.content if isinstance(part, ImagePart)]
    return {
        "name": result.name,
        "text": result.text,
        "is_error": result.is_error,
        "details": result.details,
        "images": images,
        "error": result.text if result.is_error else None,
    }


def _failed(error: str) -> dict[str, Any]:
    return {"name": None, "text": None, "is_error": True, "details": {}, "images": [], "error": error}
