import json
from pathlib import Path

from tests.helpers.command_line import homard, report

MODEL = "scripted/hello"


def test_the_parts_of_a_first_request(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("Speak plainly.")
    done = homard(tmp_path / "home", "prompt", "-m", MODEL, cwd=tmp_path)
    assert done.returncode == 0
    names = [line.rsplit(maxsplit=1)[0] for line in done.stdout.splitlines() if line and line[-1].isdigit()]
    assert names[0] == "system prompt" and "AGENTS.md of the folder" in names and names[-1] == "all"
    assert "scripted/hello: free" in done.stdout
    said = report(homard(tmp_path / "home", "prompt", "-m", MODEL, "--json", cwd=tmp_path))
    assert said["tokens"] == sum(part["tokens"] for part in said["parts"]) <= 1500
    assert "Speak plainly." in homard(tmp_path / "home", "prompt", "-m", MODEL, "--text", cwd=tmp_path).stdout


def test_an_unknown_model_is_exit_2(tmp_path: Path) -> None:
    done = homard(tmp_path / "home", "prompt", "-m", "nowhere/x", "--json")
    assert done.returncode == 2 and json.loads(done.stdout)["error"]
