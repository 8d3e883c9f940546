from __future__ import annotations

import os

import pytest

from agent.errors import UsageError
from agent.plugin_host.manifest import Manifest, Setting
from agent.plugin_host.values import checked, values_of

SETTINGS = {
    "word": Setting("text", default="hello"),
    "count": Setting("number", default=3),
    "loud": Setting("boolean"),
    "colour": Setting("choice", choices=("red", "blue")),
    "folder": Setting("folder"),
    "key": Setting("secret"),
}
MANIFEST = Manifest(1, "hello", "Hello", "1", "d", settings=SETTINGS)
DEFAULTS = {"word": "hello", "count": 3, "loud": False, "colour": "red", "folder": ""}


def test_what_is_not_set_or_cannot_be_has_its_default() -> None:
    assert values_of(MANIFEST, {}) == DEFAULTS
    wrong = {"word": 5, "count": "many", "loud": "perhaps", "colour": "green", "folder": 7, "key": "sk-1", "new": 1}
    assert values_of(MANIFEST, wrong) == DEFAULTS
    right = {"word": "x", "count": 2.5, "loud": True, "colour": "blue", "folder": "~/Notes"}
    assert values_of(MANIFEST, right) == {**right, "folder": os.path.realpath(os.path.expanduser("~/Notes"))}


def test_texts_of_a_command_line_mean_values() -> None:
    given = {"count": "4", "loud": "yes", "colour": "blue", "word": "hi"}
    assert {name: checked(name, SETTINGS[name], value) for name, value in given.items()} == {
        "count": 4, "loud": True, "colour": "blue", "word": "hi",
    }  # fmt: skip
    wrong = [("count", "x"), ("loud", "x"), ("colour", "x"), ("word", "\0")]
    wrong += [("count", value) for value in ("nan", "1e400", "-inf", 10**20)]
    for name, value in wrong:
        with pytest.raises(UsageError, match=name):
            checked(name, SETTINGS[name], value)
