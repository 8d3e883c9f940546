"""What the figures of several sellers say about each of them, in words.

Said is only what chance does not explain: of right and wrong answers by Fisher's exact test, of times by a wide margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb
from typing import Final, Literal

import msgspec

from agent.comparison.names import kin
from agent.comparison.probe_set import REGISTER_CHARS
from agent.comparison.result import Kind, ModelResult

FindingCode = Literal[
    "no_answer", "flaky", "other_model", "worse_answers", "tools_wrong", "json_wrong", "cache_untrue",
    "cache_told_only", "cache_untold", "no_cache", "no_count", "counts_less", "counts_more", "slow_start", "slow",
    "in_one_piece", "unfinished",
]  # fmt: skip
BY_CHANCE: Final = 0.03
"""Worse answers than another seller's count as such when chance gives them less often than this."""
FLAKY: Final = 0.1
"""Share of failed calls, and at least two."""
COUNTS_MORE: Final = 1.15
CHARS_PER_TOKEN: Final = 10
"""More than the register has by any tokenizer (about five): who counts fewer tokens has not read all of it."""
SLOWER: Final = 2.0
"""Times the best seller's wait, or that part of its pace, …"""
SLOWER_MS: Final = 200
"""… and at least so much more waiting."""

_FORMS: Final[tuple[tuple[Kind, FindingCode, str], ...]] = (
    ("tools", "tools_wrong", "tool calls"),
    ("json", "json_wrong", "JSON replies"),
)


class Finding(msgspec.Struct, frozen=True):
    """Something about a seller that a person should know."""

    code: FindingCode
    text: str
    """A sentence without its subject: “gave no whole reply”."""


def findings(results: Sequence[ModelResult]) -> dict[str, tuple[Finding, ...]]:
    """What there is to say of each, by model. Sellers are judged by those of the same model; else by themselves."""
    return {
        one.model: tuple(
            _of(one, [other for other in results if other is not one and kin(other.model) == kin(one.model)])
        )
        for one in results
    }


def unlikely(right: int, asked: int, other_right: int, other_asked: int) -> bool:
    """Whether so few right answers beside another's are no chance (Fisher's exact test, one-sided)."""
    if not asked or not other_asked or right * other_asked >= other_right * asked:
        return False
    total, hits = asked + other_asked, right + other_right
    ways = sum(comb(asked, k) * comb(other_asked, hits - k) for k in range(max(0, hits - other_asked), right + 1))
    return ways / comb(total, hits) < BY_CHANCE


def checked(result: ModelResult) -> tuple[int, int]:
    """Right answers and all that could be checked, of every kind."""
    pairs = [result.right(kind) for kind in ("answers", "cache", "json", "tools")]
    return sum(right for right, _ in pairs), sum(asked for _, asked in pairs)


def _of(one: ModelResult, peers: Sequence[ModelResult]) -> Iterator[Finding]:
    if all(call.error for call in one.calls):
        yield Finding("no_answer", f"gave no whole reply: {one.calls[-1].note}" if one.calls else "was not asked")
        return
    yield from _reliable(one)
    yield from _true_to_name(one)
    yield from _answers(one, peers)
    if one.unfinished:
        answers = f"{one.unfinished} of its {len(one.calls)} answers"
        yield Finding("unfinished", f"did not end {answers} within what a comparison pays for; they count neither way")
    yield from _cache(one, peers)
    yield from _counts(one, peers)
    yield from _speed(one, peers)


def _reliable(one: ModelResult) -> Iterator[Finding]:
    if one.failures >= 2 and one.failures >= FLAKY * len(one.calls):
        errors = ", ".join(f"{count} × {code}" for code, count in one.errors.items())
        yield Finding("flaky", f"failed {one.failures} of {len(one.calls)} times ({errors})")


def _true_to_name(one: ModelResult) -> Iterator[Finding]:
    if one.other_names:
        yield Finding("other_model", f"says that another model has answered: {', '.join(one.other_names)}")


