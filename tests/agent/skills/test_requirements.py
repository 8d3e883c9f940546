"""What a skill needs of the machine."""

from __future__ import annotations

import sys

import pytest

from agent.skills.front_matter import Value
from agent.skills.requirements import NOTHING, Requirements, requirements_of


def test_the_form_of_openclaw_and_its_older_names() -> None:
    own: dict[str, Value] = {"os": ["darwin"], "requires": {"bins": ["gh"], "anyBins": ["a", "b"], "env": ["X"]}}
    wanted = Requirements(("darwin",), ("gh",), ("a", "b"), ("X",))
    assert requirements_of({"openclaw": own}) == requirements_of({"clawdbot": own}) == wanted
    assert requirements_of('{"openclaw": {"os": "linux"}}') == Requirements(("linux",))


@pytest.mark.parametrize(
    "value",
    [None, "text", "{broken", '{"openclaw": ' + "[" * 9_000, [], {"openclaw": "x"}, {"openclaw": {"requires": ["x"]}}],
)
def test_other_forms_require_nothing(value: Value | None) -> None:
    assert requirements_of(value) == NOTHING


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMARD_TEST_THERE", "1")
    monkeypatch.delenv("HOMARD_TEST_GONE", raising=False)
    other = "darwin" if sys.platform != "darwin" else "win32"
    said = Requirements((other,), ("no-such-program", "../bin/sh"), ("no-a", "no-b"), ("HOMARD_TEST_GONE",)).unmet()
    assert [words.split()[0] for words in said] == ["it", "the", "none", "the"]
    assert "no-such-program and ../bin/sh" in said[1] and "HOMARD_TEST_GONE" in said[3]
    met = Requirements((sys.platform,), ("python3",), ("no-a", "python3"), ("HOMARD_TEST_THERE",))
    assert met.unmet() == [] == NOTHING.unmet()
