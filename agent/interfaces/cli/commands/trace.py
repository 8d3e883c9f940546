"""`homard trace`: where the time, the tokens and the money of a run went; to a file or a collector as OpenTelemetry."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, cast

import msgspec
import typer

from agent.audit import body
from agent.clock import SystemClock
from agent.errors import StorageError, UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.trace_lines import trace_lines
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.run_name import HELP
from agent.runtime import Runtime
from agent.tools.egress_pass import EgressRecord
from agent.traces.content import unescaped
from agent.traces.endpoint import Endpoint, Sent
from agent.traces.export import Export, export_of
from agent.traces.recorded import Recorded, Traces
from agent.traces.span import Trace, without_content

app = new_app()

WITHHELD = (
    "The chat of this run holds content of a folder that is marked local only: what was said and read was left out, "
    "names, numbers and times were sent."
)


@app.command()
def trace(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help=f"{HELP} Default: last.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    otlp: Annotated[
        str, typer.Option("--otlp", metavar="FILE", help="Write OpenTelemetry (OTLP/JSON) there; -: print it.")
    ] = "",
    send: Annotated[
        str, typer.Option("--send", metavar="URL", help="Send it to this OTLP/HTTP endpoint, and nowhere else.")
    ] = "",
    header: Annotated[
        list[str] | None,
        typer.Option("--header", metavar="NAME=VALUE", help="For --send; keyring:NAME or env:NAME stands for a key."),
    ] = None,
    content: Annotated[
        bool, typer.Option("--content", help="With what was said, read and written; else names and numbers alone.")
    ] = False,
) -> Work:
    """Show where time, tokens and money of a run went; or write it as OpenTelemetry."""
    if sum(map(bool, (as_json, otlp, send))) > 1:
        raise UsageError("--json, --otlp and --send exclude each other. Name one of them.")
    if header and not send:
        raise UsageError("--header goes with --send. Nothing was sent.")

    async def run(terminal: Terminal, house: House) -> int:
        runtime = house.runtime
        endpoint = await _endpoint(runtime, send, header or []) if send else None
        recorded = await Traces(runtime.store, runtime.seen, runtime.audit).recorded(run_id)
        if not otlp and endpoint is None:
            await _show(terminal, recorded, runtime.secrets.known.hide, content=content, as_json=as_json)
            return 0
        leaves = endpoint is not None and not endpoint.local
        export = await asyncio.to_thread(
            partial(export_of, recorded, content=content, leaves=leaves, hide=runtime.secrets.known.hide)
        )
        if endpoint is None:
            await _write(terminal, export, otlp)
        else:
            terminal.say(_sent_words(await _send(runtime, endpoint, export)))
        if export.withheld:
            terminal.say(WITHHELD)
        return 0

    return Work(run, report=error_report if as_json else None)


async def _show(
    terminal: Terminal, recorded: Recorded, hide: Callable[[str], str], *, content: bool, as_json: bool
) -> None:
    """On the person's own screen a call is shown with its arguments; a program gets them only if it says so."""
    found = await asyncio.to_thread(recorded.trace)
    if as_json:
        print_json(terminal, await asyncio.to_thread(_plain, found if content else without_content(found), hide))
    else:
        terminal.out(trace_lines(found, datetime.now(UTC), terminal.columns if terminal.stdout_tty else None))


def _plain(trace_: Trace, hide: Callable[[str], str]) -> Any:
    """As plain data, without known keys."""
    plain = msgspec.to_builtins(trace_)
    for span in plain["spans"]:
        if span["tool"] is not None:
            span["tool"]["arguments"] = unescaped(span["tool"]["arguments"])
    return _hidden(plain, hide)


def _hidden(plain: Any, hide: Callable[[str], str]) -> Any:
    if isinstance(plain, dict):
        return {name: _hidden(value, hide) for name, value in cast("dict[str, Any]", plain).items()}
    if isinstance(plain, list | tuple):
        return [_hidden(one, hide) for one in cast("list[Any]", plain)]
    return hide(plain) if isinstance(plain, str) else plain


async def _write(terminal: Terminal, export: Export, otlp: str) -> None:
    if otlp == "-":
        for message in await asyncio.to_thread(lambda: list(export.otlp())):
            terminal.out(f"{message.decode()}\n")
        return
    path = await asyncio.to_thread(_place, terminal.cwd, otlp)
    try:
        size = await asyncio.to_thread(export.write, path)
    except OSError as error:
        raise StorageError(f"{path} could not be written ({error.strerror}). Name another place.") from None
    terminal.say(f"Written to {path} ({len(export.trace.spans)} spans, {size:,} bytes).")


def _place(cwd: str, named: str) -> Path:
    if not cwd and not os.path.isabs(named):
        raise UsageError("The current folder no longer exists. Name the file with its whole path.")
    path = Path(os.path.realpath(Path(cwd, os.path.expanduser(named))))
    if path.is_dir() or not path.parent.is_dir():
        raise UsageError(f"{path} is a folder, or lies in none that is there. Nothing was written; name a file.")
    if path.exists() and not path.is_file():  # a device or a pipe, which would be replaced by a file
        raise UsageError(f"{path} is no ordinary file. Nothing was written; name one, or - for the output.")
    return path


async def _endpoint(runtime: Runtime, url: str, headers: list[str]) -> Endpoint:
    given: dict[str, str] = {}
    for one in headers:
        name, equals, value = one.partition("=")
        if not equals:
            raise UsageError(f"--header {name[:40]}: write it as NAME=VALUE. Nothing was sent.")
        is_key = value.startswith(("keyring:", "env:"))
        given[name.strip()] = await runtime.secrets.get(value) if is_key else value.strip()
    return Endpoint(url, given, SystemClock())


async def _send(runtime: Runtime, endpoint: Endpoint, export: Export) -> Sent:
    batches: list[bytes] = await asyncio.to_thread(lambda: list(export.otlp()))
    trace_ = export.trace

    def note(record: EgressRecord) -> None:
        words: dict[str, Any] = body.egress("", record.url, bytes_sent=record.sent, bytes_received=record.received)
        runtime.audit.record(body.EGRESS, trace_.run_id, trace_.session_id, words)

    return await endpoint.send(batches, note)


def _sent_words(sent: Sent) -> str:
    words = f"Sent to {sent.address} ({sent.bytes_sent:,} bytes)."
    if sent.rejected:
        words += f" It did not take {sent.rejected:,} of the spans: {sent.said or 'it does not say why'}."
    elif sent.said:
        words += f" It says: {sent.said}"
    return words
