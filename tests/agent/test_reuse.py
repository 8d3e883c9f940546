"""What holds for a run, as far as a reply that is given again must agree in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, get_args

import pytest

from agent.commands import ActsAs, SendMessage
from agent.events import Origin
from agent.jobs import Permission
from agent.labels import USER, Label
from agent.messages import TextPart
from agent.models.response_cache import ReplyCache
from agent.ports import Account, ModelEvent, ModelRequest, Purpose
from agent.reuse import Reusing, RunStanding
from agent.safety.policy import Policy
from agent.safety.policy_file import POLICY_FILE, PolicyFile
from agent.settings import ModelProfile
from agent.workplace import principals_of
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
