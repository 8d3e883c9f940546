"""`homard models get` and `remove`: model files come and go."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.models.group import AsJson, app, gigabytes, open_store
from agent.interfaces.cli.failure import PERSON_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.models.local_store.download import Progress
    from agent.models.local_store.view import LocalModel

_EVERY_S = 0.2
_UNCOMPARED = (
    "Nobody said which SHA-256 it must have, so that it was not compared with anything. Compare this one with what its "
    "publisher says: {sum}"
)


@app.command("get")
def get_model(
    what: Annotated[str, typer.Argument(help="A name of `homard models list --local`, or the URL of a GGUF file.")],
    name: Annotated[str, typer.Option("--name", help="What to call it; else it is called as its file is.")] = "",
    sha256: Annotated[str, typer.Option("--sha256", help="What the file must have; else it is not kept.")] = "",
    default: Annotated[bool, typer.Option("--default", help="Let it answer new chats.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Fetch a model file to this computer. What was interrupted goes on from where it was."""

    async def run(terminal: Terminal, house: House) -> int:
        store = open_store(house)
        teller = _Teller(terminal)
        try:
            label = await store.get(what, name=name, sha256=sha256, on_progress=teller)
        finally:
            terminal.status("")
        if default:
            await house.change_settings(lambda document: document.__setitem__("model", label))
        overview = await store.overview()
        model = next(model for model in overview.models if model.label == label)
        if as_json:
            print_json(terminal, msgspec.to_builtins(model))
        else:
            _say_got(terminal, model)
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("remove")
def remove_model(
    name: Annotated[str, typer.Argument(help="As `homard models list --local` lists it, or of an unfinished one.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Forget a local model, and delete its file if Homard fetched it."""

    async def run(terminal: Terminal, house: House) -> int:
        store = open_store(house)
        if not yes and not await _agreed(terminal, name):
            terminal.say("Nothing was removed. --yes removes it without a question.")
            return PERSON_EXIT
        removed = await store.remove(name)
        if as_json:
            print_json(terminal, removed._asdict())
            return 0
        freed = f" {gigabytes(removed.freed_bytes)} are free again." if removed.freed_bytes else ""
        kept = f" Its file stays: {one_line(removed.kept_file, 300)}" if removed.kept_file else ""
        terminal.say(f"{one_line(removed.label, 100)} is removed.{freed}{kept}")
        if removed.was_default:
            terminal.say("It answered new chats; `homard config set model provider/model` says what does now.")
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


async def _agreed(terminal: Terminal, name: str) -> bool:
    if not terminal.attended:
        return False
    answer = await terminal.ask(f"Remove {one_line(name, 100)} from this computer? [y/N] ", fresh=True)
    return (answer or "").strip().lower() in ("y", "yes")


def _say_got(terminal: Terminal, model: LocalModel) -> None:
    if model.problem or model.kept is None:
        raise UsageError(model.problem or f"{model.label} was removed meanwhile.")
    terminal.say(
        f"{one_line(model.label, 100)} is here: {gigabytes(model.size_bytes)}. Running, it takes about "
        f"{gigabytes(model.memory_bytes)} of memory."
    )
    if model.kept.compared == "nothing":
        terminal.say(_UNCOMPARED.format(sum=model.kept.sha256))
    if model.fit == "no":
        terminal.say("That is more than this machine has room for; it may not start.")
    terminal.say(f'`homard ask --model {one_line(model.label, 100)} "…"` uses it, `homard models measure` times it.')


class _Teller:
    """Shows how far a download is: a line that changes on a terminal, some lines elsewhere."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._told_at, self._tenth = 0.0, -1

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.phase == "receiving" and now - self._told_at < _EVERY_S:
            return
        self._told_at = now
        self._terminal.status(_words(progress))
        if self._terminal.stderr_tty and not self._terminal.dumb:
            return
        tenth = progress.received * 10 // progress.total if progress.total else 0
        if progress.phase == "waiting" or (progress.received and tenth > self._tenth):
            self._tenth = max(tenth, self._tenth)
            self._terminal.say(_words(progress))


def _words(progress: Progress) -> str:
    match progress.phase:
        case "connecting":
            return "asking for the file"
        case "waiting":
            return f"waiting to go on: {one_line(progress.why, 200)}"
        case "checking":
            return "comparing its sum"
        case "receiving":
            received = gigabytes(progress.received)
            if not progress.total:
                return f"{received}{_rate(progress)}"
            share = 100 * progress.received // progress.total
            return f"{share} %, {received} of {gigabytes(progress.total)}{_rate(progress)}{_left(progress)}"


def _rate(progress: Progress) -> str:
    return "" if progress.bytes_per_s is None else f", {progress.bytes_per_s / 1e6:.1f} MB/s"


def _left(progress: Progress) -> str:
    if not progress.bytes_per_s or progress.total is None:
        return ""
    seconds = (progress.total - progress.received) / progress.bytes_per_s
    return f", {seconds / 60:.0f} min left" if seconds > 90 else f", {seconds:.0f} s left"
