"""A runtime in a temporary home with a scripted model, as tests drive it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from agent.commands import Limits, SendMessage
from agent.events import AnyEvent, EntriesStored, MessageDelta, RunFinished
from agent.messages import TextPart
from agent.models.scripted import Reply, Script, ScriptedGateway
from agent.paths import Paths
from agent.runtime import Runtime
from agent.tools.foreign import ToolProvider
from agent.tools.tool import Tool
from tests.helpers.clock import FakeClock
from tests.helpers.tools import simple_tools


class House:
    """A runtime, its scripted model, and a session in a folder with files."""

    def __init__(
        self, runtime: Runtime, gateway: ScriptedGateway, clock: FakeClock, folder: Path, session_id: str
    ) -> None:
        self.runtime = runtime
        self.gateway = gateway
        self.clock = clock
        self.folder = folder
        self.session_id = session_id

    def message(self, text: str, **more: Any) -> SendMessage:
        more.setdefault("model", "scripted/hello")
        more.setdefault("limits", Limits())
        return SendMessage(self.session_id, (TextPart(text),), **more)

    async def ask(self, text: str, **more: Any) -> list[AnyEvent]:
        """Send a message and collect all events up to the end of its run; deltas left out."""
        with self.runtime.subscribe(self.session_id) as events:
            receipt = await self.runtime.submit(self.message(text, **more))
            return await collect(events, receipt.run_id)

    async def finish(self, text: str, **more: Any) -> RunFinished:
        """Send a message and return how its run ended."""
        last = (await self.ask(text, **more))[-1]
        assert isinstance(last, RunFinished)
        return last

    async def history(self) -> list[Any]:
        return [entry.message for entry in await self.runtime.store.path(self.session_id)]


async def collect(events: Any, run_id: str) -> list[AnyEvent]:
    """All events until the run is over, without the deltas and what was stored: the history shows that."""
    seen: list[AnyEvent] = []
    async for event in events:
        if not isinstance(event, MessageDelta | EntriesStored):
            seen.append(event)
        if isinstance(event, RunFinished) and event.run_id == run_id:
            return seen
    raise AssertionError("the bus closed")


def home(tmp_path: Path) -> Paths:
    """The places of a temporary home."""
    base = tmp_path / "home"
    return Paths(base, base, base / "cache", base / "logs")


@asynccontextmanager
async def open_house(
    tmp_path: Path,
    script: Sequence[Reply] | Script,
    tools: Iterable[Tool[Any]] | None = None,
    clock: FakeClock | None = None,
    providers: Sequence[ToolProvider] = (),
) -> AsyncGenerator[House, None]:
    """Open a runtime over a home in `tmp_path` and a folder with two files; `look` and `act` are its tools."""
    folder = tmp_path / "folder"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.txt").write_text("alpha\n")
    (folder / "b.txt").write_text("beta beta\n")
    gateway, clock = ScriptedGateway(script), clock or FakeClock()
    async with Runtime.open(
        home(tmp_path), gateway=gateway, tools=tools or simple_tools(), clock=clock, providers=providers
    ) as runtime:
        session = await runtime.store.create_session(cwd=str(folder))
        yield House(runtime, gateway, clock, folder, session.session_id)
