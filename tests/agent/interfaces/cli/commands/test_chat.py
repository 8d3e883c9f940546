import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.command_line import PseudoTerminal, homard, plain, script, serving

MODEL = "scripted/hello"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("served") / "home"
    with serving(home):
        yield home


def said(home: Path) -> list[str]:
    """What the person said in the latest session."""
    latest = json.loads(homard(home, "sessions", "list", "--json", "-n", "1").stdout)[0]["session_id"]
    document = json.loads(homard(home, "sessions", "show", "--json", latest).stdout)
    messages = [entry["message"] for entry in document["entries"]]
    return [message["parts"][0]["text"] for message in messages if message["type"] == "user"]


def test_a_conversation_in_the_terminal(served: Path) -> None:
    screen = PseudoTerminal(served, "chat", "-m", MODEL)
    screen.expect("› ")
    screen.type("good morning\n")
    screen.expect("I am the scripted model")
    screen.expect("› ")
    screen.type("and again\n")
    screen.expect("I am the scripted model")
    screen.expect("› ")
    screen.type("\x04")
    assert screen.wait() == 0
    assert said(served) == ["good morning", "and again"]


def test_the_same_without_an_owner(tmp_path: Path) -> None:
    screen = PseudoTerminal(tmp_path / "home", "chat", "-m", MODEL)
    screen.expect("› ")
    screen.type("good morning\n")
    screen.expect("I am the scripted model")
    screen.expect("› ")
    screen.type("/quit\n")
    assert screen.wait() == 0


def test_the_arrow_brings_a_line_back(served: Path) -> None:
    screen = PseudoTerminal(served, "chat", "-m", MODEL)
    screen.expect("› ")
    screen.type("once\n")
    screen.expect("› ")
    screen.type("\x1b[A\n")
    screen.expect("I am the scripted model")
    screen.expect("› ")
    screen.type("/quit\n")
    assert screen.wait() == 0
    assert said(served) == ["once", "once"]


def test_slash_commands(served: Path, tmp_path: Path) -> None:
    screen = PseudoTerminal(served, "chat", "-m", MODEL)
    for typed, shown in [
        ("/help", "/new"),
        ("/model", "Model: scripted/hello"),
        ("/model nowhere/x", "There is no provider 'nowhere'"),
        (f"/model {script(tmp_path, '[[replies]]')}", "script.toml"),
        ("/nonsense", "no command /nonsense"),
        ("/new", "new session begins"),
    ]:
        screen.expect("› ")
        screen.type(f"{typed}\n")
        screen.expect(shown)
    screen.expect("› ")
    screen.type("/quit\n")
    assert screen.wait() == 0


def test_new_begins_another_session(served: Path) -> None:
    screen = PseudoTerminal(served, "chat", "-m", MODEL)
    for typed in ("one", "/new", "two", "/quit"):
        screen.expect("› ")
        screen.type(f"{typed}\n")
    assert screen.wait() == 0
    assert said(served) == ["two"]


def test_what_is_typed_while_it_works_reaches_the_model_before_its_next_step(served: Path, tmp_path: Path) -> None:
    two_steps = """
[[replies]]
text = "one two three four five six seven eight"
delay_s = 0.1
calls = [["find", {}]]

[[replies]]
text = "Understood."
"""
    screen = PseudoTerminal(served, "chat", "-m", script(tmp_path, two_steps), cwd=tmp_path)
    screen.expect("› ")
    screen.type("begin\n")
    screen.expect("two")
    screen.type("rather so\n")
    screen.expect("has your message")
    screen.expect("Understood.")
    screen.expect("› ")
    screen.type("\x04")
    assert screen.wait() == 0
    assert said(served) == ["begin", "rather so"]


