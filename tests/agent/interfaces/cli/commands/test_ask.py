import json
import os
import signal
import sqlite3
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.command_line import PseudoTerminal, homard, plain, report, script, serving, start
from tests.helpers.processes import sleeping, unique_seconds, wait_until_sleeping

HELLO = "Hello! I am the scripted model: I say the same every time, and I cost nothing."
MODEL = "scripted/hello"

WRITES = """
[[replies]]
text = "I write it down."
calls = [["write", { path = "note.txt", text = "milk" }]]

[[replies]]
text = "Written."
usage = { input_tokens = 1200, cached_tokens = 1000, output_tokens = 7, cost_usd = 0.0012 }
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home that `homard serve` owns: a command through it takes a tenth of a cold start."""
    home = tmp_path_factory.mktemp("served") / "home"
    with serving(home):
        yield home


def test_the_answer_alone_goes_to_stdout(served: Path) -> None:
    done = homard(served, "ask", "-m", MODEL, "hi")
    assert (done.returncode, done.stdout) == (0, f"{HELLO}\n")
    assert "session " in done.stderr


def test_a_cold_start_answers_the_same(tmp_path: Path) -> None:
    done = homard(tmp_path / "home", "ask", "-m", MODEL, "hi")
    assert (done.returncode, done.stdout) == (0, f"{HELLO}\n")


def test_json_is_one_object_with_these_fields(served: Path, tmp_path: Path) -> None:
    done = homard(served, "ask", "--json", "--yes", "--cwd", str(tmp_path), "-m", script(tmp_path, WRITES), "note it")
    said = report(done)
    assert done.returncode == 0 and done.stderr == ""
    assert (tmp_path / "note.txt").read_text() == "milk"
    assert len(said.pop("session_id")) == 16 and said.pop("run_id")
    assert said == {
        "text": "Written.",
        "stop_reason": "end_turn",
        "tool_calls": [{"name": "write", "is_error": False}],
        "usage": {"input_tokens": 1200, "cached_tokens": 1000, "output_tokens": 7, "cost_usd": 0.0012},
        "error": None,
    }


def test_the_prompt_comes_from_stdin_without_an_argument_or_with_a_dash(served: Path) -> None:
    for words in ((), ("-",)):
        done = homard(served, "ask", "--json", "-m", MODEL, *words, stdin="from a pipe\n")
        assert shown(served, report(done)["session_id"])[0] == "from a pipe\n"


def test_several_words_are_one_prompt(served: Path) -> None:
    said = report(homard(served, "ask", "--json", "-m", MODEL, "what", "is", "here"))
    assert shown(served, said["session_id"])[0] == "what is here"


def test_a_prompt_of_a_megabyte_is_fine(served: Path) -> None:
    done = homard(served, "ask", "--json", "-m", MODEL, stdin="word " * 200_000)
    assert done.returncode == 0 and report(done)["text"] == HELLO


def test_a_prompt_that_is_no_utf8_is_taken(served: Path) -> None:
    process = start(served, "ask", "--json", "-m", MODEL, stdin=subprocess.PIPE)
    assert process.stdin is not None
    os.write(process.stdin.fileno(), b"caf\xe9")
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0 and json.loads(out)["error"] is None


def test_a_session_goes_on_by_its_id_a_part_of_it_and_as_the_latest(served: Path) -> None:
    first = report(homard(served, "ask", "--json", "-m", MODEL, "one"))["session_id"]
    ways = (("--session", first), ("--session", first[:9]), ("--continue",))
    assert [report(homard(served, "ask", "--json", *way, "on"))["session_id"] for way in ways] == [first] * 3
    assert shown(served, first) == ["one", "on", "on", "on"]


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("ask", "--json", ""), 2, "prompt is empty"),
        (("ask", "--json", "  \n "), 2, "prompt is empty"),
        (("ask", "--json", "-m", "nowhere/model", "x"), 2, "There is no provider 'nowhere'"),
        (("ask", "--json", "-m", "bare", "x"), 2, "provider/model"),
        (("ask", "--json", "-m", "scripted/missing.toml", "x"), 3, "missing.toml"),
        (("ask", "--json", "-m", MODEL, "--session", "ffffffff", "x"), 2, "There is no session"),
        (("ask", "--json", "-m", MODEL, "--session", "a", "--continue", "x"), 2, "exclude each other"),
        (("ask", "--json", "-m", MODEL, "--cwd", "/no/such/folder", "x"), 2, "no such folder"),
        (("ask", "--json", "-m", MODEL, "--grant", "/no/such/folder", "x"), 2, "no such folder"),
        (("ask", "--json", "-m", MODEL, "--timeout", "0", "x"), 2, "--timeout"),
        (("ask", "--json", "-m", MODEL, "--timeout", "soon", "x"), 2, "--timeout"),
        (("ask", "--json", "--bogus", "x"), 2, "--bogus"),
    ],
)
def test_what_cannot_be_done_is_said_in_the_object_too(
    served: Path, argv: tuple[str, ...], code: int, words: str
) -> None:
    done = homard(served, *argv)
    said = report(done)
    assert done.returncode == code
    assert words in said["error"]
    assert words in done.stderr or code == 3
    assert list(said) == ["session_id", "run_id", "text", "stop_reason", "tool_calls", "usage", "error"]


