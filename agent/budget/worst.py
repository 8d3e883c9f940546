"""What a model call may take at most, and what it took where nobody can be believed."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from agent.context.tokens import most_messages_tokens, most_prompt_tokens, prompt_tokens
from agent.messages import Usage
from agent.models.usage import priced
from agent.ports import Count, ModelRequest
from agent.settings import ModelProfile, Price

ABSURD = 8
"""A count of so many times what was reserved, and of more than twice the window, is no count."""
TOKENS_PER_S = 200
"""Of a reply that did not come whole: no more than so many were made in each second of waiting."""
_DUST_USD = 1e-9
_LATER = 1.1
"""What comes may be a little denser than what was counted or thought."""
_MOST_KNOWN = 256
"""Chats whose last counts are kept; since the process began."""


class Worst(NamedTuple):
    """The most that a call may take: nothing read from a cache, all of the prompt put into one."""

    input_tokens: int
    output_tokens: int
    price: Price | None
    """None: unknown."""
    prompt_tokens: int
    """What the prompt probably is."""

    @classmethod
    def of(cls, request: ModelRequest, counts: Counts | None = None) -> Worst:
        """Work it out: the most that the prompt can be, and the whole output that is asked for."""
        prompt = prompt_tokens(request.system, request.tools, request.messages)
        output = request.max_output_tokens or request.model.max_output_tokens
        return cls((counts or Counts()).most(request), output, request.model.price, prompt)

    @property
    def free(self) -> bool:
        """Whether it is known to cost nothing."""
        return is_free(self.price)

    @property
    def usage(self) -> Usage:
        """As it is written down."""
        return priced(self.input_tokens, 0, self.output_tokens, self.price, self.input_tokens)

    def output_for_tokens(self, left: float) -> int:
        """The output that so many tokens leave room for; negative: not even the prompt fits."""
        return int(min(left - self.input_tokens, self.output_tokens))

    def output_for_usd(self, left: float) -> int:
        """The same for money. What is free, or of unknown price, always fits."""
        if self.price is None or self.free:
            return self.output_tokens
        rest = left + _DUST_USD - self.input_tokens * self.price.reading / 1e6
        if rest < 0:
            return -1
        return (
            int(min(rest / (self.price.output / 1e6), self.output_tokens)) if self.price.output else self.output_tokens
        )

    def needed_usd(self, output_tokens: int) -> float:
        """What the prompt and so much output may cost."""
        return priced(self.input_tokens, 0, output_tokens, self.price, self.input_tokens).cost_usd or 0.0


class _Counted(NamedTuple):
    """A prompt of which a provider said what it was."""

    messages: int
    thought: int
    """The most that we had thought it could be."""
    told: int


class Counts:
    """What providers counted for the last prompt of each chat. What was added since is reckoned at its most.

    So the first call is reserved at what dense text (digits, base64, Thai) may take, two to three times what English
    does; those after it close to the truth. What all chats have in common, instructions and tools, is known from any.
    """

    def __init__(self) -> None:
        self._chats: OrderedDict[tuple[str, str], _Counted] = OrderedDict()
        self._common: OrderedDict[tuple[str, int], int] = OrderedDict()

    def most(self, request: ModelRequest) -> int:
        """How many tokens the prompt of a request is at most."""
        last = self._chats.get(_chat(request), _NEVER)
        common = most_prompt_tokens(request.system, request.tools, ())
        head = most_messages_tokens(request.messages[: last.messages])
        added = most_messages_tokens(request.messages[last.messages :])
        if last.thought == common + head:  # it begins with what was counted
            return math.ceil(_LATER * (last.told + added))
        known = min(common, self._common.get((request.model.label, common), common))
        return math.ceil(_LATER * (known + head + added))

    def note(self, request: ModelRequest, told: int) -> None:
        """Take in what a provider has counted for a prompt."""
        if told <= 0:
            return
        common = most_prompt_tokens(request.system, request.tools, ())
        key = (request.model.label, common)
        _keep(self._common, key, min(told, self._common.get(key, told)))
        if request.session_id and request.account.purpose == "turn":
            thought = common + most_messages_tokens(request.messages)
            _keep(self._chats, _chat(request), _Counted(len(request.messages), thought, told))


_NEVER = _Counted(0, -1, 0)
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _keep(known: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > _MOST_KNOWN:
        known.popitem(last=False)


def _chat(request: ModelRequest) -> tuple[str, str]:
    return request.session_id, request.model.label


def settled(
    told: Usage, count: Count, model: ModelProfile, worst: Callable[[], Worst], heard_chars: int
) -> tuple[Usage, bool]:
    """What a whole reply took, and whether that is the provider's word.

    What is negative or absurd counts as the worst case (`worst` estimates it: only if need be); what was not said of a
    model that costs money is estimated.
    """
    if count == "absurd" or not _possible(told, model, worst):
        return worst().usage, False
    if told.input_tokens == 0 and not is_free(model.price) and model.price is not None:
        output = told.output_tokens or _tokens(heard_chars)
        return priced(max(1, worst().prompt_tokens), 0, output, model.price), False
    return told, count == "told"


def given_up(worst: Worst, heard_chars: int, waited_s: float) -> Usage:
    """What a call took whose reply did not come whole: the prompt, and what may have been made meanwhile."""
    output = max(_tokens(heard_chars), int(TOKENS_PER_S * max(waited_s, 0.0)))
    return priced(worst.input_tokens, 0, min(output, worst.output_tokens), worst.price)


def _tokens(chars: int) -> int:
    return (chars + 3) // 4


def is_free(price: Price | None) -> bool:
    """Whether nothing is paid; of an unknown price nobody knows."""
    return price is not None and price.input == 0 and price.output == 0


def _possible(told: Usage, model: ModelProfile, worst: Callable[[], Worst]) -> bool:
    if min(told.input_tokens, told.cached_tokens, told.output_tokens) < 0 or told.cached_tokens > told.input_tokens:
        return False
    if told.cost_usd is not None and not 0 <= told.cost_usd < math.inf:
        return False
    most = 2 * model.window
    if max(told.input_tokens, told.output_tokens) <= most:
        return True
    bound = worst()
    return told.input_tokens <= max(most, ABSURD * bound.input_tokens) and told.output_tokens <= max(
        most, ABSURD * bound.output_tokens
    )
