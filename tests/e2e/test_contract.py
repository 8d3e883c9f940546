"""What scripts rely on: with --json one object on stdout whatever happens, and the documented exit codes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import HOMARD, environment, homard
from tests.helpers.fault_server import KEY
from tests.helpers.faults import LENGTH, Answer, refusal, stream, text
from tests.helpers.model_server import ModelServer, says, shell, stalls

SCRIPT: dict[str, list[Answer]] = {
    "write it": [shell("printf x > x.txt"), says("Not done.")],
    "stall": [stalls()],
    "cut": [stream(text("half a"))],
    "too long": [stream(text("half"), LENGTH)],
    "no key": [refusal(401, json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode())],
    "circle": [shell(f"echo {at}") for at in range(9)],
}
RUNS = [
    (("hello",), 0, "end_turn", ""),
    (("write it",), 4, "end_turn", "nobody was there to say yes"),
    (("--yes", "write it"), 0, "end_turn", ""),
    (("--timeout", "0.5", "stall"), 5, "max_time", "0.5 s"),
    (("too long",), 5, "output_limit", "not complete"),
    (("--yes", "circle"), 5, "max_turns", "3 turns"),
    (("cut",), 3, "model_error", "no complete reply"),
    (("no key",), 3, "model_error", "refused the key"),
]
REFUSED = [
    (" \n ",), ("--nope", "hello"), ("--timeout", "0", "hello"), ("--session", "zzz", "hello"),
    ("--model", "nope/x", "hello"), ("--model", "nope", "hello"), ("--cwd", "/nowhere", "hello"),
    ("--continue", "hello"),
]  # fmt: skip
KEYS = {"session_id", "run_id", "text", "stop_reason", "tool_calls", "usage", "error"}


def ask(home: Path, *argv: str, stdin: str | None = None, **env: str) -> tuple[int, dict[str, Any]]:
    """Exit code and object; nothing else may be on stdout, and the key nowhere."""
    done = homard(home, "ask", "--json", *argv, stdin=stdin, env=env)
    assert done.stdout.count("\n") == 1 and KEY not in done.stdout + done.stderr, done
    said = json.loads(done.stdout)
    assert set(said) == KEYS
    assert bool(said["error"]) == (done.returncode != 0), done
    return done.returncode, said


def test_each_end_of_a_run_has_its_code_and_its_reason(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ModelServer(SCRIPT) as server:
        server.settings(home, "limits.max_turns = 3", key="env:MY_KEY")
        for argv, code, reason, error in RUNS:
            got, said = ask(home, *argv, MY_KEY=KEY)
            assert (got, said["stop_reason"]) == (code, reason), (argv, said)
            assert error in (said["error"] or ""), (argv, said)
        got, said = ask(home, "hello")
        assert got == 3 and "MY_KEY is not set" in said["error"], said
    assert (tmp_path / "x.txt").read_text() == "x"


def test_what_cannot_be_meant_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ModelServer() as server:
        server.settings(home)
        for argv in REFUSED:
            code, said = ask(home, *argv)
            assert (code, said["session_id"]) == (2, None), (argv, said)
        assert ask(home, stdin="")[0] == 2
        assert not server.requests
    assert json.loads(homard(home, "sessions", "list", "--json").stdout) == []


@pytest.mark.parametrize("content", [b"model = [", b"limits.max_turns = 'x'", b"foo = 1", b"\xff\xfe", b"\0"])
def test_broken_settings_are_said_and_left_alone(tmp_path: Path, content: bytes) -> None:
    settings = tmp_path / "home" / "settings.toml"
    settings.parent.mkdir()
    settings.write_bytes(content)
    code, said = ask(settings.parent, "hello")
    assert code == 1 and "settings.toml is not valid" in said["error"]
    assert settings.read_bytes() == content


def test_a_damaged_database_is_said_and_left_alone(tmp_path: Path) -> None:
    home, content = tmp_path / "home", b"this is no database" * 1000
    with ModelServer() as server:
        server.settings(home)
        (home / "homard.db").write_bytes(content)
        code, said = ask(home, "hello")
        assert not server.requests
    assert code == 1 and "is damaged" in said["error"]
    assert (home / "homard.db").read_bytes() == content


PROMPTS = [
    (b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
    (b"a\0b\x1b[31mc\x07", "a\0b\x1b[31mc\x07"),
    ("שלום \u202eabc".encode(), "שלום \u202eabc"),
]


def test_any_prompt_reaches_the_model(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ModelServer() as server:
        server.settings(home)
        for raw, sent in PROMPTS:
            ask_raw(home, raw)
            assert server.histories()[-1][-1]["content"].startswith(sent)
        assert ask(home, "--", "-x marks")[0] == 0
        assert server.histories()[-1][-1]["content"].startswith("-x marks")
        assert ask(home, stdin="word " * 200_000)[0] == 0
        assert "the whole is stored" in server.histories()[-1][-1]["content"]


def ask_raw(home: Path, raw: bytes) -> None:
    """Pipe bytes in, as a shell does."""
    done = subprocess.run(
        [*HOMARD, "ask", "--json"], input=raw, cwd=home.parent, env=environment(home), capture_output=True, timeout=30
    )
    assert done.returncode == 0, done
