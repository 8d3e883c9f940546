"""The public SDK's own client against `homard acp`, over real processes."""

import asyncio
from pathlib import Path

import pytest
from acp import RequestError, text_block
from acp.client.connection import ClientSideConnection
from acp.helpers import image_block, resource_link_block

from agent.interfaces.control.queries import ListRuns
from agent.storage.records import Run
from tests.helpers.command_line import script, serving
from tests.helpers.protocols import Editor, acp_client, home_desk, raw

BEFORE = "alpha\nbeta\ngamma\n"
WORK = """
[[replies]]
thinking = "Let me see."
text = "First I look."
calls = [["read", { path = "a.txt" }], ["edit", { path = "a.txt", old = "beta", new = "BETA" }]]

[[replies]]
calls = [["shell", { cmd = "echo done > ran.txt" }]]

[[replies]]
text = "Changed."
"""
SLOW = '[[replies]]\ntext = "a b c d e f g h i j k l m n o p q r s t u v w x y z"\ndelay_s = 1\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.txt").write_text(BEFORE)
    return folder


def test_an_editor_sees_the_work_and_answers_for_the_person(tmp_path: Path, folder: Path) -> None:
    async def story() -> None:
        editor = Editor()
        async with acp_client(tmp_path / "home", folder, editor) as agent:
            for choice, ran in (("", False), ("no", False), ("once", True)):
                (folder / "a.txt").write_text(BEFORE)
                editor.choose, editor.shown, editor.asked = (choice,), [], []
                session = (await agent.new_session(cwd=str(folder), mcp_servers=[])).session_id
                await agent.set_config_option(config_id="model", session_id=session, value=script(tmp_path, WORK))
                done = await agent.prompt(session_id=session, prompt=[text_block("change it")])
                assert done.stop_reason == "end_turn"
                check(editor, folder, ran)

    asyncio.run(story())


def check(editor: Editor, folder: Path, ran: bool) -> None:
    """What the editor was shown and asked while the work of the script was done."""
    file = str(folder / "a.txt")
    assert (editor.text(), editor.text("agent_thought_chunk")) == ("First I look.Changed.", "Let me see.")
    calls = {one["tool_call_id"]: one for one in editor.shown if one["session_update"] == "tool_call"}
    assert [one["kind"] for one in calls.values()] == ["read", "edit", "execute"]
    assert [one["locations"][0]["path"] for one in list(calls.values())[:2]] == [file] * 2
    ends = [one for one in editor.shown if one.get("status") in ("completed", "failed")]
    assert [one["status"] for one in ends] == ["completed", "completed", "completed" if ran else "failed"]
    after = BEFORE.replace("beta", "BETA")
    assert ends[1]["content"] == [{"type": "diff", "path": file, "old_text": BEFORE, "new_text": after}]
    ((asked, options),) = editor.asked
    assert "echo done > ran.txt" in asked.title and asked.tool_call_id in calls
    assert [option.option_id for option in options] == ["once", "run", "always", "no"]
    assert (folder / "ran.txt").exists() is ran and (folder / "a.txt").read_text() == after


def test_modes_hold_for_what_is_said_then_and_what_cannot_be_is_an_error(tmp_path: Path, folder: Path) -> None:
    async def story() -> None:
        editor = Editor()
        async with acp_client(tmp_path / "home", folder, editor) as agent:
            for mode, changed in (("plan", False), ("yes", True)):
                begun = await agent.new_session(cwd=str(folder), mcp_servers=[])
                assert begun.modes is not None
                assert [one.id for one in begun.modes.available_modes] == ["ask", "plan", "yes"]
                session = begun.session_id
                await agent.set_config_option(config_id="model", session_id=session, value=script(tmp_path, WORK))
                await agent.set_session_mode(session_id=session, mode_id=mode)
                await agent.prompt(session_id=session, prompt=[text_block("change it")])
                assert ("BETA" in (folder / "a.txt").read_text(), (folder / "ran.txt").exists()) == (changed, changed)
            assert editor.asked == []
            await refuse(agent, folder, session)

    asyncio.run(story())


