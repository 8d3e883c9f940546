"""The public SDK's client and a bare pipe, each against a `homard mcp` of its own."""

import asyncio
import json
import os
import re
import shlex
import signal
import tomllib
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import mcp_types as types
import msgspec
import pytest

from agent.commands import Limits, SaveJob, SendMessage
from agent.interfaces.cli.parse import parse
from agent.interfaces.cli.work import Work
from agent.interfaces.control.queries import BeginSession, FindRun, ListEntries
from agent.jobs import Job
from agent.messages import Entry, TextPart
from agent.storage.records import Run, Session
from tests.helpers.command_line import ROOT, homard, script, serving
from tests.helpers.protocols import Raw, call, home_desk, mcp_client, raw

READ_AND_WRITE = """
[[replies]]
text = "Let me look."
calls = [["read", { path = "a.txt" }], ["write", { path = "out.txt", text = "made" }]]

[[replies]]
text = "It says alpha."
"""
COMMAND = """
[[replies]]
calls = [["shell", { cmd = "echo done > ran.txt" }]]

[[replies]]
text = "Over."
"""
SLOW = '[[replies]]\ntext = "a b c d e f g h i j k l m n o p q r s t u v w x y z"\ndelay_s = 1\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha\n")
    (tmp_path / "secret.txt").write_text("nobody's business\n")
    return folder


def test_another_agent_asks_and_reads_what_came_of_it(tmp_path: Path, folder: Path) -> None:
    async def story() -> None:
        model = script(tmp_path, READ_AND_WRITE)
        async with mcp_client(tmp_path / "home", folder, "--write", "--model", model) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            assert tools == ["ask", "wait", "cancel", "sessions", "results"]
            done = await call(client, "ask", prompt="what is in a.txt?")
            assert (done["state"], done["text"]) == ("done", "It says alpha.")
            assert (folder / "out.txt").read_text() == "made"
            assert [one["session"] for one in (await call(client, "sessions"))["sessions"]] == [done["session"]]
            kept = (await call(client, "results", session=done["session"]))["runs"]
            assert [(one["prompt"], one["text"]) for one in kept] == [("what is in a.txt?", "It says alpha.")]
            assert "lies outside" in (await call(client, "ask", prompt="x", folder=str(tmp_path)))["failed"]
            assert "do not fit" in (await call(client, "ask", promt="x"))["failed"]

    asyncio.run(story())


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_what_needs_a_yes_is_put_to_the_person_there(tmp_path: Path, folder: Path, mode: str) -> None:
    asked: list[str] = []
    answers = iter(["yes", "no", "yes, this once"])

    def elicit(params: types.ElicitRequestFormParams) -> types.ElicitResult:
        asked.append(params.message)
        return types.ElicitResult(action="accept", content={"allow": next(answers)})

    async def story() -> None:
        flags = ("--write", "--commands", "--model", script(tmp_path, COMMAND))
        async with mcp_client(tmp_path / "home", folder, *flags, mode=mode, elicit=elicit) as client:
            for ran in (False, False, True):
                done = await call(client, "ask", prompt="run it")
                assert (done["state"], done["text"]) == ("done", "Over.")
                assert (folder / "ran.txt").exists() is ran

    asyncio.run(story())
    assert len(asked) == 3 and asked[0].startswith("Homard wants to run echo done > ran.txt")


def test_nobody_there_is_a_no_and_the_grant_is_the_most_there_is(tmp_path: Path, folder: Path) -> None:
    home, local = tmp_path / "home", tmp_path / "project" / "diary"
    local.mkdir()
    (local / "today.txt").write_text("dear diary\n")
    marked = homard(home, "rules", "mark", str(local), "local-only")  # whichever model works, a program is not it
    assert marked.returncode == 0, marked
    beyond = f"""
[[replies]]
calls = [["read", {{ path = "{tmp_path}/secret.txt" }}], ["read", {{ path = "diary/today.txt" }}],
         ["write", {{ path = "out.txt", text = "made" }}]]
[[replies]]
calls = [["shell", {{ cmd = "echo done > ran.txt; cat diary/*" }}]]
[[replies]]
text = "Tried."
"""

    async def story() -> None:
        yes = types.ElicitResult(action="accept", content={"allow": "yes, this once"})
        model = script(tmp_path, beyond)
        async with mcp_client(home, folder, "--model", model, elicit=lambda _params: yes) as client:
            first = await call(client, "ask", prompt="more than was granted")  # a yes changes nothing about it
        async with mcp_client(home, folder, "--commands", "--model", model) as client:
            second = await call(client, "ask", prompt="nobody can be asked")
        assert first["text"] == second["text"] == "Tried."
        assert "nobody was there" in second["not_done"]
        seen = await stored(tmp_path, first["session"]) + await stored(tmp_path, second["session"])
        assert "has no leave to" in seen and "nobody's business" not in seen and "dear diary" not in seen

    asyncio.run(story())
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "diary"]


