"""The offline engine: real processes with the real bundled model."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from agent.errors import ModelError, NoSuchModel, ReplyCut, SecretUnavailable, UsageError
from agent.messages import TextPart, UserMessage
from agent.models.catalogue import bundled_file
from agent.models.engine import Engine, EngineState, LocalGateway, engine_installed
from agent.ports import ModelRequest, ReplyFinished
from agent.settings import EngineSettings, ModelProfile, ProviderSettings

ROOT = Path(__file__).parents[3]
WINDOW = 512
needs_model = pytest.mark.skipif(
    not engine_installed() or bundled_file() is None, reason="the extra `local` is not installed"
)
local_model = pytest.mark.local_model


def model(file: str | Path | None = None, window: int = WINDOW) -> ModelProfile:
    settings = ProviderSettings(transport="local")
    return ModelProfile("local", "smollm2", settings, window=window, file=str(file or bundled_file()))


def request(ask: str, tokens: int = 8, **more: object) -> ModelRequest:
    message = UserMessage((TextPart(ask),))
    return ModelRequest(model(), "Be brief.", (message,), max_output_tokens=tokens, temperature=0.0, **more)  # pyright: ignore[reportArgumentType]


@asynccontextmanager
async def gateway(idle_minutes: float = 10.0) -> AsyncGenerator[LocalGateway, None]:
    """A gateway that leaves no process behind."""
    local = LocalGateway(EngineSettings(idle_minutes=idle_minutes))
    try:
        yield local
    finally:
        await local.aclose()


async def reply(local: LocalGateway, asked: ModelRequest) -> ReplyFinished:
    events = [event async for event in local.stream(asked)]
    assert isinstance(events[-1], ReplyFinished)
    return events[-1]


@needs_model
@local_model
def test_it_starts_at_the_first_use_answers_in_the_schema_and_is_gone_after_close() -> None:
    async def story() -> None:
        async with gateway() as local:
            assert local.engine.process_ids == ()
            finished = await reply(local, request("Pick one.", response_schema={"enum": ["sun", "rain"]}))
            assert finished.message.text in ('"sun"', '"rain"')
            assert finished.message.model == "local/smollm2"
            [first] = local.engine.process_ids
            await reply(local, request("Say hello."))
            assert local.engine.process_ids == (first,)
            child = psutil.Process(first)
            arguments = " ".join(child.cmdline())
            folder = socket_folder(child)
            if os.name != "nt":
                assert folder is not None
                assert stat.S_IMODE(folder.stat().st_mode) == 0o700
                assert not [place for place in child.net_connections("inet") if place.status == psutil.CONN_LISTEN]
            if sys.platform == "linux":
                assert "Seccomp:\t2" in status(first), "it has given up the network"
            assert await local.engine.get("env:HOMARD_ENGINE_KEY") not in arguments
        assert local.engine.process_ids == ()
        assert not psutil.pid_exists(first)
        assert folder is None or not folder.exists()

    asyncio.run(story())


@needs_model
@local_model
def test_a_child_that_is_killed_in_mid_reply_is_a_cut_reply_and_the_next_call_starts_another() -> None:
    async def story() -> None:
        async with gateway() as local:
            with pytest.raises(ReplyCut, match="engine died"):
                await killed_in_mid_reply(local)
            assert local.engine.process_ids == ()
            assert (await reply(local, request("Say hello."))).message.text

    asyncio.run(story())


async def killed_in_mid_reply(local: LocalGateway) -> None:
    async for _event in local.stream(request("Tell a long story.", tokens=400)):
        for pid in local.engine.process_ids:
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


@needs_model
@local_model
def test_it_is_unloaded_when_nobody_uses_it() -> None:
    async def story() -> None:
        async with gateway(idle_minutes=0.001) as local:
            await reply(local, request("Say hello."))
            child = psutil.Process(local.engine.process_ids[0])
            folder = socket_folder(child)
            await asyncio.to_thread(psutil.wait_procs, [child], 20)
            assert local.engine.process_ids == ()
        assert folder is None or not folder.exists()

    asyncio.run(story())


@needs_model
@local_model
def test_it_can_be_loaded_looked_at_and_unloaded_but_not_in_mid_reply() -> None:
    size = Path(model().file).stat().st_size

    async def story() -> None:
        async with gateway() as local:
            engine = local.engine
            await engine.unload()
            await engine.load(model())
            [idle] = engine.states()
            assert idle == EngineState("local/smollm2", str(bundled_file()), WINDOW, idle.pid, idle.memory_bytes, False)
            assert size < idle.memory_bytes < size + (256 << 20)
            async with engine.use(model()):
                assert [state.in_use for state in engine.states()] == [True]
                with pytest.raises(UsageError, match=r"makes a reply with local/smollm2 and was left alone"):
                    await engine.unload()
            assert [state.pid for state in engine.states()] == [idle.pid]
            await engine.unload()
            assert engine.states() == [] and not psutil.pid_exists(idle.pid)
            assert (await reply(local, request("Say hello."))).message.text

    asyncio.run(story())


@needs_model
@local_model
def test_closed_while_it_loads_it_leaves_no_child_behind() -> None:
    async def story() -> None:
        async with gateway() as local:
            loading = asyncio.ensure_future(local.engine.load(model()))
            await asyncio.sleep(0)
            await local.engine.aclose()
            with pytest.raises(ModelError, match="closed"):
                await loading
            assert local.engine.process_ids == () and psutil.Process().children() == []

    asyncio.run(story())


@needs_model
@local_model
def test_it_ends_with_its_parent_and_clears_its_socket_away() -> None:
    script = f"""
