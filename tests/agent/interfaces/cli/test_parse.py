import json

import pytest

from agent.interfaces.cli.app import COMMANDS
from agent.interfaces.cli.parse import Printed, parse
from agent.interfaces.cli.work import Work


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    printed = parse([name, "--help"], 80)
    assert isinstance(printed, Printed)
    assert (printed.code, printed.err) == (0, "") and f"Usage: homard {name}" in printed.out


def test_the_help_names_all_commands_and_exit_codes() -> None:
    printed = parse(["--help"], 100)
    assert isinstance(printed, Printed)
    assert all(f"\n  {name} " in printed.out for name in COMMANDS)
    assert "4 needs a person" in printed.out


@pytest.mark.parametrize(
    "argv", [[], ["nonsense"], ["ask", "--nonsense"], ["sessions"], ["tool", "run"], ["config", "set", "a"]]
)
def test_mistakes_are_exit_2_and_say_something(argv: list[str]) -> None:
    printed = parse(argv, 80)
    assert isinstance(printed, Printed)
    assert (printed.code, printed.out) == (2, "") and printed.err.strip()


def test_a_mistake_keeps_the_promise_of_json() -> None:
    printed = parse(["ask", "--json", "--nonsense"], 80)
    assert isinstance(printed, Printed)
    assert "--nonsense" in json.loads(printed.out)["error"]


def test_a_good_line_is_work() -> None:
    assert isinstance(parse(["ask", "--json", "-m", "a/b", "--grant", "/x", "--grant", "/y", "what"], 80), Work)
    for argv in (["config", "path"], ["doctor"], ["provider", "list"], ["models"]):
        work = parse(argv, 80)
        assert isinstance(work, Work) and not work.needs_runtime
