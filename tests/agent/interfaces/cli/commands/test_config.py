import json
import tomllib
from pathlib import Path

import pytest

from tests.helpers.command_line import homard, script, serving


def test_a_setting_is_set_and_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for key, value in [("limits.max_turns", "12"), ("model", "local/smollm2"), ("grants", '["/data"]')]:
        assert homard(home, "config", "set", key, value).returncode == 0
    written = tomllib.loads((home / "settings.toml").read_text())
    assert written == {"model": "local/smollm2", "grants": ["/data"], "limits": {"max_turns": 12}}
    assert homard(home, "config", "get", "limits.max_turns").stdout == "12\n"
    assert homard(home, "config", "get", "model").stdout == "local/smollm2\n"
    assert json.loads(homard(home, "config", "get", "--json").stdout)["limits"]["max_tokens"] == 1_000_000
    assert tomllib.loads(homard(home, "config", "get").stdout)["grants"] == ["/data"]


def test_a_setting_is_taken_out_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for key in ("budget.usd_per_day", 'providers."my.one".budget.usd_per_month', "budget.tokens_per_run"):
        assert homard(home, "config", "set", key, "5").returncode == 0
    assert homard(home, "config", "unset", "budget.usd_per_day").returncode == 0
    assert homard(home, "config", "unset", 'providers."my.one"').returncode == 0
    assert homard(home, "config", "unset", "budget.usd_per_day").returncode == 0, "it is not there any more"
    assert tomllib.loads((home / "settings.toml").read_text()) == {"budget": {"tokens_per_run": 5}}


def test_a_text_that_looks_like_a_number_stays_a_text_where_one_is_wanted(tmp_path: Path) -> None:
    assert homard(tmp_path / "home", "config", "set", "providers.x.litellm_provider", "4").returncode == 0
    assert homard(tmp_path / "home", "config", "get", "--json", "providers.x.litellm_provider").stdout == '"4"\n'


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("set", "limits.max_turns", "0"), "max_turns"),
        (("set", "limits.max_turns", "many"), "max_turns"),
        (("set", "nonsense", "1"), "nonsense"),
        (("set", "model", "4"), "matching regex"),
        (("set", "providers.x.key", "sk-a-key-itself"), "key"),
        (("get", "nonsense"), "nonsense"),
        (("unset", "budget.usd_per_weak"), "usd_per_weak"),
        (("get", "a..b"), "no key"),
    ],
)
def test_what_does_not_fit_is_exit_2_and_changes_nothing(tmp_path: Path, argv: tuple[str, ...], words: str) -> None:
    done = homard(tmp_path / "home", "config", *argv)
    assert (done.returncode, done.stdout) == (2, "") and words in done.stderr
    assert "sk-a-key-itself" not in done.stderr
    assert not (tmp_path / "home" / "settings.toml").exists()


def test_path_and_schema_work_with_a_broken_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("model = \n")
    assert homard(home, "config", "path").stdout == f"{home / 'settings.toml'}\n"
    assert "Settings" in json.dumps(json.loads(homard(home, "config", "schema").stdout))
    broken = homard(home, "config", "get")
    assert broken.returncode == 1 and "settings.toml is not valid" in broken.stderr
    assert homard(home, "config", "set", "model", "x/y").returncode == 1
    assert (home / "settings.toml").read_text() == "model = \n"


def test_a_running_owner_takes_the_change_at_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home):
        assert homard(home, "ask", "--json", "x", "-m", "mine/hello").returncode == 2
        assert homard(home, "config", "set", "providers.mine.transport", "scripted").returncode == 0
        assert homard(home, "config", "set", "model", "mine/hello").returncode == 0
        assert homard(home, "ask", "--json", "x").returncode == 0
        assert homard(home, "ask", "--json", "-m", script(tmp_path, '[[replies]]\ntext = "x"\n'), "x").returncode == 0
