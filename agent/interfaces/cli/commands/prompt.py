"""`homard prompt`: what a first request costs, part by part."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.outcome import money
from agent.interfaces.cli.table import table
from agent.interfaces.cli.target import model_name, working_folder
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

app = new_app()


@app.command()
def prompt(
    model: Annotated[str, typer.Option("--model", "-m", help="provider/model; default: the default model.")] = "",
    cwd: Annotated[str, typer.Option("--cwd", help="Folder to begin in; default: the current one.")] = "",
    text: Annotated[bool, typer.Option("--text", help="Print the whole text of each part too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> Work:
    """Show what is sent before your first word, in tokens and money."""

    async def run(terminal: Terminal, house: House) -> int:
        report = await house.runtime.first_request(working_folder(terminal, cwd), model_name(terminal, model))
        if as_json:
            print_json(terminal, msgspec.to_builtins(report))
            return 0
        rows = [(part.name, f"{part.tokens:,}") for part in report.parts]
        terminal.out(table(("part", "tokens"), [*rows, ("all", f"{report.tokens:,}")]))
        terminal.out(
            f"\n{report.model}: {money(report.cost_usd, report.model)} for such a request, nothing cached; "
            f"{report.tokens / report.window:.1%} of its window of {report.window:,} tokens "
            f"(counted with {report.tokenizer}).\n"
        )
        for part in report.parts if text else ():
            terminal.out(f"\n=== {part.name} ({part.tokens:,} tokens) ===\n{part.text}\n")
        return 0

    return Work(run, report=error_report if as_json else None)