async def stored(tmp_path: Path, session: str) -> str:
    """All that a session's model has seen and said."""
    async with home_desk(tmp_path) as desk:
        entries = await desk.ask(ListEntries(session), list[Entry])
    return msgspec.json.encode(entries).decode()


def test_a_program_sees_its_own_sessions_only(tmp_path: Path, folder: Path) -> None:
    async def story() -> None:
        home, model = tmp_path / "home", script(tmp_path, '[[replies]]\ntext = "private matters"\n' * 3)
        async with home_desk(tmp_path) as desk:
            mine = (await desk.ask(BeginSession(str(folder), model=model), Session)).session_id
            async with (
                mcp_client(home, folder, "--name", "one", "--model", model) as one,
                mcp_client(home, folder, "--name", "two", "--model", model) as two,
            ):
                of_one, of_two = await asyncio.gather(call(one, "ask", prompt="1"), call(two, "ask", prompt="2"))
                assert [s["title"] for s in (await call(one, "sessions"))["sessions"]] == ["1"]
                for other in (mine, of_two["session"]):
                    for tool, arguments in (("results", {}), ("ask", {"prompt": "go on"})):
                        assert "no session" in (await call(one, tool, session=other, **arguments))["failed"]
                assert "no session" in (await call(one, "wait", run=of_two["run"]))["failed"]
                # What the person goes on to say in a session of the program's is theirs.
                words = (TextPart("and now between us"),)
                said = await desk.submit(SendMessage(of_one["session"], words, model=model, limits=Limits()))
                while (await desk.ask(FindRun(said.run_id), Run)).finished_at is None:  # noqa: ASYNC110 - asked, not told
                    await asyncio.sleep(0.05)
                assert "no run" in (await call(one, "wait", run=said.run_id)).get("failed", "")
                assert (await call(one, "ask", prompt="again", session=of_one["session"]))["state"] == "done"

    asyncio.run(story())


def test_a_job_that_was_granted_is_started_and_read(tmp_path: Path, folder: Path) -> None:
    async def story() -> None:
        model = script(tmp_path, '[[replies]]\ntext = "Three new files."\n')
        async with home_desk(tmp_path) as desk:
            for name in ("Mine", "Other"):
                await desk.submit(SaveJob(Job(name=name, prompt="look", folder=str(folder), model=model)))
            async with mcp_client(tmp_path / "home", folder, "--job", "Mine") as client:
                assert [job["name"] for job in (await call(client, "jobs"))["jobs"]] == ["Mine"]
                started = await call(client, "start_job", job="Mine")
                assert (started["state"], started["text"]) == ("done", "Three new files.")
                assert (await call(client, "job_results", job="Mine"))["slots"][0]["text"] == "Three new files."
                assert (await call(client, "wait", run=started["run"]))["text"] == "Three new files."
                assert "no job" in (await call(client, "start_job", job="Other"))["failed"]

    asyncio.run(story())


def hello(client: Raw) -> None:
    able = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}
    client.send(id=1, method="initialize", params=able)
    assert client.answer(1)["result"]["serverInfo"]["name"] == "homard"
    client.send(method="notifications/initialized")


def use(client: Raw, number: int, tool: str, **arguments: object) -> dict[str, object]:
    client.send(id=number, method="tools/call", params={"name": tool, "arguments": arguments})
    return client.answer(number)["result"]["structuredContent"]


