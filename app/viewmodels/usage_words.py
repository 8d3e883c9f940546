"""Days, amounts, caps and forecasts of the screen of usage in words."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale

from agent.budget.caps import Span
from agent.budget.dearest import DearRun
from agent.budget.report import Outlook, UsageRow
from agent.budget.standing import Standing
from app.translation import dollars, translate
from app.viewmodels.usage_chart import Measure
from app.viewmodels.usage_report import Figures, Group, Period


def period_words(period: Period) -> str:
    """What a time is called."""
    return {
        "week": translate("Usage", "Last 7 days"),
        "month": translate("Usage", "This month"),
        "days30": translate("Usage", "Last 30 days"),
        "days90": translate("Usage", "Last 90 days"),
        "year": translate("Usage", "Last 12 months"),
    }[period]


def group_words(group: Group) -> str:
    """What calls are put together by."""
    return {
        "model": translate("Usage", "Model"),
        "provider": translate("Usage", "Provider"),
        "job": translate("Usage", "Job"),
        "session": translate("Usage", "Chat"),
        "skill": translate("Usage", "Skill"),
        "purpose": translate("Usage", "Purpose"),
    }[group]


def row_words(group: Group, row: UsageRow) -> str:
    """What a row of a group is called."""
    if group == "purpose":
        return purpose_words(row.key)
    if row.key:
        return " ".join(row.name.split()) or row.key
    return {
        "job": translate("Usage", "No job"),
        "session": translate("Usage", "No chat"),
        "skill": translate("Usage", "No skill"),
    }.get(group, "?")


def purpose_words(purpose: str) -> str:
    """What calls were for."""
    known = {
        "turn": translate("Usage", "Answers and tool calls"),
        "summary": translate("Usage", "Summaries of long chats"),
        "reading": translate("Usage", "Reading of foreign texts apart"),
        "title": translate("Usage", "Titles of chats"),
        "trial": translate("Usage", "Tests and comparisons of providers"),
    }
    return known.get(purpose, purpose)


def step_words(key: str) -> str:
    """A day (`2026-11-26`) or month (`2026-11`) in full."""
    locale = QLocale()
    if len(key) == 7:
        return f"{locale.standaloneMonthName(int(key[5:]))} {key[:4]}"
    day = date.fromisoformat(key)
    return f"{locale.dayName(day.isoweekday(), QLocale.FormatType.ShortFormat)} {step_label(key)}"


def step_label(key: str) -> str:
    """The same, short."""
    locale = QLocale()
    if len(key) == 7:
        return locale.standaloneMonthName(int(key[5:]), QLocale.FormatType.ShortFormat)
    day = date.fromisoformat(key)
    return locale.toString(QDate(day.year, day.month, day.day), translate("Usage", "d MMM"))


def money(usd: float) -> str:
    """Dollars, with more digits where they are few."""
    if 0 < usd < 0.0001:
        return translate("Usage", "under $0.0001")
    return dollars(usd, 2 if usd >= 0.01 or not usd else 4)


def cost_words(row: UsageRow) -> str:
    """What calls cost, as far as it is known."""
    if not row.calls:
        return money(0)
    if row.unknown_calls == row.calls:
        return translate("Usage", "price unknown")
    if not row.unknown_calls:
        return money(row.cost_usd) if row.cost_usd else translate("Usage", "free")
    return translate("Usage", "at least {amount}").format(amount=money(row.cost_usd))


def count(number: float) -> str:
    """A whole number."""
    return QLocale().toString(round(number))


def few(number: float) -> str:
    """A number of tokens in few characters."""
    locale = QLocale()
    for least, unit in (
        (1e9, translate("Usage", "bn")),
        (1e6, translate("Usage", "M")),
        (1e3, translate("Usage", "k")),
    ):
        if number >= least * 0.9995:
            part = number / least
            return f"{locale.toString(part, 'f', 0 if part >= 99.95 else 1)} {unit}"
    return count(number)


def value_words(value: float, measure: Measure) -> str:
    """A value of a chart."""
    match measure:
        case "usd":
            return money(value)
        case "tokens":
            return _tokens(value)
        case "ms":
            return translate("Usage", "{n} ms").format(n=count(value))
        case "rate":
            return translate("Usage", "{n} tokens/s").format(n=count(value))
        case "percent":
            return percent(value / 100)


def percent(share: float) -> str:
    """A part of a whole."""
    return translate("Usage", "{n}%").format(n=count(share * 100) if share >= 0.01 or not share else "< 1")


def tokens_of(row: UsageRow) -> int:
    """All tokens of calls."""
    return row.input_tokens + row.output_tokens


def fresh_of(row: UsageRow) -> int:
    """Tokens that were read anew."""
    return max(row.input_tokens - row.cached_tokens, 0)


def cached_words(row: UsageRow) -> str:
    """How much of the prompts came from providers' caches."""
    if not row.input_tokens:
        return ""
    return translate("Usage", "{share} of the prompts from caches").format(
        share=percent(row.cached_tokens / row.input_tokens)
    )


