"""The folder of models and the settings together, over a real server and a real settings file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.models.catalogue import bundled_file, resolve
from agent.models.local_store.download import Patience
from agent.models.local_store.failure import DownloadFailed
from agent.models.local_store.part import Part, PartNote
from agent.models.local_store.state import Measured, load_state
from agent.models.local_store.store import LocalStore, Removed
from agent.settings import load_settings
from agent.settings_file import change_settings
from tests.helpers.model_files import MIB, file_server, sha256, small_model

MODEL = small_model(1)
SUM = sha256(MODEL)
ONCE = Patience((), 1)


def store(home: Path) -> LocalStore:
    settings = home / "settings.toml"

    async def change(edit: Callable[[Any], None]) -> object:
        return await asyncio.to_thread(change_settings, settings, edit)

    return LocalStore(home / "models", lambda: load_settings(settings), change)


def test_a_model_is_fetched_named_shown_and_removed(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('# mine\nmodel = "local/tiny.v1"\n', encoding="utf-8")

    async def main() -> None:
        models = store(tmp_path)
        with file_server(lambda request: request.whole(MODEL)) as server:
            assert await models.get(server.url("/tiny.v1.gguf"), sha256=SUM) == "local/tiny.v1"
            assert await models.get(server.url("/tiny.v1.gguf"), sha256=SUM) == "local/tiny.v1"
            assert len(server.requests) == 1
            with pytest.raises(UsageError, match="--name"):
                await models.get(server.url("/other/tiny.v1.gguf"))
            url = server.url("/tiny.v1.gguf")
        await models.note_measured("local/tiny.v1", Measured(datetime.now(UTC), 12.5))
        settings = load_settings(tmp_path / "settings.toml")
        file = tmp_path / "models" / "tiny.v1.gguf"
        assert resolve(settings).file == str(file)
        overview = await models.overview()
        found = overview.models[-1]
        assert (found.label, found.ours, found.is_default, found.problem) == ("local/tiny.v1", True, True, "")
        assert (found.size_bytes, found.fit, found.window) == (len(MODEL), "well", 4096)
        assert found.memory_bytes > len(MODEL) and found.measured is not None and found.measured.writes_per_s == 12.5
        assert all(one.writes_per_s is None for one in overview.offered), "so small a model tells nothing of others"
        assert found.kept is not None
        assert (found.kept.url, found.kept.sha256, found.kept.compared) == (url, SUM, "given")
        assert await models.remove("tiny.v1") == Removed("local/tiny.v1", len(MODEL), "", True)
        labels = [model.label for model in (await models.overview()).models]
        assert not file.exists() and labels == [model.label for model in overview.models[:-1]]
        assert load_state(models.folder).models == load_state(models.folder).measured == {}

    asyncio.run(main())
    assert (tmp_path / "settings.toml").read_text(encoding="utf-8").startswith("# mine\n")
    assert load_settings(tmp_path / "settings.toml").model == ""


def test_an_interrupted_download_is_shown_gone_on_with_or_removed(tmp_path: Path) -> None:
    async def main() -> None:
        models, most = store(tmp_path), [MIB // 2]
        with file_server(lambda request: request.whole(MODEL, most=most[0])) as server:
            with pytest.raises(DownloadFailed, match="bytes are kept"):
                await models.get(server.url(), patience=ONCE)
            (unfinished,) = (await models.overview()).unfinished
            assert (unfinished.name, unfinished.received, unfinished.total) == ("model", MIB // 2, len(MODEL))
            assert (await models.remove("model")).freed_bytes == MIB // 2
            assert list(models.folder.glob("model*")) == []
            with pytest.raises(DownloadFailed):
                await models.get(server.url(), patience=ONCE)
            most[0] = len(MODEL)
            label = await models.get(unfinished.url, name=unfinished.name, sha256=unfinished.sha256, patience=ONCE)
            assert label == "local/model" and server.requests[-1][1] == MIB // 2
            assert (await models.overview()).unfinished == ()

    asyncio.run(main())


def test_a_file_of_a_persons_own_is_forgotten_and_never_deleted(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(MODEL)
    (tmp_path / "settings.toml").write_text(
        f'[providers.local]\ntransport = "local"\n[providers.local.models.own]\nfile = "{own}"\n'
        '[providers.local.models.gone]\nfile = "/no/such.gguf"\n',
        encoding="utf-8",
    )

    async def main() -> None:
        models = store(tmp_path)
        found = {model.label: model for model in (await models.overview()).models}
        assert not found["local/own"].ours and found["local/own"].problem == ""
        assert "not there" in found["local/gone"].problem
        with pytest.raises(UsageError, match="There is a local model own already"):
            await models.get("https://example.org/own.gguf")
        assert await models.remove("local/own") == Removed("local/own", 0, str(own), False)
        assert own.read_bytes() == MODEL
        with pytest.raises(UsageError, match="There is no local model"):
            await models.remove("local/own")
        with pytest.raises(UsageError, match="There is no local model"):
            await models.remove("../own")

    asyncio.run(main())


def test_a_file_that_was_not_written_down_any_more(tmp_path: Path) -> None:
    models = store(tmp_path)
    models.folder.mkdir()
    file = models.folder / "m.gguf"
    file.write_bytes(MODEL)
    url = "https://example.org/m.gguf"
    with pytest.raises(UsageError, match="not known what it is"):
        asyncio.run(models.get(url))
    assert asyncio.run(models.get(url, sha256=SUM)) == "local/m" and file.read_bytes() == MODEL
    assert load_state(models.folder).models["m"].sha256 == SUM


def test_what_is_broken_is_said_and_not_lost(tmp_path: Path) -> None:
    models = store(tmp_path)
    models.folder.mkdir()
    (models.folder / ".state.json").write_text("{", encoding="utf-8")
    overview = asyncio.run(models.overview())
    assert "cannot be read" in overview.problem and len(overview.offered) > 3
    assert (models.folder / ".state.json").read_text(encoding="utf-8") == "{"


@pytest.mark.local_model
def test_the_bundled_model_stays(tmp_path: Path) -> None:
    assert bundled_file() is not None
    with pytest.raises(UsageError, match="comes with Homard"):
        asyncio.run(store(tmp_path).remove("smollm2"))


def test_what_is_written_down_at_the_same_time_is_all_kept(tmp_path: Path) -> None:
    names = [f"local/m{number}" for number in range(40)]

    async def main() -> None:
        ours, theirs = store(tmp_path), store(tmp_path)
        notes = (
            (ours, theirs)[at % 2].note_measured(name, Measured(datetime.now(UTC))) for at, name in enumerate(names)
        )
        await asyncio.gather(*notes)

    asyncio.run(main())
    assert set(load_state(tmp_path / "models").measured) == set(names)


def test_what_is_being_fetched_just_now_is_not_removed(tmp_path: Path) -> None:
    part = Part(tmp_path / "models" / "mine.gguf.part")
    part.open(PartNote("https://example.org/mine.gguf"))
    part.write(b"GGUF")

    async def main() -> None:
        with pytest.raises(UsageError, match="being downloaded already"):
            await store(tmp_path).remove("mine")
        assert part.path.is_file()
        part.close()
        assert (await store(tmp_path).remove("mine")).freed_bytes == 4

    asyncio.run(main())
    assert not part.path.exists()
