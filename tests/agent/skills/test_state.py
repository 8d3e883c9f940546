"""What a person agreed to outlasts the process, and nothing is used where it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import StorageError
from agent.skills.state import NAME, Accepted, State, load_state, save_state
from agent.skills.tree import Stamp


def test_it_comes_back(tmp_path: Path) -> None:
    skills = tmp_path / "skills"
    assert load_state(skills) == State()
    state = State(("/work",)).with_skill(
        tmp_path / "a", Accepted(True, "a", "d", "x", {"SKILL.md": Stamp("0", 1, 2, 3, 4)})
    )
    save_state(skills, state)
    assert load_state(skills) == state
    assert (skills.stat().st_mode & 0o777, (skills / NAME).stat().st_mode & 0o777) == (0o700, 0o600)
    assert state.with_skill(tmp_path / "a", None) == State(("/work",))


def test_a_broken_one_is_said(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{broken")
    with pytest.raises(StorageError, match="no skill is used"):
        load_state(tmp_path)
