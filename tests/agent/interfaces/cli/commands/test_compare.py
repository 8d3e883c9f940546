"""`homard compare`, parsed as it is typed, over a real runtime and loopback sellers."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import tomlkit
import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands import compare
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work
from agent.paths import Paths
from agent.runtime import Runtime
from agent.tasks import spawn
from tests.helpers.house import home
from tests.helpers.sellers import MODEL, Seller, market

NARROW = f"poor/{MODEL}"
"""Shown last it is shown on a terminal of 60 columns, all else through a pipe."""


class Screen:
    """The link of a terminal at which a person answers."""

    def __init__(self, answer: str | None) -> None:
        self.out = self.err = ""
        self._answer = answer
        self._typed: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def send(self, frame: dict[str, Any]) -> None:
        self.out += frame.get("out", "")
        self.err += frame.get("err", "")
        if "ask" in frame:
            self._typed.put_nowait({"id": frame["ask"]["id"], "answer": self._answer})

    async def receive(self) -> dict[str, Any] | None:
        return await self._typed.get()

    async def drain(self) -> None:
        return None

    async def close(self) -> None:
        self._typed.put_nowait(None)


class Done(NamedTuple):
    code: int
    out: str
    err: str


def work_of(*argv: str) -> Work:
    return typer.main.get_command(compare.app).main(list(argv), standalone_mode=False)


async def run(runtime: Runtime, paths: Paths, argv: tuple[str, ...], answer: str | None) -> Done:
    screen, attended = Screen(answer), answer is not None
    terminal = Terminal(screen, {"tty": [attended, argv[-1] == NARROW, attended], "dumb": True, "columns": 60})
    attending = spawn(terminal.attend(lambda: None), "attend")
    code = await work_of(*argv).run(terminal, House(paths, runtime))
    await screen.close()
    await attending
    return Done(code, screen.out, screen.err)


def homard(tmp_path: Path, lines: list[tuple[str, ...]], more: str = "", answer: str | None = None) -> list[Done]:
    """Run commands in one home with two sellers; `answer`: of the person at the terminal, None: nobody is there."""

    async def main() -> list[Done]:
        sellers = {"good": Seller(reading_s=0.1), "poor": Seller(wrong_every=2, cache="none", reading_s=0.1)}
        paths = home(tmp_path)
        with market(**sellers) as providers:
            paths.settings.parent.mkdir(parents=True, exist_ok=True)
            text = tomlkit.dumps({"providers": msgspec.to_builtins(providers)})  # pyright: ignore[reportUnknownMemberType]
            paths.settings.write_text(f"{more}\n{text}", encoding="utf-8")
            async with Runtime.open(paths) as runtime:
                done = [await run(runtime, paths, argv, answer) for argv in lines]
        return done

    return asyncio.run(main())


def test_sellers_are_compared_after_a_yes_and_shown_later(tmp_path: Path) -> None:
    lines = [("show",), ("--of", "otter-3-large"), ("show",), ("show", "--json"), ("show", NARROW)]
    empty, done, shown, plain, narrow = homard(tmp_path, lines, answer="y")
    assert (empty.code, empty.out) == (0, "") and "No model was compared lately" in empty.err
    assert done.code == 0 and "All together: 28 calls, at most 114,014 tokens: at most $0.20." in done.err
    assert done.out == shown.out and shown.err == ""
    head, good, poor, *rest = shown.out.splitlines()
    assert head.split()[:3] == ["model", "first", "word"]
    assert [word in good for word in (f"good/{MODEL}", "24/24", "3/3", "2/2", "given 9", " 0% ")] == [True] * 6
    assert "12/24" in poor and " none " in poor
    assert rest[0] == "" and [line.partition(" ")[0] for line in rest[1:]] == [f"poor/{MODEL}"] * 2
    assert "which chance does not explain" in rest[1] and "gives no cache hits" in rest[2]
    assert [line for line in narrow.out.splitlines() if len(line) > 60] == narrow.out.splitlines()[5:]
    assert narrow.out.startswith(f"poor/{MODEL} (probed ") and "  answers 12/24, tools 3/3, JSON 2/2" in narrow.out
    told = json.loads(plain.out)["sellers"]
    assert [(one["model"], one["answers"], one["cache"], one["probes"]) for one in told] == [
        (f"good/{MODEL}", [24, 24], "given", 1),
        (f"poor/{MODEL}", [12, 24], "none", 1),
    ]
    assert [finding["code"] for finding in told[1]["findings"]] == ["worse_answers", "no_cache"]


@pytest.mark.parametrize(
    ("argv", "answer", "code", "said"),
    [
        ((f"good/{MODEL}",), None, 4, "Say it with --yes"),
        ((f"good/{MODEL}",), "n", 0, "Nothing was sent."),
        ((f"good/{MODEL}",), "", 0, "Nothing was sent."),
        ((f"good/{MODEL}", "--yes", "--max-usd", "0.001"), None, 5, "more than the 0.001 that were allowed"),
    ],
)
def test_nothing_is_sent_without_a_yes(
    tmp_path: Path, argv: tuple[str, ...], answer: str | None, code: int, said: str
) -> None:
    done, shown = homard(tmp_path, [argv, ("show",)], answer=answer)
    assert (done.code, done.out) == (code, "") and said in done.err
    assert "No model was compared lately" in shown.err


def test_a_cap_that_would_not_hold_it_refuses(tmp_path: Path) -> None:
    cap = "[budget]\nusd_per_day = 0.02"
    plain, told = homard(tmp_path, [(f"good/{MODEL}", "--yes"), (f"good/{MODEL}", "--yes", "--json")], cap)
    assert (plain.code, plain.out) == (5, "") and "homard config set budget.usd_per_day 0.2`" in plain.err
    assert told.code == 5 and "budget.usd_per_day leaves $0.0200" in json.loads(told.out)["error"]


def test_models_are_named_once(tmp_path: Path) -> None:
    for argv in (
        (),
        ("a/b", "--of", "c"),
        ("show", "--yes"),
        ("never", "a/b"),
        ("every", "7d", "--max-usd", "1"),
        ("every", "7d", "a/b"),
        ("every", "soon", "a/b", "--max-usd", "1"),
    ):
        with pytest.raises(UsageError):
            work_of(*argv)


def test_what_is_compared_by_itself_is_planned_shown_and_ended(tmp_path: Path) -> None:
    dear = ("every", "7d", "--of", "otter-3-large", "--max-usd", "0.01")
    with pytest.raises(UsageError, match=r"more than the 0\.01 that were allowed\. Nothing was planned\."):
        homard(tmp_path, [dear])
    fair = ("every", "7d", f"good/{MODEL}", "--max-usd", "0.20")
    planned, shown, ended, empty = homard(tmp_path, [fair, ("show",), ("never",), ("show",)])
    said = f"Every 7 days, while Homard runs, these are compared: good/{MODEL}; for at most $0.20 each time, next "
    assert planned.err.startswith(said) and planned.err in shown.err
    assert (ended.err, empty.err.count("Every 7 days")) == ("Nothing is compared by itself.\n", 0)
