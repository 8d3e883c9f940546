"""`homard audit`: what was done and why, what left this machine, and whether the record of it is whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
import typer

from agent.audit.act import Act
from agent.audit.body import APPROVED
from agent.audit.check import Verification
from agent.audit.ledger import Ledger, ModelTraffic
from agent.audit.row import Row
from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.duration import parse_duration
from agent.interfaces.cli.failure import FAILURE_EXIT
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line, printable
from agent.interfaces.cli.work import House, Work, error_report, print_json
from agent.run_name import HELP, find_run

app = new_app(no_args_is_help=True, help="What was done and why, what left this machine, whether the record is whole.")

OfRun = Annotated[str, typer.Option("--run", metavar="RUN", help=f"Of this run only. {HELP}")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Since = Annotated[str, typer.Option("--since", help="A length of time (1h, 2d) or a day (2026-11-26).")]
_SHOWN_SOURCES = 20


@app.command("verify")
def verify_audit(as_json: Json = False) -> Work:
    """Check every row: whether one was changed, deleted, moved or put in. Exit code 1 if so."""

    async def run(terminal: Terminal, house: House) -> int:
        found = await house.runtime.audit.verify()
        if as_json:
            print_json(terminal, {"ok": found.ok, **msgspec.to_builtins(found)})
        else:
            terminal.out(_verdict(found))
        return 0 if found.ok else FAILURE_EXIT

    return Work(run, report=error_report if as_json else None)


@app.command("show")
def show_audit(
    named: OfRun = "",
    since: Since = "",
    as_json: Json = False,
) -> Work:
    """List what was recorded, oldest first; with --json complete, one object a line."""
    moment = parse_since(since) if since else None

    async def run(terminal: Terminal, house: House) -> int:
        rows = await house.runtime.audit.rows(await _run(house, named), since=moment)
        if as_json:
            for row in rows:
                print_json(terminal, plain_row(row))
        elif not rows:
            terminal.say("Nothing was recorded.")
        else:
            cells = [(str(row.seq), _moment(row.at), row.kind, row.draft.run_id, _summary(row)) for row in rows]
            terminal.out(table(("row", "when", "what", "run", ""), cells, _width(terminal)))
        return 0

    return Work(run, report=error_report if as_json else None)


@app.command("why")
def why_allowed(
    call_or_run: Annotated[str, typer.Argument(help=f"{HELP} Or the id of a call.")], as_json: Json = False
) -> Work:
    """Say why each act was allowed, or not: rule, reason, who said yes, label, sandbox, undo."""

    async def run(terminal: Terminal, house: House) -> int:
        acts = await house.runtime.audit.why(call_or_run)
        if as_json:
            print_json(terminal, msgspec.to_builtins(acts))
        elif not acts:
            terminal.say("This run did nothing but talk.")
        else:
            terminal.out("\n".join(_told(act) for act in acts))
        return 0

    return Work(run, report=error_report if as_json else None)


@app.command("ledger")
def privacy_ledger(
    named: OfRun = "",
    day: Annotated[bool, typer.Option("--day", help="Since local midnight.")] = False,
    since: Since = "",
    as_json: Json = False,
) -> Work:
    """Say what content left this machine, to which host and model, how many bytes, and from which files."""
    if day and since:
        raise UsageError("--day and --since exclude each other. Name one of them.")
    moment = parse_since(since) if since else None

    async def run(terminal: Terminal, house: House) -> int:
        start = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0) if day else moment
        found = await house.runtime.audit.ledger(await _run(house, named), since=start)
        if as_json:
            print_json(terminal, msgspec.to_builtins(found))
        else:
            terminal.out(_ledger(found, _width(terminal)))
        return 0

    return Work(run, report=error_report if as_json else None)


def parse_since(text: str) -> datetime:
    """A moment from a length of time before now, or a local day. Raises UsageError."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        length: timedelta = parse_duration(text)
    return datetime.now(UTC) - length


async def _run(house: House, named: str) -> str | None:
    if not named:
        return None
    found = await find_run(house.runtime.store.database, named)
    if found is None:  # else a slip of the keys would read as if nothing had left this machine
        raise UsageError(f"There is no run {named!r}. `homard audit show` lists what there is.")
    return found


def plain_row(row: Row) -> dict[str, Any]:
    """A row as JSON shows it; the seals in hexadecimal."""
    draft = row.draft
    return {
        "seq": row.seq,
        "at": row.at.isoformat(),
        "kind": row.kind,
        "run_id": draft.run_id,
        "session_id": draft.session_id,
        "call_id": draft.call_id,
        "body": row.body,
        "prev_mac": row.prev_mac.hex(),
        "mac": row.mac.hex(),
    }