def caches_words(figures: Figures) -> str:
    """What caches have given, and should have; empty: nobody knows."""
    said: list[str] = []
    if (rate := figures.cache).input_tokens and (rate.cached_share or rate.expected_share):
        words = translate("Usage", "Providers' caches gave {given} of the prompts; {expected} were to be expected.")
        said.append(words.format(given=percent(rate.cached_share), expected=percent(rate.expected_share)))
    if (again := figures.reused).replies:
        words = translate("Usage", "%n answer(s) of Homard's own cache saved {amount}.", again.replies)
        said.append(words.format(amount=money(again.cost_usd)))
    return " ".join(said)


def run_words(run: DearRun) -> str:
    """What a run was, on one line."""
    said = " ".join(run.prompt.split())
    title = " ".join(run.title.split())
    if title and said and title not in said and said not in title:
        return translate("Usage", "{title} · {prompt}").format(title=title, prompt=said)
    return said or title or purpose_words(run.purpose)


def cap_words(cap: Standing) -> str:
    """What a cap is for."""
    words = _span_words(cap.span)
    if cap.provider:
        words = translate("Usage", "{span} at {provider}").format(span=words, provider=cap.provider)
    return words


def cap_standing_words(cap: Standing) -> str:
    """How a cap stands."""
    limit = _amount(cap.limit, cap)
    if cap.spent is None:
        return translate("Usage", "at most {limit}").format(limit=limit)
    bare = money if cap.unit == "usd" else count  # the unit stands at the limit
    said = translate("Usage", "{spent} of {limit}, {left} left").format(
        spent=bare(cap.spent), limit=limit, left=bare(cap.left or 0.0)
    )
    if cap.under_way:
        kept = translate("Usage", "{amount} kept back for calls under way").format(amount=_amount(cap.under_way, cap))
        said = f"{said} · {kept}"
    if cap.left == 0 and cap.renewed_at is not None:
        local = cap.renewed_at.astimezone()
        day = QLocale().toString(QDate(local.year, local.month, local.day), QLocale.FormatType.ShortFormat)
        said = f"{said} · {translate('Usage', 'nothing is sent before {day}').format(day=day)}"
    return said


def outlook_words(outlook: Outlook) -> str:
    """Where the month is heading."""
    return translate("Usage", "about {amount} by its end, at the pace of the last %n day(s)", outlook.days).format(
        amount=money(outlook.usd)
    )


def outlook_warning(outlook: Outlook, caps: tuple[Standing, ...]) -> str:
    """That the month will come to a cap; empty: it will not, at this pace."""
    for cap in caps:
        ahead = outlook.usd if cap.unit == "usd" else outlook.tokens
        if cap.span == "month" and not cap.provider and ahead > cap.limit and cap.left:
            return translate("Usage", "At this pace the cap of {limit} is reached before the month ends.").format(
                limit=_amount(cap.limit, cap)
            )
    return ""


def _span_words(span: Span) -> str:
    return {
        "call": translate("Usage", "A model call"),
        "run": translate("Usage", "A run"),
        "session": translate("Usage", "A chat"),
        "job": translate("Usage", "A job in a day"),
        "day": translate("Usage", "Today"),
        "month": translate("Usage", "This month"),
    }[span]


def _amount(value: float, cap: Standing) -> str:
    return money(value) if cap.unit == "usd" else _tokens(value)


def _tokens(number: float) -> str:
    if round(number) < 1_000:
        return translate("Usage", "%n token(s)", round(number))
    return translate("Usage", "{n} tokens").format(n=count(number))
