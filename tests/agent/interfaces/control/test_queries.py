import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.errors import UsageError
from agent.interfaces.control.queries import Answers, AnyQuery
from agent.models.scripted import Reply
from tests.helpers.house import House, open_house


async def ask(house: House, query: str, **fields: Any) -> Any:
    """As it comes over the socket: JSON in, JSON out."""
    answer = await Answers(house.runtime).answer(msgspec.convert({"query": query, **fields}, AnyQuery))
    return msgspec.json.decode(msgspec.json.encode(answer))


def test_what_a_program_may_ask_is_answered_plainly(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_house(tmp_path, [Reply("It is so.")]) as house:
            end = await house.finish("is it so?")
            session_id, run_id = house.session_id, end.run_id
            assert (await ask(house, "FindSession", session_id=session_id[:6]))["session_id"] == session_id
            assert [one["session_id"] for one in await ask(house, "ListSessions")] == [session_id]
            assert (await ask(house, "FindRun", run_id=run_id))["stop_reason"] == "end_turn"
            assert [one["run_id"] for one in await ask(house, "ListRuns", session_id=session_id)] == [run_id]
            kinds = [one["message"]["type"] for one in await ask(house, "ListEntries", session_id=session_id)]
            assert kinds == ["user", "assistant"]
            assert (await ask(house, "NameSession", session_id=session_id, title="First"))["title"] == "First"
            assert (await ask(house, "NameSession", session_id=session_id, title="Second"))["title"] == "First"
            assert await ask(house, "ListJobs") == [] and (await ask(house, "UsualLimits"))["max_turns"] == 60
            assert set(await ask(house, "ListModels")) == {"default", "models"}

    asyncio.run(story())


def test_a_client_finds_what_it_began_and_nothing_else(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_house(tmp_path, []) as house:
            own = await ask(house, "BeginSession", cwd=str(house.folder), model="scripted/hello", client="one")
            other = await ask(house, "BeginSession", cwd=str(house.folder), model="scripted/hello", client="two")
            assert [one["session_id"] for one in await ask(house, "ListSessions", client="one")] == [own["session_id"]]
            assert (await ask(house, "FindSession", session_id=own["session_id"], client="one")) == own
            for foreign in (other["session_id"], house.session_id):
                with pytest.raises(UsageError, match="of yours"):
                    await ask(house, "FindSession", session_id=foreign, client="one")
            await house.runtime.store.delete_session(own["session_id"])
            assert await ask(house, "ListSessions", client="one") == []
            with pytest.raises(UsageError, match="was deleted"):
                await ask(house, "FindSession", session_id=own["session_id"], client="one")
            with pytest.raises(UsageError):
                await ask(house, "BeginSession", cwd=str(house.folder), model="nobody/nothing", client="one")

    asyncio.run(story())
