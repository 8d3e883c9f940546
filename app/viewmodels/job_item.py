"""A job as a list shows it: how it stands, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from agent.jobs import JobRow, PauseReason, PluginEvent, Watch
from app.translation import translate
from app.viewmodels.job_open import Opened
from app.viewmodels.job_slot_words import state_word, why_words
from app.viewmodels.job_words import amount_words, coming_words, forecast_words, triggers_words
from app.viewmodels.moment import when

if TYPE_CHECKING:
    from agent.automation.forecast import Forecast
    from agent.automation.state import JobState

Standing = Literal["needs_you", "working", "waiting", "review", "stopped", "paused", "failed", "over", "on"]
"""What is told of a job first. `stopped`: it paused itself; `over`: nothing of it is to come."""
_PAUSED: dict[PauseReason, Standing] = {"review": "review", "person": "paused"}


@dataclass(frozen=True)
class JobItem:
    """A job, and what is known of it."""

    row: JobRow
    state: JobState | None = None
    """None: not read yet."""
    opened: Opened | None = None
    forecast: Forecast | None = None

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self.row.job_id

    @property
    def name(self) -> str:
        """The job's name, on one line."""
        return " ".join(self.row.job.name.split())

    @property
    def when(self) -> str:
        """When it is due."""
        return triggers_words(self.row.job.triggers)

    @property
    def standing(self) -> Standing:
        """The one thing to show."""
        opened = self.opened or Opened()
        if opened.parked:
            return "needs_you"
        if opened.running:
            return "working"
        if self.row.paused:
            return _PAUSED.get(self.row.paused, "stopped")
        if opened.due:
            return "waiting"
        last = self.state.last if self.state is not None else None
        if last is not None and last.state == "failed":
            return "failed"
        return "over" if self._is_over() else "on"

    @property
    def standing_word(self) -> str:
        """The same in a word or two."""
        return {
            "needs_you": translate("Jobs", "Needs you"),
            "working": translate("Jobs", "Working"),
            "waiting": translate("Jobs", "Waiting"),
            "review": translate("Jobs", "To be reviewed"),
            "stopped": translate("Jobs", "Stopped itself"),
            "paused": translate("Jobs", "Paused"),
            "failed": translate("Jobs", "Failed"),
            "over": translate("Jobs", "Over"),
            "on": translate("Jobs", "On"),
        }[self.standing]

    def held_words(self) -> str:
        """Why what is due has not begun; empty: nothing is held."""
        due = self.opened.due if self.opened is not None else None
        return why_words(next(iter(due.values()))) if due else ""

    def next_words(self, now: datetime) -> str:
        """When it is due next; empty: that cannot be told."""
        coming = self.state.next if self.state is not None else None
        return coming_words(coming, now) if coming is not None and not self.row.paused else ""

    def last_words(self, now: datetime) -> str:
        """What came of it last: `Done yesterday`; empty: nothing yet."""
        last = self.state.last if self.state is not None else None
        if last is None:
            return ""
        return f"{state_word(last.state)} {when(last.finished_at or last.due_at, now)}"

    def cost_words(self) -> str:
        """What it has cost this month; empty: not known yet."""
        if self.state is None:
            return ""
        amount = amount_words(self.state.spent_month_usd)
        return translate("Jobs", "{amount} this month").format(amount=amount)

    def forecast_words(self) -> str:
        """What it will cost; empty: not known yet, or it starts nothing."""
        if self.forecast is None or self.row.paused or not self.row.job.triggers:
            return ""
        return forecast_words(self.forecast.runs_per_month, self.forecast.usd_per_month)

    def third_line(self, now: datetime) -> str:
        """Last result, cost so far and forecast."""
        last = self.last_words(now) or translate("Jobs", "has not run yet")
        return " · ".join(part for part in (last, self.cost_words(), self.forecast_words()) if part)

    def spoken(self, now: datetime) -> str:
        """All of it for a screen reader."""
        coming = self.next_words(now)
        next_part = translate("Jobs", "next {moment}").format(moment=coming) if coming else ""
        parts = (self.name, self.standing_word, self.when, next_part, self.third_line(now))
        return ", ".join(part for part in parts if part)

    def _is_over(self) -> bool:
        triggers = self.row.job.triggers
        if not triggers or self.state is None or any(isinstance(trigger, Watch | PluginEvent) for trigger in triggers):
            return False
        return self.state.next is None
