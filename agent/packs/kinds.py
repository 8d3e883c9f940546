"""The packs of a home, with all kinds of parts that this Homard can take from one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from agent.packs.job_part import JobParts
from agent.packs.part import Parts
from agent.packs.service import Packs
from agent.packs.skill_part import SkillParts
from agent.packs.store import Store


def open_packs(folder: Path, skills: Path, *more: Parts, today: Callable[[], date] = date.today) -> Packs:
    """`folder`: where packs are kept; `skills`: the person's own; `more`: further kinds of parts. Touches no disk."""
    store = Store(folder)
    return Packs(folder, (SkillParts(skills, store.stage), JobParts(), *more), today)
