"""What holds for a run, as far as a reply that is given again must agree in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from agent.commands import ActsAs, SendMessage
from agent.events import Origin
from agent.jobs import Permission
from agent.labels import USER, Label
from agent.messages import AssistantMessage, TextPart, ToolMessage, Usage
from agent.models.response_cache import ReplyCache
from agent.models.scripted import Reply
from agent.ports import Account, ModelEvent, ModelRequest, Purpose
from agent.reuse import Reusing, RunStanding
from agent.safety.policy import Policy
from agent.safety.policy_file import POLICY_FILE, PolicyFile
from agent.settings import BudgetSettings, EconomySettings, ModelProfile
from agent.tools.registry import built_in_tools
from agent.workplace import principals_of
from tests.helpers.automation import Office, open_office
from tests.helpers.house import House, open_house
from tests.helpers.skills import enabled_skill
from tests.helpers.tool_context import tool_context

READS = (Permission(what="fs.read", to=("/a",)),)
WRITES = (*READS, Permission(what="fs.write", to=("/a",)))


def standing_of(folder: Path, **fields: Any) -> RunStanding:
    allow: tuple[Permission, ...] = fields.pop("allow", READS)
    origin: Origin = fields.pop("origin", "schedule")
    label: Label = fields.pop("label", USER)
    acts_as = ActsAs(job_id=fields.pop("job_id", "j"), slot_id=1, run_id="r", allow=allow)
    file = PolicyFile(folder / POLICY_FILE)
    rules: Policy = file.current()
    command = SendMessage("s", (TextPart("Look."),), origin, attended=False, acts_as=acts_as, **fields)
    context = tool_context(folder, built_on=rules)
    return RunStanding(command, context, principals_of(origin, acts_as), lambda: label, file.unchanged)


def test_the_same_run_of_a_job_stands_as_it_did(tmp_path: Path) -> None:
    first, second = standing_of(tmp_path)(), standing_of(tmp_path)()
    assert first is not None
    assert first == second
    assert (first.attended, first.principals, first.label) == (False, ("user", "job:j"), USER)


@pytest.mark.parametrize(
    "other",
    [
        {"allow": WRITES},
        {"origin": "file_watch"},
        {"job_id": "k"},
        {"label": Label("external")},
        {"dry_run": True},
        {"approve_all": True},
        {"typed": False},
        {"grants": ("/b",)},
    ],
)
def test_whatever_else_it_may_or_has_seen_it_stands_otherwise(tmp_path: Path, other: dict[str, Any]) -> None:
    assert standing_of(tmp_path)() != standing_of(tmp_path, **other)()


def test_another_rule_or_mark_or_folder_makes_it_another(tmp_path: Path) -> None:
    before = standing_of(tmp_path)()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert standing_of(elsewhere)() != before
    (tmp_path / POLICY_FILE).write_text('[[rule]]\ndo = "deny"\nwhat = "fs.read"\nto = "/a"\n')
    ruled = standing_of(tmp_path)()
    assert ruled is not None
    assert ruled != before


def test_while_the_rules_change_nothing_is_taken_from_before(tmp_path: Path) -> None:
    (tmp_path / POLICY_FILE).write_text('[[rule]]\ndo = "deny"\nwhat = "fs.read"\nto = "/a"\n')
    standing = standing_of(tmp_path)
    assert standing() is not None
    (tmp_path / POLICY_FILE).write_text('[[rule]]\ndo = "deny"\nwhat = "fs.read"\nto = "/another"\n')
    assert standing() is None


def test_rules_that_cannot_be_read_give_nothing(tmp_path: Path) -> None:
    (tmp_path / POLICY_FILE).write_text("[[rule]\n")
    assert standing_of(tmp_path)() is None


def test_the_label_is_that_of_the_moment(tmp_path: Path) -> None:
    labels = [Label("local"), Label("external")]
    standing = standing_of(tmp_path)
    standing.label = lambda: labels.pop(0)
    found = [standing(), standing()]
    assert [one.label if one else None for one in found] == [Label("local"), Label("external")]


def test_what_a_chat_says_goes_straight_to_its_model(tmp_path: Path) -> None:
    class Straight:
        def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
            raise LookupError(request.account.purpose)

    def none() -> ReplyCache:
        raise AssertionError("nobody may use it")

    reusing = Reusing(Straight(), none, standing_of(tmp_path))
    for purpose in get_args(Purpose):
        if purpose != "reading":
            with pytest.raises(LookupError, match=purpose):
                reusing.stream(ModelRequest(ModelProfile("p", "m"), "", (), account=Account(purpose=purpose)))
    with pytest.raises(AssertionError):
        reusing.stream(ModelRequest(ModelProfile("p", "m"), "", (), account=Account(purpose="reading")))


def looks(request: ModelRequest) -> Reply:
    """What a job's model does: it looks, then it says what it has seen; apart from it another reads."""
    if request.account.purpose == "reading":
        return Reply('{"total": 5}', usage=USED)
    done = any(isinstance(message, ToolMessage) for message in request.messages)
    return Reply("All quiet.", usage=USED) if done else Reply(calls=[LOOK], usage=USED)


