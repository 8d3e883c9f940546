"""What a chat's next request is made of, over a real runtime."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.errors import UsageError
from agent.messages import SummaryMessage
from agent.models.scripted import Reply
from app.viewmodels.usage_prompt import KINDS, PromptViewModel, kind_words
from tests.helpers.house import open_house
from tests.helpers.settings_home import on_loop, until


def test_a_chat_is_taken_apart(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_house(tmp_path, [Reply("An answer of some words, and more of them.")]) as house:
            await house.finish("A question that is asked")
            runtime = house.runtime
            model = PromptViewModel(runtime.store, runtime.first_request, lambda: house.session_id, owner)
            model.refresh()
            await until(lambda: model.shown is not None and not model.is_reading)
            shown = model.shown
            assert shown is not None and shown.session_id == model.chosen == house.session_id
            kinds = list(dict.fromkeys(portion.kind for portion in shown.portions))
            assert kinds == ["system", "tools", "said", "answers", "notes"]
            assert shown.tokens == sum(shown.of(kind) for kind in KINDS) and shown.of("said") > 4
            assert shown.last is not None and shown.last.model == shown.model
            before = shown.tokens
            entries = await runtime.store.path(house.session_id)
            await runtime.store.append(house.session_id, None, [SummaryMessage("Short.", entries[-1].entry_id)])
            model.choose(house.session_id)
            await until(lambda: model.shown is not shown and not model.is_reading)
            assert model.shown is not None and model.shown.of("said") == 0 < model.shown.of("summary")
            assert model.shown.tokens < before

    on_loop(qapp, main)


def test_without_a_chat_and_without_a_model(qapp: QApplication, tmp_path: Path) -> None:
    async def refuses(_cwd: str, _model: str) -> object:
        raise UsageError("There is no such folder.")

    async def main(owner: QObject) -> None:
        async with open_house(tmp_path, []) as house:
            model = PromptViewModel(house.runtime.store, refuses, parent=owner)  # pyright: ignore[reportArgumentType]
            told: list[str] = []
            model.failed.connect(told.append)
            model.choose("nothing")
            await until(lambda: told and not model.is_reading)
            model.choose(house.session_id)
            await until(lambda: len(told) == 2)
            assert (model.shown, told[1]) == (None, "There is no such folder.")

    on_loop(qapp, main)


def test_every_part_has_a_name() -> None:
    assert kind_words("tools") == "Tools"
