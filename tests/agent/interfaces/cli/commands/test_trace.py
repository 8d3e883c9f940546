"""`homard trace`, parsed as it is typed, over a real runtime and a collector on loopback."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from agent.audit.body import EGRESS
from agent.clock import SystemClock
from agent.errors import UsageError
from agent.interfaces.cli.commands import trace
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House as CliHouse
from agent.interfaces.cli.work import Work
from agent.messages import Usage
from agent.models.scripted import Reply
from agent.traces.endpoint import NotSent
from agent.traces.otlp import trace_id
from tests.agent.traces.test_endpoint import collector
from tests.helpers.house import House, open_house

SCRIPT = [
    Reply("Look at it.", calls=[("look", {"at": "a.txt"})], usage=Usage(90, 30, 9, 0.1)),
    Reply("It is blue.", usage=Usage(200, 90, 5, 0.1)),
]


class Screen:
    """The link of a pipe that nobody reads before its end."""

    def __init__(self) -> None:
        self.out = self.err = ""

    def send(self, frame: dict[str, Any]) -> None:
        self.out += frame.get("out", "")
        self.err += frame.get("err", "")


class Done(NamedTuple):
    code: int
    out: str
    err: str


def work_of(*argv: str) -> Work:
    return typer.main.get_command(trace.app).main(list(argv), standalone_mode=False)


async def homard(house: House, *argv: str, columns: int = 0) -> Done:
    screen = Screen()
    tty = [False, bool(columns), False]
    frame = {"tty": tty, "columns": columns or 80, "cwd": str(house.folder), "dumb": True}
    code = await work_of(*argv).run(Terminal(screen, frame), CliHouse(house.runtime.paths, house.runtime))  # type: ignore[arg-type]
    return Done(code, screen.out, screen.err)


def play(tmp_path: Path, act: Callable[[House, str], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_house(tmp_path, SCRIPT, clock=SystemClock()) as house:  # type: ignore[arg-type]
            run_id = (await house.ask("What colour is it?"))[-1].run_id
            await act(house, run_id)

    asyncio.run(main())


def test_a_run_is_shown_line_by_line(tmp_path: Path) -> None:
    async def act(house: House, run_id: str) -> None:
        shown = await homard(house)
        lines = shown.out.splitlines()
        assert lines[0].startswith(f"run {run_id} · scripted/hello · end_turn after ")
        assert lines[0].endswith("290 tokens in (120 cached), 14 out · $0.2000") and lines[1] == "What colour is it?"
        assert [line.split("ms  ", 2)[-1].strip().split("  ")[0] for line in lines[3:8]] == [
            *("turn 1", "scripted/hello", "look read a.txt", "turn 2", "scripted/hello"),
        ]
        assert "In the last prompt: system prompt and tools" in lines[-1] and "results of look" in lines[-1]
        narrow = (await homard(house, run_id[:6], columns=40)).out.splitlines()
        assert max(map(len, narrow)) == 40 and len(narrow) == len(lines)

    play(tmp_path, act)


def test_json_and_opentelemetry_hold_what_was_said_only_if_it_was_wished(tmp_path: Path) -> None:
    async def act(house: House, run_id: str) -> None:
        (house.folder / "there").mkdir()
        for content in ((), ("--content",)):
            plain = await homard(house, run_id, "--json", *content)
            printed = await homard(house, run_id, "--otlp", "-", *content)
            written = await homard(house, run_id, "--otlp", "there/trace.json", *content)
            file = (house.folder / "there/trace.json").read_text(encoding="utf-8")
            assert written.err == f"Written to {house.folder}/there/trace.json (6 spans, {len(file):,} bytes).\n"
            assert {"colour" in text for text in (plain.out, printed.out, file)} == {bool(content)}
            assert {"a.txt" in text for text in (plain.out, printed.out, file)} == {bool(content)}
            assert json.loads(plain.out)["run_id"] == run_id and trace_id(run_id) in printed.out
        (house.folder / "link").symlink_to("there/trace.json")
        await homard(house, "--otlp", "link")
        file = house.folder / "there/trace.json"
        assert (house.folder / "link").is_symlink() and b"colour" not in file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600
        os.mkfifo(house.folder / "pipe")
        for name, words in (
            ("there", "is a folder"),
            ("nowhere/x", "lies in none"),
            ("pipe", "no ordinary file"),
            ("/dev/null", "no ordinary file"),
        ):
            with pytest.raises(UsageError, match=words):
                await homard(house, "--otlp", name)

    play(tmp_path, act)


def test_it_is_sent_where_it_was_said_with_a_key_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACE_KEY", "Basic word")

    async def act(house: House, run_id: str) -> None:
        with collector() as there:
            url = f"http://localhost:{there.port}"
            there.answers = [(200, {}, b'{"partialSuccess":{"rejectedSpans":1,"errorMessage":"old"}}')]
            sent = await homard(house, "--send", url, "--header", "Authorization=env:TRACE_KEY")
            size = len(there.got[0][2])
            assert sent == Done(
                0, "", f"Sent to {url}/v1/traces ({size:,} bytes). It did not take 1 of the spans: old.\n"
            )
            assert there.got[0][1]["authorization"] == "Basic word" and b"colour" not in there.got[0][2]
            await homard(house, "--send", url, "--content")
            assert b"colour" in there.got[1][2] and len(there.got) == 2
            rows = [row.body for row in await house.runtime.audit.rows(run_id) if row.kind == EGRESS]
            assert [row["url"] for row in rows] == [f"{url}/v1/traces"] * 2
            there.answers = [(401, {}, b"")]
            with pytest.raises(NotSent, match="--header"):
                await homard(house, "--send", url)
        with pytest.raises(UsageError, match="not encrypted"):
            await homard(house, "--send", "http://collector.example")

    play(tmp_path, act)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--json", "--otlp", "x"), "exclude each other"),
        (("--otlp", "x", "--send", "https://y"), "exclude each other"),
        (("--header", "a=b"), "goes with --send"),
    ],
)
def test_what_cannot_be_together(argv: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        work_of(*argv)


def test_a_key_is_in_no_output_for_programs(tmp_path: Path) -> None:
    script = [
        Reply("Look.", calls=[("look", {"at": "sk-proj-T0pS3cret42"})], usage=Usage(90, 30, 9, 0.1)),
        Reply("It is blue."),
    ]

    async def main() -> None:
        async with open_house(tmp_path, script, clock=SystemClock()) as house:  # type: ignore[arg-type]
            await house.ask("go")
            house.runtime.secrets.known.note("sk-proj-T0pS3cret42")
            told = await homard(house, "--json", "--content")
            assert "T0pS3cret" not in told.out and '{\\"at\\":\\"[key]\\"}' in told.out.replace(": ", ":")

    asyncio.run(main())
