"""What a probe found: of each call, and of each model."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from statistics import median
from typing import Literal

import msgspec

from agent.comparison.names import same_model
from agent.figures.seen import NO_FAILURE
from agent.messages import Usage
from agent.settings import Price

Kind = Literal["speed", "cache", "tools", "json", "answers"]
CacheVerdict = Literal["given", "told_only", "untold", "untrue", "none", "unknown"]
"""`given`: told, and time does not speak against it. `told_only`: told, but reading took as long as the first time.
`untold`: quicker the second time, but not told, so that it is paid in full. `untrue`: told of a prompt that it had
never seen. `none`: neither told nor quicker. `unknown`: not asked, or the calls failed."""

FIRST = "register"
"""The task that sends the long prompt for the first time."""
HIT = 0.5
"""A prompt counts as cached from this share of it on."""
QUICKER = 0.7
"""The second time counts as quicker if its first word came within this share of the first time's wait, …"""
QUICKER_MS = 60
"""… and at least so much sooner."""
SLOW_READING_MS = 250
"""A first time that took so much longer than short prompts is slow enough for a cache to show."""
_RATE_TOKENS = 30
_SPOKEN = ("speed", "answers", "json")
"""Of a tool call nothing is shown before its end."""


class ProbeCall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call of a probe, as it went."""

    task: str
    """Its name in the probe set."""
    kind: Kind
    first_ms: int | None = None
    """Until the first piece of the reply; None: none came."""
    took_ms: int
    pieces: int = 0
    """In how many pieces the reply came."""
    heard: int = 0
    """Characters of text and thinking that were shown."""
    error: str = ""
    """Code of the ModelError, `no_key` or `too_slow`; empty: the reply came whole."""
    note: str = ""
    """The error as a sentence; or what was wrong about the answer."""
    usage: Usage = Usage()
    right: int = 0
    asked: int = 0
    """Answers that could be checked; none of a call that failed or was cut at its limit."""
    unfinished: bool = False
    """The answer did not end within the tokens that were asked for."""
    estimated: bool = False
    """The seller did not say how many tokens that were, or nonsense: `usage` is ours."""
    answered_by: str = ""
    """What the seller calls the model that answered; empty: it did not say."""

    @property
    def tokens_per_s(self) -> float | None:
        """How quick the reply came after its first piece; None: too short, or all at once.

        Tokens that were thought in silence count before the first piece, not after it.
        """
        if self.first_ms is None or self.error or self.usage.output_tokens < _RATE_TOKENS:
            return None
        seconds = (self.took_ms - self.first_ms) / 1000
        shown = min(self.usage.output_tokens, max(self.heard / 3, 1))
        return shown / seconds if seconds >= 0.05 and self.pieces > 2 else None


class ModelResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe found of one model. All figures are taken from its calls."""

    model: str
    """As asked, `provider/name`."""
    calls: tuple[ProbeCall, ...]
    price: Price | None = None
    """As it was known then; None: unknown."""
    stopped: str = ""
    """Why not all calls were made; empty: they were."""

    @property
    def failures(self) -> int:
        """Calls that gave no whole reply, through the seller's fault."""
        return sum(call.error not in NO_FAILURE for call in self.calls)

    @property
    def error_rate(self) -> float | None:
        """Share of the calls that failed."""
        return self.failures / len(self.calls) if self.calls else None

    @property
    def errors(self) -> dict[str, int]:
        """How often which error came."""
        codes = [call.error for call in self.calls if call.error]
        return {code: codes.count(code) for code in dict.fromkeys(codes)}

    @property
    def unfinished(self) -> int:
        """Answers that were longer than a probe pays for: they are neither right nor wrong."""
        return sum(call.unfinished for call in self.calls)

    @property
    def first_ms(self) -> float | None:
        """Until the first word of an answer to a short prompt, median."""
        return _median(call.first_ms for call in self.calls if call.kind in _SPOKEN and not call.error)

    @property
    def tokens_per_s(self) -> float | None:
        """Median; None: it could not be told."""
        return _median(call.tokens_per_s for call in self.calls)

    @property
    def best_tokens_per_s(self) -> float | None:
        """Of its quickest reply: few are long enough to be timed, and a bad moment of the network is no fault."""
        return max((rate for call in self.calls if (rate := call.tokens_per_s) is not None), default=None)

    @property
    def streams(self) -> bool | None:
        """Whether words come as they are made; None: no reply was long enough to tell."""
        long = [call for call in self.calls if not call.error and call.usage.output_tokens >= _RATE_TOKENS]
        told = [call.pieces > 2 for call in long if call.kind == "speed"]
        return any(told) if told else None

    def right(self, kind: Kind) -> tuple[int, int]:
        """Right answers of one kind, and how many could be checked."""
        of_kind = [call for call in self.calls if call.kind == kind]
        return sum(call.right for call in of_kind), sum(call.asked for call in of_kind)

    @property
    def cache(self) -> CacheVerdict:
        """Whether a prompt that was sent twice was read from the seller's cache."""
        return _judged([cache_of(pair, self.first_ms) for pair in self._pairs()])

    @property
    def cached_share(self) -> float | None:
        """Of the prompts that were sent again: how much of them was told to be cached."""
        again = [call for pair in self._pairs() for call in pair[1:]]
        read = sum(call.usage.input_tokens for call in again)
        return sum(call.usage.cached_tokens for call in again) / read if read else None

    @property
    def cached_first_ms(self) -> tuple[float, float] | None:
        """Until the first word, of prompts that were new and of the same again, medians."""
        first = _median(pair[0].first_ms for pair in self._pairs())
        again = _median(call.first_ms for pair in self._pairs() for call in pair[1:])
        return None if first is None or again is None else (first, again)

    @property
    def other_names(self) -> tuple[str, ...]:
        """The names under which something else than the model that was asked has answered."""
        names = dict.fromkeys(call.answered_by for call in self.calls if call.answered_by)
        return tuple(name for name in names if not same_model(self.model, name))

    @property
    def uncounted(self) -> bool:
        """Whether no reply that came to its end said how many tokens it took."""
        whole = [call for call in self.calls if not call.error and not call.unfinished]
        return bool(whole) and all(call.estimated for call in whole)

    @property
    def usage(self) -> Usage:
        """Tokens and money of all replies that came whole."""
        whole = [call.usage for call in self.calls if not call.error]
        total = Usage(cost_usd=0.0 if whole else None)
        for usage in whole:
            total = total.plus(usage)
        return total

    def _pairs(self) -> list[list[ProbeCall]]:
        """Prompts that were sent more than once, each in order: whole replies only."""
        pairs: list[list[ProbeCall]] = []
        for call in self.calls:
            if call.kind != "cache":
                continue
            if call.task == FIRST:
                pairs.append([call])
            elif pairs and not call.error:
                pairs[-1].append(call)
        return [pair for pair in pairs if len(pair) > 1 and not pair[0].error]