def test_what_comes_too_late_for_a_run_is_answered_by_the_next(served: Path, tmp_path: Path) -> None:
    replies = """
[[replies]]
text = "one two three four five six seven eight"
delay_s = 0.1

[[replies]]
text = "Second answer."
"""
    screen = PseudoTerminal(served, "chat", "-m", script(tmp_path, replies), cwd=tmp_path)
    screen.expect("› ")
    screen.type("begin\n")
    screen.expect("two")
    screen.type("and more\n")
    screen.expect("Second answer.")
    screen.expect("› ")
    screen.type("\x04")
    assert screen.wait() == 0
    assert said(served) == ["begin", "and more"]


def test_all_that_comes_too_late_is_answered(served: Path, tmp_path: Path) -> None:
    replies = "".join(
        f'[[replies]]\ntext = "{words}"\ndelay_s = 0.1\n'
        for words in ("one two three four five six", "Second.", "Third.")
    )
    screen = PseudoTerminal(served, "chat", "-m", script(tmp_path, replies), cwd=tmp_path)
    screen.expect("› ")
    screen.type("begin\n")
    screen.expect("two")
    screen.type("and more\n")
    screen.expect("Second.")
    screen.type("and still more\n")
    screen.expect("Third.")
    screen.expect("› ")
    screen.type("\x04")
    assert screen.wait() == 0
    assert said(served) == ["begin", "and more", "and still more"]


def test_ctrl_c_stops_the_run_and_not_the_chat(served: Path, tmp_path: Path) -> None:
    model = script(tmp_path, '[[replies]]\ntext = "one two"\ndelay_s = 30\n')
    screen = PseudoTerminal(served, "chat", "-m", model, cwd=tmp_path)
    screen.expect("› ")
    for _ in range(2):
        screen.type("begin\n")
        screen.expect("waiting for")
        screen.type("\x03")
        screen.expect("cancelled")
        screen.expect("› ")
    screen.type("\x03")
    screen.expect("› ")
    screen.type("\x04")
    assert screen.wait() == 0


def test_ctrl_d_while_it_works_ends_run_and_chat(served: Path, tmp_path: Path) -> None:
    model = script(tmp_path, '[[replies]]\ntext = "one two"\ndelay_s = 30\n')
    screen = PseudoTerminal(served, "chat", "-m", model, cwd=tmp_path)
    screen.expect("› ")
    screen.type("begin\n")
    screen.expect("waiting for")
    screen.type("\x04")
    screen.expect("cancelled")
    assert screen.wait() == 0


def test_an_approval_in_the_middle_of_a_chat(served: Path, tmp_path: Path) -> None:
    asks = '[[replies]]\ncalls = [["shell", { cmd = "touch made" }]]\n[[replies]]\ntext = "Over."\n'
    screen = PseudoTerminal(served, "chat", "-m", script(tmp_path, asks), cwd=tmp_path)
    screen.expect("› ")
    screen.type("begin\n")
    screen.expect("[y/N")
    screen.type("y\n")
    screen.expect("Over.")
    screen.expect("› ")
    screen.type("\x04")
    assert screen.wait() == 0
    assert (tmp_path / "made").exists()


def test_a_chat_can_be_piped(served: Path) -> None:
    done = homard(served, "chat", "-m", MODEL, stdin="good morning\n/quit\nnever said\n")
    assert done.returncode == 0
    assert done.stdout == "Hello! I am the scripted model: I say the same every time, and I cost nothing.\n"
    assert said(served) == ["good morning"]


def test_a_piped_chat_fails_as_its_last_run_did(served: Path, tmp_path: Path) -> None:
    model = script(tmp_path, '[[replies]]\nerror = "bad_key"\n')
    assert homard(served, "chat", "-m", model, stdin="good morning\n").returncode == 3


def test_a_chat_goes_on_with_a_session(served: Path) -> None:
    homard(served, "ask", "-m", MODEL, "before")
    screen = PseudoTerminal(served, "chat", "--continue")
    assert "scripted/hello" in plain(screen.expect("› "))
    screen.type("after\n")
    screen.expect("› ")
    screen.type("\x04")
    assert screen.wait() == 0
    assert said(served) == ["before", "after"]
