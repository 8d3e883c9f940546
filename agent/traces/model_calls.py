"""Which model calls led to which reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.figures.seen import SeenCall
from agent.messages import AssistantMessage


@dataclass(frozen=True)
class Led:
    """The calls before one reply, or after the last one."""

    beside: Sequence[SeenCall] = ()
    """Of the tools before it: what a stranger wrote is read apart."""
    to_reply: Sequence[SeenCall] = ()
    """Summaries, attempts that failed, and the calls that made the reply."""

    @property
    def whole(self) -> Sequence[SeenCall]:
        """Those whose answers make the reply."""
        return [call for call in self.to_reply if call.purpose == "turn" and not call.error]


def calls_by_reply(replies: Sequence[AssistantMessage], seen: Sequence[SeenCall]) -> tuple[list[Led], Led]:
    """Divide the calls of a run, in the order in which they ended, among its replies; and those that led to none.

    By order and by what was counted, not by the clock, which somebody may have set meanwhile. A reply whose figures
    were lost has no call.
    """
    led: list[Led] = []
    at = 0
    for reply in replies:
        end = _end_of(reply, seen, at)
        led.append(_led(seen[at:end]) if end is not None else Led())
        at = at if end is None else end
    return led, _led(seen[at:])


def _end_of(reply: AssistantMessage, seen: Sequence[SeenCall], at: int) -> int | None:
    """After the call that made the reply whole; for tiny models several calls make one, and their usage is added."""
    wanted = (reply.usage.input_tokens, reply.usage.output_tokens)
    came = (0, 0)
    for index in range(at, len(seen)):
        call = seen[index]
        if call.purpose != "turn" or call.error:
            continue
        came = (came[0] + call.input_tokens, came[1] + call.output_tokens)
        if wanted in (came, (call.input_tokens, call.output_tokens)):
            return index + 1
    return None


def _led(calls: Sequence[SeenCall]) -> Led:
    return Led(
        [call for call in calls if call.purpose not in ("turn", "summary")],
        [call for call in calls if call.purpose in ("turn", "summary")],
    )
