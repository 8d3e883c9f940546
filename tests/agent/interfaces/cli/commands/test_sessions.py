import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.command_line import homard, report, serving

MODEL = "scripted/hello"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("served") / "home"
    with serving(home):
        yield home


def asked(home: Path, prompt: str) -> str:
    return report(homard(home, "ask", "--json", "-m", MODEL, prompt))["session_id"]


def test_sessions_are_listed_the_latest_first(served: Path) -> None:
    first, second = asked(served, "the first\nof two"), asked(served, "the second")
    lines = homard(served, "sessions", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["session", second, first]
    assert lines[2].endswith("the first of two")
    listed = json.loads(homard(served, "sessions", "list", "--json", "--limit", "1").stdout)
    assert [session["session_id"] for session in listed] == [second]


def test_a_session_is_shown_and_exported(served: Path) -> None:
    session = asked(served, "show me")
    shown = homard(served, "sessions", "show", session[:10]).stdout
    assert "show me" in shown and "I am the scripted model" in shown
    assert homard(served, "sessions", "export", session).stdout == shown
    document = json.loads(homard(served, "sessions", "export", session, "--format", "json").stdout)
    assert (document["session"]["session_id"], len(document["entries"])) == (session, 2)
    assert homard(served, "sessions", "export", session, "--format", "pdf").returncode == 2


def test_words_are_found(served: Path) -> None:
    session = asked(served, "where is the xylophone kept")
    lines = homard(served, "sessions", "search", "xylophone", "kept").stdout.splitlines()
    assert lines[1].startswith(session) and "user" in lines[1]
    none = homard(served, "sessions", "search", "zygomorphic")
    assert (none.returncode, none.stdout, none.stderr) == (0, "", "Nothing was found.\n")


def test_a_branch_goes_its_own_way(served: Path) -> None:
    session = asked(served, "together")
    branch = homard(served, "sessions", "branch", session).stdout.strip()
    homard(served, "ask", "--session", branch, "apart")
    messages = [
        len(json.loads(homard(served, "sessions", "show", "--json", one).stdout)["entries"])
        for one in (session, branch)
    ]
    assert messages == [2, 4]


def test_a_title_can_be_changed(served: Path) -> None:
    session = asked(served, "a name")
    assert homard(served, "sessions", "rename", session, "a better name").returncode == 0
    assert "a better name" in homard(served, "sessions", "list", "-n", "1").stdout


def test_deleting_hides_and_restoring_brings_back(served: Path) -> None:
    session = asked(served, "to be deleted")

    def listed(*more: str) -> bool:
        return session in homard(served, "sessions", "list", *more).stdout

    assert homard(served, "sessions", "delete", session).returncode == 0
    assert (listed(), listed("--deleted")) == (False, True)
    assert homard(served, "sessions", "delete", "--restore", session).returncode == 0
    assert listed()


@pytest.mark.parametrize("command", ["show", "export", "branch", "delete"])
def test_a_session_that_is_not_there_is_exit_2(served: Path, command: str) -> None:
    done = homard(served, "sessions", command, "ffffffffff")
    assert (done.returncode, done.stdout) == (2, "") and "There is no session" in done.stderr


def test_an_empty_home_says_how_to_begin(tmp_path: Path) -> None:
    done = homard(tmp_path / "home", "sessions", "list")
    assert (done.returncode, done.stdout) == (0, "") and "homard ask" in done.stderr
    assert homard(tmp_path / "home", "ask", "--continue", "x").returncode == 2
