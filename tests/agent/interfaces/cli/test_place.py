import subprocess
import sys
from pathlib import Path

import pytest

from agent.interfaces.cli.place import data_folder
from agent.paths import find_paths
from tests.helpers.command_line import ROOT


@pytest.mark.parametrize("home", ["/some/where", "relative/place", "~/there"])
def test_it_is_where_all_others_look(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    monkeypatch.setenv("HOMARD_HOME", home)
    assert Path(data_folder()) == find_paths().data


@pytest.mark.parametrize("base", ["/data/here", "", None])
def test_so_it_is_without_a_home_of_its_own(monkeypatch: pytest.MonkeyPatch, base: str | None) -> None:
    monkeypatch.delenv("HOMARD_HOME")
    if base is None:
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    else:
        monkeypatch.setenv("XDG_DATA_HOME", base)
    assert Path(data_folder()) == find_paths().data


def test_the_thin_client_loads_nothing_heavy() -> None:
    heavy = ("asyncio", "typing", "typer", "rich", "msgspec", "dataclasses", "pathlib", "logging")
    program = (
        "import sys; from agent.interfaces.cli import main, client, console, keyboard, wire;"
        f"print(sorted(set({heavy}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
