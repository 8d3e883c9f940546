"""A planted key appears nowhere but in the header in which it goes to its provider."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from agent.models.catalogue import bundled_file
from tests.helpers.command_line import HOMARD, PATIENCE_S, ROOT, Done, environment, homard, start
from tests.helpers.faults import refusal
from tests.helpers.key_watch import KeyWatch
from tests.helpers.model_server import Call, ModelServer, calls, says, shell

KEY = "sk-proj-Pl4nted/T0pS3cret+T0pS3cret42"
PLANT = "import keyring, os; keyring.set_password('homard', 'planted', os.environ['PLANT'])"
UNLOCK = (
    "printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && "
    f'{sys.executable} -c "{PLANT}" && unset PLANT && exec "$@"'
)
LOOKS = (
    "env; set; export -p",
    "tr '\\0' '\\n' < /proc/$PPID/environ",
    "for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ; cat $p/cmdline; done 2>/dev/null | tail -c 200000",
    "cat careless/.env",
    "base64 careless/.env; rev careless/.env",
    "fold -w 9 careless/.env; od -An -tx1 -v careless/.env",
    "awk '{for (n = 0; n < 8000; n++) print}' careless/.env",
    "ls /nowhere; exit 3",
)
SCRIPT = {
    "look around": [
        *(shell(command) for command in LOOKS),
        calls(Call("fetch", {"url": "http://127.0.0.1:9/"}), Call("fetch", {"url": "https://nowhere.invalid/"})),
        calls(Call("read", {"path": "careless/.env"}), Call("find", {"text": "sk-proj"})),
        says("Nothing."),
    ],
    "be refused": [refusal(401, json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode())],
    "break": [
        refusal(404, f"<html>Traceback: Authorization: Bearer {KEY}</html>".encode(), {"content-type": "text/html"})
    ],
    "glance": [shell(LOOKS[3]), says("Nothing.")],
}
DIRECT = [("loop/model", prompt) for prompt in ("look around", "be refused", "break")]
LOCAL = [("local/smollm2", "hello")] if bundled_file() else []
TRANSPORTS = """
[providers.lite]
transport = "litellm"
litellm_provider = "openai"
base_url = "{url}"
key = "{key}"
"""


def unlimited_cores() -> None:
    """What a distribution or a person may have set."""
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


@contextmanager
def owner(home: Path, before: tuple[str, ...], **env: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`homard serve` with everything on that makes a program talk; gives the process, and the owner's id."""
    talkative = {"HOMARD_DEBUG": "1", "PYTHONASYNCIODEBUG": "1", "PYTHONFAULTHANDLER": "1", "LITELLM_LOG": "DEBUG"}
    process = subprocess.Popen(
        [*before, *HOMARD, "serve"], cwd=home, env=environment(home, **talkative, **env), text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=unlimited_cores,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        line = ""
        while "ready" not in line:  # dbus-daemon may complain first
            line = process.stderr.readline()
            assert line, "it ended"
        pid = json.loads((home / "owner.json").read_text())["pid"]
        yield process, pid
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)  # not the process that was started: that may be dbus-run-session
        process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()


def ask(home: Path, model: str, prompt: str) -> Done:
    """One run; litellm's first one takes long on a busy machine."""
    process = start(home, "ask", "--yes", "-m", model, "--cwd", str(home.parent), prompt)
    out, err = process.communicate(timeout=100)
    return Done((model, prompt), process.returncode, out, err)


def careless(home: Path) -> Path:
    """A file of the person's in the working folder, in which the key stands: it is theirs to keep it there."""
    file = home.parent / "careless" / ".env"
    if not file.exists():
        file.parent.mkdir()
        file.write_text(f"MY_KEY={KEY}\n")
    return file


def live(home: Path, watch: KeyWatch, server: ModelServer, pid: int, *asked: tuple[str, str]) -> list[Done]:
    """Use what has a key in its hands: models by name, each with a prompt."""
    done: list[Done] = []
    careless(home)
    with watch.over(pid) as shown:
        for model, prompt in asked:
            done.append(ask(home, model, prompt))
    assert shown == []
    assert watch.requests(server.requests) == []
    authorized = [seen.headers.get("authorization") for seen in server.requests]
    assert authorized and set(authorized) == {f"Bearer {watch.key}"}
    assert any(b"[key]" in seen.raw for seen in server.requests)  # it was come upon
    return done


