"""The beginning of a skill is a valid one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.errors import UsageError
from agent.skills.hidden import visible
from agent.skills.new import DESCRIPTION, create
from agent.skills.skill import read_skill
from agent.skills.validate import validate


def test_it_is_valid_at_once(tmp_path: Path) -> None:
    verdict = validate(create(tmp_path / "skills", "meeting-notes"))
    assert (verdict.errors, verdict.advice, verdict.skill.name) == ((), (), "meeting-notes")


@settings(max_examples=80, deadline=None)
@example("Notes:")
@example("a #b: c")
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Cs"]), min_size=1, max_size=60)
)
def test_any_description_comes_back(text: str) -> None:
    words = " ".join(visible(text).split())
    with tempfile.TemporaryDirectory() as place:
        skill = read_skill(create(Path(place), "a", text))
        assert skill.description == (words or DESCRIPTION)


def test_names_and_places_that_do_not_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="meeting-notes would do"):
        create(tmp_path, "Meeting Notes")
    create(tmp_path, "a")
    with pytest.raises(UsageError, match="there already"):
        create(tmp_path, "a")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="file"):
        create(tmp_path / "file", "a")
