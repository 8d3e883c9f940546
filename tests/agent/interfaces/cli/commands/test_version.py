from pathlib import Path

import pytest

import agent
from tests.helpers.command_line import homard


@pytest.mark.parametrize("argv", [("version",), ("--version",)])
def test_the_version_of_what_was_called(tmp_path: Path, argv: tuple[str, ...]) -> None:
    done = homard(tmp_path / "home", *argv)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"homard {agent.__version__}\n", "")
    assert not (tmp_path / "home").exists()
