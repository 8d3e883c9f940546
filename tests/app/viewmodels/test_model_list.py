from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agent.settings import ModelProfile, ModelSettings, Price, ProviderSettings, Settings
from app.viewmodels.model_list import ModelListViewModel, model_choices, model_detail

LOCAL = ProviderSettings(base_url="http://127.0.0.1:11434/v1")


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (ModelProfile("p", "m", window=128_000, price=Price(0.25, 2.0)), "128k · $0.25 / $2.00 per million"),
        (ModelProfile("p", "m", window=131_072, price=Price(0.0025, 15.0)), "128k · $0.0025 / $15.00 per million"),
        (ModelProfile("p", "m", window=1_048_576), "1.05M · price unknown"),
        (ModelProfile("p", "m", window=8_192, price=Price(0, 0)), "8k · free"),
        (ModelProfile("p", "m", LOCAL, window=8_192, price=Price(0, 0)), "8k · free, offline"),
    ],
)
def test_window_and_price_are_said_in_few_words(profile: ModelProfile, words: str) -> None:
    assert model_detail(profile) == words


def test_the_default_comes_first_and_what_cannot_be_used_says_why() -> None:
    settings = Settings(
        model="p/z",
        providers={
            "p": ProviderSettings(base_url="https://example.org", models={"a": ModelSettings(), "z": ModelSettings()}),
            "local": ProviderSettings(transport="local", models={"gone": ModelSettings(file="/nowhere/x.gguf")}),
        },
    )
    choices = {choice.label: choice for choice in model_choices(settings, None)}
    assert next(iter(choices)) == "p/z"
    assert not choices["local/gone"].usable and "/nowhere/x.gguf" in choices["local/gone"].detail
    assert choices["p/a"].usable and choices["p/a"].detail.endswith("price unknown")


def test_it_is_a_list_that_can_be_filtered(qtbot: QtBot) -> None:
    models = {f"m{number}": ModelSettings(window=1_000) for number in range(30)}
    settings = Settings(providers={"p": ProviderSettings(base_url="https://example.org", models=models)})

    def source() -> tuple[Settings, Path | None]:
        return settings, None

    listed = ModelListViewModel(source)
    with qtbot.waitSignal(listed.loaded):
        listed.refresh()
    everything = listed.rowCount()
    listed.filter("m17")
    assert everything >= 30 and listed.rowCount() == 1
    index = listed.index(0, 0)
    said = [listed.data(index, role) for role in (0, ModelListViewModel.DETAIL, 11)]
    assert said == ["p/m17", "1k · price unknown", "p/m17, 1k · price unknown"]
    listed.filter("nothing like it")
    assert listed.rowCount() == 0 and listed.choice(0) is None
