"""`homard chat`: a conversation in the terminal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

import typer

from agent.commands import SendMessage
from agent.context.intake import title_of
from agent.errors import HomardError, UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.display import RunDisplay, paint
from agent.interfaces.cli.follow import Follower
from agent.interfaces.cli.outcome import exit_code
from agent.interfaces.cli.target import find_session, granted_folders, model_name, working_folder
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, exit_code_of
from agent.messages import TextPart
from agent.tasks import spawn

app = new_app()

LEAVE = ("/quit", "/exit", "/q")
HELP = """\
  /model [NAME]   show or choose the model
  /new            begin a new session
  /skill NAME …   follow a skill for this message
  /help           this
  /quit           leave (Ctrl-D does too)
  While it works: what you type reaches the model before its next step; Ctrl-C stops the run.
"""


@dataclass(frozen=True)
class Start:
    """The arguments of `chat`."""

    model: str = ""
    session_id: str = ""
    go_on: bool = False
    cwd: str = ""
    grants: tuple[str, ...] = ()
    yes: bool = False

    async def run(self, terminal: Terminal, house: House) -> int:
        """Converse until the person leaves."""
        chat = Chat(terminal, house, self)
        await chat.open()
        return await chat.converse()


class Chat:
    """One terminal's conversation: its session, its model, the run under way."""

    def __init__(self, terminal: Terminal, house: House, start: Start) -> None:
        self._terminal = terminal
        self._runtime = house.runtime
        self._start = start
        self._model = model_name(terminal, start.model)
        self._grants = granted_folders(terminal, start.grants)
        self._cwd = working_folder(terminal, start.cwd)
        self._session_id = ""
        """Empty until the first message: an empty session is not worth storing."""
        self._code = 0
        self._leaving = False
        self._steered = 0
        self._later: list[str] = []
        self._sending = asyncio.Lock()

    async def open(self) -> None:
        """Find the session to go on with and say where we are. Raises UsageError."""
        store = self._runtime.store
        label = ""
        if self._start.session_id:
            session = await find_session(store, self._start.session_id)
            self._session_id, label = session.session_id, session.model
        elif self._start.go_on and (latest := await store.latest_session()):
            self._session_id, label = latest.session_id, latest.model
        model = self._runtime.model(self._model or label)
        self._terminal.say(
            paint(self._terminal, "dim", f"Homard with {model.label} in {self._cwd}. /help lists commands.")
        )

    async def converse(self) -> int:
        """Read, answer, until the end of the input; the exit code."""
        prompt = "› " if self._terminal.attended else ""
        with self._terminal.cancelling(self._hint):
            while (line := await self._line(prompt)) is not None:
                try:
                    if not await self._obey(line.strip()):
                        break
                except HomardError as error:
                    self._code = exit_code_of(error)
                    self._terminal.say(f"homard: {error}")
        return 0 if self._terminal.attended else self._code

    async def _line(self, prompt: str) -> str | None:
        if self._leaving:
            return None
        if not self._terminal.lines.empty():
            return self._terminal.lines.get_nowait()
        return await self._terminal.ask(prompt, edit=True)

    def _hint(self) -> None:
        if not self._terminal.leaving.is_set():
            self._terminal.say("(Ctrl-D or /quit leaves)")

    async def _obey(self, line: str) -> bool:
        """Do what a line says; False: leave."""
        word, _, rest = line.partition(" ")
        match word:
            case "":
                return True
            case _ if word in LEAVE:
                return False
            case "/help":
                self._terminal.err(HELP)
            case "/new":
                self._session_id = ""
                self._terminal.say("A new session begins with your next message.")
            case "/model":
                self._choose(rest.strip())
            case _ if word.startswith("/") and word != "/skill" and "/" not in word[1:]:
                self._terminal.say(f"There is no command {word}. /help lists them.")
            case _:
                await self._answer(line)
        return True

    def _choose(self, name: str) -> None:
        if name:
            name = model_name(self._terminal, name)
            self._runtime.model(name)
            self._model = name
        self._terminal.say(f"Model: {self._runtime.model(self._model).label}")

    async def _answer(self, text: str) -> None:
        """Send a message and follow all that comes of it and of what is typed meanwhile."""
        if not self._session_id:
            store = self._runtime.store
            session = await store.create_session(cwd=self._cwd, title=title_of(text), model=self._model)
            self._session_id = session.session_id
        attended = self._terminal.attended
        follower = Follower(self._terminal, self._runtime, RunDisplay(self._terminal), attended=attended)
        with self._runtime.subscribe(self._session_id) as events:
            receipt = await self._runtime.submit(self._message(text))
            self._steered, self._later = 0, []
            steering = spawn(self._steer(follower), "steering") if attended else None
            try:
                finished = await follower.follow(events, receipt.run_id)
                while (run_id := await self._next_run(follower)) is not None:
                    finished = await follower.follow(events, run_id)
                self._code = exit_code(finished)
            finally:
                if steering is not None:
                    self._terminal.listen(False)
                    steering.cancel()

    def _message(self, text: str) -> SendMessage:
        return SendMessage(
            self._session_id,
            (TextPart(text),),
            origin="cli",
            model=self._model,
            cwd=self._cwd,
            grants=self._grants,
            approve_all=self._start.yes,
            attended=self._terminal.attended,
            limits=self._runtime.limits(),
        )

    async def _steer(self, follower: Follower) -> None:
        """Send what is typed while a run works; it enters before the next model call."""
        self._terminal.listen(True)
        while (line := await self._terminal.lines.get()) is not None:
            if line.strip() in LEAVE:
                break
            if line.strip():
                async with self._sending:
                    try:
                        receipt = await self._runtime.submit(self._message(line))
                    except UsageError as error:
                        self._terminal.say(f"homard: {error}")
                        continue
                    if receipt.run_id == follower.run_id:
                        self._steered += 1
                    else:
                        self._later.append(receipt.run_id)
        self._leaving = True
        follower.cancel()

    async def _next_run(self, follower: Follower) -> str | None:
        """The run that answers what came too late for the last; empty: whichever is next; None: there is none."""
        async with self._sending:
            if self._steered > follower.delivered:
                self._steered = follower.delivered = 0
                return ""
            return self._later.pop(0) if self._later else None


@app.command()
def chat(
    model: Annotated[str, typer.Option("--model", "-m", help="provider/model; `homard models` lists them.")] = "",
    session: Annotated[str, typer.Option("--session", "-s", help="Go on in this session.")] = "",
    go_on: Annotated[bool, typer.Option("--continue", "-c", help="Go on in the latest session.")] = False,
    cwd: Annotated[str, typer.Option("--cwd", help="Working folder; default: the current one.")] = "",
    grant: Annotated[list[str] | None, typer.Option("--grant", help="A further folder. Repeatable.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Say yes to everything that would be asked.")] = False,
) -> Work:
    """Talk in the terminal. What you type while it works steers it; Ctrl-C stops the run, Ctrl-D leaves."""
    return Work(Start(model, session, go_on, cwd, tuple(grant or ()), yes).run)
