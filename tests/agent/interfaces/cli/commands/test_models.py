import json
from pathlib import Path

from tests.helpers.command_line import homard
from tests.helpers.model_files import MIB, file_server, sha256, small_model

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


def test_a_model_file_comes_is_listed_and_goes(tmp_path: Path) -> None:
    home, model = tmp_path / "home", small_model(2)
    with file_server(lambda request: request.whole(model, most=MIB + 5)) as server:
        got = homard(home, "models", "get", server.url("/tiny.gguf"), "--sha256", sha256(model), "--default")
        assert got.returncode == 0 and "waiting to go on" in got.stderr and "local/tiny is here: 2 MB" in got.stderr
        bad = homard(home, "models", "get", server.url("/bad.gguf"), "--sha256", "0" * 64, "--json")
    assert bad.returncode == 3 and "Nothing of it was kept" in json.loads(bad.stdout)["error"]
    listed = json.loads(homard(home, "models", "list", "--local", "--json").stdout)
    found = next(one for one in listed["models"] if one["label"] == "local/tiny")
    assert found["is_default"] and found["ours"] and found["kept"]["compared"] == "given" and not found["problem"]
    assert {one["offer"]["license"] for one in listed["offered"]} <= {"Apache-2.0", "MIT"}
    lines = homard(home, "models", "list", "--local").stdout
    assert "local/tiny (default)" in lines and "Not tried by us." in lines
    asked = homard(home, "models", "remove", "tiny")
    assert asked.returncode == 4 and (home / "models" / "tiny.gguf").exists()
    gone = homard(home, "models", "remove", "tiny", "--yes")
    assert gone.returncode == 0 and "answered new chats" in gone.stderr
    assert [path.name for path in (home / "models").iterdir()] == [".state.json"]


def test_what_is_no_local_model_is_exit_2(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)
    measured = homard(home, "models", "measure", "mine/big")
    assert measured.returncode == 2 and "Nothing was sent" in measured.stderr
    assert homard(home, "models", "--json", "list").returncode == 2
    assert homard(home, "models", "list", "--local", "--of", "mine").returncode == 2


def test_what_a_strangers_file_says_moves_no_cursor(tmp_path: Path) -> None:
    home, model = tmp_path / "home", small_model(1).replace(b"llama", b"\x1b[2Ja", 1)
    with file_server(lambda request: request.whole(model)) as server:
        got = homard(home, "models", "get", server.url("/odd.gguf"))
    listed = homard(home, "models", "list", "--local")
    assert got.returncode == 2 and "[2Ja" in got.stderr and "[2Ja" in listed.stdout
    assert "\x1b[2J" not in got.stderr + listed.stdout
