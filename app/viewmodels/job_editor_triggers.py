"""The triggers of a job as a form: each is a card of fields."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

import msgspec
from PySide6.QtCore import QLocale

from agent.jobs import Change, Cron, Every, Once, PluginEvent, Trigger, Watch
from app.translation import translate
from app.viewmodels.job_cron_words import day_name
from app.viewmodels.job_editor_cron import RHYTHMS, STEPS, Rhythm, Shape, shape_of
from app.viewmodels.job_editor_fields import clock_of
from app.viewmodels.job_words import change_words
from app.viewmodels.settings_fields import Choice, Field, Kind, Path, parse

TriggerKind = Literal["cron", "every", "once", "watch", "plugin"]
MANY: frozenset[Path] = frozenset({("days",), ("on",)})
"""Fields of which several choices can hold at once."""
UNITS = (1, 60, 3_600, 86_400)
_CHANGES: tuple[Change, ...] = ("created", "changed", "removed", "moved")
_ID = re.compile(r"[A-Za-z0-9_-]{0,64}")
_MOMENT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[ T]+(\d{1,2})[:.](\d{2})", re.ASCII)
_MOMENT_DE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}),? +(\d{1,2})[:.](\d{2})", re.ASCII)


@dataclass(frozen=True)
class TriggerDraft:
    """A trigger on the form."""

    key: int
    """Names it while the form is open."""
    trigger: Trigger
    shape: Shape = field(default_factory=Shape)
    """How cron fields are said."""
    unit: int = 60
    """In what an interval is counted."""

    @property
    def kind(self) -> TriggerKind:
        """What kind of trigger it is."""
        return kind_of(self.trigger)

    def fields(self) -> list[Field]:
        """What belongs to it as it is now."""
        match self.trigger:
            case Cron():
                return [*_cron_fields(self.shape), _cron_zone(self.trigger)]
            case Every():
                return _every_fields(self.trigger, self.unit)
            case Once():
                return [_field("at", "text", translate("JobEditor", "On"), shown_moment(self.trigger.at), help=_when())]
            case Watch():
                return _watch_fields(self.trigger)
            case PluginEvent():
                return [
                    _field("plugin", "text", translate("JobEditor", "Plugin"), self.trigger.plugin),
                    _field("trigger", "text", translate("JobEditor", "Its trigger"), self.trigger.trigger),
                ]

    def put(self, path: Path, raw: Any) -> TriggerDraft:
        """The trigger with an entry. Raises ValueError with a sentence when it is none."""
        name = path[0]
        match self.trigger:
            case Cron() if name == "zone":
                return replace(self, trigger=msgspec.structs.replace(self.trigger, zone=str(raw).strip()))
            case Cron():
                shape = _with_shape(self.shape, name, raw)
                return replace(self, shape=shape, trigger=msgspec.structs.replace(self.trigger, fields=shape.cron))
            case Every():
                return self._put_every(self.trigger, name, raw)
            case Once():
                return replace(self, trigger=Once(at=moment_of(str(raw))))
            case Watch():
                return replace(self, trigger=self._watch(self.trigger, name, raw))
            case PluginEvent():
                return replace(self, trigger=msgspec.structs.replace(self.trigger, **{name: _id_of(str(raw))}))

    def _put_every(self, trigger: Every, name: str, raw: Any) -> TriggerDraft:
        count = trigger.seconds // self.unit
        unit = int(raw) if name == "unit" else self.unit
        if name == "count":
            count = int(cast("float", parse(self._known(name), raw)))
        seconds = max(1, count) * unit
        if seconds < 10:
            raise ValueError(translate("JobEditor", "It must be at least 10 seconds."))
        return replace(self, unit=unit, trigger=msgspec.structs.replace(trigger, seconds=seconds, start=None))

    def _watch(self, watch: Watch, name: str, raw: Any) -> Watch:
        match name:
            case "patterns" | "ignore":
                value: Any = tuple(part.strip() for part in str(raw).split(",") if part.strip())
                value = value or (("*",) if name == "patterns" else ())
            case "folder":
                value = str(raw).strip()
            case "on":
                value = tuple(change for change in _CHANGES if change in raw)
                if not value:
                    raise ValueError(translate("JobEditor", "Choose at least one."))
            case "settle_s":
                value = float(cast("float", parse(self._known(name), raw)))
            case _:
                value = raw
        return msgspec.structs.replace(watch, **{name: value})

    def _known(self, name: str) -> Field:
        return next(field for field in self.fields() if field.path == (name,))


def kind_of(trigger: Trigger) -> TriggerKind:
    """What kind of trigger it is."""
    match trigger:
        case Cron():
            return "cron"
        case Every():
            return "every"
        case Once():
            return "once"
        case Watch():
            return "watch"
        case PluginEvent():
            return "plugin"


def draft_of(key: int, trigger: Trigger) -> TriggerDraft:
    """A trigger as the form shows it."""
    match trigger:
        case Cron():
            return TriggerDraft(key, trigger, shape=shape_of(trigger.fields))
        case Every():
            unit = next(unit for unit in reversed(UNITS) if trigger.seconds % unit == 0)
            return TriggerDraft(key, trigger, unit=unit)
        case _:
            return TriggerDraft(key, trigger)


def fresh(key: int, kind: TriggerKind, now: datetime, folder: str) -> TriggerDraft:
    """A trigger of a kind to begin with; `folder` is what a watch looks at."""
    match kind:
        case "cron":
            return draft_of(key, Cron(fields=Shape().cron))
        case "every":
            return draft_of(key, Every(seconds=3_600))
        case "once":
            morning = (now.astimezone() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
            return draft_of(key, Once(at=morning))
        case "watch":
            return draft_of(key, Watch(folder=folder or os.path.expanduser("~/Downloads")))
        case "plugin":
            return draft_of(key, PluginEvent(plugin="", trigger=""))


def _id_of(raw: str) -> str:
    """A name as plugins and triggers have it. Raises ValueError with a sentence."""
    text = raw.strip()
    if not _ID.fullmatch(text):
        raise ValueError(translate("JobEditor", "Letters, digits, _ and - only."))
    return text


def kind_choices() -> list[tuple[TriggerKind, str]]:
    """The kinds of triggers in words."""
    return [
        ("cron", translate("JobEditor", "At set times")),
        ("every", translate("JobEditor", "At equal distances")),
        ("once", translate("JobEditor", "Once")),
        ("watch", translate("JobEditor", "When files change")),
        ("plugin", translate("JobEditor", "When a plugin tells")),
    ]


def shown_moment(at: datetime) -> str:
    """A moment as it is typed, on this machine's clock."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def moment_of(raw: str) -> datetime:
    """A moment as it is typed, aware. Raises ValueError with a sentence."""
    text = raw.strip()
    try:
        if found := _MOMENT.fullmatch(text):
            year, month, day, hour, minute = map(int, found.groups())
        elif found := _MOMENT_DE.fullmatch(text):
            day, month, year, hour, minute = map(int, found.groups())
        else:
            raise ValueError
        return datetime(year, month, day, hour, minute).astimezone()
    except (ValueError, OverflowError, OSError):
        raise ValueError(translate("JobEditor", "Write day and time as 2026-12-24 15:00.")) from None


