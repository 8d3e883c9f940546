"""The form over a real file: checked, written with its comments, in force at once, told beside the field."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.settings import settings_schema
from app.viewmodels.settings_fields import read_fields
from app.viewmodels.settings_form import SettingsForm
from app.viewmodels.settings_words import SECTIONS, section_of
from tests.helpers.settings_home import on_loop, open_home, until

TOML = """# mine
model = "x/m"
[limits]
max_turns = 10 # few
[providers.x]
base_url = "http://127.0.0.1:9/v1"
[providers.x.models.m]
"""


def heard(form: SettingsForm) -> list[tuple[Any, ...]]:
    told: list[tuple[Any, ...]] = []
    form.changed.connect(lambda path, value: told.append(("changed", ".".join(path), value)))
    form.refused.connect(lambda path, why: told.append(("refused", ".".join(path), why)) if why else None)
    form.broken.connect(lambda why: told.append(("broken", why)) if why else None)
    form.reloaded.connect(lambda: told.append(("reloaded",)))
    return told


def test_a_change_is_written_with_its_comments_and_in_force(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path, TOML) as runtime:
            form = SettingsForm(runtime, owner)
            told = heard(form)
            assert await form.set(("limits", "max_turns"), "30")
            assert runtime.settings.limits.max_turns == 30
            assert form.file.read_text() == TOML.replace("10", "30")
            assert await form.set(("app", "theme"), "dark")
            assert await form.reset(("limits", "max_turns"))
            assert "# mine" in form.file.read_text() and runtime.settings.limits.max_turns == 60
            assert told == [
                ("changed", "limits.max_turns", 30),
                ("changed", "app.theme", "dark"),
                ("changed", "limits.max_turns", 60),
            ]
            assert form.field(("limits", "max_turns")).is_default

    on_loop(qapp, main)


@pytest.mark.parametrize(
    ("path", "raw", "words"),
    [
        (("limits", "max_turns"), "0", "at least 1"),
        (("app", "hotkey"), "Ctrl", "Ctrl+Alt+Space"),
        (("app", "hotkey"), "banana", "Ctrl+Alt+Space"),
        (("app", "hotkey"), "x", "Ctrl+Alt+Space"),
        (("app", "chat_folder"), "/no/such/folder", "no such folder"),
        (("model",), "nobody/model", "no provider"),
    ],
)
def test_a_wrong_entry_is_told_and_not_written(
    qapp: QApplication, tmp_path: Path, path: tuple[str, ...], raw: str, words: str
) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path, TOML) as runtime:
            form = SettingsForm(runtime, owner)
            told = heard(form)
            assert not await form.set(path, raw)
            assert len(told) == 1 and told[0][:2] == ("refused", ".".join(path)) and words in told[0][2]
            assert form.file.read_text() == TOML
            assert not form.file.with_name("settings.toml.bak").exists()

    on_loop(qapp, main)


def test_an_absent_price_gets_its_other_half_and_goes_as_a_whole(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path, TOML) as runtime:
            form = SettingsForm(runtime, owner)
            price = ("providers", "x", "models", "m", "price")
            assert await form.set((*price, "input"), "0.5")
            made = runtime.settings.providers["x"].models["m"].price
            assert made is not None and (made.input, made.output, made.cached) == (0.5, 0, None)
            assert await form.reset((*price, "output"))
            assert runtime.settings.providers["x"].models["m"].price is None

    on_loop(qapp, main)


def test_a_file_that_was_broken_by_hand_is_told_and_left_alone(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path, TOML) as runtime:
            form = SettingsForm(runtime, owner)
            told = heard(form)
            form.file.write_text("model = \n")
            assert not await form.set(("limits", "max_turns"), "30")
            await form.refresh()
            assert [item[0] for item in told] == ["broken", "refused", "broken"]
            assert form.file.read_text() == "model = \n"
            assert runtime.settings.limits.max_turns == 10, "what was in force stays in force"

    on_loop(qapp, main)


def test_what_somebody_else_changed_is_found(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path, TOML) as runtime:
            form = SettingsForm(runtime, owner)
            told = heard(form)
            form.file.write_text(TOML.replace("10", "11").replace("[providers.x.models.m]\n", ""))
            await form.refresh()
            assert told == [("reloaded",), ("changed", "limits.max_turns", 11)]

    on_loop(qapp, main)


def test_each_field_stands_in_one_section_and_is_found_by_its_words(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path, TOML) as runtime:
            form = SettingsForm(runtime, owner)
            sections = form.sections()
            assert [section.name for section in sections] == list(SECTIONS)
            shown = [field.path for section in sections for field in section.fields]
            assert sorted(shown) == sorted({*shown})
            assert {field.path for field in read_fields(settings_schema(), {})} <= set(shown)
            assert section_of(("limits", "something_new")) == "limits" and section_of(("new",)) == "advanced"
            dark = [field.name for section in form.sections("appear") for field in section.fields]
            assert dark == ["app.theme"]
            assert [field.name for s in form.sections("max_turns") for field in s.fields] == ["limits.max_turns"]
            assert [section.name for section in form.sections("GGUF")] == ["offline", "advanced"]
            assert form.sections("zzzz") == []

    on_loop(qapp, main)


def test_quick_entries_are_written_in_their_order(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path, TOML) as runtime:
            form = SettingsForm(runtime, owner)
            told = heard(form)
            for turns in range(20, 40):
                form.enter(("limits", "max_turns"), str(turns))
            await until(lambda: len(told) == 20)
            assert told == [("changed", "limits.max_turns", turns) for turns in range(20, 40)]
            assert runtime.settings.limits.max_turns == 39

    on_loop(qapp, main)
