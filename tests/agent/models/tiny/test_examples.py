"""The shipped examples, and how well they tell apart what they were not made from."""

import tomllib

from agent.models.tiny.examples import Example, ExampleIndex, example_index, intent_reply, intent_words
from agent.resources import resource_text

TABLES = tomllib.loads(resource_text("examples.toml"))
EXAMPLES = [Example(ask, intent) for intent, table in TABLES.items() for ask in table["asks"]]


def test_every_intent_has_words_and_enough_examples() -> None:
    assert set(intent_words()) == set(TABLES)
    assert len(set(intent_words().values())) == len(TABLES)
    assert min(len(table["asks"]) for table in TABLES.values()) >= 10
    asks = [example.ask for example in EXAMPLES]
    assert sorted(ask for ask in set(asks) if asks.count(ask) > 1) == []
    assert all(intent_reply(intent) for intent in ("cannot", "refuse", "secret"))


def test_the_nearest_example_of_an_example_is_itself() -> None:
    index = example_index()
    for example in EXAMPLES[::25]:
        [near] = index.nearest(example.ask, set(TABLES), 1)
        assert near.likeness > 0.99
        assert (near.example.ask, near.example.intent) == example


def test_examples_that_were_left_out_are_mostly_judged_rightly() -> None:
    """Every tenth is judged by the rest: 24 intents, so chance is 4 %."""
    left_out = EXAMPLES[::10]
    index = ExampleIndex([example for at, example in enumerate(EXAMPLES) if at % 10])
    right = sum(index.judge(example.ask, set(TABLES))[0][0] == example.intent for example in left_out)
    assert right / len(left_out) > 0.6


def test_only_the_given_intents_are_judged() -> None:
    assert [intent for intent, _fit in example_index().judge("Which FILE?", ["show", "find"])] in (
        ["show", "find"],
        ["find", "show"],
    )
