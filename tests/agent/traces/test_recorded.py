"""Traces of real runs: a scripted model, real tools and a real audit."""

import asyncio
from pathlib import Path

import pytest

from agent.clock import SystemClock
from agent.commands import ResolveApproval
from agent.errors import UsageError
from agent.events import ApprovalRequested
from agent.messages import Usage
from agent.models.scripted import Reply
from agent.tasks import spawn
from agent.traces.recorded import Traces
from tests.helpers.house import House, open_house

SCRIPT = [
    Reply("Look.", calls=[("look", {"at": "a.txt"}), ("act", {"on": "b.txt"})], usage=Usage(90, 30, 9, 0.1)),
    Reply(error="overloaded"),
    Reply("Done.", usage=Usage(200, 90, 5, 0.1)),
    Reply("And again.", usage=Usage(300, 200, 5, 0.1)),
]


async def yes(house: House) -> None:
    with house.runtime.subscribe(house.session_id) as events:
        async for event in events:
            if isinstance(event, ApprovalRequested):
                await house.runtime.submit(ResolveApproval(event.approval_id, True))


def test_a_run_with_a_question_and_a_failed_attempt(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, SCRIPT, clock=SystemClock()) as house:  # type: ignore[arg-type]
            person = spawn(yes(house), "say yes")
            first = (await house.ask("do it"))[-1].run_id
            second = (await house.ask("again"))[-1].run_id
            person.cancel()
            runtime = house.runtime
            traces = Traces(runtime.store, runtime.seen, runtime.audit)
            trace = await traces.of_run(first[:8])
            assert [(span.kind, span.name) for span in trace.spans] == [
                ("run", "run"),
                ("turn", "1"),
                ("model", "scripted/hello"),
                ("tool", "look"),
                ("tool", "act"),
                ("approval", "approval"),
                ("turn", "2"),
                ("model", "scripted/hello"),
                ("model", "scripted/hello"),
            ]
            works = [span.model for span in trace.spans if span.model]
            assert [(work.error, work.usage.input_tokens, work.measured) for work in works] == [
                ("", 90, True),
                ("overloaded", 0, True),
                ("", 200, True),
            ]
            asked = [span.waiting for span in trace.spans if span.waiting]
            assert [(one.allowed, one.by, one.rule) for one in asked] == [(True, "person", "default.fs.write")]
            assert (trace.unmeasured, trace.stop_reason, trace.usage.input_tokens) == (0, "end_turn", 290)
            newest = await traces.of_run()
            assert newest.run_id == second and newest.spans[-1].model is not None
            assert {share.part for share in newest.spans[-1].model.prompt} >= {"prompt", "replies", "results:act"}
            assert (await traces.of_run("last")).run_id == second
            with pytest.raises(UsageError, match=r"run 'nothing'; nothing was done\. `homard audit show` lists"):
                await traces.of_run("nothing")
            with pytest.raises(UsageError, match="Several runs begin with 'r'"):
                await traces.of_run("r")

    asyncio.run(main())


def test_nothing_to_trace(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            runtime = house.runtime
            with pytest.raises(UsageError, match="Nothing has run yet"):
                await Traces(runtime.store, runtime.seen, runtime.audit).of_run()

    asyncio.run(main())
