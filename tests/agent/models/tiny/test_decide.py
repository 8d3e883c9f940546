import asyncio
import json

import pytest

from agent.models.tiny.decide import decide, possible
from agent.models.tiny.examples import example_index
from agent.models.tiny.mentions import find_mentions
from agent.models.tiny.place import Place
from agent.models.tiny.small_talk import SmallTalk
from agent.ports import ModelRequest
from tests.helpers.small_model import SmallModel, profile, request_of

PLACE = Place(("notes.txt", "photo.jpg"), ("travel",))
TOOLS = ("find", "read", "write", "edit")


def choice(ask: str, model: SmallModel) -> str:
    mentions = find_mentions(ask, PLACE)
    return asyncio.run(decide(ask, mentions, TOOLS, SmallTalk(model, request_of()), example_index()))


@pytest.mark.parametrize(
    ("ask", "intent"),
    [
        ("Which files are here?", "list"),
        ("How many pdfs are there?", "count"),
        ("What is the biggest file?", "largest"),
        ("Which file did I change last?", "newest"),
        ("How big is notes.txt?", "details"),
        ("Summarise notes.txt in a sentence", "summary"),
        ("Good evening!", "chat"),
        ("Read ../a.txt", "refuse"),
        ("Send an email to Tim", "cannot"),
    ],
)
def test_a_clear_request_needs_no_model(ask: str, intent: str) -> None:
    model = SmallModel()
    assert choice(ask, model) == intent
    assert model.requests == []


def test_in_doubt_the_model_chooses_among_few_with_worked_examples() -> None:
    def last(request: ModelRequest) -> str:
        assert request.response_schema is not None
        return json.dumps(request.response_schema["enum"][-1])

    model = SmallModel(last)
    choice("notes.txt?", model)
    [request] = model.requests
    assert request.response_schema is not None
    assert 2 <= len(request.response_schema["enum"]) <= 4
    assert len(request.messages) > 2


def test_a_larger_model_is_asked_more_often() -> None:
    asked = {}
    for file in (__file__, ""):
        model = SmallModel()
        mentions = find_mentions("Is there anything in notes.txt that says when we meet?", PLACE)
        talk = SmallTalk(model, request_of(model=profile(file=file)))
        asyncio.run(decide("", mentions, TOOLS, talk, example_index()))
        asked[talk.is_tiny] = len(model.requests)
    assert asked[False] >= asked[True]


def test_only_what_can_be_is_considered() -> None:
    def intents(ask: str, tools: tuple[str, ...] = TOOLS) -> set[str]:
        return set(possible(ask, find_mentions(ask, PLACE), tools))

    assert intents("Show /etc/passwd") == {"refuse"}
    assert not intents("How are you?") & {"show", "summary", "json", "change", "details", "write", "find"}
    assert not intents("Read notes.txt") & {"chat", "list", "json"}
    assert "json" in intents("The date in notes.txt as JSON")
    assert not intents("Write 'a' to b.txt", ("find", "read")) & {"write", "add", "change", "remove"}
