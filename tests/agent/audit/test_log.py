from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.audit.body import APPROVED, DECIDED, INTENT, OUTCOME, approval, judged, outcome
from agent.errors import UsageError
from agent.labels import Label
from agent.models.sent import SentRecord
from agent.safety.decision import Decision
from agent.safety.effects import Effect
from agent.safety.request import Request
from tests.helpers.audit import edit, open_audit

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


class MovedClock:
    """A clock that is set by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    def awake_and_asleep(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def request(tool: str, *effects: Effect) -> Request:
    return Request(
        principals=("cli",),
        tool=tool,
        arguments="{}",
        effects=effects,
        label=Label("external", "private", ("external:example.org",)),
        attended=True,
        complete=True,
    )


def test_nothing_is_made_before_the_first_row_and_an_intent_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_audit(tmp_path):
            pass
        assert sorted(file.name for file in (tmp_path / "home").iterdir()) == ["homard.db"]
        async with open_audit(tmp_path) as audit:
            late = audit.record("run.begun", "r", "s", {})
            await audit.intent(INTENT, "r", "s", {"call_id": "c"})
            on_disk = await audit._database.read(
                lambda connection: connection.execute("SELECT COUNT(*) FROM audit").get
            )
            assert on_disk == 3  # the key, and both rows in their order
            await audit.settle(late)
            audit.record(OUTCOME, "r", "s", {"call_id": "c"})
            async with asyncio.timeout(10):
                while audit._chain.waiting:  # noqa: ASYNC110 nothing else is stored: it goes by itself a moment later
                    await asyncio.sleep(0.01)
        assert {file.name for file in (tmp_path / "home").iterdir()} == {"homard.db", "audit.anchor", "audit.key"}

    asyncio.run(story())


def test_why_puts_the_rows_of_a_call_together(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_audit(tmp_path, MovedClock(NOW)) as audit:
            run = request("shell", Effect("proc.run", "make test"))
            asked = Decision("ask", "default.proc.run", "needs a yes", sandbox="isolated", checkpoint=True)
            audit.record(DECIDED, "r", "s", judged("c1", run, asked))
            audit.record(APPROVED, "r", "s", approval("c1", allowed=True, by="person", scope="run", note="fine"))
            await audit.intent(INTENT, "r", "s", judged("c1", run, asked))
            denied = Decision("deny", "fixed.own", "Homard's own folder")
            audit.record(DECIDED, "r", "s", judged("c2", request("read", Effect("fs.read", "/x")), denied))
            audit.record(OUTCOME, "r", "s", outcome("c2", "denied"))
            audit.record(OUTCOME, "r", "s", outcome("c1", "done", details={"exit_code": 0, "diff": "x", "lines": [1]}))
            first, second = await audit.why("r")
            assert [first] == await audit.why("c1")
            assert (first.verdict, first.rule, first.reason) == ("ask", "default.proc.run", "needs a yes")
            assert first.approval == {"allowed": True, "by": "person", "scope": "run", "note": "fine"}
            assert (first.effects, first.principals, first.tool) == (("run make test",), ("cli",), "shell")
            assert first.label == {"integrity": "external", "secrecy": "private", "sources": ["external:example.org"]}
            assert (first.sandbox, first.undo) == ("isolated", "kept before the change")
            assert (first.begun, first.ended, first.digest) == (True, "done", run.digest)
            assert (second.verdict, second.begun, second.ended) == ("deny", False, "denied")
            with pytest.raises(UsageError, match="has no call and no run 'c3'"):
                await audit.why("c3")

    asyncio.run(story())


def sent(
    session: str = "s", *, received: int | None = None, sources: tuple[str, ...] = (), local: bool = False
) -> SentRecord:
    host = "this machine" if local else "api.openai.com"
    return SentRecord(session, "p", host, "m", local, 1_000, received, {} if received else {"prompt": 600}, sources)


def test_the_ledger_adds_up_what_left_and_names_each_source_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with open_audit(tmp_path, MovedClock(NOW)) as audit:
            audit.run_begun("r1", "s", {})
            audit.sent(sent(sources=("/a", "/b")))
            audit.sent(sent(received=70))
            audit.sent(sent(sources=("/a", "/b", "https://c")))
            audit.sent(sent("other", local=True))
            audit.run_ended("r1", "s", {})
            audit.sent(sent())
            ledger = await audit.ledger("r1")
            (one,) = ledger.models
            assert (one.requests, one.bytes_sent, one.bytes_received, one.parts) == (2, 2_000, 70, {"prompt": 1_200})
            assert one.sources == ("/a", "/b", "https://c") and ledger.bytes_to_remote_models == 2_000
            assert [row.body.get("sources") for row in await audit.rows("r1")][1:4] == [
                ["/a", "/b"],
                None,
                ["https://c"],
            ]
            everything = await audit.ledger()
            assert [model.local for model in everything.models] == [False, True]
            assert everything.bytes_to_remote_models == 3_000
            assert (await audit.ledger(since=NOW + timedelta(seconds=1))).models == ()

    asyncio.run(story())


def test_cleaning_by_age_leaves_a_chain_that_verifies_and_does_not_hide_tampering(tmp_path: Path) -> None:
    clock = MovedClock(NOW)

    async def story() -> None:
        async with open_audit(tmp_path, clock) as audit:
            assert await audit.clean(NOW) == 0
            for day in range(5):
                clock.at = NOW + timedelta(days=day)
                await audit.intent(INTENT, f"r{day}", "s", {"call_id": f"c{day}"})
            assert await audit.clean(NOW + timedelta(days=2)) == 3  # the key's row and two days
            assert await audit.clean(NOW + timedelta(days=2)) == 0
            found = await audit.verify()
            assert (found.ok, found.first_seq, found.last_seq, found.rows) == (True, 4, 7, 4)
            assert "Rows 1 to 3 were removed because of their age." in found.notes
            assert await audit.clean(NOW + timedelta(days=90)) == 3
            await audit.intent(INTENT, "r9", "s", {"call_id": "c9"})
            assert (await audit.verify()).findings == ()
        edit(tmp_path, "DELETE FROM audit WHERE seq = (SELECT MIN(seq) FROM audit)")
        async with open_audit(tmp_path, clock) as audit:
            assert [one.what for one in (await audit.verify()).findings] == ["missing"]

    asyncio.run(story())
