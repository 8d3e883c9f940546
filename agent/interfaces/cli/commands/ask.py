"""`homard ask`: one prompt, one run, one answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from agent.commands import SendMessage
from agent.context.intake import title_of
from agent.errors import UsageError
from agent.events import RunFinished
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.display import NoDisplay, RunDisplay
from agent.interfaces.cli.failure import empty_report
from agent.interfaces.cli.follow import Follower
from agent.interfaces.cli.outcome import exit_code, report_of
from agent.interfaces.cli.target import find_session, granted_folders, model_name, working_folder
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, print_json
from agent.messages import TextPart
from agent.storage.sessions import Session

app = new_app()


_PIPED = ((), ("-",))
"""Words that mean: the prompt comes from stdin."""


class Ask(msgspec.Struct, frozen=True):
    """The arguments of `ask`."""

    words: tuple[str, ...]
    model: str = ""
    session_id: str = ""
    go_on: bool = False
    cwd: str = ""
    grants: tuple[str, ...] = ()
    yes: bool = False
    as_json: bool = False
    timeout_s: float | None = None
    dry_run: bool = False
    skill: str = ""

    async def run(self, terminal: Terminal, house: House) -> int:
        """Send the prompt, follow the run, report."""
        prompt = await self._prompt(terminal)
        finished = await self._ask(terminal, house, prompt)
        if self.as_json:
            print_json(terminal, report_of(finished))
        return exit_code(finished)

    async def _prompt(self, terminal: Terminal) -> str:
        prompt = " ".join(self.words)
        if self.words in _PIPED:
            if terminal.stdin_tty:
                raise UsageError('No prompt was given. Write it behind the command, homard ask "…", or pipe it in.')
            prompt = await terminal.read_stdin()
        if not prompt.strip():
            raise UsageError("The prompt is empty, so nothing was asked. Say what you want done.")
        return prompt

    async def _ask(self, terminal: Terminal, house: House, prompt: str) -> RunFinished:
        runtime = house.runtime
        attended = terminal.attended and not self.as_json
        session, command = await self._message(terminal, house, prompt, attended)
        follower = Follower(terminal, runtime, NoDisplay() if self.as_json else RunDisplay(terminal), attended=attended)
        with runtime.subscribe(session.session_id) as events:
            receipt = await runtime.submit(command)
            return await follower.follow(events, receipt.run_id)

    async def _message(
        self, terminal: Terminal, house: House, prompt: str, attended: bool
    ) -> tuple[Session, SendMessage]:
        runtime = house.runtime
        limits = runtime.limits()
        if self.timeout_s is not None:
            limits = msgspec.structs.replace(limits, max_time_s=self.timeout_s)
        model = model_name(terminal, self.model)
        grants = granted_folders(terminal, self.grants)
        session = await self._session(terminal, house, prompt, model)
        command = SendMessage(
            session.session_id,
            (TextPart(prompt),),
            origin="cli",
            model=model,
            cwd=working_folder(terminal, self.cwd) if self.cwd else "",
            grants=grants,
            approve_all=self.yes,
            attended=attended,
            limits=limits,
            typed=self.words not in _PIPED,
            dry_run=self.dry_run,
            skill=self.skill,
        )
        return session, command

    async def _session(self, terminal: Terminal, house: House, prompt: str, model: str) -> Session:
        store = house.runtime.store
        if self.session_id:
            return await find_session(store, self.session_id)
        if self.go_on:
            latest = await store.latest_session()
            if latest is None:
                raise UsageError("There is no session to continue yet. Ask without --continue to begin one.")
            return latest
        house.runtime.model(model)  # a session is not begun for a model that is not there
        cwd = working_folder(terminal, self.cwd)
        if self.skill:
            await house.runtime.skills.require(self.skill, Path(cwd))
        return await store.create_session(cwd=cwd, title=title_of(prompt), model=model)


@app.command()
def ask(
    prompt: Annotated[
        list[str] | None, typer.Argument(help="What you want; without it, or with -, it is read from stdin.")
    ] = None,
    model: Annotated[str, typer.Option("--model", "-m", help="provider/model; `homard models` lists them.")] = "",
    session: Annotated[
        str, typer.Option("--session", "-s", help="Go on in this session (the beginning of its id will do).")
    ] = "",
    go_on: Annotated[bool, typer.Option("--continue", "-c", help="Go on in the latest session.")] = False,
    cwd: Annotated[str, typer.Option("--cwd", help="Working folder; default: the current one, or the session's.")] = "",
    grant: Annotated[
        list[str] | None, typer.Option("--grant", help="A further folder that may be read. Repeatable.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Say yes to commands, fetches, and writing in the granted folders.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print exactly one JSON object; nobody is asked anything.")
    ] = False,
    timeout: Annotated[
        float | None, typer.Option("--timeout", min=0.001, help="Stop the run after so many seconds.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Plan and read only: what would change anything is shown, not done.")
    ] = False,
    skill: Annotated[str, typer.Option("--skill", help="Follow this skill; `homard skills` lists them.")] = "",
) -> Work:
    """Ask for something; the answer goes to stdout, everything else to stderr."""
    if timeout is not None and not math.isfinite(timeout):
        raise UsageError("--timeout takes a number of seconds, for instance 60.")
    if session and go_on:
        raise UsageError("--session and --continue exclude each other. Name one of them.")
    grants = tuple(grant or ())
    arguments = Ask(tuple(prompt or ()), model, session, go_on, cwd, grants, yes, as_json, timeout, dry_run, skill)
    return Work(arguments.run, report=empty_report if as_json else None)