async def refuse(agent: ClientSideConnection, folder: Path, session: str) -> None:
    """Whatever cannot be done is said as an error, and the line stays open."""
    with pytest.raises(RequestError, match="no mode"):
        await agent.set_session_mode(session_id=session, mode_id="root")
    for cwd in ("relative", str(folder / "missing")):
        with pytest.raises(RequestError, match="no absolute path of a folder"):
            await agent.new_session(cwd=cwd, mcp_servers=[])
    for unknown in ("none", ""):
        with pytest.raises(RequestError, match="not open here"):
            await agent.prompt(session_id=unknown, prompt=[text_block("hello")])
        with pytest.raises(RequestError):
            await agent.load_session(cwd=str(folder), session_id=unknown, mcp_servers=[])
    with pytest.raises(RequestError, match="no base64"):
        await agent.prompt(session_id=session, prompt=[image_block("!", "image/png")])
    await agent.set_config_option(config_id="model", session_id=session, value="nobody/nothing")
    with pytest.raises(RequestError, match="nobody"):
        await agent.prompt(session_id=session, prompt=[text_block("hello")])


def test_cancelling_ends_the_run_and_its_question(tmp_path: Path, folder: Path) -> None:
    async def story() -> None:
        editor = Editor()
        async with acp_client(tmp_path / "home", folder, editor) as agent:
            session = (await agent.new_session(cwd=str(folder), mcp_servers=[])).session_id
            await agent.set_config_option(config_id="model", session_id=session, value=script(tmp_path, SLOW))
            prompt = asyncio.ensure_future(agent.prompt(session_id=session, prompt=[text_block("slowly")]))
            await editor.until(lambda: bool(editor.shown))
            await agent.cancel(session_id=session)
            assert (await prompt).stop_reason == "cancelled"
            at_once = asyncio.ensure_future(agent.prompt(session_id=session, prompt=[text_block("never mind")]))
            await asyncio.sleep(0)
            await agent.cancel(session_id=session)
            assert (await at_once).stop_reason == "cancelled"

    asyncio.run(story())


def test_a_session_is_found_again_with_all_that_was_said(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"

    async def story() -> None:
        async with acp_client(home, folder, Editor("once")) as agent:
            session = (await agent.new_session(cwd=str(folder), mcp_servers=[])).session_id
            await agent.set_config_option(config_id="model", session_id=session, value=script(tmp_path, WORK))
            mentioned = resource_link_block("a.txt", (folder / "a.txt").as_uri())
            await agent.prompt(session_id=session, prompt=[text_block("change it"), mentioned])
        editor = Editor()
        async with acp_client(home, folder, editor) as agent:
            listed = (await agent.list_sessions(cwd=str(folder))).sessions
            assert [(one.session_id, one.title) for one in listed] == [(session, "change it")]
            await agent.load_session(cwd=str(folder), session_id=session, mcp_servers=[])
            await editor.until(lambda: editor.text().endswith("Changed."))
            assert editor.text("user_message_chunk") == f"change it\n[the file {folder / 'a.txt'}]"
            assert [one["kind"] for one in editor.shown if "kind" in one] == ["read", "edit", "execute"]

    asyncio.run(story())


def test_garbage_is_answered_and_the_line_stays_open(tmp_path: Path) -> None:
    with raw(tmp_path / "home", tmp_path, "acp") as client:
        for line in (
            b"garbage",
            b"\xff\x00",
            b"[]",
            b"5",
            b'{"jsonrpc":"2.0"}',
            b"[" * 100_000,
            b'{"id":[],"result":1}',
        ):
            client.write(line + b"\n")
            assert client.receive()["error"]["code"] in (-32700, -32600)
        client.send(id=1, method="initialize", params={"protocolVersion": 7})
        assert client.answer(1)["result"]["protocolVersion"] == 1
        client.write(b'{"half')
        client.process.stdin.close()  # type: ignore[union-attr]
        assert client.process.wait(20) == 0 and client.process.stdout.read() == b""  # type: ignore[union-attr]


def test_a_run_whose_editor_was_killed_is_cancelled(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    with serving(home), raw(home, folder, "acp") as client:
        client.send(id=1, method="initialize", params={"protocolVersion": 1})
        client.send(id=2, method="session/new", params={"cwd": str(folder), "mcpServers": []})
        session = client.answer(2)["result"]["sessionId"]
        option = {"sessionId": session, "configId": "model", "value": script(tmp_path, SLOW)}
        client.send(id=3, method="session/set_config_option", params=option)
        client.answer(3)
        prompt = {"sessionId": session, "prompt": [{"type": "text", "text": "slowly"}]}
        client.send(id=4, method="session/prompt", params=prompt)
        assert client.receive()["method"] == "session/update"
        client.process.kill()
        assert asyncio.run(end_of_the_last(tmp_path, session)) == "cancelled"


async def end_of_the_last(tmp_path: Path, session: str) -> str | None:
    """Why the latest run of a session ended, once it has."""
    async with asyncio.timeout(20), home_desk(tmp_path) as desk:
        while (run := (await desk.ask(ListRuns(session), list[Run]))[0]).finished_at is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return run.stop_reason
