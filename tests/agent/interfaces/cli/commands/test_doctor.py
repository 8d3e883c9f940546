import json
import os
from pathlib import Path

from tests.helpers.command_line import homard, script, serving

SETTINGS = '[providers.mine]\nbase_url = "https://mine.example/v1"\nkey = "env:MY_KEY"\n'


def checks(home: Path, **env: str) -> dict[str, dict[str, str]]:
    done = homard(home, "doctor", "--json", env=env)
    said = json.loads(done.stdout)
    assert (done.returncode == 0) == said["ok"] and "Traceback" not in done.stderr
    return {check["name"]: check for check in said["checks"]}


def states(home: Path, **env: str) -> dict[str, str]:
    return {name: check["state"] for name, check in checks(home, **env).items()}


def test_a_fresh_home_is_looked_at_without_making_anything(tmp_path: Path) -> None:
    found = states(tmp_path / "home")
    assert found["python"] == found["sqlite"] == found["folder"] == "ok"
    assert found["database"] == found["settings"] == "none"
    assert not (tmp_path / "home").exists()


def test_the_database_is_checked_with_and_without_an_owner(tmp_path: Path) -> None:
    home = tmp_path / "home"
    homard(home, "ask", "-m", script(tmp_path, '[[replies]]\ntext = "x"\n'), "x")
    assert states(home)["database"] == "ok"
    with serving(home):
        found = checks(home)
        assert found["database"]["state"] == "ok" and "running Homard" in found["socket"]["text"]


def test_a_damaged_database_is_found(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "homard.db").write_bytes(b"no database" * 1000)
    check = checks(home)["database"]
    assert check["state"] == "bad" and "damaged" in check["text"]


def test_broken_settings_are_found(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("model = \n")
    assert checks(home)["settings"]["state"] == "bad"


def test_keys_are_missed_and_never_shown(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)
    assert states(home)["provider mine"] == "bad"
    found = checks(home, MY_KEY="sk-secret-123")
    assert found["provider mine"]["state"] == "ok" and "sk-secret" not in json.dumps(found)


def test_a_home_that_cannot_be_written_is_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = homard(tmp_path / "file" / "home", "doctor", "--json", cwd=tmp_path)
    check = next(check for check in json.loads(done.stdout)["checks"] if check["name"] == "folder")
    assert done.returncode == 1
    assert check["state"] == "bad" and "HOMARD_HOME" in check["remedy"]


def test_a_person_gets_a_line_for_each_with_the_remedy(tmp_path: Path) -> None:
    done = homard(tmp_path / "home", "doctor", env={"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"})
    lines = done.stdout.splitlines()
    assert lines[0].startswith("✓ homard: ")
    at = next(number for number, line in enumerate(lines) if line.startswith("– keyring"))
    assert "environment variable" in lines[at + 1]


def test_sealed_keys_are_spoken_of(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert checks(home)["sealed keys"]["text"] == "no file with sealed keys"
    home.mkdir()
    (home / "keys.sealed").write_text("{}")
    found = checks(home)["sealed keys"]
    assert (found["state"], found["text"]) == ("none", "locked") and "Unlock them" in found["remedy"]
    with serving(home):
        assert checks(home)["sealed keys"] == found


def test_the_sandbox_is_tried_and_each_barrier_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    found = checks(home)
    assert found["sandbox"]["text"].startswith("level ")
    groups = ("files", "network reach", "processes", "kernel", "limits")
    assert all("held: " in found[f"sandbox {group}"]["text"].lower() for group in groups)


def test_a_broken_sandbox_program_is_named(tmp_path: Path) -> None:
    home, empty = tmp_path / "home", tmp_path / "bin"
    home.mkdir()
    empty.mkdir()
    (empty / "bwrap").write_text("#!/bin/sh\necho broken here >&2\nexit 1\n")
    (empty / "bwrap").chmod(0o755)
    found = checks(home, PATH=f"{empty}{os.pathsep}{os.environ['PATH']}")
    assert found["sandbox network"]["state"] == "none" and "bubblewrap" in found["sandbox network"]["remedy"]
    assert "broken here" in found["sandbox note"]["text"]
