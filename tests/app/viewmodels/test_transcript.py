"""A transcript shows what is stored and what happens now, and both are the same in the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.commands import CancelRun, ResolveApproval, RunJob, SaveJob
from agent.events import ApprovalRequested, ApprovalResolved, MessageDelta, RunFinished, RunStarted, ToolCallStarted
from agent.jobs import Job
from agent.labels import Label
from agent.messages import AssistantMessage, Entry, TextPart, ToolCall, ToolMessage, ToolResult, UserMessage
from agent.models.scripted import Reply
from agent.storage.records import Run
from agent.tools.registry import built_in_tools
from app.bridge import Bridge
from app.viewmodels.history import rows_of
from app.viewmodels.live import LiveRuns
from app.viewmodels.rows import AnswerRow, ApprovalRow, FooterRow, Row, ToolRow, UserRow
from app.viewmodels.transcript import PAGE, TranscriptViewModel
from tests.helpers.house import House, collect, open_house
from tests.helpers.tools import LookTool


class Screen:
    """A transcript fed as the app feeds it, that follows its signals like a list widget would."""

    def __init__(self, house: House) -> None:
        self.live = LiveRuns()
        self.model = TranscriptViewModel(house.runtime, self.live)
        self.bridge = Bridge()
        self.bridge.happened.connect(self._take)
        self.shown: list[Row] = []
        self.model.opened.connect(lambda: self.shown.__setitem__(slice(None), self.model.rows))
        self.model.inserted.connect(lambda at, n: self.shown.__setitem__(slice(at, at), self.model.rows[at : at + n]))
        self.model.removed.connect(lambda at, n: self.shown.__delitem__(slice(at, at + n)))
        self.model.changed.connect(lambda at: self.shown.__setitem__(at, self.model.rows[at]))

    def _take(self, event: Any) -> None:
        self.live.take(event)
        self.model.take(event)

    def take(self, event: Any) -> None:
        if isinstance(event, MessageDelta):
            self._take(event)
        else:
            self.bridge.take(event)


def kinds(rows: list[Row]) -> list[str]:
    return [type(row).__name__ for row in rows]


def timeless(rows: list[Row]) -> list[Row]:
    """The rows without what only the clock or only the live view knows."""
    plain: list[Row] = []
    for row in rows:
        if isinstance(row, ToolRow):
            row = replace(row, duration_s=None, entry_id=None)
        if isinstance(row, FooterRow):
            row = replace(row, duration_s=0.0, model="")
        if not isinstance(row, ApprovalRow):
            plain.append(row)
    return plain


async def play(house: House, screen: Screen, text: str, **more: Any) -> RunFinished:
    with house.runtime.subscribe() as events:
        receipt = await house.runtime.submit(house.message(text, **more))
        async for event in events:
            screen.take(event)
            if isinstance(event, ApprovalRequested):
                await house.runtime.submit(ResolveApproval(event.approval_id, True))
            if isinstance(event, RunFinished) and event.run_id == receipt.run_id:
                return event
    raise AssertionError


def test_what_was_seen_live_is_what_is_read_later(qtbot: Any, tmp_path: Path) -> None:
    script = [
        Reply("I look.", calls=[("look", {"at": "x"}), ("act", {"on": "y"})], thinking="hm"),
        Reply("All **done**."),
    ]

    async def main() -> None:
        async with open_house(tmp_path, script) as house:
            screen = Screen(house)
            await screen.model.open(house.session_id)
            assert screen.shown == []
            await play(house, screen, "go")
            assert kinds(screen.shown) == [
                "UserRow", "AnswerRow", "ToolRow", "ToolRow", "ApprovalRow", "AnswerRow", "FooterRow",
            ]  # fmt: skip
            assert screen.shown == screen.model.rows
            live = timeless(screen.shown)
            await screen.model.open(house.session_id)
            assert timeless(screen.shown) == live
            approval = next(row for row in live if isinstance(row, ToolRow) and row.name == "act")
            assert approval.state == "done"

    asyncio.run(main())


def test_a_stored_reply_takes_the_place_of_the_one_that_streamed(qtbot: Any, tmp_path: Path) -> None:
    script = [Reply("I look.", calls=[("look", {"at": "x"})], thinking="hm"), Reply("Done.")]

    async def main() -> None:
        async with open_house(tmp_path, script) as house:
            screen = Screen(house)
            await screen.model.open(house.session_id)
            gone: list[Row] = []
            screen.model.removed.connect(lambda at, n: gone.append(screen.shown[at]))
            await play(house, screen, "go")
            assert gone == []
            answers = [row for row in screen.shown if isinstance(row, AnswerRow)]
            assert [(row.text, row.streaming, row.entry_id is None) for row in answers] == [
                ("I look.", False, False),
                ("Done.", False, False),
            ]

    asyncio.run(main())


@pytest.mark.parametrize("stop_at", ["delta", "tool", "approval"])
def test_opened_in_mid_run_it_shows_what_the_store_does_not_have_yet(qtbot: Any, tmp_path: Path, stop_at: str) -> None:
    look = LookTool()
    look.gate = asyncio.Event()
    from tests.helpers.tools import ActTool

    script = [Reply("I look at it.", calls=[("look", {"at": "x"})]), Reply(calls=[("act", {"on": "y"})]), Reply("ok")]
    wanted = {"delta": MessageDelta, "tool": ToolCallStarted, "approval": ApprovalRequested}[stop_at]

    async def main() -> None:
        async with open_house(tmp_path, script, [look, ActTool()]) as house:
            screen = Screen(house)
            with house.runtime.subscribe() as events:
                receipt = await house.runtime.submit(house.message("go"))
                if stop_at == "approval":
                    assert look.gate
                    look.gate.set()
                async for event in events:
                    screen.take(event)
                    if isinstance(event, wanted):
                        break
                await screen.model.open(house.session_id)
                assert screen.model.running == receipt.run_id
                last = screen.shown[-1]
                if stop_at == "delta":
                    assert isinstance(last, AnswerRow)
                elif stop_at == "tool":
                    assert isinstance(last, ToolRow) and last.state == "running"
                else:
                    assert isinstance(last, ApprovalRow) and last.state == "open"
                    assert isinstance(screen.shown[-2], ToolRow) and screen.shown[-2].state == "waiting"
                await house.runtime.submit(CancelRun(receipt.run_id))
                for event in await collect(events, receipt.run_id):
                    screen.take(event)
            assert screen.model.running is None
            footer = screen.shown[-1]
            assert isinstance(footer, FooterRow) and footer.stop_reason == "cancelled" and footer.can_retry
            assert not any(isinstance(row, ApprovalRow) and row.state == "open" for row in screen.shown)

    asyncio.run(main())


def test_a_long_session_is_shown_from_its_end_and_then_whole(qtbot: Any, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            store = house.runtime.store
            for n in range(900):
                call = ToolCall(f"c{n}", "look", '{"at": "x"}')
                await store.append(
                    house.session_id,
                    None,
                    [
                        UserMessage((TextPart(f"question {n}"),)),
                        AssistantMessage((TextPart(f"answer {n}"), call)),
                        ToolMessage(ToolResult(call.call_id, "look", (TextPart(f"result {n}"),))),
                    ],
                )
            screen = Screen(house)
            first: list[int] = []
            screen.model.opened.connect(lambda: first.append(len(screen.model.rows)))
            await screen.model.open(house.session_id)
            assert first[0] < PAGE
            assert screen.shown == screen.model.rows
            said = [row.text for row in screen.shown if isinstance(row, UserRow)]
            assert said == [f"question {n}" for n in range(900)]
            tools = [row for row in screen.shown if isinstance(row, ToolRow)]
            assert [tool.output for tool in tools] == [f"result {n}" for n in range(900)]
            assert {tool.state for tool in tools} == {"done"}

    asyncio.run(main())


def test_a_reply_that_was_given_up_stays_on_the_screen_until_the_next(qtbot: Any, tmp_path: Path) -> None:
    script = [Reply("half an ans", error="reply_cut"), Reply("whole")]

    async def main() -> None:
        async with open_house(tmp_path, script) as house:
            screen = Screen(house)
            await screen.model.open(house.session_id)
            await play(house, screen, "go")
            answers = [row for row in screen.shown if isinstance(row, AnswerRow)]
            assert [(row.text, row.given_up) for row in answers] == [("whole", False)]
            assert kinds(screen.shown) == ["UserRow", "AnswerRow", "FooterRow"]

    asyncio.run(main())


def test_only_the_last_run_that_failed_can_be_tried_again(qtbot: Any, tmp_path: Path) -> None:
    script = [Reply(error="bad_key"), Reply("fine"), Reply(error="bad_key")]

    async def main() -> None:
        async with open_house(tmp_path, script) as house:
            screen = Screen(house)
            await screen.model.open(house.session_id)
            first = (await play(house, screen, "one")).run_id
            assert screen.model.can_retry(first)
            second = (await play(house, screen, "two")).run_id
            assert not screen.model.can_retry(first) and not screen.model.can_retry(second)
            third = (await play(house, screen, "three")).run_id
            assert screen.model.can_retry(third)
            await screen.model.open(house.session_id)
            assert [screen.model.can_retry(run) for run in (first, second, third)] == [False, False, True]

    asyncio.run(main())


def test_what_is_known_of_an_approval_is_in_its_row(qtbot: Any, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            screen = Screen(house)
            await screen.model.open(house.session_id)
            screen.take(RunStarted(house.session_id, "r1", "user", "m", "tidy\nup " + "x" * 300))
            told: list[tuple[str, ...]] = []
            screen.model.waiting_changed.connect(lambda: told.append(tuple(row.key for row in screen.model.waiting())))
            label = Label("external", "private", ("external:example.org",))
            screen.take(
                ApprovalRequested(
                    house.session_id, "r1", "a1", "c1", "write", ("write /a",), "why", {}, label,
                    ("once", "run", "always"), "allow writing to /a", "Can be undone.", "digest", 7,
                )
            )  # fmt: skip
            asked = screen.shown[-1]
            assert asked == ApprovalRow(
                "a1", "r1", "write", ("write /a",), "why", label=label, scopes=("once", "run", "always"),
                rule="allow writing to /a", undo="Can be undone.", asked_lately=7, prompt="tidy up " + "x" * 192 + "…",
            )  # fmt: skip
            screen.take(ApprovalResolved(house.session_id, "r1", "a1", True, "person", scope="run"))
            assert screen.shown[-1] == replace(asked, state="allowed", scope="run")
            assert told == [("a1",), ()]

    asyncio.run(main())


def ended(name: str, **details: Any) -> list[Row]:
    """The rows of a run with one call, as they are read from the store."""
    at = datetime(2026, 11, 22, tzinfo=UTC)
    result = ToolResult("c1", name, (TextPart("ok"),), details)
    messages = [UserMessage((TextPart("go"),)), AssistantMessage((ToolCall("c1", name, "{}"),)), ToolMessage(result)]
    entries = [Entry(n, n - 1 or None, "s1", "r1", at, message) for n, message in enumerate(messages, 1)]
    run = Run("r1", "s1", "user", "m", "go", at, at, "end_turn", dry_run=bool(details.get("dry_run")))
    return rows_of(entries, {"r1": run}, lambda call: call.name).rows


@pytest.mark.parametrize(
    ("name", "details", "state", "files", "can_undo", "dry_run"),
    [
        ("write", {"path": "/a"}, "done", ("/a",), True, False),
        ("delete", {"path": "/a"}, "done", ("/a",), True, False),
        ("shell", {}, "done", (), True, False),
        ("read", {"path": "/a"}, "done", (), False, False),
        ("write", {"path": "/a", "dry_run": True}, "recorded", (), False, True),
    ],
)
def test_a_footer_says_what_can_be_put_back_and_what_was_a_dry_run(
    name: str, details: dict[str, Any], state: str, files: tuple[str, ...], can_undo: bool, dry_run: bool
) -> None:
    _said, call, footer = ended(name, **details)
    assert isinstance(call, ToolRow) and isinstance(footer, FooterRow)
    assert (call.state, footer.files, footer.can_undo, footer.dry_run) == (state, files, can_undo, dry_run)


PARKS = [Reply(calls=[("write", {"path": "a.txt", "text": "x"}), ("write", {"path": "b.txt", "text": "y"})])]


async def parked(house: House, screen: Screen) -> str:
    """Run a job that asks, with its session on the screen; the session's id."""
    runtime = house.runtime
    made = await runtime.submit(SaveJob(Job(name="Notes", prompt="Write both.", folder=str(house.folder))))
    with runtime.subscribe() as events:
        receipt = await runtime.submit(RunJob(made.job_id))
        await screen.model.open(receipt.session_id)
        async for event in events:
            screen.take(event)
            if isinstance(event, RunFinished):
                return receipt.session_id
    raise AssertionError("the bus closed")


