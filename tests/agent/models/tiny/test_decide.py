import asyncio
import json

import pytest

from agent.messages import AssistantMessage
from agent.models.tiny.decide import decide, possible
from agent.models.tiny.examples import Example, ExampleIndex, example_index, intent_words
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


def in_doubt(model: SmallModel, file: str = __file__) -> str:
    """A request that the examples leave open: `look` is most like `show`, a little less like `summary`."""
    examples = [Example("look at FILE", "show"), Example("look into FILE", "summary"), Example("count FILE", "tally")]
    talk = SmallTalk(model, request_of(model=profile(file=file)))
    mentions = find_mentions("look notes.txt", PLACE)
    return asyncio.run(decide("look notes.txt", mentions, TOOLS, talk, ExampleIndex(examples)))


def test_in_doubt_the_model_chooses_among_few_with_worked_examples() -> None:
    def last(request: ModelRequest) -> str:
        assert request.response_schema is not None
        return json.dumps(request.response_schema["enum"][-1])

    model = SmallModel(last)
    chosen = in_doubt(model)
    [request] = model.requests
    assert request.response_schema is not None
    assert [json.loads(message.text) for message in request.messages if isinstance(message, AssistantMessage)] == [
        *(intent_words()[intent] for intent in ("summary", "show"))
    ]
    assert intent_words()[chosen] == request.response_schema["enum"][-1]


def test_a_larger_model_has_more_to_choose_from() -> None:
    offered: list[int] = []
    for file in (__file__, ""):
        model = SmallModel()
        in_doubt(model, file)
        assert model.requests[0].response_schema is not None
        offered.append(len(model.requests[0].response_schema["enum"]))
    assert offered == sorted(offered)


def test_only_what_can_be_is_considered() -> None:
    def intents(ask: str, tools: tuple[str, ...] = TOOLS) -> set[str]:
        return set(possible(ask, find_mentions(ask, PLACE), tools))

    assert intents("Show /etc/passwd") == {"refuse"}
    assert not intents("How are you?") & {"show", "summary", "json", "change", "details", "write", "find"}
    assert not intents("Read notes.txt") & {"chat", "list", "json"}
    assert "json" in intents("The date in notes.txt as JSON")
    assert not intents("Write 'a' to b.txt", ("find", "read")) & {"write", "add", "change", "remove"}
