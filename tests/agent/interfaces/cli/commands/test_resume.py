from pathlib import Path

from tests.helpers.command_line import homard


def test_resuming_is_said_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert homard(home, "pause", "--for", "1h").returncode == 0
    said = [homard(home, "resume") for _ in range(2)]
    assert [(done.returncode, done.stdout, done.stderr) for done in said] == [
        (0, "", "Resumed.\n"),
        (0, "", "Nothing was paused.\n"),
    ]
