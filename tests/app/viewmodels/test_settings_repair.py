"""A settings file that cannot be read is put aside, never thrown away."""

from pathlib import Path

import pytest

from agent.errors import SettingsInvalid
from agent.settings import load_settings
from app.viewmodels.settings_repair import has_backup, start_over, use_backup


def test_the_backup_takes_its_place(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("bad =\n")
    assert not has_backup(file)
    (tmp_path / "settings.toml.bak").write_text('model = "a/b"\n')
    assert has_backup(file)
    kept = use_backup(file)
    assert (kept.name, kept.read_text()) == ("settings.toml.bad", "bad =\n")
    assert load_settings(file).model == "a/b"


def test_a_bad_backup_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("bad =\n")
    (tmp_path / "settings.toml.bak").write_text("worse =\n")
    assert not has_backup(file)
    with pytest.raises(SettingsInvalid):
        use_backup(file)
    assert file.read_text() == "bad =\n"


def test_starting_over_keeps_every_bad_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    for text in ("one =\n", "two =\n"):
        file.write_text(text)
        assert start_over(file).read_text() == text
        assert file.exists() and load_settings(file).model == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "settings.toml",
        "settings.toml.bad",
        "settings.toml.bad2",
    ]
