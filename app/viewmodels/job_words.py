"""Jobs in a person's words: when they are due, what state they are in, what it costs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QLocale, QTime

from agent.jobs import Change, Cron, Every, JobRow, Once, PauseReason, PluginEvent, Trigger, Watch
from app.translation import dollars, translate
from app.viewmodels.job_cron_words import cron_words, minutes_words
from app.viewmodels.moment import clock

_UNITS = (86_400, 3_600, 60)
_LEAST_USD = 0.005
"""Less than a cent, rounded."""


def triggers_words(triggers: Sequence[Trigger]) -> str:
    """When a job is due, on one line."""
    if not triggers:
        return translate("Jobs", "only when you start it")
    return "; ".join(trigger_words(trigger) for trigger in triggers)


def trigger_words(trigger: Trigger) -> str:
    """When a job is due by one of its triggers: `each weekday at 8:30`, `when a *.pdf settles in ~/Invoices`."""
    match trigger:
        case Cron():
            words = cron_words(trigger.fields)
            return f"{words} ({trigger.zone})" if trigger.zone else words
        case Every():
            return every_words(trigger.seconds)
        case Once():
            return translate("Jobs", "once on {day} at {time}").format(
                day=QLocale().toString(_date(trigger.at), QLocale.FormatType.LongFormat), time=clock(trigger.at)
            )
        case Watch():
            return watch_words(trigger)
        case PluginEvent():
            words = translate("Jobs", "when the plugin {plugin} tells of {trigger}")
            return words.format(plugin=trigger.plugin, trigger=trigger.trigger)


def every_words(seconds: int) -> str:
    """A distance of time: `every 20 minutes`."""
    unit = next((unit for unit in _UNITS if seconds % unit == 0), 1)
    count = seconds // unit
    match unit:
        case 86_400:
            return translate("Jobs", "every %n day(s)", count) if count > 1 else translate("Jobs", "every day")
        case 3_600:
            return translate("Jobs", "every %n hour(s)", count) if count > 1 else translate("Jobs", "every hour")
        case 60:
            return minutes_words(count)
        case _:
            return translate("Jobs", "every %n second(s)", count)


def span_words(seconds: float) -> str:
    """A length of time in its largest whole unit: `30 minutes`."""
    unit = next((unit for unit in _UNITS if seconds >= unit and seconds % unit == 0), 1)
    count = round(seconds / unit)
    match unit:
        case 86_400:
            return translate("Jobs", "%n day(s)", count)
        case 3_600:
            return translate("Jobs", "%n hour(s)", count)
        case 60:
            return translate("Jobs", "%n minute(s)", count)
        case _:
            return translate("Jobs", "%n second(s)", count)


def watch_words(watch: Watch) -> str:
    """What of a folder starts it."""
    names = translate("Jobs", "a file") if watch.patterns == ("*",) else _either(watch.patterns)
    where = short_path(watch.folder)
    if set(watch.on) == {"created", "changed"}:
        return translate("Jobs", "when {what} settles in {folder}").format(what=names, folder=where)
    events = _either([change_words(change) for change in watch.on])
    return translate("Jobs", "when {what} in {folder} {happens}").format(what=names, folder=where, happens=events)


def change_words(change: Change) -> str:
    """What happened to a file."""
    return {
        "created": translate("Jobs", "is new"),
        "changed": translate("Jobs", "has changed"),
        "removed": translate("Jobs", "is gone"),
        "moved": translate("Jobs", "was moved"),
    }[change]


def short_path(path: str) -> str:
    """A path as people write it, the home folder as `~`."""
    home = os.path.expanduser("~")
    inside = path == home or path.startswith(home.rstrip(os.sep) + os.sep)
    return f"~{path[len(home.rstrip(os.sep)) :]}" if inside and home != os.sep else path


def pause_words(row: JobRow) -> str:
    """Why a job starts nothing, and what to do; empty: it does."""
    return _pause_words(row.paused, row.failures)


def _pause_words(reason: PauseReason, failures: int) -> str:
    match reason:
        case "":
            return ""
        case "person":
            return translate("Jobs", "You paused it. Resume it to let it start again.")
        case "review":
            return translate("Jobs", "It is new here and starts nothing yet: read what it does, then resume it.")
        case "failures":
            return translate(
                "Jobs",
                "It paused itself after %n failure(s) in a row. Look at the last one in its history, "
                "mend the cause, then resume it.",
                failures,
            )
        case "loop":
            return translate(
                "Jobs",
                "It was stopped because it kept starting itself, or another job that starts it again. "
                "Change what it watches or writes, then resume it.",
            )
        case "broken":
            return translate("Jobs", "It cannot work as it is. Edit it: the form says what is wrong.")


def coming_words(moment: datetime, now: datetime) -> str:
    """When something to come is due, in few words; both are aware."""
    local, today = moment.astimezone(), now.astimezone()
    time = clock(moment)
    days = (local.date() - today.date()).days
    if moment <= now:
        return translate("Jobs", "now")
    if days == 0:
        return translate("Jobs", "today {time}").format(time=time)
    if days == 1:
        return translate("Jobs", "tomorrow {time}").format(time=time)
    if days < 7:
        return f"{QLocale().dayName(local.isoweekday(), QLocale.FormatType.ShortFormat)} {time}"
    return f"{_short_day(local, today)} {time}"


def moment_words(moment: datetime, now: datetime) -> str:
    """Day and time of something that was or will be; with the year where it is another one, and seconds if any."""
    local, today = moment.astimezone(), now.astimezone()
    time = _exact(local)
    days = (local.date() - today.date()).days
    if days == 0:
        return translate("Jobs", "today {time}").format(time=time)
    if days == -1:
        return translate("Jobs", "yesterday {time}").format(time=time)
    if days == 1:
        return translate("Jobs", "tomorrow {time}").format(time=time)
    weekday = QLocale().dayName(local.isoweekday(), QLocale.FormatType.ShortFormat)
    return f"{weekday} {_short_day(local, today)} {time}"


def _exact(local: datetime) -> str:
    form = QLocale().timeFormat(QLocale.FormatType.ShortFormat)
    if local.second and "ss" not in form:
        form = form.replace("mm", "mm:ss")
    return QLocale().toString(QTime(local.hour, local.minute, local.second), form)


def short_day(day: QDate) -> str:
    """A day without its year: `27 Nov`."""
    return QLocale().toString(day, translate("Jobs", "d MMM"))


def amount_words(usd: float) -> str:
    """Money in few characters."""
    if 0 < usd < _LEAST_USD:
        return translate("Jobs", "less than $0.01")
    return dollars(usd)


def forecast_words(runs: float | None, usd: float | None) -> str:
    """What a job is about to cost a month, as far as that can be told."""
    if runs is None:
        return translate("Jobs", "runs as files come, so its cost cannot be told")
    if not runs:
        return translate("Jobs", "no runs to come")
    if usd is None:
        return translate("Jobs", "about %n run(s) a month, of unknown price", max(1, round(runs)))
    if not usd:
        return translate("Jobs", "free of charge")
    if usd < _LEAST_USD:
        return translate("Jobs", "{amount} a month").format(amount=amount_words(usd))
    return translate("Jobs", "about {amount} a month").format(amount=amount_words(usd))


def _date(moment: datetime) -> QDate:
    local = moment.astimezone()
    return QDate(local.year, local.month, local.day)


def _short_day(local: datetime, today: datetime) -> str:
    near = abs(local - today) < timedelta(days=300)
    return short_day(_date(local)) if near else QLocale().toString(_date(local), QLocale.FormatType.ShortFormat)


def _either(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return translate("Jobs", "{first} or {last}").format(first=", ".join(words[:-1]), last=words[-1])