def asked_rows(rows: list[Row]) -> list[tuple[str, str]]:
    return [(type(row).__name__, row.state) for row in rows if isinstance(row, ToolRow | ApprovalRow)]


def test_what_a_parked_run_asks_is_open_now_and_after_a_restart_and_goes_on_once_answered(tmp_path: Path) -> None:
    async def first() -> str:
        async with open_house(tmp_path, PARKS, built_in_tools()) as house:
            screen = Screen(house)
            session_id = await parked(house, screen)
            (footer,) = [row for row in screen.shown if isinstance(row, FooterRow)]
            assert (footer.stop_reason, footer.can_retry, footer.can_repeat) == ("parked", False, False)
            assert [row.tool for row in screen.model.waiting()] == ["write"]
            live = asked_rows(screen.shown)
            await screen.model.open(session_id)
            assert asked_rows(screen.shown) == live
            return session_id

    async def second(session_id: str) -> None:
        async with open_house(tmp_path, [Reply("Both are written.")], built_in_tools()) as house:
            screen, runtime = Screen(house), house.runtime
            await screen.model.open(session_id)
            assert asked_rows(screen.shown) == [("ToolRow", "waiting"), ("ApprovalRow", "open"), ("ToolRow", "waiting")]
            assert [row.can_undo for row in screen.shown if isinstance(row, FooterRow)] == [False]
            with runtime.subscribe() as events:
                await runtime.automation.start()
                await runtime.submit(ResolveApproval(screen.model.waiting()[0].key, True))
                async for event in events:
                    screen.take(event)
                    if isinstance(event, RunFinished) and event.stop_reason == "parked":
                        await runtime.submit(ResolveApproval(screen.model.waiting()[0].key, True))
                    elif isinstance(event, RunFinished):
                        break
            footers = [row.stop_reason for row in screen.shown if isinstance(row, FooterRow)]
            assert (footers, screen.model.waiting()) == (["end_turn"], ())
            assert {row.state for row in screen.shown if isinstance(row, ToolRow)} == {"done"}
            assert (house.folder / "b.txt").read_text() == "y"

    session_id = asyncio.run(first())
    asyncio.run(second(session_id))
