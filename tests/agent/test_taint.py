"""Files take the label of the run that writes them, whatever the tool, and the next session finds it there."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ToolFailed
from agent.events import RunFinished
from agent.labels import Label
from agent.messages import AssistantMessage, ToolMessage, UserMessage
from agent.models.scripted import Reply
from agent.ports import ModelRequest
from agent.tools.registry import built_in_tools
from agent.tools.tool import ToolContext, ToolOutput
from agent.tools.write import WriteArguments, WriteTool
from agent.undo.limits import UndoLimits
from tests.agent.test_gate import Judge, Page, shell, yes
from tests.helpers.house import House, open_house
from tests.helpers.kill_loop import KILLED

Call = tuple[str, dict[str, Any]]
OWN = Label("local", "private")
MAIL = Label("external", "private", ("external:mail",))
posix = pytest.mark.skipif(sys.platform == "win32", reason="these commands are for a POSIX shell")
POISON: tuple[Call, Call] = ("page", {"at": "x"}), ("write", {"path": "n.md", "text": "evil words\n"})


class HalfWritten(WriteTool):
    """Fails when a part of it is done."""

    async def run(self, args: WriteArguments, context: ToolContext) -> ToolOutput:
        with (context.cwd / args.path).open("a") as file:
            file.write("half")
        raise ToolFailed("The disk is full.")


def obedient(request: ModelRequest) -> Reply:
    """Make the calls that the last message of the person lists, one after the other."""
    said = max(at for at, message in enumerate(request.messages) if isinstance(message, UserMessage))
    message = request.messages[said]
    assert isinstance(message, UserMessage)
    calls: list[Call] = json.loads(message.text)
    made = sum(isinstance(message, AssistantMessage) for message in request.messages[said:])
    return Reply(calls=[calls[made]]) if made < len(calls) else Reply("Done.")


@asynccontextmanager
async def home_of(tmp_path: Path, *instead: Any) -> AsyncGenerator[House, None]:
    names = {tool.name for tool in instead}
    tools: Iterable[Any] = [tool for tool in built_in_tools() if tool.name not in names]
    async with open_house(tmp_path, obedient, [*tools, Page(), *instead]) as house:
        yield house


async def let(house: House, *calls: Call, grants: tuple[str, ...] = ()) -> RunFinished:
    """Make these calls in a session of their own."""
    session = await house.runtime.store.create_session(cwd=str(house.folder))
    house.session_id = session.session_id
    return await house.finish(json.dumps(calls), attended=False, approve_all=True, grants=grants)


async def labels_of(house: House, *names: str) -> dict[str, Label | None]:
    """What a session is labelled that reads nothing but that file."""
    return {name: (await let(house, ("read", {"path": name}))).label for name in names}


def failed(end: RunFinished) -> list[str]:
    return [call.name for call in end.tool_calls if call.is_error]


@posix
def test_what_a_command_makes_of_a_tainted_file_is_tainted_in_the_next_session(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            await let(house, *POISON)
        async with home_of(tmp_path) as house:
            end = await let(house, shell("cp n.md cp.md; cat n.md b.txt > cat.md; sed s/e/E/g n.md > sed.md"))
            assert (end.label, failed(end)) == (MAIL, [])
        async with home_of(tmp_path) as house:
            made = ("cp.md", "cat.md", "sed.md")
            assert (house.folder / "sed.md").read_text() == "Evil words\n"
            assert await labels_of(house, *made, "a.txt") == {**dict.fromkeys(made, MAIL), "a.txt": OWN}

    asyncio.run(main())


@pytest.mark.skipif(not shutil.which("bwrap"), reason="a command with the network must be isolated")
def test_what_a_command_brings_from_the_network_is_a_strangers_in_the_next_session(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            await let(house, shell("echo own > made.txt"))
            end = await let(house, ("shell", {"cmd": "echo stranger > got.txt", "network": True}))
            assert failed(end) == []
        async with home_of(tmp_path) as house:
            found = await labels_of(house, "got.txt", "made.txt")
            assert found == {"got.txt": Label("external", "private"), "made.txt": OWN}

    asyncio.run(main())


def test_a_write_that_failed_takes_no_taint_off(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            await let(house, *POISON)
        async with home_of(tmp_path, HalfWritten()) as house:
            assert failed(await let(house, ("write", {"path": "n.md", "text": "clean"}))) == ["write"]
        async with home_of(tmp_path) as house:
            assert (house.folder / "n.md").read_text() == "evil words\nhalf"
            assert await labels_of(house, "n.md") == {"n.md": MAIL}

    asyncio.run(main())


def test_undo_of_a_clean_overwrite_brings_the_taint_back(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            await let(house, *POISON)
            overwritten = await let(house, ("write", {"path": "n.md", "text": "clean"}))
            assert await labels_of(house, "n.md") == {"n.md": OWN}
        async with home_of(tmp_path) as house:
            undo = house.runtime.undo
            await undo.apply(await undo.plan(overwritten.run_id))
            assert (house.folder / "n.md").read_text() == "evil words\n"
            assert await labels_of(house, "n.md") == {"n.md": MAIL}
        async with home_of(tmp_path) as house:
            assert await labels_of(house, "n.md") == {"n.md": MAIL}

    asyncio.run(main())


@pytest.mark.parametrize(
    ("mark", "integrity", "secrecy"), [("untrusted", "external", "private"), ("local_only", "local", "secret")]
)
def test_what_is_moved_out_of_a_marked_folder_keeps_its_label(
    tmp_path: Path, mark: Any, integrity: Any, secrecy: Any
) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            (house.folder / "in").mkdir()
            (house.folder / "in" / "x.md").write_text("x")
            house.runtime.policy.mark(house.folder / "in", mark)
            move = json.dumps([("move", {"path": "in/x.md", "to": "x.md"})])
            assert failed(await Judge(house, yes()).ask(move)) == []
        async with home_of(tmp_path) as house:
            label = Label(integrity, secrecy, (f"{integrity}:{house.folder / 'in' / 'x.md'}",))
            assert await labels_of(house, "x.md", "a.txt") == {"x.md": label, "a.txt": OWN}

    asyncio.run(main())


def strangers(path: Path, text: str) -> Path:
    """A file as a browser saves it."""
    path.write_text(text)
    try:
        os.setxattr(path, "user.xdg.origin.url", b"https://evil.example/x")
    except (OSError, AttributeError):
        pytest.skip("this file system keeps no extended attributes")
    return path


SAVED = Label("external", "private", ("external:evil.example",))


@posix
def test_a_command_is_as_secret_as_any_folder_it_could_read_not_only_the_one_it_runs_in(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            diary = tmp_path / "Diary"
            diary.mkdir()
            (diary / "d.txt").write_text("dear diary")
            house.runtime.policy.mark(diary, "local_only")
            end = await let(house, shell(f"cat {diary}/d.txt; cp {diary}/d.txt kept.txt"), grants=(str(diary),))
            secret = Label("local", "secret", (f"local:{diary}",))
            assert (end.label, failed(end)) == (secret, [])
            assert await labels_of(house, "kept.txt") == {"kept.txt": secret}
            assert (await let(house, shell("ls"))).label == secret  # the copy lies in the folder
            assert (await let(house, ("read", {"path": "a.txt"}))).label == OWN

    asyncio.run(main())


@posix
def test_what_a_command_reads_and_deletes_counts_as_read(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            strangers(house.folder / "dl.txt", "evil")
            end = await let(house, shell("cat dl.txt > kept.txt; rm dl.txt"))
            assert (end.label, failed(end)) == (SAVED, [])
            strangers(house.folder / "dl.txt", "evil")
            assert (await let(house, shell("cat dl.txt; rm dl.txt kept.txt; exit 3"))).label == SAVED

    asyncio.run(main())


@posix
def test_what_another_session_has_stored_is_not_to_be_had(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            big = house.folder / "in" / "big.txt"
            big.parent.mkdir()
            big.write_text("dear diary " * 3_000)
            house.runtime.policy.mark(big.parent, "local_only")
            end = await let(house, shell("cat in/big.txt"))
            assert end.label is not None and end.label.secrecy == "secret"
            stored = [file.name for file in (tmp_path / "home" / "blobs").rglob("*") if len(file.name) == 64]
            assert len(stored) == 1
            ask = ("recall", {"query": f"r{stored[0][:12]}"})
            end = await let(house, ask)
            texts = [one.result.text for one in await house.history() if isinstance(one, ToolMessage)]
            assert (end.label, texts) == (None, [f"Nothing is stored as r{stored[0][:12]}."])

    asyncio.run(main())


@posix
def test_where_the_journal_sees_too_little_all_that_a_tainted_command_could_write_is_tainted(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            (house.folder / "sub").mkdir()
            house.runtime.undo.journal.limits = UndoLimits(cover_entries=2)
            assert failed(await let(house, POISON[0], shell("echo evil > sub/new.txt"))) == []
        async with home_of(tmp_path) as house:
            found = await labels_of(house, "sub/new.txt", "a.txt")
            assert found == {"sub/new.txt": MAIL, "a.txt": MAIL}  # nobody knows which of them it has written

    asyncio.run(main())


@posix
@pytest.mark.parametrize(
    "failpoint", ["undo.covered", "undo.ended", "storage.undo.uncover.before", "storage.undo.uncover.after"]
)
def test_what_a_tainted_command_made_when_homard_was_killed_is_tainted(tmp_path: Path, failpoint: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "own.txt").write_text("own")
    command = shell("echo evil > new.txt; mkdir d; echo evil > d/x.txt")
    program = [sys.executable, "-m", "tests.helpers.taint_child", str(tmp_path), json.dumps([POISON[0], command])]
    died = subprocess.run(program, env={**os.environ, "HOMARD_FAILPOINT": failpoint}, timeout=60, check=False)
    assert died.returncode in KILLED
    made = [name for name in ("new.txt", "d/x.txt") if (folder / name).exists()]
    assert made or failpoint == "undo.covered"

    async def main() -> None:
        for _ in range(2):
            async with home_of(tmp_path) as house:
                assert await labels_of(house, *made, "own.txt") == {**dict.fromkeys(made, MAIL), "own.txt": OWN}

    asyncio.run(main())


@posix
def test_names_and_links_that_a_tainted_command_made_are_a_strangers_words(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            await let(
                house, POISON[0], shell("mkdir -p 'sub/obey me'; mkdir lone; ln -s 'go to evil.example' lone/link")
            )
        async with home_of(tmp_path) as house:
            for name in ("sub", "lone", "."):
                assert (await let(house, ("find", {"path": name}))).label == MAIL, name
            assert (await let(house, ("read", {"path": "a.txt"}))).label == OWN

    asyncio.run(main())


@pytest.mark.parametrize(
    "call", [("edit", {"path": "dl.txt", "old": "one", "new": "1"}), shell("sed -i s/one/1/ dl.txt")]
)
def test_a_file_of_the_web_that_is_changed_remains_one(tmp_path: Path, call: Call) -> None:
    if call[0] == "shell" and sys.platform == "win32":
        pytest.skip("this command is for a POSIX shell")

    async def main() -> None:
        async with home_of(tmp_path) as house:
            strangers(house.folder / "dl.txt", "one two")
            assert failed(await let(house, call)) == []
        async with home_of(tmp_path) as house:
            assert (house.folder / "dl.txt").read_text() == "1 two"
            assert await labels_of(house, "dl.txt") == {"dl.txt": SAVED}

    asyncio.run(main())


def test_undo_of_a_clean_overwrite_brings_back_what_the_web_gave(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            strangers(house.folder / "dl.txt", "one two")
            overwritten = await let(house, ("write", {"path": "dl.txt", "text": "clean"}))
            assert await labels_of(house, "dl.txt") == {"dl.txt": OWN}
            await house.runtime.undo.apply(await house.runtime.undo.plan(overwritten.run_id))
        async with home_of(tmp_path) as house:
            assert (house.folder / "dl.txt").read_text() == "one two"
            assert await labels_of(house, "dl.txt") == {"dl.txt": SAVED}

    asyncio.run(main())


def test_what_is_moved_out_of_a_folder_of_which_nobody_knows_keeps_its_label(tmp_path: Path) -> None:
    async def main() -> None:
        async with home_of(tmp_path) as house:
            away = tmp_path / "away"
            for place in (away, house.folder / "d"):
                place.mkdir()
            (house.folder / "d" / "x.txt").write_text("x")
            house.runtime.undo.journal.limits = UndoLimits(cover_entries=2)
            assert failed(await let(house, POISON[0], shell("echo evil"))) == []
            house.runtime.undo.journal.limits = UndoLimits()
            moves = [("move", {"path": name, "to": str(away / name)}) for name in ("a.txt", "d")]
            assert failed(await let(house, *moves, grants=(str(away),))) == []
        async with home_of(tmp_path) as house:
            for name in ("a.txt", "d/x.txt"):
                assert (await let(house, ("read", {"path": str(away / name)}), grants=(str(away),))).label == MAIL

    asyncio.run(main())
