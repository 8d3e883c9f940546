"""Work that must not be half done is done before a cancellation goes on."""

import asyncio

import pytest

from agent.tasks import uninterrupted


def test_cancelled_work_is_finished_first_however_often_it_is_cancelled() -> None:
    async def main() -> None:
        gate, done = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            await gate.wait()
            done.set()

        task = asyncio.create_task(uninterrupted(work(), "work"))
        for _ in range(3):
            await asyncio.sleep(0)
            task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done.is_set()

    asyncio.run(main())


def test_a_time_limit_stays_a_time_limit_and_results_and_errors_come_through() -> None:
    async def main() -> None:
        async def work(result: int) -> int:
            await asyncio.sleep(0.05)
            return 1 // result

        assert await uninterrupted(work(1), "work") == 1
        with pytest.raises(ZeroDivisionError):
            await uninterrupted(work(0), "work")
        for result in (0, 1):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await uninterrupted(work(result), "work")

    asyncio.run(main())