def test_garbage_is_answered_and_the_line_stays_open(tmp_path: Path) -> None:
    with raw(tmp_path / "home", tmp_path, "mcp") as client:
        hello(client)
        lines = [
            b"garbage",
            b"\xff\xfe\x00",
            b"[]",
            b"5",
            b'{"jsonrpc":"2.0"}',
            b"[" * 100_000,
            b'{"id":[],"result":1}',
        ]
        for line in lines:
            client.write(line + b"\n")
            assert client.receive()["error"]["code"] in (-32700, -32600)
        client.write(b'{"jsonrpc":"2.0","id":9,"method":"tools/call","params":[]}\n')
        assert client.receive()["id"] == 9
        client.write(b"x" * (33 << 20) + b"\n")
        assert "too long" in client.receive()["error"]["message"]
        client.send(id=10, method="ping")
        assert client.receive() == {"jsonrpc": "2.0", "id": 10, "result": {}}
        client.write(b'{"half')
        client.process.stdin.close()  # type: ignore[union-attr]
        assert client.process.wait(20) == 0 and client.process.stdout.read() == b""  # type: ignore[union-attr]


def test_who_no_longer_reads_ends_it(tmp_path: Path) -> None:
    with raw(tmp_path / "home", tmp_path, "mcp") as client:
        hello(client)
        client.process.stdout.close()  # type: ignore[union-attr]
        client.send(id=2, method="ping")
        assert client.process.wait(20) == 0


@pytest.mark.parametrize(
    ("owned", "how", "reason"),
    [(True, signal.SIGKILL, "cancelled"), (False, signal.SIGTERM, "cancelled"), (False, signal.SIGKILL, "interrupted")],
)
def test_a_run_whose_program_is_gone_has_an_end(
    tmp_path: Path, folder: Path, owned: bool, how: int, reason: str
) -> None:
    home = tmp_path / "home"
    with serving(home) if owned else nullcontext():
        with raw(home, folder, "mcp", "--model", script(tmp_path, SLOW)) as client:
            hello(client)
            begun = use(client, 2, "ask", prompt="slowly", wait_s=0)
            while use(client, 3, "wait", run=begun["run"], wait_s=0.1)["steps"] == 0:
                pass
            client.process.send_signal(how)
            client.process.wait(20)
        assert asyncio.run(end_of(tmp_path, str(begun["run"]))) == reason


async def end_of(tmp_path: Path, run_id: str) -> str | None:
    """Why a run ended, once it has."""
    async with asyncio.timeout(20), home_desk(tmp_path) as desk:
        while (run := await desk.ask(FindRun(run_id), Run)).finished_at is None:  # noqa: ASYNC110 it is another process
            await asyncio.sleep(0.02)
    return run.stop_reason


def test_a_call_that_is_cancelled_stops_its_run_and_one_given_up_in_time_goes_on(tmp_path: Path, folder: Path) -> None:
    with raw(tmp_path / "home", folder, "mcp", "--model", script(tmp_path, SLOW)) as client:
        hello(client)
        kept = use(client, 2, "ask", prompt="kept", wait_s=0)
        client.send(id=3, method="tools/call", params={"name": "ask", "arguments": {"prompt": "given up"}})
        while len(sessions := use(client, 4, "sessions")["sessions"]) < 2:  # type: ignore[arg-type]
            pass
        client.send(method="notifications/cancelled", params={"requestId": 3})
        given_up = next(one["session"] for one in sessions if one["title"] == "given up")  # type: ignore[union-attr]
        while use(client, 5, "results", session=given_up)["runs"][0]["state"] != "cancelled":  # type: ignore[index]
            pass
        assert use(client, 6, "wait", run=kept["run"], wait_s=0)["state"] == "working"
        assert use(client, 7, "cancel", run=kept["run"])["state"] == "cancelled"
        assert use(client, 8, "wait", run=kept["run"], wait_s=20)["state"] == "cancelled"


def test_a_grant_that_is_worth_nothing_is_refused_at_once(tmp_path: Path) -> None:
    done = homard(tmp_path / "home", "mcp", "--folder", os.path.expanduser("~"), "--write", stdin="")
    assert done.returncode == 2 and "holds your whole home" in done.stderr and not done.stdout, done


def test_the_settings_of_the_docs_are_understood() -> None:
    text = (ROOT / "docs" / "serving.md").read_text()
    claude = shlex.split(re.findall(r"^claude mcp add .* -- (.*)$", text, re.MULTILINE)[0])
    found = [(one["command"], one["args"]) for one in tables(text)]
    assert [command for command, _ in found] == ["homard"] * 3
    for argv in (claude[1:], *(arguments for _, arguments in found)):
        assert isinstance(parse(argv, 80), Work)


def tables(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for kind, block in re.findall(r"```(json|toml)\n(.*?)```", text, re.DOTALL):
        (settings,) = (json.loads if kind == "json" else tomllib.loads)(block).values()
        found += settings.values()
    return found
