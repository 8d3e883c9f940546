"""Which model does what: a chain for each purpose, ordered by a policy, the rest standing in for the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from agent.errors import UsageError
from agent.figures.seen import ModelFigures
from agent.settings import ModelProfile, RouteSettings, Settings

Work = Literal["chat", "job", "summary", "reading", "title", "vision"]
"""What a model is wanted for: a person's chat, a job, a summary of old turns, reading apart what a stranger wrote, the
title of a chat, and looking at images where the chat's own model cannot."""
Side = Literal["summary", "reading"]

TYPICAL_OUTPUT = 0.2
"""Of all tokens; for comparing prices."""
MIN_CALLS = 5
"""Of fewer calls nothing is concluded."""


class Routing:
    """Chooses models by the settings, and by what was seen of them lately."""

    def __init__(self, settings: Callable[[], Settings], resolve: Callable[[str], ModelProfile]) -> None:
        """`resolve`: gives a model by its name, or the default one for an empty name. Raises UsageError."""
        self._settings = settings
        self._resolve = resolve
        self.figures: Mapping[str, ModelFigures] = {}
        """By model; put here by whoever looks them up."""

    @property
    def wants_figures(self) -> bool:
        """Whether some policy goes by what was seen."""
        routing = self._settings().routing
        routes = (routing.chat, routing.job, routing.summary, routing.reading, routing.title, routing.vision)
        return any(route.models and route.policy in ("fastest", "reliable") for route in routes)

    def model(self, name: str, work: Work) -> ModelProfile:
        """The model for a piece of work, with those that stand in for it.

        A model that a person named comes first; others follow only if the chain holds it. Raises UsageError.
        """
        chain = self.chain(work)
        if name:
            first = self._resolve(name)
            labels = [one.label for one in chain]
            others = [one for one in chain if one.label != first.label] if first.label in labels else []
            return _standing(first, others)
        return _standing(chain[0], chain[1:]) if chain else self._resolve("")

    def chain(self, work: Work) -> list[ModelProfile]:
        """The models that are set for a piece of work, the best first; those that are gone are left out."""
        route = self._route(work)
        found: list[ModelProfile] = []
        for name in dict.fromkeys(route.models):
            try:
                found.append(self._resolve(name))
            except UsageError:
                continue  # `homard doctor` and the settings say so
        return self._ordered(found, route)

    def for_images(self, model: ModelProfile) -> ModelProfile:
        """The model for a message with images: the same if it sees them, else one that is set for it and does."""
        if model.vision:
            return model
        sees = [one for one in (*model.stand_ins, *self.chain("vision")) if one.vision and _may_follow(model, one)]
        return _standing(sees[0], sees[1:]) if sees else model

    def for_title(self, model: ModelProfile) -> ModelProfile | None:
        """The model for the title of a chat with that model; None: none is set that may be told what it is told."""
        able = [one for one in self.chain("title") if _may_follow(model, one)]
        return _standing(able[0], able[1:]) if able else None

    def beside(self, side: Side, model: ModelProfile, tokens: int) -> ModelProfile:
        """The model for small work beside a run: what is set for it, else the cheapest of the run's own.

        `tokens`: about how long the prompt is. Of a summary the beginning is in the cache of the run's own model.
        Nothing goes to another machine that the run itself would not send there.
        """
        able = [one for one in self.chain(side) if one.window > tokens * 1.2 and _may_follow(model, one)]
        if able:
            return _standing(able[0], able[1:])
        own = [one for one in (model, *model.stand_ins) if one.window > tokens * 1.2 and _may_follow(model, one)]
        priced = [(_price_of(one, tokens, cached=side == "summary" and one is model), one) for one in own]
        known = [pair for pair in priced if pair[0] is not None]
        if not known or _price_of(model, tokens, cached=side == "summary") is None:
            best = model
        else:
            best = min(known, key=lambda pair: pair[0] or 0.0)[1]
        return _standing(best, [one for one in own if one.label != best.label])

    def _route(self, work: Work) -> RouteSettings:
        routing = self._settings().routing
        route: RouteSettings = getattr(routing, work)
        return routing.chat if work == "job" and not route.models else route

    def _ordered(self, models: list[ModelProfile], route: RouteSettings) -> list[ModelProfile]:
        match route.policy:
            case "fixed":
                return models
            case "cheapest":
                return sorted(models, key=lambda one: (one.price is None, _per_token(one)))
            case "fastest":
                return sorted(models, key=lambda one: _seconds(self.figures.get(one.label)))
            case "reliable":
                return sorted(models, key=lambda one: _failing(self.figures.get(one.label)))


def _standing(first: ModelProfile, others: Sequence[ModelProfile]) -> ModelProfile:
    stand_ins = tuple(msgspec.structs.replace(one, stand_ins=()) for one in others)
    return msgspec.structs.replace(first, stand_ins=stand_ins)


def _may_follow(model: ModelProfile, other: ModelProfile) -> bool:
    return model.remote or not other.remote


def _per_token(model: ModelProfile) -> float:
    price = model.price
    return 0.0 if price is None else price.input * (1 - TYPICAL_OUTPUT) + price.output * TYPICAL_OUTPUT


def _price_of(model: ModelProfile, tokens: int, *, cached: bool) -> float | None:
    """About what a side call takes, in millionths of a dollar; None: nobody knows."""
    price = model.price
    if price is None:
        return None
    reading = price.input if not cached or price.cached is None else price.cached
    return reading * tokens + price.output * tokens * TYPICAL_OUTPUT


def _seconds(figures: ModelFigures | None) -> float:
    """About how long an answer of 200 tokens takes; what is not known stands behind what is."""
    if figures is None or figures.calls < MIN_CALLS or figures.first_ms is None:
        return float("inf")
    return figures.first_ms / 1000 + 200 / (figures.tokens_per_s or 50.0)


def _failing(figures: ModelFigures | None) -> float:
    """The share of calls that failed; what is not known counts as one in twenty."""
    if figures is None or figures.calls < MIN_CALLS:
        return 0.05
    return figures.failures / figures.calls