def test_an_empty_stdin_is_an_empty_prompt(served: Path) -> None:
    done = homard(served, "ask", "-m", MODEL)
    assert (done.returncode, done.stdout) == (2, "") and "prompt is empty" in done.stderr


def test_a_deleted_session_says_how_to_bring_it_back(served: Path) -> None:
    session = report(homard(served, "ask", "--json", "-m", MODEL, "one"))["session_id"]
    assert homard(served, "sessions", "delete", session).returncode == 0
    done = homard(served, "ask", "--session", session, "two")
    assert done.returncode == 2 and f"homard sessions delete --restore {session}" in done.stderr


def test_what_nobody_could_be_asked_exits_with_4_and_is_not_done(served: Path, tmp_path: Path) -> None:
    runs = WRITES.replace('"write", { path = "note.txt", text = "milk" }', '"shell", { cmd = "echo milk > note.txt" }')
    done = homard(served, "ask", "--json", "--cwd", str(tmp_path), "-m", script(tmp_path, runs), "note it")
    said = report(done)
    assert done.returncode == 4
    assert not (tmp_path / "note.txt").exists()
    assert said["tool_calls"] == [{"name": "shell", "is_error": True}]
    assert "--yes" in said["error"]


def test_a_file_in_the_granted_folder_is_written_without_a_question_because_it_can_be_undone(
    served: Path, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("bread")
    done = homard(served, "ask", "--json", "--cwd", str(tmp_path), "-m", script(tmp_path, WRITES), "note it")
    assert done.returncode == 0 and (tmp_path / "note.txt").read_text() == "milk"
    undone = homard(served, "undo", report(done)["run_id"], "--yes")
    assert undone.returncode == 0 and (tmp_path / "note.txt").read_text() == "bread"


def test_a_dry_run_reads_and_says_what_it_would_do(served: Path, tmp_path: Path) -> None:
    argv = ("--yes", "--dry-run", "--cwd", str(tmp_path), "-m", script(tmp_path, WRITES), "note it")
    said = report(homard(served, "ask", "--json", *argv))
    assert said["dry_run"] and not (tmp_path / "note.txt").exists()
    assert said["tool_calls"] == [
        {"name": "write", "is_error": False, "would": [f"write {tmp_path / 'note.txt'} (4 bytes)"], "needs": []}
    ]
    done = homard(served, "ask", *argv)
    assert "not done: dry run" in done.stderr and "nothing was changed" in done.stderr


@pytest.mark.parametrize(
    ("error", "code"), [("bad_key", 3), ("quota_exceeded", 3), ("bad_request", 3), ("content_filtered", 3)]
)
def test_a_model_that_fails_exits_with_3(served: Path, tmp_path: Path, error: str, code: int) -> None:
    done = homard(served, "ask", "--json", "-m", script(tmp_path, f'[[replies]]\nerror = "{error}"\n'), "x")
    assert (done.returncode, report(done)["stop_reason"]) == (code, "model_error")
    assert error in report(done)["error"]


def test_the_time_limit_exits_with_5(served: Path, tmp_path: Path) -> None:
    model = script(tmp_path, '[[replies]]\ntext = "a b c d e f g h i j"\ndelay_s = 1.0\n')
    done = homard(served, "ask", "--json", "--timeout", "0.3", "-m", model, "x")
    assert (done.returncode, report(done)["stop_reason"]) == (5, "max_time")


def test_ctrl_c_ends_the_tool_and_exits_with_130(tmp_path: Path) -> None:
    with unique_seconds() as seconds:
        model = script(tmp_path, f'[[replies]]\ncalls = [["shell", {{ cmd = "sleep {seconds}" }}]]\n')
        process = start(tmp_path / "home", "ask", "--json", "--yes", "-m", model, "x")
        wait_until_sleeping(seconds)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        assert (process.returncode, json.loads(out)["stop_reason"]) == (130, "cancelled")
        assert sleeping(seconds) == []


def test_a_second_ctrl_c_leaves_at_once(tmp_path: Path) -> None:
    model = script(tmp_path, '[[replies]]\ntext = "never"\ndelay_s = 600\n')
    screen = PseudoTerminal(tmp_path / "home", "ask", "-m", model, "x")
    screen.expect("waiting for")
    screen.type("\x03\x03")
    assert screen.wait() == 130


def test_hanging_up_cancels_the_run_in_the_owner(served: Path, tmp_path: Path) -> None:
    with unique_seconds() as seconds:
        model = script(tmp_path, f'[[replies]]\ncalls = [["shell", {{ cmd = "sleep {seconds}" }}]]\n')
        process = start(served, "ask", "--yes", "-m", model, "x")
        wait_until_sleeping(seconds)
        process.kill()
        process.communicate()
        while sleeping(seconds):
            pass


def test_a_reader_that_goes_away_is_no_fault(served: Path) -> None:
    process = start(served, "ask", "-m", MODEL, "x")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    assert process.wait(timeout=20) == 141
    process.stderr.close()


def test_a_corrupt_database_is_kept_and_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "homard.db").write_bytes(b"this is no database" * 500)
    done = homard(home, "ask", "--json", "-m", MODEL, "x")
    said = report(done)
    assert done.returncode == 1 and "damaged" in said["error"] and "homard doctor" in said["error"]
    assert (home / "homard.db").read_bytes() == b"this is no database" * 500