def _verdict(found: Verification) -> str:
    if not found.rows and found.ok:
        return "Nothing was recorded yet.\n"
    lines = [f"✗ {finding.meaning}" for finding in found.findings]
    if found.more_findings:
        lines.append(f"✗ And {found.more_findings:,} more.")
    if found.ok:
        lines.append(f"✓ {found.rows:,} rows ({found.first_seq} to {found.last_seq}): none changed, moved or missing.")
    else:
        lines.append(f"The first that cannot be trusted is row {found.findings[0].seq}; {found.rows:,} rows were read.")
    return "".join(f"{line}\n" for line in [*lines, *(f"– {note}" for note in found.notes)])


def _told(act: Act) -> str:
    done = act.ended or ("nobody knows whether it happened" if act.begun else "not done")
    lines = [f"{_moment(act.at)}  {act.tool}  {act.call_id}  run {act.run_id}: {done}"]
    lines += [f"  does      {effect}" for effect in act.effects]
    lines.append(f"  verdict   {act.verdict}, rule {act.rule}: {act.reason}")
    if act.approval is not None:
        said = "yes" if act.approval.get("allowed") else "no"
        note = f" ({act.approval.get('note')})" if act.approval.get("note") else ""
        lines.append(f"  answer    {said}, by {act.approval.get('by')}, {act.approval.get('scope')}{note}")
    if act.principals:
        lines.append(f"  asked by  {' → '.join(act.principals)}")
    if act.label:
        sources = ", ".join(str(source) for source in act.label.get("sources") or ())
        kind = f"{act.label.get('integrity', 'user')}, {act.label.get('secrecy', 'public')}"
        lines.append(f"  seen by then  {kind}; {sources}" if sources else f"  seen by then  {kind}")
    lines += [f"  sandbox   {act.sandbox}"] * (act.sandbox not in ("", "none"))
    lines += [f"  undo      {act.undo}"] * bool(act.undo)
    lines += [f"  error     {act.error}"] * bool(act.error)
    return "".join(f"{one_line(line, 400) if line[0] != ' ' else '  ' + one_line(line, 400)}\n" for line in lines)


def _ledger(found: Ledger, width: int | None) -> str:
    if not found.models and not found.tools:
        return "Nothing left this machine.\n"
    blocks: list[str] = []
    if found.models:
        cells = [
            (
                one.host,
                f"{one.provider}/{one.model}",
                str(one.requests),
                _size(one.bytes_sent),
                _size(one.bytes_received),
            )
            for one in found.models
        ]
        blocks.append(table(("host", "model", "requests", "sent", "received"), cells, width))
        blocks += [_content(one) for one in found.models if not one.local]
        blocks.append(f"Left this machine for models: {_size(found.bytes_to_remote_models)}.\n")
    if found.tools:
        cells = [(one.host, str(one.requests), _size(one.bytes_sent), _size(one.bytes_received)) for one in found.tools]
        blocks.append(table(("host of a tool", "requests", "sent", "received"), cells, width))
        blocks += [f"  {printable(url)}\n" for one in found.tools for url in one.urls[:_SHOWN_SOURCES]]
    return "\n".join(blocks)


def _content(one: ModelTraffic) -> str:
    parts = ", ".join(f"{name} {_size(size)}" for name, size in one.parts.items())
    shown = [f"  {printable(source)}" for source in one.sources[:_SHOWN_SOURCES]]
    more = len(one.sources) - _SHOWN_SOURCES
    shown += [f"  … and {more} more (--json lists them)"] if more > 0 else []
    head = f"{one.host} got {parts}" if parts else f"{one.host} got requests"
    return "\n".join([head + (", with content of:" if shown else "."), *shown, ""])


def _summary(row: Row) -> str:
    body = row.body
    if row.kind == APPROVED:
        return f"{'yes' if body.get('allowed') else 'no'}, by {body.get('by')}, {body.get('scope')}"
    for name in ("effects", "tool", "ended", "url", "model", "stop_reason", "what", "why"):
        value = body.get(name)
        if value:
            verdict = f"{body['verdict']} " if body.get("verdict") else ""
            shown = "; ".join(str(one) for one in value) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            return one_line(f"{verdict}{shown}", 120)
    return one_line(row.draft.body, 120)


def _size(count: int) -> str:
    if count < 1_000:
        return f"{count} B"
    return f"{count / 1_000:,.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def _width(terminal: Terminal) -> int | None:
    return terminal.columns if terminal.stdout_tty else None