class ComparisonRun(msgspec.Struct, frozen=True, kw_only=True):
    """One probe of some models."""

    comparison_id: int
    at: datetime
    """When it began, UTC."""
    run_id: str
    """Under which its calls stand in the books (`Seen.of_run`)."""
    results: tuple[ModelResult, ...]
    stopped: str = ""
    """Why it did not come to its end: a sentence; empty: it did."""


def cache_of(pair: list[ProbeCall], short_ms: float | None) -> CacheVerdict:
    """Judge a prompt and its repetitions. `short_ms`: how long short prompts take to the first word."""
    first, again = pair[0], pair[1:]
    if _share(first) >= HIT:
        return "untrue"
    best = min((call.first_ms for call in again if call.first_ms is not None), default=None)
    quicker = (
        best is not None
        and first.first_ms is not None
        and best <= QUICKER * first.first_ms
        and first.first_ms - best >= QUICKER_MS
    )
    if max(map(_share, again)) < HIT:
        return "untold" if quicker else "none"
    shows = first.first_ms is not None and short_ms is not None and first.first_ms - short_ms >= SLOW_READING_MS
    return "told_only" if shows and not quicker else "given"


def _judged(verdicts: list[CacheVerdict]) -> CacheVerdict:
    """Put several verdicts together: one lie is a lie; else what was seen most often."""
    if not verdicts:
        return "unknown"
    return "untrue" if "untrue" in verdicts else max(verdicts, key=verdicts.count)


def _share(call: ProbeCall) -> float:
    return call.usage.cached_tokens / call.usage.input_tokens if call.usage.input_tokens else 0.0


def _median(values: Iterable[float | int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(median(known)) if known else None
