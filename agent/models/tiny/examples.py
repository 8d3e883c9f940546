"""The worked examples for tiny models, and the search for those nearest to a request."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from agent.models.tiny.vocabulary import stem
from agent.resources import resource_text

_SMOOTHING = 0.1
_PRIOR = 0.3
"""How much the number of examples of an intent says about how common it is."""
_BEGINNING = 5
"""Characters by which inflected words are still alike."""


class Example(NamedTuple):
    """One request as a person puts it, masked like `Mentions.masked`, and the intent that serves it."""

    ask: str
    intent: str


class Near(NamedTuple):
    """An example and how alike it is, from 0 to 1."""

    example: Example
    likeness: float


class ExampleIndex:
    """Nearest examples by TF-IDF over words, pairs of words and beginnings; intents by naive Bayes over the same."""

    def __init__(self, examples: Sequence[Example]) -> None:
        counted = [_features(example.ask) for example in examples]
        holding = Counter(name for features in counted for name in features)
        self._examples = examples
        self._weight = {name: math.log((len(examples) + 1) / (count + 0.5)) for name, count in holding.items()}
        self._rare = math.log((len(examples) + 1) / 0.5)
        self._vectors = [self._vector(features) for features in counted]
        self._asks = Counter(example.intent for example in examples)
        self._seen: dict[str, Counter[str]] = {}
        for example, features in zip(examples, counted, strict=True):
            self._seen.setdefault(example.intent, Counter()).update(features.keys())

    def nearest(self, masked: str, intents: Collection[str], limit: int) -> list[Near]:
        """The examples of the given intents that are most like a masked request, the nearest first."""
        vector = self._vector(_features(masked))
        scored = [
            Near(example, sum(value * other.get(name, 0.0) for name, value in vector.items()))
            for example, other in zip(self._examples, self._vectors, strict=True)
            if example.intent in intents
        ]
        return sorted(scored, key=lambda near: -near.likeness)[:limit]

    def judge(self, masked: str, intents: Collection[str]) -> list[tuple[str, float]]:
        """The given intents with how likely each is (logarithms, comparable among them), the likeliest first."""
        features = [name for name in _features(masked) if name in self._weight]
        scale = math.sqrt(len(features)) or 1.0
        judged: list[tuple[str, float]] = []
        for intent in intents:
            seen = self._seen.get(intent, Counter[str]())
            total = seen.total() + _SMOOTHING * len(self._weight)
            fit = sum(math.log((seen[name] + _SMOOTHING) / total) for name in features)
            judged.append((intent, fit / scale + _PRIOR * math.log(self._asks[intent] + 1)))
        return sorted(judged, key=lambda item: -item[1])

    def _vector(self, features: Counter[str]) -> dict[str, float]:
        vector = {name: count * self._weight.get(name, self._rare) for name, count in features.items()}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        return {name: value / length for name, value in vector.items()}


@cache
def example_index() -> ExampleIndex:
    """The shipped examples, indexed."""
    return ExampleIndex([Example(ask, intent) for intent, table in _tables().items() for ask in table["asks"]])


def intent_words() -> dict[str, str]:
    """What each intent is called towards the model."""
    return {intent: table["say"] for intent, table in _tables().items()}


def intent_reply(intent: str) -> str:
    """What is said for an intent that calls neither tool nor model."""
    return _tables()[intent]["reply"]


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(resource_text("examples.toml"))


def _features(text: str) -> Counter[str]:
    tokens = [token if token.isupper() else stem(token) for token in re.findall(r"[^\W_]+|\?", text)]
    features = Counter(tokens)
    features.update(f"{first} {second}" for first, second in zip(["^", *tokens], [*tokens, "$"], strict=True))
    features.update(f"{token[:_BEGINNING]}*" for token in tokens if len(token) > _BEGINNING and not token.isupper())
    return features
