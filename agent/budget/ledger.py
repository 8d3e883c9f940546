"""The books: each model call has a row before it is made, with its worst case, and what it took afterwards.

A row that is reserved counts as spent. So concurrent runs cannot overdraw together, and a process that dies leaves its
calls under way at their worst case. What a call took is written with the next transaction, whosever it is: only the
reservation costs a commit of its own. Where no cap holds there is nothing to overdraw, and it is written a moment after
the request has left (`uncapped.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from itertools import takewhile
from typing import NamedTuple

import msgspec

from agent.budget import rows
from agent.budget.caps import Cap, Times, Use, caps_for, renewed_at, scope_of
from agent.budget.notices import Notices, nearly_used
from agent.budget.refusal import BudgetReached, Refusal
from agent.budget.reservation import Posting, Reservation
from agent.budget.standing import Standing, standing
from agent.budget.sums import Sums, held_by
from agent.budget.uncapped import Uncapped
from agent.budget.worst import Counts, Worst
from agent.errors import StorageError
from agent.events import AnyEvent, BudgetRefused
from agent.messages import Usage
from agent.ports import Clock, ModelRequest
from agent.settings import Settings
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.tasks import spawn

LEAST_OUTPUT = 256
"""Tokens: a call that could not even answer so much is not made."""
FLUSH_S = 0.5
"""What no step of a run took along is written after so long."""


class _Verdict(NamedTuple):
    """What the books say to a call."""

    refusal: Refusal | None
    held: bool
    """It would fit better when a call under way has been settled."""
    nearly: tuple[Use, ...] = ()
    """Caps that are to be warned of."""


class Ledger:
    """The books of one home. `recover` first; `close` before the database."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self.settings = settings
        """Those in force: a cap that is raised holds for the next call."""
        self.publish: Callable[[AnyEvent], None] = _unheard
        self._database = database
        self._clock = clock
        self._sums = Sums()
        self._notices = Notices()
        self._counts = Counts()
        self._open: dict[Reservation, None] = {}
        self._pending: list[Posting] = []
        self._uncapped = Uncapped(database, self._sums.forget, self._pending.append)
        self._line = asyncio.Lock()
        self._freed = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        database.join(self._participate)

    async def recover(self) -> None:
        """Count what a dead process had under way as spent, at its worst case. Raises StorageError."""
        await self._database.call(rows.lose, step="recover_usage")

    async def reserve(self, request: ModelRequest) -> Reservation:
        """Keep back what a call may take at most; when this returns, that is on the disk, if any cap holds for it.

        The output that is asked for is narrowed where the whole of it does not fit. While only calls under way stand
        in the way, it waits for their end. Raises BudgetReached when the call must not be made, StorageError.
        """
        reservation = Reservation(request, self._clock.monotonic(), self._counts)
        self._open[reservation] = None
        if not caps_for(request, self.settings):
            self._uncapped.add(reservation, self._clock.now())
            return reservation
        try:
            verdict = await self._ask(reservation)
            if verdict.held:
                async with self._line:
                    verdict = await self._queued(reservation)
        except BaseException as error:
            reservation.judged = reservation.judged or not isinstance(error, asyncio.CancelledError)
            self._abandon(reservation)
            raise
        self._notices.tell(request, verdict.nearly, self.publish)
        if verdict.refusal is not None:
            del self._open[reservation]
            raise self._refused(verdict.refusal, request)
        reservation.begun = self._clock.monotonic()
        return reservation

    def settle(self, reservation: Reservation, usage: Usage, *, told: bool = True) -> None:
        """Put what a call took in the place of what was kept back. `told`: the provider's word, no estimate."""
        if told and "worst" in vars(reservation):  # where no cap holds, nobody has estimated it
            self._counts.note(reservation.request, usage.input_tokens)
        self._post(Posting(reservation, usage, "settled" if told else "estimated"))

    def give_back(self, reservation: Reservation) -> None:
        """The call took nothing: it did not come to be made."""
        self._post(Posting(reservation, None, ""))

    def waited_s(self, reservation: Reservation) -> float:
        """How long a call has been under way."""
        return self._clock.monotonic() - reservation.begun

    async def standing(self) -> list[Standing]:
        """How all caps stand now. Raises StorageError."""
        times = Times.of(self._clock.now())
        return await self._database.read(lambda connection: standing(connection, self._sums, self.settings, times))

    async def close(self) -> None:
        """Write what is not written yet."""
        if self._timer is not None:
            self._timer.cancel()
        if self._uncapped.close() or self._pending:
            await self._database.call(_nothing, step="settle")

    async def _queued(self, reservation: Reservation) -> _Verdict:
        """Ask again whenever a call is over, first come, first served."""
        while True:
            freed = self._freed
            verdict = await self._ask(reservation)
            if not verdict.held:
                return verdict
            await freed.wait()
            vars(reservation).pop("worst", None)  # more may be known of such prompts by now

    async def _ask(self, reservation: Reservation) -> _Verdict:
        caps, times = caps_for(reservation.request, self.settings), Times.of(self._clock.now())
        return await self._database.call(partial(self._judge, reservation, caps, times), step="reserve")

    def _abandon(self, reservation: Reservation) -> None:
        reservation.abandoned = True
        self.give_back(reservation)

    def _refused(self, refusal: Refusal, request: ModelRequest) -> BudgetReached:
        error = BudgetReached(refusal, request.model)
        cap, ids = refusal.cap, (request.session_id, request.account.run_id)
        self.publish(
            BudgetRefused(*ids, cap.setting, cap.limit, refusal.used, refusal.needed, refusal.until, str(error))
        )
        return error

    def _post(self, posting: Posting) -> None:
        if posting.reservation not in self._open:
            return  # it is over already
        if not self._uncapped.take(posting):
            self._pending.append(posting)  # first: who judges meanwhile finds it in one place or in both
        del self._open[posting.reservation]
        freed, self._freed = self._freed, asyncio.Event()
        freed.set()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_S, self._late)

    def _late(self) -> None:
        self._timer = None
        if self._pending:
            spawn(self._flush(), "settle model calls")

    async def _flush(self) -> None:
        with contextlib.suppress(StorageError):  # it stays reserved, at its worst case
            await self._database.call(_nothing, step="settle")

    # -- in the thread of the database

    def _participate(self, connection: Connection) -> Callable[[], None]:
        written = self._write(connection)
        return partial(self._written, len(written), self._uncapped.write(connection))

    def _written(self, count: int, entered: Callable[[], None]) -> None:
        del self._pending[:count]
        entered()

    def _write(self, connection: Connection) -> list[Posting]:
        """Write what calls took, as far as they stand in the books. Doing it twice changes nothing."""
        ready = list(takewhile(lambda posting: posting.reservation.judged, self._pending[:]))
        for reservation, usage, state in ready:
            if usage is None:
                rows.give_back(connection, reservation.row)
            else:
                rows.settle(connection, reservation.row, usage, state)
        return ready

    def _judge(self, reservation: Reservation, caps: tuple[Cap, ...], times: Times, connection: Connection) -> _Verdict:
        """Reserve the worst case, or as much of it as all caps leave room for."""
        try:
            return self._decide(reservation, caps, times, connection)
        finally:
            reservation.judged = True

    def _decide(
        self, reservation: Reservation, caps: tuple[Cap, ...], times: Times, connection: Connection
    ) -> _Verdict:
        written = self._write(connection)
        if rows.mend_clock(connection, times.now):
            self._sums.forget()
        request, worst = reservation.request, reservation.worst
        uses = [self._use(connection, cap, request, times) for cap in caps]
        nearly = nearly_used(connection, uses, request)
        narrow = [use for use in uses if _room(use, worst) < worst.output_tokens]
        if narrow:
            here = self._under_way(written)
            if here and any(use.scope is not None and held_by(connection, use.scope, here) for use in narrow):
                return _Verdict(None, True)
            tightest = min(narrow, key=lambda use: _room(use, worst))
            least = min(LEAST_OUTPUT, worst.output_tokens)
            room = _room(tightest, worst)
            refusal = _refusal(tightest, worst, least if room < least else worst.output_tokens, times)
            if room < least:
                return _Verdict(refusal, False, nearly)
            worst, reservation.narrowed_by = worst._replace(output_tokens=room), refusal
        if not reservation.abandoned:
            reservation.worst = worst
            reservation.row = rows.reserve(connection, request, worst.usage, times.now)
            reservation.request = msgspec.structs.replace(request, max_output_tokens=worst.output_tokens)
        return _Verdict(None, False, nearly)

    def _under_way(self, written: list[Posting]) -> list[int]:
        """The rows of calls under way, and of those that ended since what was over has been written."""
        calls = [*list(self._open), *(posting.reservation for posting in list(self._pending))]
        over = {posting.reservation.row for posting in written}
        return [row for row in {call.row for call in calls} if row is not None and row not in over]

    def _use(self, connection: Connection, cap: Cap, request: ModelRequest, times: Times) -> Use:
        scope = scope_of(cap, request, times)
        return Use(cap, scope, 0.0 if scope is None else self._sums.of(connection, scope).of(cap.unit))


def _room(use: Use, worst: Worst) -> int:
    """Tokens of output that a cap leaves room for."""
    left = use.cap.limit - use.used
    return worst.output_for_usd(left) if use.cap.unit == "usd" else worst.output_for_tokens(left)


def _refusal(use: Use, worst: Worst, output: int, times: Times) -> Refusal:
    needed = worst.needed_usd(output) if use.cap.unit == "usd" else worst.input_tokens + output
    return Refusal(use.cap, use.used, needed, renewed_at(use.cap, times))


def _unheard(_event: AnyEvent) -> None:
    """Nobody listens yet."""


def _nothing(_connection: Connection) -> None:
    """A transaction for those who take part in it."""
