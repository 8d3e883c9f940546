"""Durations, tokens and money in words."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from agent.messages import Usage
from app.translation import dollars, translate


def duration_words(seconds: float) -> str:
    """How long something took."""
    if seconds < 0.95:
        return translate("Figures", "{n} ms").format(n=round(seconds * 1000))
    if seconds < 59.95:
        return translate("Figures", "{n} s").format(n=QLocale().toString(seconds, "f", 1))
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return translate("Figures", "{m} min {s} s").format(m=minutes, s=rest)
    return translate("Figures", "{h} h {m} min").format(h=minutes // 60, m=minutes % 60)


def token_words(usage: Usage) -> str:
    """What went in and came out; empty if nothing did."""
    if not usage.input_tokens and not usage.output_tokens:
        return ""
    locale = QLocale()
    figures = {
        "input": locale.toString(usage.input_tokens),
        "cached": locale.toString(usage.cached_tokens),
        "output": locale.toString(usage.output_tokens),
    }
    if usage.cached_tokens:
        return translate("Figures", "{input} tokens in ({cached} cached), {output} out").format(**figures)
    return translate("Figures", "{input} tokens in, {output} out").format(**figures)


def money_words(cost_usd: float | None) -> str:
    """An amount; unknown is never 0."""
    if cost_usd is None:
        return translate("Figures", "price unknown")
    if cost_usd == 0:
        return translate("Figures", "free")
    if cost_usd < 0.0001:
        return translate("Figures", "less than $0.0001")
    return dollars(cost_usd, 4)
