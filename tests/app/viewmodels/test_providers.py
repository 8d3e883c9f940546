"""Providers over a real home and a real server: added, tested, removed and brought back."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.models.provider_edit import ProviderEdit
from agent.runtime import Runtime
from app.viewmodels.providers import Providers
from app.viewmodels.settings_form import SettingsForm
from tests.helpers.fault_server import KEY
from tests.helpers.model_server import ModelServer, stalls
from tests.helpers.settings_home import ListingServer, on_loop, open_home, until


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


def providers(runtime: Runtime, owner: QObject) -> Providers:
    return Providers(runtime, runtime.secrets, SettingsForm(runtime, owner), owner)


def test_a_provider_is_added_tested_removed_and_brought_back(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        with ListingServer() as server:
            async with open_home(tmp_path) as runtime:
                model = providers(runtime, owner)
                assert await model.add(ProviderEdit("mine", server.base_url, models=("tiny",)), KEY) == ""
                row = model.rows[0]
                assert (row.name, row.key_state, row.is_default) == ("mine", "there", True)
                assert KEY not in runtime.paths.settings.read_text()
                assert runtime.settings.providers["mine"].key == "keyring:mine"
                model.test("mine")
                assert model.trial.state == "running"
                await until(lambda: model.trial.state != "running")
                assert (model.trial.state, model.trial.model) == ("done", "mine/tiny")
                assert ("It calls tools.", True) in model.trial.lines
                assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
                assert await model.list_models("mine") == (["huge", "tiny"], "")
                before = runtime.paths.settings.read_text()
                assert await model.remove("mine") == ""
                assert model.rows == () and model.default == "" and not await is_kept(runtime)
                assert await model.undo_remove() == ""
                assert runtime.paths.settings.read_text().split() == before.split()
                assert await is_kept(runtime) and model.default == "mine/tiny"

    on_loop(qapp, main)


async def is_kept(runtime: Runtime) -> bool:
    from agent.models.provider_edit import key_is_there

    return await key_is_there(runtime.secrets, "keyring:mine")


def test_what_cannot_be_added_is_told_and_not_written(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            model = providers(runtime, owner)
            assert "provider's name" in await model.add(ProviderEdit("a/b", "http://127.0.0.1:9/v1"))
            assert "http://" in await model.add(ProviderEdit("mine", "127.0.0.1:9"))
            problem = await model.add(ProviderEdit("openai"), "two words")
            assert "no key" in problem and "two words" not in problem
            assert not runtime.paths.settings.exists()

    on_loop(qapp, main)


def test_a_test_says_what_is_wrong_and_can_be_broken_off(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        with ModelServer({"Count from one": [stalls()]}) as server:
            server.settings(tmp_path / "home")
            async with open_home(tmp_path) as runtime:
                model = providers(runtime, owner)
                model.test("nobody")
                assert model.trial.state == "failed"
                model.test("loop")
                await until(lambda: server.requests)
                model.cancel_test()
                assert (model.trial.state, model.trial.model) == ("cancelled", "loop/model")
                await until(lambda: "provider-test" not in {task.get_name() for task in asyncio.all_tasks()})
                assert model.trial.state == "cancelled"
                await model.add(ProviderEdit("loop", "http://127.0.0.1:1/v1"))
                model.test("loop")
                await until(lambda: model.trial.state != "running")
                assert model.trial.state == "failed" and "127.0.0.1" in model.trial.lines[0][0]

    on_loop(qapp, main)


def test_a_sealed_file_keeps_what_a_session_would_forget(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            model = providers(runtime, owner)
            await model.add(ProviderEdit("openai"), KEY)
            assert model.place is not None and model.place.kind == "choose"
            assert "8 characters" in await model.create_vault("short")
            assert await model.create_vault("four words of mine") == ""
            assert model.place.kind == "sealed"
        async with open_home(tmp_path) as runtime:
            model = providers(runtime, owner)
            await model.load()
            assert model.place is not None and model.place.kind == "locked"
            assert (model.rows[0].key_state, model.rows[0].key_words) == ("missing", "Key is sealed: unlock it")
            assert "passphrase" in await model.unlock_vault("four words of yours")
            assert await model.unlock_vault("four words of mine") == ""
            assert model.rows[0].key_state == "there" and model.place.kind == "sealed"

    on_loop(qapp, main)


def test_models_have_window_and_price(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        toml = '[providers.x]\nbase_url = "https://example.org/v1"\n[providers.x.models.m]\nwindow = 1000\n'
        async with open_home(tmp_path, f"{toml}price = {{ input = 1, output = 2.5 }}\n") as runtime:
            model = providers(runtime, owner)
            await model.load()
            about = {choice.label: choice.about for choice in model.models}
            assert about["x/m"].replace(",", "") == "reads 1000 tokens · $1.00 to read $2.50 to write a million tokens"
            assert await model.add_model("x", "other") == "" and await model.make_default("x/other") == ""
            assert runtime.settings.model == "x/other"
            assert await model.make_default("nobody/other") != ""

    on_loop(qapp, main)
