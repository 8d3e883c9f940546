import asyncio
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.models.scripted import Reply
from agent.run_name import find_run, only_run
from tests.helpers.audit import open_audit
from tests.helpers.house import open_house


def test_a_beginning_of_one_is_enough_and_a_whole_id_is_never_taken_for_a_beginning() -> None:
    assert only_run("ab", ["abc"], "x") == "abc" and only_run("ab", [], "x") is None
    assert only_run("ab", ["abc", "ab"], "x") == "ab"
    with pytest.raises(UsageError, match=r"Several runs begin with 'ab'; nothing was done.*`x` lists them"):
        only_run("ab", ["abc", "abd"], "x")


def test_last_is_the_newest_and_what_has_not_run_has_no_name(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("one"), Reply("two")]) as house:
            database = house.runtime.store.database
            with pytest.raises(UsageError, match="Nothing has run yet"):
                await find_run(database, "last")
            for _ in range(2):
                run_id = (await house.ask("go"))[-1].run_id
                assert [await find_run(database, named) for named in ("last", run_id, run_id[:12])] == [run_id] * 3
            for named in ("nothing", "%", "\udcff", "ü"):
                assert await find_run(database, named) is None

    asyncio.run(main())


def test_a_run_that_the_audit_alone_knows_and_a_call_that_is_called_like_a_name(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_audit(tmp_path) as audit:
            audit.record("call.intent", "run-1", "s", {"call_id": "last", "tool": "shell"})
            audit.record("call.intent", "run-2", "s", {"call_id": "run-1", "tool": "read"})
            assert [act.call_id for act in await audit.why("run-1")] == ["last"]
            assert [act.run_id for act in await audit.why("run-2")] == ["run-2"]
            with pytest.raises(UsageError, match="Several runs begin with 'run'"):
                await audit.why("run")
            with pytest.raises(UsageError, match="Nothing has run yet"):
                await audit.why("last")

    asyncio.run(main())