def _answers(one: ModelResult, peers: Sequence[ModelResult]) -> Iterator[Finding]:
    right, asked = checked(one)
    better = [(peer, *checked(peer)) for peer in peers if unlikely(right, asked, *checked(peer))]
    if better:
        best, best_right, best_asked = max(better, key=lambda found: found[1] / found[2])
        yield Finding(
            "worse_answers",
            f"answered {right} of {asked} rightly, {best.model} {best_right} of {best_asked}, which chance does not "
            "explain: its weights may have been made smaller, or it is another model",
        )
    for kind, code, what in _FORMS:
        right, asked = one.right(kind)
        if asked and right * 2 <= asked:
            yield Finding(code, f"got {right} of {asked} {what} right")


def _cache(one: ModelResult, peers: Sequence[ModelResult]) -> Iterator[Finding]:
    share = f"{one.cached_share or 0:.0%}"
    match one.cache:
        case "untrue":
            yield Finding("cache_untrue", "tells of cached tokens in prompts that nobody had sent before")
        case "told_only":
            first, again = one.cached_first_ms or (0.0, 0.0)
            took = f"{first:.0f} ms the first time, {again:.0f} ms the second"
            yield Finding("cache_told_only", f"tells of {share} cached tokens, but was not quicker ({took})")
        case "untold" if not one.uncounted:
            yield Finding("cache_untold", "is quicker at a prompt that it knows, but bills all of it as new")
        case "none":
            priced = one.price is not None and one.price.cached is not None and one.price.cached < one.price.input
            if not one.uncounted and (priced or any(peer.cache == "given" for peer in peers)):
                yield Finding("no_cache", "gives no cache hits: the same long prompt was paid in full each time")
        case _:
            return


def _counts(one: ModelResult, peers: Sequence[ModelResult]) -> Iterator[Finding]:
    if one.uncounted:
        yield Finding("no_count", "does not say how many tokens it has used, or nonsense: its figures are estimates")
        return
    mine = _register_tokens(one)
    if mine and _too_few(mine):
        text = f"{mine:,} tokens of a text of {REGISTER_CHARS:,} characters"
        yield Finding("counts_less", f"counts only {text}: it has not read all of it, or counts wrongly")
    counts = [(count, peer.model) for peer in peers if (count := _register_tokens(peer)) and not _too_few(count)]
    if mine and counts:
        least, model = min(counts)
        if mine > COUNTS_MORE * least:
            yield Finding("counts_more", f"counts {mine / least - 1:.0%} more tokens than {model} for the same text")


def _too_few(tokens: int) -> bool:
    return tokens * CHARS_PER_TOKEN < REGISTER_CHARS


def _register_tokens(one: ModelResult) -> int:
    long = [call for call in one.calls if call.kind == "cache" and not call.error and not call.estimated]
    counts = [call.usage.input_tokens for call in long]
    return min(counts, default=0)


def _speed(one: ModelResult, peers: Sequence[ModelResult]) -> Iterator[Finding]:
    if one.streams is False:
        yield Finding("in_one_piece", "sends its replies in one piece, so that nothing is seen until the end")
    firsts = [peer.first_ms for peer in peers if peer.first_ms is not None]
    if one.first_ms is not None and firsts and one.first_ms > max(SLOWER * min(firsts), min(firsts) + SLOWER_MS):
        yield Finding("slow_start", f"takes {one.first_ms:.0f} ms to the first word, the quickest {min(firsts):.0f} ms")
    rates = [peer.tokens_per_s for peer in peers if peer.tokens_per_s is not None and not peer.uncounted]
    best = one.best_tokens_per_s
    if best is not None and not one.uncounted and rates and best * SLOWER < max(rates):
        yield Finding("slow", f"writes at most {best:.0f} tokens a second, the quickest {max(rates):.0f}")
