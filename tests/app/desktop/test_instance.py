import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.interfaces.control.server import ControlServer, new_address
from agent.paths import Paths
from agent.storage.owner import Owner
from app.desktop.app_service import AppService
from app.desktop.instance import ask_running_app, become_owner, owner_pid
from tests.helpers.command_line import serving
from tests.helpers.house import home

TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


@pytest.fixture(autouse=True)
def no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without a permission of the desktop's; whatever comes is removed after the test."""
    for name in TOKENS:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


class Running:
    """An app that owns the home, and what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.service = AppService()
        self.service.raise_requested.connect(lambda: self.asked.append("raise"))
        self.service.quick_requested.connect(lambda: self.asked.append("quick"))
        self.service.quit_requested.connect(lambda: self.asked.append("quit"))


@asynccontextmanager
async def running_app(paths: Paths, mode: str = "app") -> AsyncGenerator[Running, None]:
    address = new_address(paths.data)
    owner = Owner.acquire(paths, address)
    assert owner is not None
    made = Running()
    server = ControlServer({mode: made.service.serve})
    await server.listen(address)
    try:
        yield made
    finally:
        await server.close()
        owner.release()


def ask(paths: Paths, what: str = "raise", **more: str) -> str:
    """Ask as a second start does: in a process of its own."""
    code = (
        "import sys; from agent.paths import find_paths; from app.desktop.instance import ask_running_app;"
        "print(ask_running_app(find_paths(), sys.argv[1]))"
    )
    env = {**os.environ, "HOMARD_HOME": str(paths.data), "PYTHONPATH": str(Path(__file__).parents[3]), **more}
    return subprocess.run([sys.executable, "-c", code, what], env=env, capture_output=True, text=True, check=True,
                          timeout=30).stdout.strip()  # fmt: skip


def play(work: Callable[[], Awaitable[Any]]) -> None:
    async def main() -> None:
        await work()

    asyncio.run(main())


def test_where_nobody_runs_nobody_answers(tmp_path: Path) -> None:
    assert ask_running_app(home(tmp_path), "raise") == "nobody"


def test_an_owner_that_was_killed_is_nobody(tmp_path: Path) -> None:
    paths = home(tmp_path)
    owner = Owner.acquire(paths, str(tmp_path / "gone"))
    assert owner is not None
    assert ask_running_app(paths, "raise") == "nobody"
    owner.release()


@pytest.mark.parametrize("what", ["raise", "quick", "quit"])
def test_the_running_app_does_what_a_second_start_asks(tmp_path: Path, what: str) -> None:
    async def work() -> None:
        async with running_app(home(tmp_path)) as app:
            assert await asyncio.to_thread(ask, home(tmp_path), what) == "done"
            assert app.asked == [what]

    play(work)


def test_the_permission_to_come_to_the_front_is_handed_on(tmp_path: Path) -> None:
    async def work() -> None:
        async with running_app(home(tmp_path)):
            tokens = {name: f"token-of-{name}" for name in TOKENS}
            assert await asyncio.to_thread(lambda: ask(home(tmp_path), **tokens)) == "done"
            assert {name: os.environ.get(name) for name in TOKENS} == tokens

    play(work)


def test_a_process_without_a_window_says_so(tmp_path: Path) -> None:
    async def work() -> None:
        async with running_app(home(tmp_path), mode="cli") as app:
            assert await asyncio.to_thread(ask, home(tmp_path)) == "no_app"
            assert app.asked == [] and owner_pid(home(tmp_path)) == os.getpid()

    play(work)


def test_homard_serve_has_no_window(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as process:
        assert ask_running_app(home(tmp_path), "raise") == "no_app"
        assert owner_pid(home(tmp_path)) == process.pid


@pytest.mark.parametrize("wish", ["explode", "", None, 7, ["raise"]])
def test_an_unknown_wish_is_no_wish(tmp_path: Path, wish: Any) -> None:
    class Silence:
        def send(self, frame: Any) -> None:
            raise AssertionError(frame)

    app = Running()
    link: Any = Silence()
    play(lambda: app.service.serve(link, {"mode": "app", "do": wish}))
    assert app.asked == []


@pytest.mark.parametrize("startup", [None, "x", {"XDG_ACTIVATION_TOKEN": 7}, {"XDG_ACTIVATION_TOKEN": "a\nb"},
                                     {"PATH": "/evil"}, {"XDG_ACTIVATION_TOKEN": "x" * 1000}])  # fmt: skip
def test_nothing_else_gets_into_the_environment(tmp_path: Path, startup: Any) -> None:
    class Deaf:
        def send(self, frame: Any) -> None: ...
        async def drain(self) -> None: ...

    app, before = Running(), dict(os.environ)
    link: Any = Deaf()
    play(lambda: app.service.serve(link, {"mode": "app", "do": "raise", "startup": startup}))
    assert (app.asked, dict(os.environ)) == (["raise"], before)


def test_a_free_home_is_owned_at_once(tmp_path: Path) -> None:
    waited: list[int] = []

    async def work() -> None:
        owner = await become_owner(home(tmp_path), "there", waited.append)
        assert owner is not None and waited == [] and owner_pid(home(tmp_path)) == os.getpid()
        owner.release()

    play(work)


def test_it_waits_for_the_owner_to_end_and_says_which_process_that_is(tmp_path: Path) -> None:
    waited: list[int] = []

    async def work() -> None:
        other = Owner.acquire(home(tmp_path))
        assert other is not None

        def waiting(pid: int) -> None:
            waited.append(pid)
            if len(waited) == 2:
                other.release()

        owner = await become_owner(home(tmp_path), "there", waiting)
        assert owner is not None and waited == [os.getpid()] * 2
        owner.release()

    play(work)


def test_two_that_wait_become_one(tmp_path: Path) -> None:
    async def work() -> None:
        async with running_app(home(tmp_path)) as app:
            assert await become_owner(home(tmp_path), "there", lambda _: None) is None
            assert app.asked == ["raise"]

    play(work)


def test_an_app_that_listens_only_later_is_found_all_the_same(tmp_path: Path) -> None:
    async def work() -> None:
        address = new_address(home(tmp_path).data)
        begun = Owner.acquire(home(tmp_path), address)
        assert begun is not None
        app, waited = Running(), asyncio.Event()
        server = ControlServer({"app": app.service.serve})
        second = asyncio.ensure_future(become_owner(home(tmp_path), "there", lambda _: waited.set()))
        await waited.wait()
        await server.listen(address)
        async with asyncio.timeout(20):
            assert await second is None
        assert app.asked == ["raise"]
        await server.close()
        begun.release()

    play(work)


def test_waiting_can_be_cancelled_and_owns_nothing_then(tmp_path: Path) -> None:
    async def work() -> None:
        other = Owner.acquire(home(tmp_path))
        assert other is not None
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await become_owner(home(tmp_path), "there", lambda _: None)
        other.release()
        next_one = Owner.acquire(home(tmp_path))
        assert next_one is not None
        next_one.release()

    play(work)


def test_looking_for_a_running_app_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, app.desktop.instance; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    loaded = done.stdout
    assert [
        name for name in ("PySide6", "asyncio", "msgspec", "typing", "httpx", "pathlib") if f"'{name}'" in loaded
    ] == []
