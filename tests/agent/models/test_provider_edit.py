"""What interfaces share about providers: names, keys, and the table in the settings."""

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.models.presets import Preset, find_preset
from agent.models.provider_edit import (
    ProviderEdit,
    canonical_name,
    check_key,
    check_provider,
    drop_provider,
    model_to_try,
    needs_key,
    write_provider,
)
from agent.settings import Settings, load_settings
from agent.settings_file import change_settings, put


def test_a_provider_comes_and_goes_with_its_comments(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    preset = check_provider("openai", "", "", None)
    edit = ProviderEdit("openai", key="env:MY_KEY", models=("a", "b"))
    settings = change_settings(file, lambda document: write_provider(document, edit, preset))
    assert (settings.model, list(settings.providers["openai"].models)) == ("openai/a", ["a", "b"])
    assert settings.providers["openai"].base_url == preset.base_url
    file.write_text(file.read_text().replace('key = "env:MY_KEY"', 'key = "env:MY_KEY" # at work'))
    tables = []
    assert change_settings(file, lambda document: tables.append(drop_provider(document, "openai"))) == Settings()
    change_settings(file, lambda document: put(document, ["providers", "openai"], tables[0]))
    assert "# at work" in file.read_text() and load_settings(file).providers == settings.providers


@pytest.mark.parametrize(
    ("name", "url", "transport"),
    [("a/b", "http://x", ""), ("mine", "x/v1", ""), ("mine", "", ""), ("openai", "", "pigeon")],
)
def test_what_cannot_be_added(name: str, url: str, transport: str) -> None:
    with pytest.raises(UsageError):
        check_provider(name, url, transport, None)


def test_keys_and_who_has_one() -> None:
    for wrong in ("", "two words", "line\nbreak"):
        with pytest.raises(UsageError) as error:
            check_key(wrong)
        assert not wrong or wrong not in str(error.value)
    ollama = find_preset("ollama")
    assert ollama is not None and not needs_key("ollama", ollama)
    assert needs_key("mine", Preset("mine")) and not needs_key("mine", Preset("mine"), "local")
    assert canonical_name("claude") == "anthropic" and canonical_name("mine") == "mine"


def test_the_model_to_try() -> None:
    settings = Settings(model="openai/chosen")
    assert model_to_try(settings, "openai") == "chosen"
    assert model_to_try(settings, "openai", "openai/named") == "named"
    assert model_to_try(Settings(), "local") == "smollm2"
    with pytest.raises(UsageError):
        model_to_try(Settings(), "mine")