def examine(home: Path, watch: KeyWatch, done: list[Done]) -> None:
    """Look everywhere else: what people saw, the database with its log, blobs, logs, dumps, the working folder."""
    assert [one for one in done if watch.is_in(one.stdout + one.stderr)] == []
    own = careless(home).read_bytes()  # before a command may change it, `undo` keeps the person's file as it is
    assert [file for file in watch.files(home.parent) if Path(file).read_bytes() != own] == []
    assert watch.is_in(KEY) and watch.is_in(f"x{KEY[::-1]}")  # it would have been seen


def test_a_key_of_the_environment(tmp_path: Path) -> None:
    home, watch = tmp_path / "home", KeyWatch(KEY)
    with ModelServer(SCRIPT) as server:
        lite = TRANSPORTS.format(url=server.base_url, key="env:MY_KEY")
        server.settings(home, key="env:MY_KEY", provider=lite)
        with owner(home, (), MY_KEY=KEY) as (process, pid):
            done = live(home, watch, server, pid, *DIRECT, ("lite/model", "glance"), ("lite/model", "break"), *LOCAL)
            workers = ["litellm_worker", "sh -c"] + ["engine_worker"] * len(LOCAL)
            assert [one for one in workers if not any(one in seen for seen in watch.processes.values())] == []
            examine(home, watch, done)  # the database is open, its -wal is there
            os.kill(pid, signal.SIGABRT)
            out, err = process.communicate(timeout=PATIENCE_S)
        assert "Fatal Python error: Aborted" in err and not watch.is_in(out + err)
        assert list(home.glob("core*")) == []
        examine(home, watch, [homard(home, "sessions", "list"), homard(home, "doctor")])


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs the programs dbus-run-session and gnome-keyring-daemon",
)
def test_a_key_of_the_keyring(tmp_path: Path) -> None:
    home, watch = tmp_path / "home", KeyWatch(KEY)
    user = tmp_path / "user"
    user.mkdir()
    with ModelServer(SCRIPT) as server:
        server.settings(home, key="keyring:planted")
        before = ("dbus-run-session", "--", "sh", "-c", UNLOCK, "sh")
        more = {"PLANT": KEY, "HOME": str(user), "XDG_RUNTIME_DIR": str(user)}
        more["PYTHON_KEYRING_BACKEND"] = "keyring.backends.SecretService.Keyring"
        with owner(home, before, **more) as (_process, pid):
            examine(home, watch, live(home, watch, server, pid, *DIRECT[:2]))
        examine(home, watch, [])


SEALED = """
    import asyncio, os, sys
    from agent.commands import SendMessage
    from agent.events import RunFinished, ToolCallProgress
    from agent.messages import TextPart
    from agent.paths import find_paths
    from agent.runtime import Runtime

    async def main():
        async with Runtime.open(find_paths()) as runtime:
            await runtime.secrets.create_vault("correct horse battery")
            print(await runtime.secrets.set("planted", sys.stdin.readline().strip()), flush=True)
            for prompt in sys.argv[1:]:
                session = await runtime.store.create_session(cwd=os.getcwd())
                with runtime.subscribe(session.session_id) as events:
                    words = (TextPart(prompt),)
                    await runtime.submit(SendMessage(session.session_id, words, origin="cli", approve_all=True))
                    async for event in events:
                        if not isinstance(event, ToolCallProgress):  # shown while it runs, never stored or sent
                            print(event)
                        if isinstance(event, RunFinished):
                            break

    asyncio.run(main())
"""


def test_a_sealed_key(tmp_path: Path) -> None:
    home, watch = tmp_path / "home", KeyWatch(KEY)
    with ModelServer(SCRIPT) as server:
        server.settings(home, key="keyring:planted")
        careless(home)
        script = tmp_path / "sealed.py"
        script.write_text(textwrap.dedent(SEALED))
        env = environment(home, PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring", PYTHONPATH=str(ROOT))
        process = subprocess.Popen(
            [sys.executable, str(script), *list(SCRIPT)[:2]], cwd=tmp_path, env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        with watch.over(process.pid) as shown:
            out, err = process.communicate(f"{KEY}\n", timeout=60)
        assert out.startswith("sealed\n") and shown == [] and not watch.is_in(out + err), err
        assert watch.requests(server.requests) == []
        assert {seen.headers.get("authorization") for seen in server.requests} == {f"Bearer {KEY}"}
        examine(home, watch, [])