def _when() -> str:
    return translate("JobEditor", "Day and time, as 2026-12-24 15:00.")


def _field(
    name: str, kind: Kind, title: str, value: Any, *, default: Any = None, help: str = "", optional: bool = False,
    choices: tuple[Choice, ...] = (), minimum: float | None = None, above: float | None = None,
    maximum: float | None = None, placeholder: str = "",
) -> Field:  # fmt: skip
    usual = value if default is None else default
    return Field(
        (name,), title, help, kind, value, usual, optional, choices, minimum, above, maximum, placeholder=placeholder
    )


def _cron_fields(shape: Shape) -> list[Field]:
    rhythm = _field(
        "rhythm", "choice", translate("JobEditor", "How often"), shape.rhythm,
        choices=tuple(Choice(one, _rhythm_words(one)) for one in RHYTHMS),
    )  # fmt: skip
    at = _field("at", "text", translate("JobEditor", "At"), f"{shape.at:%H:%M}", placeholder="08:30")
    match shape.rhythm:
        case "daily" | "weekdays":
            return [rhythm, at]
        case "weekly":
            names = tuple(Choice(day, day_name(day)) for day in range(1, 8))
            return [rhythm, _field("days", "choice", translate("JobEditor", "On"), shape.days, choices=names), at]
        case "monthly":
            title = translate("JobEditor", "On day")
            return [rhythm, _field("day", "integer", title, shape.day, minimum=1, maximum=31), at]
        case "hourly":
            title = translate("JobEditor", "Minutes past the hour")
            return [rhythm, _field("minute", "integer", title, shape.at.minute, minimum=0, maximum=59)]
        case "minutes":
            steps = tuple(Choice(step, QLocale().toString(step)) for step in STEPS)
            return [rhythm, _field("step", "choice", translate("JobEditor", "Minutes"), shape.step, choices=steps)]
        case "fields":
            help = translate("JobEditor", "Minute, hour, day of the month, month, day of the week (0 is Sunday).")
            return [rhythm, _field("fields", "text", translate("JobEditor", "Cron fields"), shape.fields, help=help)]


