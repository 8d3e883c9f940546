"""What a request may cost at most, so that it is not made where it could cost more than is left."""

from __future__ import annotations

import msgspec

from agent.context.tokens import prompt_tokens
from agent.errors import HomardError
from agent.ports import ModelRequest

MARGIN = 1.25
"""Providers count tokens differently from us: so much more than our estimate is reserved for the prompt."""


class TooDear(HomardError):
    """The request was not made: it might have cost more than is left."""


def within(request: ModelRequest, left_usd: float, least_output: int) -> ModelRequest:
    """The request with an output bound that keeps its worst case, nothing cached, inside `left_usd`.

    Where the price is unknown it stays as it is: such a run is bounded by its tokens. Raises TooDear when not even
    `least_output` tokens of output can be paid.
    """
    price = request.model.price
    if price is None or (price.input == 0 and price.output == 0):
        return request
    prompt_usd = MARGIN * prompt_tokens(request.system, request.tools, request.messages) * price.input / 1e6
    most = request.max_output_tokens or request.model.max_output_tokens
    affordable = int((left_usd - prompt_usd) / (price.output / 1e6)) if price.output else most
    if left_usd <= prompt_usd or affordable < least_output:
        needs = prompt_usd + least_output * price.output / 1e6
        raise TooDear(f"The next request may cost ${needs:.4f}, and ${max(left_usd, 0):.4f} are left for this run.")
    return msgspec.structs.replace(request, max_output_tokens=min(most, affordable))
