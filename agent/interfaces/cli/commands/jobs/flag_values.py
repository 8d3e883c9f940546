"""What the words behind a flag of a job mean. Each raises UsageError that begins with what was wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from agent.automation.cron import read_cron
from agent.automation.zone import on_the_wall
from agent.errors import UsageError
from agent.interfaces.cli.duration import parse_duration

NONE = "none"
"""As a value: take away what is there, so that the default holds."""

Reader = Callable[[str, str], Any]
"""Makes a value of the words of a flag and of the folder where the person is."""

_SWITCHES = {"yes": True, "true": True, "no": False, "false": False}


def words(text: str, _cwd: str) -> str:
    """The words as they are."""
    return text


def seconds(text: str, _cwd: str) -> float:
    """A length of time, `20m`; a number, `0.5` or `0.5s`, is of seconds."""
    number = text.removesuffix("s")
    return float(number) if number.replace(".", "", 1).isdecimal() else parse_duration(text).total_seconds()


def interval(text: str, cwd: str) -> int:
    """A length of time between two moments."""
    found = seconds(text, cwd)
    if found < 10:
        raise UsageError(f"{text!r} is shorter than 10 seconds, and no interval is. Nothing was changed.")
    if found != int(found):
        raise UsageError(f"{text!r} are no whole seconds. Nothing was changed.")
    return int(found)


def cron(text: str, _cwd: str) -> str:
    """The five fields of a cron line."""
    return read_cron(text).fields


def whole_path(text: str, cwd: str) -> str:
    """A path from where the person is."""
    return os.path.abspath(os.path.join(cwd, os.path.expanduser(text)))


def near_path(text: str, _cwd: str) -> str:
    """A path from the job's folder on, or a whole one."""
    return os.path.expanduser(text)


def switch(text: str, _cwd: str) -> bool:
    """Yes or no."""
    if text.lower() not in _SWITCHES:
        raise UsageError(f"{text!r} is neither yes nor no. Nothing was changed.")
    return _SWITCHES[text.lower()]


def moment(text: str, _cwd: str) -> datetime:
    """A date and time; without an offset one of this machine's time zone."""
    try:
        return on_the_wall(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no moment. Write it as 2030-01-31 15:00; in words it goes behind --when. Nothing was changed."
        ) from None


def permission(text: str, cwd: str) -> dict[str, Any]:
    """`net.fetch=example.org`, `proc.run=~/code`, `proc.run+network=~/code`."""
    what, sign, to = text.partition("=")
    verb, plus, network = what.partition("+")
    if not sign or not to or (plus and network != "network"):
        raise UsageError(
            f"{text!r} is no permission. Write it as VERB=TARGET, for instance net.fetch=example.org, proc.run=~/code "
            "or proc.run+network=~/code. Nothing was changed."
        )
    target = whole_path(to, cwd) if verb.startswith(("fs.", "proc.")) else to
    return {"what": verb, "to": [target], **({"network": True} if plus else {})}


def plugin_event(text: str, _cwd: str) -> dict[str, Any]:
    """`calendar:starts_soon`."""
    plugin, _, trigger = text.partition(":")
    if not plugin or not trigger:
        raise UsageError(
            f"{text!r} names no trigger of a plugin. Write it as PLUGIN:TRIGGER, such as calendar:starts_soon. "
            "Nothing was changed."
        )
    return {"plugin": plugin, "trigger": trigger}


def report(text: str, _cwd: str) -> dict[str, Any]:
    """`file`, or `team:board` for an output of a plugin."""
    return {"to": "plugin", "plugin": text} if ":" in text else {"to": text, "plugin": ""}


def quiet(text: str, _cwd: str) -> dict[str, Any]:
    """Hours of the day, `22:00-07:00`."""
    since, sign, until = text.replace(" ", "").partition("-")
    if not sign:
        raise UsageError(f"{text!r} are no hours. Write them as 22:00-07:00. Nothing was changed.")
    return {"since": _time_of_day(since), "until": _time_of_day(until)}


def _time_of_day(text: str) -> str:
    hour, colon, minute = text.partition(":")
    if not hour.isdecimal() or int(hour) > 23 or (colon and not (minute.isdecimal() and int(minute) < 60)):
        raise UsageError(f"{text!r} is no time of day. Write the hours as 22:00-07:00. Nothing was changed.")
    return f"{int(hour):02}:{int(minute or 0):02}:00"
