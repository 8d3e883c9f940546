"""What a model call may take at most, and what it took where nobody can be believed."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from agent.context.tokens import prompt_tokens
from agent.messages import Usage
from agent.models.usage import priced
from agent.ports import Count, ModelRequest
from agent.settings import ModelProfile, Price

MARGIN = 1.25
"""Providers count tokens differently from us: so much more than our estimate is reserved for the prompt."""
MAX_MARGIN = 6.0
"""Text that is as dense as that there is none."""
ABSURD = 8
"""A count of so many times what was reserved, and of more than twice the window, is no count."""
TOKENS_PER_S = 200
"""Of a reply that did not come whole: no more than so many were made in each second of waiting."""
_DUST_USD = 1e-9
_LATER = 1.1
"""What comes may be a little denser than what was."""
_CHATS = 256
"""Whose margins are known; since the process began."""


class Worst(NamedTuple):
    """The most that a call may take: nothing read from a cache, all of the prompt put into one."""

    input_tokens: int
    output_tokens: int
    price: Price | None
    """None: unknown."""
    prompt_tokens: int
    """Our estimate of the prompt, without the margin."""

    @classmethod
    def of(cls, request: ModelRequest, margin: float = MARGIN) -> Worst:
        """Estimate it: the prompt with a margin, the whole output that is asked for."""
        prompt = prompt_tokens(request.system, request.tools, request.messages)
        output = request.max_output_tokens or request.model.max_output_tokens
        return cls(math.ceil(margin * prompt), output, request.model.price, prompt)

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


class Margins:
    """How much more than our estimate is reserved, by what a provider has counted in the same chat before.

    Other scripts than the Latin one, digits, and thinking that is sent back take more than our estimate, up to thrice.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], float] = OrderedDict()

    def of(self, request: ModelRequest) -> float:
        """The factor for a request."""
        return self._known.get(_chat(request), MARGIN)

    def note(self, request: ModelRequest, estimate: int, told: int) -> None:
        """Take in what a provider has counted for a prompt that we had estimated."""
        if not request.session_id or request.account.purpose != "turn" or estimate <= 0:
            return
        self._known[_chat(request)] = min(max(MARGIN, _LATER * told / estimate), MAX_MARGIN)
        self._known.move_to_end(_chat(request))
        while len(self._known) > _CHATS:
            self._known.popitem(last=False)


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
