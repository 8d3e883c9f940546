"""Model files in the app: fetched from a server on loopback, stopped, gone on with, removed."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.models.local_store.download import Patience
from agent.tasks import spawn
from app.viewmodels.local_model_words import compared_words, model_words, progress_words, speed_words
from app.viewmodels.local_models import LocalModels
from app.viewmodels.settings_form import SettingsForm
from tests.helpers.model_files import MIB, Request, file_server, sha256, small_model
from tests.helpers.settings_home import on_loop, open_home, until

MODEL = small_model(2)


def test_a_model_is_fetched_named_and_removed(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            local = LocalModels(runtime, SettingsForm(runtime, owner), owner, Patience((), 1))
            arrived, told = list[str](), list[str]()
            local.arrived.connect(arrived.append)
            local.progressed.connect(lambda name: told.append(progress_words(local.fetches[name].progress)))
            with file_server(lambda request: request.whole(MODEL)) as server:
                assert await local.get(server.url("/tiny.gguf"), sha256=sha256(MODEL)) == ""
                assert "another name" in await local.get(server.url("/other/tiny.gguf"))
            assert arrived == ["local/tiny"] and told[-1] == "Comparing its sum…" and local.fetches == {}
            assert runtime.model("local/tiny").file == str(runtime.paths.data / "models" / "tiny.gguf")
            model = local.state.models[-1]
            assert "of memory (fits well). Not timed yet." in model_words(model)
            assert compared_words(model).startswith("From 127.0.0.1; SHA-256") and "compared" in compared_words(model)
            assert await local.remove(model.label) == ""
            assert "local/tiny" not in [one.label for one in local.state.models]
            assert "neither a model" in await local.get("no such")
            assert "not there" in await local.measure("local//no/such.gguf") and local.timing == ""

    on_loop(qapp, main)


def test_a_download_is_stopped_and_gone_on_with(qapp: QApplication, tmp_path: Path) -> None:
    hold = threading.Event()

    def play(request: Request) -> None:
        if request.begin:
            request.whole(MODEL)
            return
        request.head(200, content_length=len(MODEL), etag='"v1"')
        request.wfile.write(MODEL[:MIB])
        hold.wait(20)

    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            local = LocalModels(runtime, SettingsForm(runtime, owner), owner)
            with file_server(play) as server:
                work = spawn(local.get(server.url("/tiny.gguf")), "test-get")
                await until(lambda: "tiny" in local.fetches and local.fetches["tiny"].progress.received)
                assert "already" in await local.get(server.url("/tiny.gguf"))
                await local.close()
                assert await work == "" and local.fetches == {}
                hold.set()
                (unfinished,) = local.state.unfinished
                assert (unfinished.name, unfinished.total) == ("tiny", len(MODEL)) and unfinished.received > 0
                assert await local.get(unfinished.url, name=unfinished.name, sha256=unfinished.sha256) == ""
                assert server.requests[-1][1] == unfinished.received and local.state.unfinished == ()

    on_loop(qapp, main)


@pytest.mark.local_model
def test_a_model_is_timed_and_leaves_no_memory_taken(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            local = LocalModels(runtime, SettingsForm(runtime, owner), owner)
            work = spawn(local.measure("local/smollm2"), "test-measure")
            await until(lambda: local.timing)
            assert "Wait" in await local.measure("local/smollm2")
            assert await work == "" and local.timing == "" and runtime.engine_state() == []
            measured = local.state.models[0].measured
            assert measured is not None and "tokens a second" in speed_words(local.state.models[0])
            assert measured.writes_per_s and measured.reads_per_s and measured.load_s and measured.first_word_s
            assert (measured.memory_bytes or 0) > 50 << 20
            assert (await runtime.spent_today()).tokens > 0

    on_loop(qapp, main)
