"""The runtime as a whole: what a kill leaves, what a home that cannot be used says, what a first request costs."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import SettingsInvalid, UsageError
from agent.messages import AssistantMessage, ToolMessage, Usage
from agent.models.catalogue import bundled_file
from agent.models.engine import engine_installed
from agent.models.scripted import Reply, ScriptedGateway
from agent.runtime import Runtime
from agent.storage.usage import Spent
from tests.helpers.history import strict_problems, text_of
from tests.helpers.house import FakeClock, House, home, open_house
from tests.helpers.kill_loop import kill_at_each
from tests.helpers.tools import simple_tools

ROOT = Path(__file__).resolve().parents[2]


def test_a_run_killed_at_every_failpoint_loses_and_doubles_nothing(tmp_path: Path) -> None:
    def place(k: int) -> Path:
        return tmp_path / str(k)

    def env(k: int) -> dict[str, str]:
        place(k).mkdir()
        return {"HOMARD_HOME": str(place(k) / "home"), "PYTHONPATH": str(ROOT)}

    code = (
        "import asyncio,os,sys;from pathlib import Path;from tests.helpers.run_child import main;"
        "folder=Path(os.environ['HOMARD_HOME']).parent;os.dup2(os.open(folder/'acks',os.O_CREAT|os.O_WRONLY),1);"
        "asyncio.run(main(folder))"
    )
    kills = kill_at_each([sys.executable, "-c", code], env, lambda k: asyncio.run(check(place(k))))
    assert kills >= 20


async def check(folder: Path) -> None:
    """After a kill: all that was acknowledged is known, what was in flight is marked, and the session goes on."""
    acked = set((folder / "acks").read_text().split()) if (folder / "acks").exists() else set[str]()
    acts = (folder / "acts").read_text().split() if (folder / "acts").exists() else []
    gateway = ScriptedGateway([Reply("I go on.")])
    async with Runtime.open(home(folder), gateway=gateway, tools=simple_tools()) as runtime:
        session = await runtime.store.latest_session()
        if session is None:
            assert not acked and not acts
            return
        runs = await runtime.store.runs(session.session_id)
        assert all(run.stop_reason is not None for run in runs)
        history = [entry.message for entry in await runtime.store.path(session.session_id)]
        results = {m.result.call_id: m.result for m in history if isinstance(m, ToolMessage)}
        calls = [call for m in history if isinstance(m, AssistantMessage) for call in m.tool_calls]
        assert {call.call_id for call in calls} == set(results)
        assert all(results[call_id].outcome == "done" for call_id in acked & set(results))
        assert acked - set(results) <= {"end", "end_turn"}
        assert len(acts) == len(set(acts))
        for call in calls:
            if call.name == "act" and call.arguments.split('"')[3] in acts:
                assert results[call.call_id].outcome in ("done", "unknown")
        house = House(runtime, gateway, FakeClock(), folder, session.session_id)
        assert (await house.finish("go on")).stop_reason == "end_turn"
        assert strict_problems(gateway.requests[0].messages) == []


def test_settings_that_cannot_be_read_say_where_and_what_to_do(tmp_path: Path) -> None:
    paths = home(tmp_path)
    paths.config.mkdir(parents=True)
    for text in ("model = ", 'modle = "x"', "[limits]\nmax_turns = 0", "\xff"):
        paths.settings.write_text(text, encoding="latin-1")

        async def start() -> None:
            async with Runtime.open(paths):
                pass

        with pytest.raises(SettingsInvalid, match="Nothing was changed"):
            asyncio.run(start())


def test_a_first_request_is_counted_part_by_part(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("Arr")]) as house:
            (house.folder / "AGENTS.md").write_text("Speak like a pirate.")
            report = await house.runtime.first_request(str(house.folder), "scripted/hello")
            assert [part.name for part in report.parts] == [
                "system prompt", "AGENTS.md of the folder", "tool look", "tool act", "time and folder",
            ]  # fmt: skip
            assert report.tokens == sum(part.tokens for part in report.parts)
            assert report.cost_usd == 0.0
            await house.ask("hello")
            assert house.gateway.requests[0].system.endswith("Speak like a pirate.")

    asyncio.run(main())


def test_a_prompt_of_a_megabyte_goes_to_a_file_and_can_be_recalled(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("Long.")]) as house:
            text = "".join(f"line {n} of many\n" for n in range(60_000))
            assert (await house.finish(text)).stop_reason == "end_turn"
            (sent,) = house.gateway.requests[0].messages
            assert len(text_of(sent)) < 20_000 and "recall" in text_of(sent)
            stored = [file.stat().st_size for file in house.runtime.paths.blobs.rglob("*") if file.is_file()]
            assert stored == [len(text)]

    asyncio.run(main())


def test_the_home_is_private(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("x")]) as house:
            await house.ask("x")

    asyncio.run(main())
    if os.name == "posix":
        assert (home(tmp_path).data.stat().st_mode & 0o077) == 0
        assert (home(tmp_path).database.stat().st_mode & 0o077) == 0


def test_the_offline_engine_is_loaded_and_unloaded_by_hand(tmp_path: Path) -> None:
    async def main() -> None:
        async with Runtime.open(home(tmp_path)) as runtime:
            assert runtime.engine_state() == []
            await runtime.stop_engine()
            with pytest.raises(UsageError, match="scripted/hello is not run by the offline engine"):
                await runtime.start_engine("scripted/hello")
            with pytest.raises(UsageError, match="is not there"):
                await runtime.start_engine(f"local/{tmp_path}/none.gguf")
            assert runtime.engine_state() == []
            if bundled_file() is None or not engine_installed():
                return
            await runtime.start_engine("local/smollm2")
            [state] = runtime.engine_state()
            assert (state.model, state.file, state.in_use) == ("local/smollm2", str(bundled_file()), False)
            await runtime.stop_engine()
            assert runtime.engine_state() == []

    asyncio.run(main())


def test_what_was_spent_today_counts_the_runs_of_all_sessions(tmp_path: Path) -> None:
    async def main() -> None:
        script = [Reply("x", usage=Usage(100, 0, 10, 0.25)), Reply("y", usage=Usage(20, 0, 5, None))]
        async with open_house(tmp_path, script) as house:
            await house.finish("one")
            await house.finish("two")
            assert await house.runtime.spent_today() == Spent(0.25, 25, 135, 2)
            later = house.clock.now() + timedelta(days=2)
            assert await house.runtime.spent_today(later) == Spent(0.0, 0, 0, 0)

    asyncio.run(main())
