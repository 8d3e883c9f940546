"""The settings of the desktop program: strict, with bounds, and described in the schema."""

from pathlib import Path

import pytest

from agent.errors import SettingsInvalid
from agent.settings import (
    AppSettings,
    ModelProfile,
    ProviderSettings,
    load_settings,
    settings_schema,
    usual_chat_folder,
)


def test_the_app_has_defaults_and_bounds(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[app]\ntheme = "dark"\ntext_scale = 2\n')
    assert load_settings(file).app == AppSettings(theme="dark", text_scale=2.0)
    for wrong in ('theme = "pink"', "text_scale = 2.1", "text_scale = 0.7", "notify_finished = 1", 'colour = "red"'):
        file.write_text(f"[app]\n{wrong}\n")
        with pytest.raises(SettingsInvalid):
            load_settings(file)


def test_each_field_of_the_app_is_described() -> None:
    fields = settings_schema()["$defs"]["AppSettings"]["properties"]
    assert [name for name, field in fields.items() if not field.get("description")] == []


def test_the_usual_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert usual_chat_folder() == tmp_path / "Homard"
    (tmp_path / "Documents").mkdir()
    assert usual_chat_folder() == tmp_path / "Documents"


def profile(**more: object) -> ModelProfile:
    return ModelProfile("p", "m", ProviderSettings(**more))  # type: ignore[arg-type]


def test_whether_a_model_is_somebody_elses_machine() -> None:
    here = [
        "unix:/run/model.sock",
        "http://127.0.0.1:11434/v1",
        "http://localhost:1234/v1",
        "http://[::1]:8080/v1",
        "http://api.localhost/v1",
    ]
    away = [
        "https://api.example.com/v1",
        "http://192.168.1.7:11434/v1",
        "http://127.0.0.1.example.com/v1",
        "",
        "http://[",
    ]
    assert [profile(base_url=url).remote for url in here] == [False] * len(here)
    assert [profile(base_url=url).remote for url in away] == [True] * len(away)
    assert not profile(transport="local").remote and profile(transport="litellm").remote
