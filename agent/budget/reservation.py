"""What is kept back for one call to a model, and what is to be written of it in the end."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from agent.budget.refusal import Refusal
from agent.budget.worst import Counts, Worst
from agent.messages import Usage
from agent.ports import ModelRequest


class Reservation:
    """What is kept back for one call; settle it, or give it back."""

    def __init__(self, request: ModelRequest, begun: float, counts: Counts) -> None:
        self._counts = counts
        self.request = request
        """To be sent: with an output that keeps within all caps."""
        self.narrowed_by: Refusal | None = None
        """The cap for which less output than was wanted is asked for."""
        self.begun = begun
        """Of the clock's `monotonic`."""
        self.row: int | None = None
        self.judged = False
        """The database has had it before it: what was asked of it is decided."""
        self.abandoned = False

    @cached_property
    def worst(self) -> Worst:
        """The most that the call may take."""
        return Worst.of(self.request, self._counts)


class Posting(NamedTuple):
    """What is to be written of a call that is over."""

    reservation: Reservation
    usage: Usage | None
    """None: it took nothing, and its row goes."""
    state: str
