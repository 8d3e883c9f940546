"""What automation needs from the outside, so that it can be built around any runtime, and any clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from agent.commands import ActsAs, SendMessage
from agent.events import AnyEvent
from agent.jobs import JobRow, Watch
from agent.labels import USER, Label
from agent.messages import ToolResult
from agent.parked import ParkedQuestions
from agent.pause import Pause
from agent.ports import Clock
from agent.settings import ModelProfile, Settings
from agent.storage.sessions import Store

if TYPE_CHECKING:
    from agent.automation.templates import Template
    from agent.automation.watch.own import OwnWrites
    from agent.automation.watch.state import Record, WatchState
    from agent.budget.standing import Standing
    from agent.machine import Machine, MachineChange


class Sent(Protocol):
    """What the runtime answers to a message."""

    @property
    def session_id(self) -> str:
        """The session."""
        ...

    @property
    def run_id(self) -> str:
        """The run that answers."""
        ...


class Alarm(Protocol):
    """Rings once when a moment has come, and when clocks or time zone have moved meanwhile."""

    def set(self, at: datetime | None) -> None:
        """Ring at this moment, UTC, instead of the one before; None: there is nothing to wait for."""
        ...

    def close(self) -> None:
        """Ring no more."""
        ...


class Ear(Protocol):
    """Listens to the folders of jobs; see `agent.automation.watch.watcher`."""

    def apply(self, watches: Mapping[str, Sequence[Watch]]) -> None:
        """Listen to these from now on, by job id, and to no others."""
        ...

    def states(self) -> Mapping[str, Sequence[WatchState]]:
        """How each watch is doing, by job id."""
        ...

    async def close(self) -> None:
        """Listen no more."""
        ...


class RunTool(Protocol):
    """Runs one tool on behalf of a job: the same executor, decision, journal and audit as a call of a model."""

    async def __call__(
        self, acts_as: ActsAs, name: str, arguments: Mapping[str, Any], *, session_id: str, cwd: str, quotes: str = ""
    ) -> ToolResult:
        """Give the result, which may be an error; nobody is asked, and nothing parks.

        What it writes carries the label of the session's history: the text comes from a model that has read it; and
        that of the file `quotes`, whose text is in the arguments.
        """
        ...


GiveReport = Callable[[str, str, str, str, Label], Awaitable[None]]
"""Gives the answer of a run to a plugin, once: (plugin, output, title, text, label of what the run has seen).

What must not leave this machine is given to no plugin that could carry it away. Raises UsageError when nothing was
given, any other HomardError when some of it may have been.
"""


@dataclass(frozen=True)
class Ports:
    """Everything `Automation` is built of."""

    store: Store
    clock: Clock
    publish: Callable[[AnyEvent], None]
    submit: Callable[[SendMessage], Awaitable[Sent]]
    """The runtime's; raises UsageError when a message is not taken."""
    subscribe: Callable[[str | None], AbstractContextManager[AsyncIterator[AnyEvent]]]
    """The bus: the events of one session, or of all."""
    settings: Callable[[], Settings]
    pause: Pause
    parked: ParkedQuestions
    """Questions of runs that have ended as parked: stored, answered and given up there (agent/parked.py)."""
    resolve_model: Callable[[str], ModelProfile]
    """Raises UsageError that says which models there are."""
    run_command: Callable[[JobRow, str], Awaitable[int]]
    """A condition: runs a command in the job's folder, in the sandbox, without the network; gives its exit code.

    Raises HomardError when it could not be run.
    """
    run_tool: RunTool
    """For reports that go to a file."""
    label_of: Callable[[Sequence[str]], Label] = lambda _paths: USER
    """The label of all these files together. Reads the disk: call it in a thread."""
    reads_only: Callable[[str], bool] = lambda _tool: False
    """Whether a tool of this name changes nothing, so that an interrupted call of it may be made again."""
    caps: Callable[[], Awaitable[Sequence[Standing]]] | None = None
    """How the caps of the settings stand; None: there are none."""
    want_plugins: Callable[[Mapping[str, frozenset[str]]], None] | None = None
    """Told which triggers of which plugins jobs wait for, so that they are kept running: all of them each time, none
    when automation stops. What they tell comes to `Automation.plugin_event`. On the loop, never blocks."""
    plugin_triggers: Callable[[], Mapping[str, Sequence[str]]] | None = None
    """The triggers of the plugins that are on, and may start jobs, by plugin. Blocks for the disk."""
    give_report: GiveReport | None = None
    """For reports that go to a plugin; None: there is none."""
    plugin_outputs: Callable[[], Mapping[str, Sequence[str]]] | None = None
    """The outputs of the plugins that are on, by plugin. Blocks for the disk."""
    more_templates: Callable[[str], Sequence[Template]] | None = None
    """Job templates besides Homard's own, in a language where they have it. Blocks for the disk; raises HomardError."""
    own_folders: Sequence[str] = ()
    """Homard's own data, configuration, cache and logs, absolute: no job may watch them."""
    own_writes: OwnWrites | None = None
    """Knows what Homard wrote, so that it starts no job; None: nothing is known."""
    open_machine: Callable[[Callable[[MachineChange], None]], Machine] | None = None
    """None: the machine we are on."""
    open_alarm: Callable[[Callable[[], None]], Alarm] | None = None
    """Takes what it calls when it rings. None: APScheduler's clock."""
    open_ear: Callable[[Record, Callable[[], None], Callable[[str, str], None]], Ear] | None = None
    """Takes what stores what settled, what it calls after that, and what it calls with a job id and a sentence for the
    person, both on the loop. None: the real one."""
    zone: Callable[[], ZoneInfo] | None = None
    """The time zone of this machine, wherever it is taken. None: what the system says."""
    random: Callable[[], float] | None = None
    """From 0 to 1, for the spread after a start or wake-up. None: the real one."""
