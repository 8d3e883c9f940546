"""Events go to whoever listens, in order; a reader who does not read costs little."""

import asyncio

from agent.bus import MANY_WAITING, Bus
from agent.events import MessageDelta, MessageFinished, MessageStarted


def test_a_subscriber_hears_its_session_in_order_and_only_while_it_listens() -> None:
    async def main() -> None:
        bus = Bus()
        one, two = MessageStarted("s1", "r", "m"), MessageStarted("s2", "r", "m")
        bus.publish(one)
        with bus.subscribe("s1") as mine, bus.subscribe() as everything:
            for event in (one, two, one):
                bus.publish(event)
            assert [await anext(mine), await anext(mine)] == [one, one]
            assert [await anext(everything) for _ in range(3)] == [one, two, one]
        bus.publish(one)
        with bus.subscribe("s1") as later:
            waiting = asyncio.create_task(anext(later))
            await asyncio.sleep(0)
            bus.publish(one)
            assert await waiting == one

    asyncio.run(main())


def test_a_reader_far_behind_gets_the_same_text_in_larger_pieces() -> None:
    async def main() -> None:
        bus = Bus()
        with bus.subscribe() as events:
            for n in range(50_000):
                bus.publish(MessageDelta("s", "r", f"{n} "))
            bus.publish(MessageFinished("s", "r", None))
            seen = [event async for event in until_finished(events)]
            assert len(seen) == MANY_WAITING
            assert "".join(event.text for event in seen) == "".join(f"{n} " for n in range(50_000))

    asyncio.run(main())


async def until_finished(events):
    async for event in events:
        if isinstance(event, MessageFinished):
            return
        yield event
