from pathlib import Path

from tests.helpers.command_line import PATIENCE_S, homard, report, script, serving, start


def test_a_run_says_that_it_waits_and_goes_on_when_it_is_resumed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    model = script(tmp_path, '[[replies]]\ntext = "At last."\n')
    with serving(home):
        done = homard(home, "pause")
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == "Everything is paused until you resume it. `homard resume` ends it.\n"
        asking = start(home, "ask", "-m", model, "go")
        assert asking.stderr is not None
        assert asking.stderr.readline() == "… everything is paused until you resume it; `homard resume` ends that.\n"
        assert homard(home, "resume").stderr == "Resumed.\n"
        out, _ = asking.communicate(timeout=PATIENCE_S)
        assert (asking.returncode, out) == (0, "At last.\n")
    assert homard(home, "resume").stderr == "Nothing was paused.\n"


def test_it_holds_for_the_next_process_and_ends_by_itself(tmp_path: Path) -> None:
    home = tmp_path / "home"
    model = script(tmp_path, '[[replies]]\ntext = "At last."\n')
    assert homard(home, "pause", "--for", "2s").returncode == 0
    assert report(homard(home, "ask", "--json", "-m", model, "go"))["text"] == "At last."
    assert homard(home, "resume").stderr == "Nothing was paused.\n"


def test_its_end_is_told_and_mistakes_are_said_in_words(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert "06:00. `homard resume` ends it." in homard(home, "pause", "--until-tomorrow").stderr
    assert homard(home, "resume").stderr == "Resumed.\n"
    for argv, words in [
        (("--for", "soon"), "'soon' is no length of time"),
        (("--for", "1h", "--until-tomorrow"), "exclude each other"),
    ]:
        done = homard(home, "pause", *argv)
        assert done.returncode == 2 and words in done.stderr
    assert homard(home, "resume").stderr == "Nothing was paused.\n"