LOOK = ("extract", {"source": "bill.txt", "fields": {"total": "number"}})
USED = Usage(900, 0, 50, 0.01)


async def replies_of(house: House) -> list[tuple[str, bool, float | None]]:
    """Of all sessions: what was said, whether it came again, what it cost; what came again last."""
    runs = await house.runtime.store.runs()
    found: list[tuple[str, bool, float | None]] = []
    for session_id in dict.fromkeys(run.session_id for run in runs):
        messages = [entry.message for entry in await house.runtime.store.path(session_id)]
        replies = [one for one in messages if isinstance(one, AssistantMessage)]
        found += [(one.text, one.from_cache, one.usage.cost_usd) for one in replies]
    return sorted(found, key=lambda reply: reply[1])


def test_a_job_that_is_asked_the_very_same_again_costs_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_office(tmp_path, looks, tools=built_in_tools(), reuse=True) as office:
            (office.folder / "bill.txt").write_text("Total: 5")
            job_id = await office.save()
            for _ in range(2):
                assert (await office.run(job_id)).state == "done"
            assert await replies_of(office.house) == [
                ("", False, 0.01),
                ("All quiet.", False, 0.01),
                ("", True, 0.0),
                ("All quiet.", True, 0.0),
            ]
            assert len(office.house.gateway.requests) == 3
            (office.folder / "bill.txt").write_text("Total: 6")
            await office.run(job_id)
            assert [request.account.purpose for request in office.house.gateway.requests[3:]] == ["reading"]

    asyncio.run(main())


def settings_of(office: Office, **fields: Any) -> None:
    office.house.runtime.settings = msgspec.structs.replace(office.house.runtime.settings, **fields)


def enabled(office: Office) -> None:
    enabled_skill(office.house.runtime.paths.skills, "letters")


BETWEEN: dict[str, tuple[Callable[[Office], object], bool]] = {
    "nothing": (lambda _office: None, True),
    "a file that nobody reads": (lambda office: (office.folder / "other.txt").write_text("x"), True),
    "a cap": (lambda office: settings_of(office, budget=BudgetSettings(usd_per_day=5.0)), True),
    "the instructions of the folder": (lambda office: (office.folder / "AGENTS.md").write_text("Be brief."), False),
    "a skill": (enabled, False),
    "a mark": (lambda office: office.house.runtime.policy.mark(office.folder.parent, "untrusted"), False),
    "a folder that runs may read": (lambda office: settings_of(office, grants=("/usr",)), True),
    "the switch": (lambda office: settings_of(office, economy=EconomySettings(reuse_replies=False)), False),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_a_job_gets_a_reply_again_as_long_as_nothing_of_it_has_changed(tmp_path: Path, name: str) -> None:
    change, again = BETWEEN[name]

    async def main() -> None:
        async with open_office(tmp_path, lambda _request: Reply("All quiet."), reuse=True) as office:
            job_id = await office.save()
            await office.run(job_id)
            change(office)
            assert (await office.run(job_id)).state == "done"
            assert len(office.house.gateway.requests) == (1 if again else 2)

    asyncio.run(main())


def test_of_what_is_local_only_nothing_is_kept(tmp_path: Path) -> None:
    def script(request: ModelRequest) -> Reply:
        done = any(isinstance(message, ToolMessage) for message in request.messages)
        return Reply("It is dear.", usage=USED) if done else Reply(calls=[("read", {"path": "bill.txt"})], usage=USED)

    async def main() -> None:
        for mark, again in ((False, True), (True, False)):
            folder = tmp_path / str(mark)
            folder.mkdir()
            async with open_office(folder, script, tools=built_in_tools(), reuse=True) as office:
                (office.folder / "bill.txt").write_text("Total: 5")
                if mark:
                    office.house.runtime.policy.mark(office.folder, "local_only")
                job_id = await office.save()
                for _ in range(2):
                    assert (await office.run(job_id)).state == "done"
                said = [one for one in await replies_of(office.house) if one[0] == "It is dear."]
                assert [came_again for _text, came_again, _cost in said] == [False, again]

    asyncio.run(main())


def test_a_chat_always_asks_its_model_and_what_is_read_apart_in_it_may_come_again(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, looks, built_in_tools()) as house:
            (house.folder / "bill.txt").write_text("Total: 5")
            for attended in (True, False, True):
                session = await house.runtime.store.create_session(cwd=str(house.folder))
                house.session_id = session.session_id
                assert (await house.finish("What is it?", attended=attended)).stop_reason == "end_turn"
            assert [reply[1] for reply in await replies_of(house)] == [False] * 6
            purposes = [request.account.purpose for request in house.gateway.requests]
            assert (purposes.count("turn"), purposes.count("reading")) == (6, 2)

    asyncio.run(main())


def test_switched_off_all_is_asked(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_office(tmp_path, looks, tools=built_in_tools()) as office:
            (office.folder / "bill.txt").write_text("Total: 5")
            job_id = await office.save()
            for _ in range(2):
                assert (await office.run(job_id)).state == "done"
            assert len(office.house.gateway.requests) == 6

    asyncio.run(main())
