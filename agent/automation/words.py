"""Jobs in English words: what a person reads before saving, in lists, and on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.automation.cron_words import cron_words
from agent.automation.zone import here
from agent.jobs import (
    Condition,
    Cron,
    Every,
    Hold,
    Job,
    JobLimits,
    Missed,
    Once,
    PluginEvent,
    Policies,
    Quiet,
    Report,
    Trigger,
    Watch,
)

IMAGES = ("*.png", "*.jpg", "*.jpeg", "*.gif", "*.webp", "*.heic", "*.tif", "*.tiff", "*.bmp")
"""Globs of what people call a picture."""
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_HOLDS = {"wait": "waits", "skip": "is skipped"}


def trigger_words(trigger: Trigger, zone: ZoneInfo | None = None) -> str:
    """Say when a trigger is due, beginning in lower case: “each weekday at 08:30”, “when a *.pdf settles in ~/Bills”.

    `zone` is the one in which moments are shown; None: that of this machine. Never raises: a cron line that has no
    plain words, or cannot be read, stands as it is.
    """
    if isinstance(trigger, Cron):
        return cron_words(trigger.fields) + (f" ({trigger.zone} time)" if trigger.zone else "")
    if isinstance(trigger, Every):
        return _every_words(trigger, zone)
    if isinstance(trigger, Once):
        return f"once on {moment_words(trigger.at, zone)}"
    if isinstance(trigger, PluginEvent):
        return f"when the plugin {trigger.plugin} tells of {trigger.trigger}"
    return _watch_words(trigger)


def triggers_words(triggers: Sequence[Trigger], zone: ZoneInfo | None = None) -> str:
    """Say when a job is due, in lower case; without a trigger, “only when you start it”."""
    return "; ".join(trigger_words(trigger, zone) for trigger in triggers) or "only when you start it"


def job_words(job: Job, zone: ZoneInfo | None = None) -> str:
    """Say a job in one line: when, what (shortened), where."""
    prompt = " ".join(job.prompt.split())
    shown = prompt if len(prompt) <= 100 else prompt[:99].rstrip() + "…"
    when = triggers_words(job.triggers, zone)
    return f"{when[:1].upper()}{when[1:]}: {shown} (in {path_words(job.folder)})"


def policy_words(policies: Policies, triggers: Sequence[Trigger] | None = None) -> list[str]:
    """Say how a job behaves when things are not as planned, a sentence each.

    `triggers`: say only what can happen with these, files apart; None: all that the policies say of a schedule.
    """
    by_clock = triggers is None or any(not isinstance(trigger, Watch | PluginEvent) for trigger in triggers)
    again = triggers is None or any(not isinstance(trigger, Once) for trigger in triggers)
    overlap = {
        "skip": "While a run of it works, what falls due is skipped.",
        "queue": "While a run of it works, one more waits for its end.",
        "beside": "Runs of it may work beside each other.",
    }
    holds: tuple[tuple[Hold, str], ...] = (
        (policies.on_battery, "while the machine runs on battery"),
        (policies.on_metered, "while the network is a metered one"),
        (policies.when_locked, "while the screen is locked"),
    )
    return [
        *([_missed_words(policies.missed)] if by_clock else []),
        *_caught_up_words(policies.missed, triggers or ()),
        *_told_words(triggers or ()),
        *([overlap[policies.overlap]] if by_clock and again else []),
        *([_quiet_words(policies.quiet)] if policies.quiet else []),
        *(f"A run {_HOLDS[hold]} {when}." for hold, when in holds if hold != "run"),
        *(
            ["It is skipped when its input files and its prompt did not change."]
            if policies.unchanged == "skip"
            else []
        ),
        f"After {_count(policies.pause_after, 'failure')} in a row it pauses and tells you.",
    ]


def _caught_up_words(missed: Missed, triggers: Sequence[Trigger]) -> list[str]:
    watches = [trigger for trigger in triggers if isinstance(trigger, Watch)]
    if not watches:
        return []
    caught_up = {
        "skip": "are left out",
        "ask": "are asked about",
    }.get(missed.do, "are made up for, each of them")
    if not any(watch.catch_up for watch in watches):
        caught_up = "are left out"
    return [
        f"Files that changed while Homard was off {caught_up}.",
        "While a run of it works, further files wait for their turn.",
    ]


def _told_words(triggers: Sequence[Trigger]) -> list[str]:
    if not any(isinstance(trigger, PluginEvent) for trigger in triggers):
        return []
    return ["What a plugin tells while a run of it works waits for its turn; what it tells twice counts once."]


def limit_words(limits: JobLimits) -> list[str]:
    """Say how far a job may go, a sentence each."""
    one = [f"{limits.max_tokens:,} tokens", _count(limits.max_calls, "tool call"), duration_words(limits.max_time_s)]
    if limits.max_usd is not None:
        one.insert(0, f"${limits.max_usd:.2f}")
    together = [f"${amount:.2f} a {of}" for amount, of in _sums(limits)]
    if limits.runs_per_day is not None:
        together.append(f"{_count(limits.runs_per_day, 'run')} a day")
    return [
        f"One run may take at most {_joined(one)}.",
        *([f"All its runs together: at most {_joined(together)}."] if together else []),
    ]


def condition_words(condition: Condition) -> str:
    """Say what must hold before a model is called; empty if nothing must."""
    parts = [
        *([f"{path_words(condition.exists)} exists"] if condition.exists else []),
        *([f"{path_words(condition.has_words)} has something in it"] if condition.has_words else []),
        *([f"`{condition.succeeds}` ends well"] if condition.succeeds else []),
    ]
    return f"Only if {_joined(parts)}." if parts else ""


def report_words(report: Report) -> str:
    """Say where the last answer of a run goes."""
    where = {
        "notification": "Its answer comes as a notification.",
        "chat": "Its runs stand among the chats.",
        "file": f"Its answer is added to {path_words(report.path) or 'a file'}.",
        "plugin": f"Its answer is given to the plugin {report.plugin}.",
        "nothing": "Its answer is only in the history.",
    }
    return where[report.to]


def moment_words(at: datetime, zone: ZoneInfo | None = None) -> str:
    """Say a moment: “Fri 27 Nov 2026 at 15:00”; with seconds if it has any."""
    shown = at.astimezone(zone or here()) if at.tzinfo else at
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    clock = f"{shown:%H:%M:%S}" if shown.second else f"{shown:%H:%M}"
    return f"{names[shown.weekday()]} {shown.day} {months[shown.month - 1]} {shown.year} at {clock}"


def duration_words(seconds: float) -> str:
    """Say a time span: “20 minutes”, “1 hour 30 minutes”, “2 days”."""
    rest, parts = round(seconds), list[str]()
    for size, name in _UNITS:
        if rest >= size and not (name == "day" and seconds < 2 * size):
            parts.append(_count(rest // size, name))
            rest %= size
    return " ".join(parts) or f"{seconds:g} seconds"


def path_words(path: str) -> str:
    """Say a path, with `~` for the home folder."""
    home = str(Path.home())
    return "~" + path[len(home) :] if path == home or path.startswith((home + "/", home + "\\")) else path


def _every_words(every: Every, zone: ZoneInfo | None) -> str:
    words = duration_words(every.seconds)
    alone = words.removeprefix("1 ")
    said = f"every {alone if alone.isalpha() else words}"
    if every.start is not None and every.seconds >= 86_400:
        return f"{said}, counted from {moment_words(every.start, zone)}"
    return said


def _watch_words(watch: Watch) -> str:
    """“when a *.pdf settles in ~/Invoices”, “when files are removed from ~/Shared, all in one run”."""
    batch = watch.per == "batch"
    what, many = _file_words(watch)
    subject = many if batch else what
    where = path_words(watch.folder) + ("" if watch.recursive else " (not below it)")
    deeds = [_deed(change, batch) for change in watch.on]
    if {"created", "changed"} <= set(watch.on):
        settle = "settle" if batch else "settles"
        deeds = [settle + " in", *(_deed(change, batch) for change in watch.on if change not in ("created", "changed"))]
    but = f", but not {_joined(list(watch.ignore), 'or')}" if watch.ignore else ""
    return f"when {subject} {_joined(deeds, 'or')} {where}{but}{', all in one run' if batch else ''}"


def _file_words(watch: Watch) -> tuple[str, str]:
    """“a *.pdf” and “*.pdf files”; a pattern that names one file has no article."""
    if watch.patterns == IMAGES:
        return "a picture", "pictures"
    if not watch.patterns or {"*", "**"} & set(watch.patterns):
        return "a file", "files"
    named = _joined([pattern.removeprefix("/") for pattern in watch.patterns], "or")
    if not any(mark in named for mark in "*?["):
        return named, named
    return f"{'an' if named[0].lower() in 'aeiou' else 'a'} {named}", f"{named} files"


def _deed(change: str, batch: bool) -> str:
    verb = "are" if batch else "is"
    words = {"created": "new in", "changed": "changed in", "removed": "removed from", "moved": "moved within"}
    return f"{verb} {words[change]}"


def _missed_words(missed: Missed) -> str:
    what = {
        "skip": "What it missed while Homard was off or the machine slept is skipped",
        "once": "If it missed runs while Homard was off or the machine slept, the latest of them is made up for",
        "all": f"The latest {missed.most} runs that it missed are made up for, the oldest first",
        "ask": "If it missed runs, you are asked whether to make up for the latest",
    }
    within = f", if it is not more than {duration_words(missed.within_s)} late" if missed.within_s is not None else ""
    return f"{what[missed.do]}{within if missed.do != 'skip' else ''}."


def _quiet_words(quiet: Quiet) -> str:
    then = "what falls due then waits" if quiet.do == "wait" else "what falls due then is skipped"
    return f"Nothing starts from {quiet.since:%H:%M} to {quiet.until:%H:%M}; {then}."


def _sums(limits: JobLimits) -> list[tuple[float, str]]:
    pairs = ((limits.usd_per_day, "day"), (limits.usd_per_month, "month"))
    return [(amount, of) for amount, of in pairs if amount is not None]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _joined(parts: Sequence[str], word: str = "and") -> str:
    return f" {word} ".join(filter(None, [", ".join(parts[:-1]), parts[-1]])) if parts else ""
