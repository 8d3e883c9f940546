"""What came of a piece of work that somebody else waits for: a value, or an error that is theirs to raise."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """One of the two."""

    value: T | None
    error: Exception | None

    def get(self) -> T:
        """The value. Raises the error."""
        if self.error is not None:
            raise self.error
        return cast(T, self.value)


async def outcome_of(work: Awaitable[T]) -> Outcome[T]:
    """Await it; a task of this never fails, so nobody logs what the waiting side is told."""
    try:
        return Outcome(await work, None)
    except Exception as error:  # noqa: BLE001 it is raised where it is waited for
        return Outcome(None, error)
