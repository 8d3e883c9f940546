"""A moment in few words, in the person's language and time zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDateTime, QLocale, QTime

from app.translation import translate


def when(moment: datetime, now: datetime) -> str:
    """Say how long ago `moment` was, or at what time, or on which day; both are aware."""
    local, today = moment.astimezone(), now.astimezone()
    past = today - local
    if timedelta(0) <= past < timedelta(minutes=1):
        return translate("Moment", "now")
    if timedelta(0) <= past < timedelta(hours=1):
        return translate("Moment", "%n min ago", int(past.total_seconds() // 60))
    locale = QLocale()
    stamp = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    days = (today.date() - local.date()).days
    if days == 0:
        return locale.toString(stamp.time(), QLocale.FormatType.ShortFormat)
    if days == 1:
        return translate("Moment", "yesterday")
    if 1 < days < 7:
        return locale.standaloneDayName(local.isoweekday(), QLocale.FormatType.LongFormat)
    if local.year == today.year:
        return locale.toString(stamp, "d MMM")
    return locale.toString(stamp.date(), QLocale.FormatType.ShortFormat)


def clock(moment: datetime) -> str:
    """A time of day as this person writes it."""
    local = moment.astimezone()
    return QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)