import asyncio, sys
from agent.models.engine import Engine
from agent.settings import ModelProfile
async def main():
    engine = Engine()
    async with engine.use(ModelProfile("local", "m", window={WINDOW}, file={str(bundled_file())!r})):
        print(engine.process_ids[0], flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        folder = socket_folder(child)
        parent.kill()
        _gone, alive = psutil.wait_procs([child], timeout=20)
    assert alive == []
    assert folder is None or not folder.exists()


@needs_model
@local_model
def test_the_child_sees_no_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    async def story() -> dict[str, str]:
        async with gateway() as local, local.engine.use(model()):
            return psutil.Process(local.engine.process_ids[0]).environ()

    assert "sk-secret" not in asyncio.run(story()).values()


def huge(path: Path) -> Path:
    """A file that says it is a GGUF and is larger than any memory."""
    with path.open("wb") as file:
        file.write(b"GGUF")
        file.truncate(1 << 43)
    return path


def test_what_cannot_be_loaded_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_text("hello")
    (tmp_path / "cut.gguf").write_bytes(b"GGUF" + b"\0" * 100)
    for file, kind, words in [
        (tmp_path / "none.gguf", NoSuchModel, "cannot be read"),
        (tmp_path / "text.gguf", NoSuchModel, "is not a GGUF"),
        (tmp_path / "cut.gguf", ModelError, "could not load cut.gguf"),
        (huge(tmp_path / "huge.gguf"), ModelError, "MiB are free"),
    ]:
        with pytest.raises(kind, match=words):
            asyncio.run(use_once(file))


def test_it_knows_no_other_key() -> None:
    with pytest.raises(SecretUnavailable):
        asyncio.run(Engine().get("env:OPENAI_API_KEY"))


async def use_once(file: Path) -> None:
    engine = Engine()
    try:
        async with engine.use(model(file)):
            pass
    finally:
        await engine.aclose()


def status(process_id: int) -> str:
    """What Linux says of a process."""
    return Path(f"/proc/{process_id}/status").read_text()


def socket_folder(child: psutil.Process) -> Path | None:
    """The folder of the socket on which a child listens; None: it has none."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    paths = [str(place.laddr) for place in child.net_connections("unix") if str(place.laddr).endswith(".sock")]
    return Path(paths[0]).parent if paths else None