def test_a_newer_database_is_kept_and_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    connection = sqlite3.connect(home / "homard.db")
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    done = homard(home, "ask", "--json", "-m", MODEL, "x")
    assert done.returncode == 1 and "newer Homard" in report(done)["error"]


def test_corrupt_settings_are_kept_and_said(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("model = \n")
    done = homard(home, "ask", "--json", "-m", MODEL, "x")
    assert done.returncode == 1 and "settings.toml is not valid" in report(done)["error"]
    assert (home / "settings.toml").read_text() == "model = \n"
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads((home / "settings.toml").read_text())


def test_a_home_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file stands there")
    done = homard(tmp_path / "home", "ask", "--json", "-m", MODEL, "x")
    assert done.returncode == 1 and "HOMARD_HOME" in report(done)["error"]


def test_a_folder_whose_name_is_no_utf8_can_be_worked_in(served: Path, tmp_path: Path) -> None:
    folder = tmp_path / "caf\udce9"
    folder.mkdir()
    done = homard(served, "ask", "--json", "-m", MODEL, "hi", cwd=folder)
    assert (done.returncode, report(done)["error"]) == (0, None)
    listed = json.loads(homard(served, "sessions", "list", "--json", "-n", "1").stdout)
    assert listed[0]["cwd"] == str(folder)


ASKS = """
[[replies]]
text = "I ask **first**."
calls = [["shell", { cmd = "echo done > made.txt" }]]

[[replies]]
text = "Over."
"""


@pytest.mark.parametrize(
    ("key", "made"), [("y", True), ("yes", True), ("n", False), ("", False), ("n too risky", False)]
)
def test_the_terminal_asks_before_an_effect(served: Path, tmp_path: Path, key: str, made: bool) -> None:
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, ASKS), "x", cwd=tmp_path)
    asked = plain(screen.expect("[y/N"))
    assert "Homard wants to run echo done > made.txt" in asked
    screen.type(f"{key}\n")
    screen.expect("Over.")
    assert screen.wait() == 0
    assert (tmp_path / "made.txt").exists() == made
    assert ("too risky" in screen.shown.replace(key, "", 1)) == ("risky" in key)


def test_what_was_typed_before_the_question_does_not_answer_it(served: Path, tmp_path: Path) -> None:
    slow = ASKS.replace('calls = [["shell"', 'delay_s = 0.1\ncalls = [["shell"')
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, slow), "x", cwd=tmp_path)
    screen.expect("I")
    screen.type("y\n")
    screen.expect("[y/N")
    screen.type("n\n")
    assert screen.wait() == 0
    assert not (tmp_path / "made.txt").exists()


def test_a_doubtful_answer_is_asked_again(served: Path, tmp_path: Path) -> None:
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, ASKS), "x", cwd=tmp_path)
    screen.expect("[y/N")
    screen.type("yes of course\n")
    screen.expect("answer y or n")
    screen.type("y\n")
    assert screen.wait() == 0
    assert (tmp_path / "made.txt").exists()


def test_ctrl_c_at_the_question_cancels(served: Path, tmp_path: Path) -> None:
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, ASKS), "x", cwd=tmp_path)
    screen.expect("[y/N")
    screen.type("\x03")
    assert screen.wait() == 130
    assert not (tmp_path / "made.txt").exists()


