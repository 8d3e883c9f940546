"""Numbers of models and trials as a person reads them."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from agent.models.provider_trial import CANNOT_ACT, CANNOT_SEE, ProviderReport
from agent.settings import ModelProfile
from app.translation import translate

_TINY_USD = 0.0001


def number(value: float, decimals: int = 0) -> str:
    """With the separators of the person's language."""
    return QLocale().toString(float(value), "f", decimals)


def size_words(count: int) -> str:
    """Bytes: `98 MB`, `4.7 GB`."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def window_words(model: ModelProfile) -> str:
    """How much a model can read at once."""
    return translate("Settings", "reads {count} tokens").format(count=number(model.window))


def price_words(model: ModelProfile) -> str:
    """What a model costs."""
    if model.price is None:
        return translate("Settings", "price unknown")
    if not (model.price.input or model.price.output):
        return translate("Settings", "free")
    return translate("Settings", "${input} to read, ${output} to write a million tokens").format(
        input=number(model.price.input, 2), output=number(model.price.output, 2)
    )


def report_words(report: ProviderReport) -> list[tuple[str, bool]]:
    """What a trial showed: sentences, each with whether it is good news."""
    return [
        (_speed(report), True),
        (translate("Settings", "It calls tools."), True)
        if report.tools
        else (translate("Settings", "It does not call tools: it can answer, but it cannot act."), False),
        *_sight(report),
        *((problem, False) for problem in report.problems if problem not in (CANNOT_ACT, CANNOT_SEE)),
        (_cost(report), True),
    ]


def _speed(report: ProviderReport) -> str:
    first = number(report.first_token_s, 1)
    if report.tokens_per_s is None:
        return translate("Settings", "It answers: the first word came after {first} s.").format(first=first)
    return translate(
        "Settings", "It answers: the first word came after {first} s, then {rate} tokens a second."
    ).format(first=first, rate=number(report.tokens_per_s))


def _sight(report: ProviderReport) -> list[tuple[str, bool]]:
    if report.vision is None:
        return [(translate("Settings", "It does not claim to see images; that was not tried."), True)]
    if report.vision:
        return [(translate("Settings", "It sees images."), True)]
    return [(translate("Settings", "It does not see images."), False)]


def _cost(report: ProviderReport) -> str:
    usage = report.usage
    tokens = number(usage.input_tokens + usage.output_tokens)
    if usage.cost_usd is None:
        return translate("Settings", "The test took {tokens} tokens; what that costs is not known.").format(
            tokens=tokens
        )
    if not usage.cost_usd:
        return translate("Settings", "The test took {tokens} tokens and cost nothing.").format(tokens=tokens)
    cost = number(max(usage.cost_usd, _TINY_USD), 4)
    return translate("Settings", "The test took {tokens} tokens and cost ${cost}.").format(tokens=tokens, cost=cost)