def _rhythm_words(rhythm: Rhythm) -> str:
    return {
        "daily": translate("JobEditor", "Each day"),
        "weekdays": translate("JobEditor", "Monday to Friday"),
        "weekly": translate("JobEditor", "On days of the week"),
        "monthly": translate("JobEditor", "Each month"),
        "hourly": translate("JobEditor", "Each hour"),
        "minutes": translate("JobEditor", "Every few minutes"),
        "fields": translate("JobEditor", "By cron fields"),
    }[rhythm]


def _cron_zone(cron: Cron) -> Field:
    return _field(
        "zone", "text", translate("JobEditor", "Time zone"), cron.zone, default="", optional=True,
        placeholder=translate("JobEditor", "that of this computer"),
    )  # fmt: skip


def _with_shape(shape: Shape, name: str, raw: Any) -> Shape:
    match name:
        case "rhythm":
            return replace(shape, rhythm=raw, fields=shape.cron)
        case "at":
            return replace(shape, at=clock_of(str(raw)))
        case "days":
            if not raw:
                raise ValueError(translate("JobEditor", "Choose at least one."))
            return replace(shape, days=tuple(sorted(raw)))
        case "step":
            return replace(shape, step=int(raw))
        case "fields":
            return replace(shape, fields=" ".join(str(raw).split()))
        case _:
            known = next(field for field in _cron_fields(shape) if field.path == (name,))
            number = int(cast("float", parse(known, raw)))
            return replace(shape, day=number) if name == "day" else replace(shape, at=shape.at.replace(minute=number))


def _every_fields(every: Every, unit: int) -> list[Field]:
    units = (
        translate("JobEditor", "seconds"),
        translate("JobEditor", "minutes"),
        translate("JobEditor", "hours"),
        translate("JobEditor", "days"),
    )
    choices = tuple(Choice(value, words) for value, words in zip(UNITS, units, strict=True))
    return [
        _field("count", "integer", translate("JobEditor", "Every"), every.seconds // unit, minimum=1),
        _field("unit", "choice", translate("JobEditor", "Unit"), unit, choices=choices),
    ]


def _watch_fields(watch: Watch) -> list[Field]:
    per = (
        Choice("file", translate("JobEditor", "For each file")),
        Choice("batch", translate("JobEditor", "For all that come together")),
    )
    happens = tuple(Choice(change, change_words(change)) for change in _CHANGES)
    return [
        _field("folder", "folder", translate("JobEditor", "Folder"), watch.folder),
        _field(
            "patterns", "text", translate("JobEditor", "Files"), ", ".join(watch.patterns), default="*",
            help=translate("JobEditor", "Patterns such as *.pdf, between them a comma."),
        ),
        _field("ignore", "text", translate("JobEditor", "But not"), ", ".join(watch.ignore), default="", optional=True),
        _field("on", "choice", translate("JobEditor", "When a file"), watch.on, choices=happens),
        _field("per", "choice", translate("JobEditor", "It runs"), watch.per, choices=per),
        _field("recursive", "switch", translate("JobEditor", "Folders in it too"), watch.recursive, default=True),
        _field(
            "settle_s", "decimal", translate("JobEditor", "Seconds a file must keep still"), watch.settle_s,
            default=2.0, above=0, maximum=86_400,
        ),
        _field(
            "catch_up", "switch", translate("JobEditor", "What changed meanwhile counts"), watch.catch_up, default=True,
            help=translate("JobEditor", "While Homard was not running."),
        ),
    ]  # fmt: skip
