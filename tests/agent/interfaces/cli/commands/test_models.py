import json
from pathlib import Path

from tests.helpers.command_line import homard

SETTINGS = """
model = "mine/big"

[providers.mine]
base_url = "https://mine.example/v1"

[providers.mine.models.big]
window = 100000
price = { input = 1.5, output = 6 }
tools = "native"
vision = true

[providers.mine.models.odd]

[providers.local]
transport = "local"

[providers.local.models.gone]
file = "/no/such/file.gguf"
"""


def test_what_is_known_and_what_is_not(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)
    lines = homard(home, "models").stdout.splitlines()
    assert lines[0].split() == ["model", "window", "in", "$/M", "out", "$/M", "tools", "images"]
    assert lines[1].split() == ["mine/big", "(default)", "100,000", "1.5", "6", "native", "yes"]
    odd = next(line for line in lines if line.startswith("mine/odd"))
    assert odd.split()[2:4] == ["unknown", "unknown"]
    assert any("local/gone" in line and "no/such/file.gguf" in line for line in lines)
    rows = {row["model"]: row for row in json.loads(homard(home, "models", "--json").stdout)["models"]}
    assert rows["mine/odd"]["input_usd_per_million"] is None
    assert rows["local/gone"]["error"]


def test_a_provider_that_is_not_there_is_exit_2(tmp_path: Path) -> None:
    done = homard(tmp_path / "home", "models", "--of", "openai")
    assert done.returncode == 2 and "homard provider add openai" in done.stderr
