"""Who owns the home, as a program that serves an editor finds and leaves it."""

import asyncio
from pathlib import Path

import pytest

from agent.commands import CancelRun, SendMessage
from agent.errors import UsageError
from agent.events import RunFinished
from agent.interfaces.control.queries import BeginSession, ListModels, ListSessions
from agent.interfaces.serving.desk import OwnerLeft
from agent.interfaces.serving.home import HomeDoor
from agent.interfaces.serving.run import asked
from agent.messages import TextPart
from agent.storage.owner import Owner, read_card
from agent.storage.records import Session
from tests.helpers.command_line import homard, script, serving
from tests.helpers.house import home as places

SLOW = '[[replies]]\ntext = "a b c d e f g h i j k l m n o p q r s t u v w x y z"\ndelay_s = 1\n'


def test_it_owns_the_home_only_while_it_is_needed(tmp_path: Path) -> None:
    paths = places(tmp_path)

    async def story() -> None:
        door = HomeDoor(paths, idle_s=0.05)
        for _ in range(2):
            async with door.desk() as desk:
                assert await desk.ask(ListSessions(), list[Session]) == []
                async with door.desk() as same:
                    assert same is desk
                assert read_card(paths)["address"]
            while read_card(paths):  # noqa: ASYNC110 another process could wait no better
                await asyncio.sleep(0.01)
            owner = await asyncio.to_thread(Owner.acquire, paths)
            assert owner is not None
            owner.release()
        await door.close()

    asyncio.run(story())


def test_others_are_served_meanwhile_and_to_their_end(tmp_path: Path) -> None:
    paths = places(tmp_path)

    async def story() -> None:
        door = HomeDoor(paths, idle_s=0.05)
        async with door.desk():
            model = script(tmp_path, '[[replies]]\ntext = "one two three"\ndelay_s = 0.3\n')
            command = asyncio.to_thread(homard, paths.data, "ask", "-m", model, "hello", cwd=tmp_path)
            other = asyncio.ensure_future(command)
            while not await _runs(door):  # noqa: ASYNC110 as above
                await asyncio.sleep(0.05)
        await door.close()
        assert (await other).stdout.strip() == "one two three"

    asyncio.run(story())


async def _runs(door: HomeDoor) -> bool:
    async with door.desk() as desk:
        return bool(await desk.ask(ListSessions(), list[Session]))


def test_a_call_that_is_given_up_while_it_becomes_the_owner_locks_nobody_out(tmp_path: Path) -> None:
    paths = places(tmp_path)

    async def use(door: HomeDoor) -> None:
        async with door.desk():
            raise AssertionError("it was given up before")

    async def story() -> None:
        door = HomeDoor(paths, idle_s=0.05)
        for steps in range(12):
            task = asyncio.ensure_future(use(door))
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await door.close()
        owner = await asyncio.to_thread(Owner.acquire, paths)
        assert owner is not None
        owner.release()

    asyncio.run(story())


def test_when_the_owner_ends_work_under_way_says_so_and_the_next_call_finds_another(tmp_path: Path) -> None:
    paths = places(tmp_path)

    async def story() -> None:
        door = HomeDoor(paths)
        model = script(tmp_path, SLOW)
        with serving(paths.data) as owner:
            async with door.desk() as desk:
                session = await desk.ask(BeginSession(str(tmp_path), model=model), Session)
                async with asked(desk, SendMessage(session.session_id, (TextPart("go"),))) as run:
                    await anext(run.events)
                    owner.kill()
                    with pytest.raises(OwnerLeft):
                        async for _event in run.events:
                            pass
                with pytest.raises(OwnerLeft):
                    await desk.ask(ListModels(), dict)
        async with door.desk() as desk:
            assert [one.session_id for one in await desk.ask(ListSessions(), list[Session])] == [session.session_id]
            with pytest.raises(UsageError):
                await desk.submit(CancelRun(run.receipt.run_id))
        await door.close()

    asyncio.run(story())


def test_a_tied_run_ends_with_the_connection_and_another_goes_on(tmp_path: Path) -> None:
    paths = places(tmp_path)

    async def story() -> None:
        door, other = HomeDoor(paths), HomeDoor(paths)
        model = script(tmp_path, SLOW)
        async with other.desk() as watching, door.desk() as desk:
            begin = BeginSession(str(tmp_path), model=model)
            tied, free = [await desk.ask(begin, Session) for _ in range(2)]
            async with watching.listening(tied.session_id) as events:
                kept = await desk.submit(SendMessage(free.session_id, (TextPart("go"),)))
                await desk.submit(SendMessage(tied.session_id, (TextPart("go"),)), tied=True)
                await desk.close()
                async for event in events:
                    if isinstance(event, RunFinished):
                        assert event.stop_reason == "cancelled"
                        break
            await watching.submit(CancelRun(kept.run_id))  # it still worked
        await door.close()
        await other.close()

    asyncio.run(story())
