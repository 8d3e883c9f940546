import mcp_types as types
import pytest
from mcp.server.elicitation import _validate_rendered_properties

from agent.commands import AnswerQuestion, ResolveApproval
from agent.events import ApprovalRequested, QuestionAsked, Scope
from agent.interfaces.mcp_server.answers import form_of, meaning_of, message_of

SCOPES: tuple[Scope, ...] = ("once", "run", "always")


def approval(scopes: tuple[Scope, ...] = SCOPES, *effects: str) -> ApprovalRequested:
    told = effects or ("run ls",)
    return ApprovalRequested("s", "r", "a1", "c1", "shell", told, "why", scopes=scopes, rule="allow all", undo="None.")


@pytest.mark.parametrize(
    ("action", "content", "scope"),
    [
        ("accept", {"allow": "yes, this once"}, "once"),
        ("accept", {"allow": "yes, and the like of it in this run"}, "run"),
        ("accept", {"allow": "no"}, None),
        ("accept", {"allow": "yes"}, None),
        ("accept", {"allow": True}, None),
        ("accept", {"allow": ["yes, this once"]}, None),
        ("accept", {}, None),
        ("accept", None, None),
        ("decline", {"allow": "yes, this once"}, None),
        ("cancel", {"allow": "yes, this once"}, None),
        ("nonsense", {"allow": "yes, this once"}, None),
    ],
)
def test_only_an_offered_yes_that_was_submitted_is_one(action: str, content: object, scope: Scope | None) -> None:
    answer = meaning_of(approval(), action, content)  # type: ignore[arg-type]
    assert answer == ResolveApproval("a1", scope is not None, scope=scope or "once")


def test_no_rule_is_offered_and_the_form_is_of_the_kind_that_mcp_allows() -> None:
    for question in (approval(), approval(("once",)), QuestionAsked("s", "r", "q", "Which?", ("a", "b")),
                     QuestionAsked("s", "r", "q", "What?")):  # fmt: skip
        form = form_of(question)
        _validate_rendered_properties(form)
        types.ElicitRequestFormParams(message=message_of(question), requested_schema=form)
    assert "allow all" not in message_of(approval())
    assert form_of(approval(("once",)))["properties"]["allow"]["enum"] == ["no", "yes, this once"]
    assert "default" not in form_of(approval())["properties"]["allow"]


def test_hidden_signs_show_and_the_end_of_a_long_message_stays() -> None:
    told = message_of(approval(SCOPES, "write \u202ex", *("run " + "y" * 3_000 for _ in range(9))))
    assert "\\u202e" in told and told.endswith("None.") and len(told) < 13_000


def test_a_question_is_answered_by_its_line() -> None:
    question = QuestionAsked("s", "r", "q1", "Which?", ("a", "b"))
    assert meaning_of(question, "accept", {"answer": "a"}) == AnswerQuestion("q1", "a")
    for action, content in (("accept", {"answer": 5}), ("accept", {}), ("decline", {"answer": "a"})):
        assert meaning_of(question, action, content) == AnswerQuestion("q1", None)
