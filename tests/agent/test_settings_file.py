from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from agent.errors import SettingsInvalid, StorageError, UsageError
from agent.settings import LimitSettings, Settings, load_settings
from agent.settings_file import change_settings, drop, plain, put, split_key, value_of

BEFORE = """# my settings
model = "openai/gpt-5-mini" # the small one

[limits]
# not too long
max_turns = 10
"""


def settings(tmp_path: Path, text: str = BEFORE) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return path


def test_comments_stay_and_a_backup_is_kept(tmp_path: Path) -> None:
    path = settings(tmp_path)
    changed = change_settings(path, lambda document: put(document, ["limits", "max_turns"], 20))
    assert changed.limits == LimitSettings(max_turns=20)
    assert path.read_text() == BEFORE.replace("10", "20")
    assert (tmp_path / "settings.toml.bak").read_text() == BEFORE
    assert sorted(file.name for file in tmp_path.iterdir()) == ["settings.toml", "settings.toml.bak"]


def test_what_does_not_fit_is_not_written(tmp_path: Path) -> None:
    path = settings(tmp_path)
    with pytest.raises(UsageError, match=r"limits\.max_turns"):
        change_settings(path, lambda document: put(document, ["limits", "max_turns"], 0))
    assert path.read_text() == BEFORE
    assert not (tmp_path / "settings.toml.bak").exists()


def test_an_invalid_file_is_left_alone(tmp_path: Path) -> None:
    path = settings(tmp_path, "model = \n")
    with pytest.raises(SettingsInvalid):
        change_settings(path, lambda document: put(document, ["model"], "x/y"))
    assert path.read_text() == "model = \n"


def test_a_new_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    change_settings(path, lambda document: put(document, ["providers", "x.y", "models", "gpt-4.1", "window"], 9))
    assert change_settings(path, lambda document: None).providers["x.y"].models["gpt-4.1"].window == 9


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        change_settings(tmp_path / "file" / "settings.toml", lambda document: put(document, ["model"], "x/y"))


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("model", ["model"]),
        ("limits.max_turns", ["limits", "max_turns"]),
        ('providers.x.models."gpt-4.1".window', ["providers", "x", "models", "gpt-4.1", "window"]),
        ("providers.x.models.'a.b'", ["providers", "x", "models", "a.b"]),
    ],
)
def test_keys(key: str, parts: list[str]) -> None:
    assert split_key(key) == parts


@pytest.mark.parametrize("key", ["", ".", "a.", "a..b", '"a', 'a"b"'])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(UsageError):
        split_key(key)


def test_a_value_cannot_have_parts() -> None:
    document: dict[str, Any] = {"model": "x"}
    with pytest.raises(UsageError):
        put(document, ["model", "name"], 1)


def test_values_with_their_defaults() -> None:
    assert value_of(Settings(), ["limits", "max_turns"]) == 60
    assert plain(Settings())["limits"] == {"max_turns": 60, "max_tokens": 1_000_000, "max_time_s": 3600.0}
    for unknown in (["nothing"], ["limits", "nothing"], ["model", "x"], ["providers", "x"]):
        with pytest.raises(UsageError):
            value_of(Settings(), unknown)


def test_a_dropped_key_leaves_the_comments(tmp_path: Path) -> None:
    path = settings(tmp_path)
    assert change_settings(path, lambda document: drop(document, ["limits", "max_turns"])).limits == LimitSettings()
    assert path.read_text() == BEFORE.replace("max_turns = 10\n", "")
    before = path.read_text()
    for absent in (["limits", "max_turns"], ["model", "name"], ["nothing"], ["no", "table"]):
        change_settings(path, lambda document, parts=absent: drop(document, parts))
    assert path.read_text() == before


def test_changes_at_once_are_all_kept(tmp_path: Path) -> None:
    """Of the app and of command lines."""
    path = settings(tmp_path)
    names = [f"server{number}" for number in range(8)]

    def add(name: str) -> None:
        change_settings(path, lambda document: put(document, ["mcp", name], {"command": name}))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, names))
    assert sorted(load_settings(path).mcp) == names