def test_a_question_of_the_model_is_answered_by_number(served: Path, tmp_path: Path) -> None:
    asks = """
[[replies]]
calls = [["ask_user", { question = "Which one?", choices = ["red", "blue"] }]]

[[replies]]
text = "Good."
"""
    screen = PseudoTerminal(served, "ask", "--json", "-m", script(tmp_path, asks), "x")
    assert screen.wait() == 4, "with --json nobody is asked"
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, asks), "x")
    assert "2  blue" in plain(screen.expect("Your answer: "))
    screen.type("2\n")
    screen.expect("Good.")
    assert screen.wait() == 0
    assert results(served)[-1] == "blue"


def test_a_command_cannot_hide_what_it_does(served: Path, tmp_path: Path) -> None:
    evil = '[[replies]]\ncalls = [["shell", { cmd = "rm -rf x #\\u001b[2K\\u001b[1A\\u202eharmless" }]]\n[[replies]]\n'
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, f'{evil}text = "Over."\n'), "x")
    asked = screen.expect("[y/N")
    assert "rm -rf x #\\x1b[2K\\x1b[1A\\u202eharmless" in asked
    screen.type("n\n")
    assert screen.wait() == 0


def test_an_answer_cannot_command_the_terminal(served: Path, tmp_path: Path) -> None:
    evil = '[[replies]]\ntext = "before \\u001b]0;title\\u0007\\u001b[31mafter"\n'
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, evil), "x", NO_COLOR="1")
    assert screen.wait() == 0
    assert "before ]0;title[31mafter" in screen.shown
    assert "\x1b]" not in screen.shown and "\x1b[31m" not in screen.shown


STYLED = """
[[replies]]
text = "It is **bold** and `code`."
calls = [["find", {}]]

[[replies]]
text = "Over."
usage = { input_tokens = 1200, cached_tokens = 1000, output_tokens = 7 }
"""


def test_the_terminal_shows_markdown_tools_and_what_it_took(served: Path, tmp_path: Path) -> None:
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, STYLED), "x", cwd=tmp_path)
    assert screen.wait() == 0
    assert "\x1b[1mbold\x1b[0m" in screen.shown
    lines = plain(screen.shown).splitlines()
    assert any("● " in line and "✓" in line and " ms" in line for line in lines)
    assert "1,200 tokens in (1,000 cached), 7 out · price unknown · session " in lines[-1]


def test_no_color_means_no_styles(served: Path, tmp_path: Path) -> None:
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, STYLED), "x", cwd=tmp_path, NO_COLOR="1")
    assert screen.wait() == 0
    assert [code for code in styles(screen.shown) if code] == []
    assert "bold" in screen.shown


def test_a_dumb_terminal_gets_plain_text(served: Path, tmp_path: Path) -> None:
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, STYLED), "x", cwd=tmp_path, TERM="dumb")
    assert screen.wait() == 0
    assert "\x1b" not in screen.shown
    assert "Over.\r\n" in screen.shown


def test_a_terminal_without_these_signs_gets_others(served: Path, tmp_path: Path) -> None:
    screen = PseudoTerminal(served, "ask", "-m", script(tmp_path, STYLED), "x", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert screen.wait() == 0
    assert screen.shown.isascii() and "* " in plain(screen.shown) and "\\u" not in screen.shown


def test_a_sign_of_progress_is_shown_while_waiting(served: Path, tmp_path: Path) -> None:
    model = script(tmp_path, '[[replies]]\ntext = "late"\ndelay_s = 0.4\n')
    screen = PseudoTerminal(served, "ask", "-m", model, "x")
    screen.expect("⠋ waiting for")
    screen.expect("⠙ waiting for")
    assert screen.wait() == 0


def test_a_terminal_without_a_prompt_says_what_to_do(served: Path) -> None:
    screen = PseudoTerminal(served, "ask")
    assert screen.wait() == 2
    assert "No prompt was given" in screen.shown


def shown(home: Path, session: str) -> list[str]:
    """What was said in a session by the person."""
    document = json.loads(homard(home, "sessions", "show", "--json", session).stdout)
    messages = [entry["message"] for entry in document["entries"]]
    return [message["parts"][0]["text"] for message in messages if message["type"] == "user"]


def results(home: Path) -> list[Any]:
    """What the tools said in the latest session."""
    latest = json.loads(homard(home, "sessions", "list", "--json", "-n", "1").stdout)[0]["session_id"]
    document = json.loads(homard(home, "sessions", "show", "--json", latest).stdout)
    messages = [entry["message"] for entry in document["entries"]]
    return [message["result"]["content"][0]["text"] for message in messages if message["type"] == "tool"]


def styles(text: str) -> list[str]:
    """The codes of all style sequences."""
    return [
        part.partition("m")[0] for part in text.split("\x1b[")[1:] if part.partition("m")[0].replace(";", "").isdigit()
    ]
