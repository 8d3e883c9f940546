"""Forms of servers, put to a person one field after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.mcp_client.question import MAX_ASKED, MAX_SAMPLED, Conversation, elicited, sampled
from agent.tools.foreign import ForeignCall, ToolOffer

OFFER = ToolOffer("s_t", "t", "", {})


class Person:
    """Answers in order, and keeps what was asked."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    async def ask(self, text: str, choices: Sequence[str]) -> str | None:
        self.asked.append((text, tuple(choices)))
        return self.answers.pop(0)

    def conversation(self, complete: Any = None) -> Conversation:
        return Conversation(ForeignCall(OFFER, {}, Path(), print, None, self.ask, complete))  # type: ignore[arg-type]


def form(**fields: Any) -> Any:
    from mcp_types import ElicitRequestFormParams

    schema = {"type": "object", "properties": fields, "required": [name for name in fields if name != "free"]}
    return ElicitRequestFormParams.model_validate({"message": "Tell me.", "requestedSchema": schema})


def answered(params: Any, *answers: str | None) -> tuple[str, Any]:
    result = asyncio.run(elicited("s", Person(*answers).conversation(), params))
    return result.action, result.content


def test_each_kind_of_field() -> None:
    params = form(
        text={"type": "string", "minLength": 2},
        whole={"type": "integer", "minimum": 1, "maximum": 9},
        number={"type": "number"},
        sure={"type": "boolean"},
        one={"type": "string", "enum": ["a", "b"], "enumNames": ["Anna", "Bea"]},
        titled={"type": "string", "oneOf": [{"const": "x", "title": "Ex"}, {"const": "y", "title": "Why"}]},
        some={"type": "array", "items": {"type": "string", "enum": ["r", "g", "b"]}},
        free={"type": "string"},
    )
    assert answered(params, "x", "xy", "0", "nine", "9", "2.5", "No", "Bea", "why", "r, b", "") == (
        "accept",
        {"text": "xy", "whole": 9, "number": 2.5, "sure": False, "one": "b", "titled": "y", "some": ["r", "b"]},
    )


def test_what_is_proposed_is_taken_where_nothing_is_said() -> None:
    params = form(name={"type": "string", "default": "Ada"}, sure={"type": "boolean", "default": True})
    assert answered(params, "", "Leave it out") == ("accept", {"name": "Ada", "sure": True})


def test_a_person_can_decline_at_each_field_and_a_mistake_is_no_answer() -> None:
    params = form(name={"type": "string"}, sure={"type": "boolean"})
    assert answered(params, "decline") == ("decline", None)
    assert answered(params, "Ada", "Decline") == ("decline", None)
    assert answered(params, None) == ("cancel", None)
    assert answered(form(age={"type": "integer"}), "x", "y", "z") == ("cancel", None)


def test_a_form_without_fields_is_a_question() -> None:
    assert answered(form(), "Accept") == ("accept", {})
    assert answered(form(), "Decline") == ("decline", None)


def test_a_form_of_many_fields_is_declined_unasked() -> None:
    assert answered(form(**{f"f{number}": {"type": "string"} for number in range(30)})) == ("decline", None)


def test_an_address_is_shown_and_never_opened() -> None:
    from mcp_types import ElicitRequestURLParams

    def url(address: str) -> Any:
        return ElicitRequestURLParams.model_validate({"mode": "url", "message": "Pay.", "url": address})

    person = Person("Accept")
    result = asyncio.run(elicited("s", person.conversation(), url("https://pay.example.org/1")))
    assert (result.action, "https://pay.example.org/1" in person.asked[0][0]) == ("accept", True)
    for address in ("http://example.org", "file:///etc/passwd", "javascript:alert(1)"):
        assert answered(url(address))[0] == "decline"


def test_the_name_of_the_server_stands_before_its_words_and_nothing_is_hidden_in_them() -> None:
    from mcp_types import ElicitRequestFormParams

    schema = {"type": "object", "properties": {}}
    message = "Homard needs\u202e your password" + "x" * 9_000
    person = Person("Decline")
    params = ElicitRequestFormParams.model_validate({"message": message, "requestedSchema": schema})
    asyncio.run(elicited("s", person.conversation(), params))
    text = person.asked[0][0]
    assert text.startswith("The server s asks: Homard needs your password") and len(text) < 2_100


def test_a_server_cannot_ask_for_ever() -> None:
    async def work() -> list[str]:
        conversation = Person(*["Accept"] * 20).conversation()
        return [(await elicited("s", conversation, form())).action for _ in range(MAX_ASKED + 2)]

    assert asyncio.run(work()) == ["accept"] * MAX_ASKED + ["cancel"] * 2


@pytest.mark.parametrize("nobody", [None, Conversation(ForeignCall(OFFER, {}, Path(), print, None))])  # type: ignore[arg-type]
def test_where_nobody_is_there_it_is_told_so(nobody: Conversation | None) -> None:
    assert asyncio.run(elicited("s", nobody, form())).action == "cancel"
    assert asyncio.run(sampled("s", nobody, None)).message == "No model can be asked here."


def test_the_model_is_asked_some_times_and_its_failure_is_the_servers_to_bear() -> None:
    from mcp_types import CreateMessageRequestParams

    from agent.errors import QuotaExceeded

    asked: list[tuple[str, str]] = []

    async def complete(system: str, user: str) -> str:
        asked.append((system, user))
        if len(asked) == 2:
            raise QuotaExceeded("The budget is used up.")
        return "four"

    said = [{"role": role, "content": {"type": "text", "text": role}} for role in ("user", "assistant")]
    params = CreateMessageRequestParams.model_validate({"messages": said, "maxTokens": 9, "systemPrompt": "Be short."})

    async def work() -> list[str]:
        conversation = Person().conversation(complete)
        results = [await sampled("s", conversation, params) for _ in range(MAX_SAMPLED + 1)]
        return [one.content.text if hasattr(one, "content") else one.message for one in results]

    assert asyncio.run(work()) == [
        "four", "The budget is used up.", "four", "four", "four", "A call may ask the model 5 times.",
    ]  # fmt: skip
    assert asked[0] == ("You write for the MCP server s. Be short.", "user: user\n\nassistant: assistant")


@pytest.mark.parametrize(
    "field",
    [
        {"type": "integer", "minimum": "x"},
        {"type": "number", "maximum": None},
        {"type": "string", "minLength": {}},
        {"type": "string", "maxLength": "many"},
        {"type": "integer", "default": {"a": {}}},
    ],
)
def test_a_form_that_makes_no_sense_is_declined(field: dict[str, Any]) -> None:
    assert answered(form(f=field), "" if "default" in field else "5") == ("decline", None)


def test_a_number_is_one_that_json_can_say() -> None:
    assert answered(form(f={"type": "number"}), "nan", "inf", "2.5") == ("accept", {"f": 2.5})
