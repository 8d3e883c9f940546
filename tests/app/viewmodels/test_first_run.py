"""The first start: what is found, what is written, what is not."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.viewmodels.first_run import OFFLINE, FirstRunModel, Way
from tests.helpers.fault_server import KEY
from tests.helpers.settings_home import ListingServer, on_loop, open_home


@pytest.fixture(autouse=True)
def person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("HOME", str(tmp_path / "person"))


def test_a_server_on_this_computer_is_found_and_used(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        with ListingServer("qwen3:8b", "small") as server:
            port = int(server.base_url.rpartition(":")[2].partition("/")[0])
            async with open_home(tmp_path) as runtime:
                model = FirstRunModel(runtime, runtime.secrets, owner, ports={"lmstudio": port, "jan": 1})
                await model.look()
                assert [(found.kind, found.models) for found in model.servers] == [("ollama", ("qwen3:8b", "small"))]
                found = model.servers[0]
                way = Way("server", found.kind, "small", found.base_url)
                assert await model.finish(way, model.folder) == ("", "ollama/small")
                assert (tmp_path / "person" / "Homard").is_dir(), "the suggested folder is made"
                assert runtime.settings.app.chat_folder == "", "what is usual is not written"
                assert runtime.settings.providers["ollama"].base_url == server.base_url

    on_loop(qapp, main)


def test_the_offline_model_and_a_folder_of_ones_own(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            model = FirstRunModel(runtime, runtime.secrets, owner)
            problem, _ = await model.finish(OFFLINE, str(tmp_path / "none"))
            assert "no such folder" in problem and not runtime.paths.settings.exists()
            assert await model.finish(OFFLINE, str(tmp_path)) == ("", "local/smollm2")
            assert runtime.settings.app.chat_folder == str(tmp_path)

    on_loop(qapp, main)


def test_a_key_goes_to_where_keys_are_kept(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            model = FirstRunModel(runtime, runtime.secrets, owner)
            assert await model.finish(Way("key", "openai", "m"), str(tmp_path)) == ("Paste the key first.", "")
            way = Way("key", "openai", "m", key=KEY)
            assert KEY not in repr(way)
            assert await model.finish(way, str(tmp_path)) == ("", "openai/m")
            assert await runtime.secrets.get("keyring:openai") == KEY
            assert KEY not in runtime.paths.settings.read_text()

    on_loop(qapp, main)


def test_later_is_not_asked_again(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            before = runtime.settings
            await FirstRunModel(runtime, runtime.secrets, owner).skip()
            assert runtime.paths.settings.exists() and runtime.settings == before

    on_loop(qapp, main)
