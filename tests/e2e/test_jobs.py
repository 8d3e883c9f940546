"""Work that starts by itself, through the doors a person uses: `homard serve`, `homard jobs`, and files."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import homard, serving, start
from tests.helpers.model_server import Call, ModelServer, calls, says, stalls

PATIENCE_S = 30.0


def listed(home: Path, *argv: str) -> list[dict[str, Any]]:
    done = homard(home, "jobs", *argv, "--json")
    assert done.returncode == 0, done
    return json.loads(done.stdout)


def waiting(home: Path) -> list[dict[str, Any]]:
    done = homard(home, "jobs", "waiting", "--json")
    return json.loads(done.stdout)["approvals"]


def until(holds: Callable[[], Any], what: str) -> Any:
    """Wait for something to come true, and give it."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.1)
    return found


def ended(home: Path, count: int) -> list[dict[str, Any]]:
    def enough() -> list[dict[str, Any]]:
        done = [slot for slot in listed(home, "history", "Inbox") if slot["state"] in ("done", "failed", "skipped")]
        return done if len(done) >= count else []

    return until(enough, f"{count} slots that ended")


def add(home: Path, inbox: Path, prompt: str, *more: str) -> None:
    flags = ["--name", "Inbox", "--folder", str(inbox), "--watch", str(inbox), "--pattern", "*.txt", "--settle", "1s"]
    done = homard(home, "jobs", "add", *flags, "--prompt", prompt, "--yes", *more)
    assert done.returncode == 0, done


def test_each_file_is_handled_once_also_over_a_kill_in_the_middle_of_a_run(tmp_path: Path) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    (inbox / "out").mkdir(parents=True)
    script = {"one.txt": [stalls()], "two.txt": [says("Two is noted.")]}
    with ModelServer(script) as server:
        server.settings(home)
        with serving(home) as owner:
            add(home, inbox, "Please note {file}", "--output", str(inbox / "out"))
            (inbox / "half.tmp").write_text("x")
            os.replace(inbox / "half.tmp", inbox / "one.txt")  # as editors save
            until(server.histories, "the request of the first run")
            owner.send_signal(signal.SIGKILL)
            owner.wait()
        (inbox / "two.txt").write_text("while nobody was there")
        server._script = {"one.txt": [says("One is noted.")], "two.txt": [says("Two is noted.")]}
        with serving(home):
            slots = ended(home, 2)
    assert sorted((slot["state"], slot["summary"]) for slot in slots) == [
        ("done", "One is noted."),
        ("done", "Two is noted."),
    ]
    assert server.problems() == []


def test_what_a_job_may_not_do_waits_and_goes_on_after_a_yes(tmp_path: Path) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    (inbox / "out").mkdir(parents=True)
    outside = tmp_path / "inbox" / "note.md"
    with ModelServer(
        {"Do it": [calls(Call("write", {"path": str(outside), "text": "hello"})), says("Written.")]}
    ) as server:
        server.settings(home)
        with serving(home):
            add(home, inbox, "Do it with {file}", "--output", str(inbox / "out"))
            (inbox / "a.txt").write_text("a")
            (waits,) = until(lambda: waiting(home), "a question")
            assert not outside.exists()
        with serving(home):  # the question outlasts a restart
            assert [one["approval_id"] for one in waiting(home)] == [waits["approval_id"]]
            assert homard(home, "jobs", "answer", waits["approval_id"], "yes").returncode == 0
            (slot,) = ended(home, 1)
            assert outside.read_text() == "hello"
            assert (slot["state"], slot["summary"], slot["attempts"]) == ("done", "Written.", 1)
            assert waiting(home) == []


def test_a_job_runs_by_hand_without_a_server_and_says_what_came_of_it(tmp_path: Path) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    inbox.mkdir()
    with ModelServer({"Count": [says("There are 3.")]}) as server:
        server.settings(home)
        done = homard(
            home, "jobs", "add", "--name", "Count", "--prompt", "Count", "--folder", str(inbox), "--manual", "-y"
        )
        assert done.returncode == 0, done
        ran = homard(home, "jobs", "run", "Count")
        assert (ran.returncode, "There are 3." in ran.stdout) == (0, True), ran


def test_a_slot_that_passed_while_nobody_was_there_says_why(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    with ModelServer() as server:
        server.settings(home)
        flags = ["--name", "Often", "--prompt", "Look", "--folder", str(folder), "--every", "10s", "--missed", "skip"]
        with serving(home):
            assert homard(home, "jobs", "add", *flags, "-y").returncode == 0
        process = start(home, "serve", env={"FAKETIME": "+2h", **faketime()})
        try:
            assert process.stderr is not None
            assert "ready" in process.stderr.readline()
            missed = until(
                lambda: [s for s in listed(home, "history", "Often") if s["state"] == "missed"], "missed slots"
            )
            assert missed[-1]["count"] > 500
            moment = datetime.fromisoformat(missed[-1]["due_at"]) + timedelta(minutes=30)
            why = homard(home, "jobs", "why", "Often", f"{moment:%Y-%m-%d %H:%M}")
            assert "not running" in why.stdout, why
        finally:
            process.terminate()
            process.communicate(timeout=30)


def faketime() -> dict[str, str]:
    """The environment in which a process believes another time; skips where the library is missing."""
    for place in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"):
        return {"LD_PRELOAD": str(place), "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
    pytest.skip("libfaketime is not installed")


def test_what_homard_itself_writes_starts_nothing(tmp_path: Path) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    inbox.mkdir()
    work = [
        calls(Call("write", {"path": "by-tool.txt", "text": "x"}), Call("shell", {"cmd": "echo y > by-command.txt"})),
        says("Both are written."),
    ]
    with ModelServer({"Write two": work, "note": [says("Noted.")]}) as server:
        server.settings(home)
        with serving(home):
            add(home, inbox, "Please note {file}")
            assert homard(home, "ask", "--yes", "Write two", cwd=inbox).returncode == 0
            (inbox / "by-hand.txt").write_text("z")
            (slot,) = ended(home, 1)
            prompts = [history[1]["content"] for history in server.histories() if "note" in history[1]["content"]]
            assert [prompt.partition("\n")[0] for prompt in prompts] == ["Please note by-hand.txt"]
            assert slot["files"] == 1
            assert [len(listed(home, "history", "Inbox"))] == [1]
