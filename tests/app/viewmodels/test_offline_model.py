"""The offline model: which file, what memory, started and stopped for real."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.models.catalogue import bundled_file
from app.viewmodels.offline_model import OfflineModel
from app.viewmodels.settings_form import SettingsForm
from tests.helpers.settings_home import on_loop, open_home


def test_what_is_no_model_file_is_told(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_text("hello")
    (tmp_path / "cut.gguf").write_bytes(b"GGUF\x03\x00")

    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            offline = OfflineModel(runtime, SettingsForm(runtime, owner), owner)
            assert "no such file" in await offline.add_file(str(tmp_path / "none.gguf"))
            assert "no GGUF file" in await offline.add_file(str(tmp_path / "text.gguf"))
            assert "cannot be read" in await offline.add_file(str(tmp_path))
            assert not runtime.paths.settings.exists()
            assert await offline.add_file(str(tmp_path / "cut.gguf")) == ""
            assert offline.state.chosen == "local/cut" and offline.state.problem

    on_loop(qapp, main)


@pytest.mark.local_model
def test_a_file_is_added_sized_started_and_stopped(qapp: QApplication, tmp_path: Path) -> None:
    bundled = bundled_file()
    assert bundled is not None
    file = tmp_path / "my model (1).gguf"
    shutil.copyfile(bundled, file)

    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            offline = OfflineModel(runtime, SettingsForm(runtime, owner), owner)
            await offline.load()
            assert offline.state.chosen == "local/smollm2" and offline.state.is_default
            assert await offline.add_file(str(file)) == ""
            state = offline.state
            assert (state.chosen, state.file, state.window) == ("local/my-model-1", str(file), 4096)
            assert "free now" in state.size and state.engine == "unloaded" and not state.is_default
            assert await offline.set_window("many") != ""
            assert await offline.set_window("2048") == "" and offline.state.window == 2048
            await offline.make_default()
            assert runtime.settings.model == "local/my-model-1" and offline.state.is_default
            assert await offline.start() == ""
            assert offline.state.engine == "loaded" and "Ready" in offline.state.engine_words
            assert await offline.stop() == ""
            assert offline.state.engine == "unloaded" and runtime.engine_state() == []

    on_loop(qapp, main)
