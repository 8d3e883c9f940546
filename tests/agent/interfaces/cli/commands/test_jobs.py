"""`homard jobs` as a person and a script use it: what they type, what they see, what can go wrong."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.helpers.command_line import HOMARD, ROOT, Done, PseudoTerminal, homard, plain, report, script, serving
from tests.helpers.plugins import write_plugin
from tests.helpers.report_child import BOARD

DOCS = ROOT / "docs" / "automations.md"
SAYS = '[[replies]]\ntext = "All is well."\n'
WRITES = """
[[replies]]
calls = [["write", {path = "made.txt", text = "new\\n"}]]
[[replies]]
text = "It is made."
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("served") / "home"
    with serving(home):
        yield home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha\n")
    return folder


@pytest.fixture
def jobs(served: Path, folder: Path) -> Iterator[Any]:
    """Run `homard jobs …` in the folder; all jobs are gone afterwards."""

    def run(*argv: str, **more: Any) -> Done:
        return homard(served, "jobs", *argv, cwd=folder, **more)

    yield run
    if ids := [row["job_id"] for row in told(run("list", "--json"))]:
        run("delete", *ids)


def told(done: Done) -> Any:
    """The JSON of a command that promised it."""
    return report(done)


def add(jobs: Any, *flags: str) -> dict[str, Any]:
    done = jobs("add", "--yes", "--json", *flags)
    assert done.returncode == 0, done
    return told(done)


def test_a_job_from_its_making_to_its_end(jobs: Any, folder: Path) -> None:
    assert "There is no job yet" in jobs().stderr
    made = jobs(
        "add", "--name", "Mail", "--prompt", "Sum up", "--cron", "30 8 * * 1-5", "--zone", "Asia/Tokyo", "--yes"
    )
    assert made.returncode == 0 and f"\n  In       {folder}\n" in made.stdout
    assert "\n  When     each weekday at 08:30 (Asia/Tokyo time)\n" in made.stdout
    assert "\n  Hint     It may write nowhere by itself." in made.stdout
    assert (
        made.stderr.startswith("Saved: Mail (") and " Next: " in made.stderr and "Nothing starts it" not in made.stderr
    )
    row = told(jobs("list", "--json"))[0]
    assert (row["words"], row["version"], row["paused"]) == ("each weekday at 08:30 (Asia/Tokyo time)", 1, "")
    assert row["job"]["triggers"] == [{"kind": "cron", "fields": "30 8 * * 1-5", "zone": "Asia/Tokyo"}]
    assert row["state"]["next"] == told(jobs("next", "--json"))[0]["at"]
    assert jobs("list").stdout.splitlines()[1].startswith(f"{row['job_id']}  Mail  on  each weekday at 08:30")
    edited = jobs("edit", "Mail", "--usd-per-day", "2", "--model", "scripted/hello")
    assert "at most $2.00 a day" in edited.stdout and "version 2" in edited.stderr
    assert "--version 1` takes it back" in edited.stderr
    assert told(jobs("edit", "Mail", "--version", "1", "--json"))["job"]["limits"]["usd_per_day"] is None
    assert [one["version"] for one in told(jobs("versions", "Mail", "--json"))] == [1, 2, 3]
    assert jobs("pause", "Mail").stderr.startswith("Mail is paused. `homard jobs resume ")
    assert "Mail · " in (shown := jobs("show", row["job_id"][:6]).stdout) and " · paused\n" in shown
    assert "Nothing is due" in jobs("next").stderr and "paused" in jobs("why", "Mail").stdout
    assert jobs("resume", "Mail").stderr.startswith("Mail is on. Next: ")
    assert "its history stays" in jobs("delete", "Mail").stderr
    assert jobs("show", "Mail").returncode == 2
    assert f"{row['job_id']}  Mail  deleted" in jobs("list", "--deleted").stdout
    assert "Mail is back, with its history." in jobs("delete", "--restore", row["job_id"]).stderr
    assert told(jobs("show", "Mail", "--json"))["job"] == row["job"]


WRONG = (
    (("--prompt", "x", "--cron", "0 0 31 2 *"), "never"),
    (("--prompt", "x", "--cron", "61 * * * *"), "minute"),
    (("--prompt", "x", "--cron", "0 8 * * *", "--zone", "Mars/Base"), "Mars/Base"),
    (("--prompt", "x", "--at", "2001-01-31 15:00"), "past"),
    (("--prompt", "look at {fle}", "--manual"), "{fle}, which stands for nothing"),
    (("--prompt", "x", "--max-usd", "much"), "--max-usd: expected"),
    (("--cron", "0 8 * * *"), "What is to be done?"),
    (("--template", "nothing"), "There is no template 'nothing'"),
    (("say", "hello"), "does not say when"),
    (("each weekday at 8:30",), "not what is to be done"),
    (("each", "day", "at", "8:30", "x", "--template", "invoices"), "a sentence and a template"),
    (("--when", "some day", "--prompt", "x"), "does not say when"),
    (("--when", "each day at 8 in the blue hour", "--prompt", "x"), "--when"),
)


def test_what_cannot_be_is_said_and_nothing_is_saved(jobs: Any) -> None:
    for argv, words in WRONG:
        done = jobs("add", "--yes", *argv)
        assert (done.returncode, done.stdout) == (2, "") and words in done.stderr, done
    assert told(jobs("list", "--json")) == []
    later = jobs("add", "--prompt", "x", "--model", "nowhere/none", "--yes")
    assert later.returncode == 0 and "Beware   It cannot run as things are" in later.stdout, "a model may come later"


def test_mistakes_in_other_commands(jobs: Any, served: Path) -> None:
    add(jobs, "--prompt", "x", "--name", "One")
    add(jobs, "--prompt", "x")
    assert add(jobs, "--prompt", "x")["job"]["name"] == "x 2", "a name that nobody chose gives way"
    for argv, words in [
        (("add", "--name", "one", "--prompt", "x", "--yes"), "There is a job named 'one' already"),
        (("add", "--prompt", "x", "--watch", str(served), "--yes"), "Homard"),
        (("edit", "One", "--name", "X"), "There is a job named 'X' already"),
        (("edit", "One", "--version", "7"), "has no version 7; there is 1"),
        (("edit", "One", "--pattern", "*.md"), "--pattern goes with --watch"),
        (("edit", "One", "--json"), "--json opens no editor"),
        (("edit", "One"), "Nobody is there to edit it"),
        (("show", "Two"), "Two"),
        (("pause", "One", "Two"), "Two"),
        (("why", "One", "soonish"), "'soonish' is no moment"),
        (("history", "--state", "lost"), "--state lost"),
        (("answer", "12", "yes"), "Nothing waits as 12"),
        (("answer", "a0", "perhaps"), "'perhaps' is neither yes nor no"),
        (("export",), "Which job?"),
        (("export", "One", "--format", "pdf"), "--format pdf"),
        (("export", "One", "x", "--to", "nowhere"), "is no folder, and there are 2 jobs"),
        (("export", "One", "x"), "A file holds one job"),
        (("import", "nowhere.toml"), "nowhere.toml cannot be read"),
        (("delete", "--restore", "One"), "There is no deleted job One"),
        (("add", "--prompt", "x", "--dry-run", "--yes"), "Nobody is there to accept"),
    ]:
        done = jobs(*argv)
        assert (done.returncode, done.stdout if argv[0] != "add" else "") == (2, "") and words in done.stderr, done
    assert told(jobs("show", "One", "--json"))["paused"] == "", "one of two names was wrong: neither is paused"
    assert told(jobs("show", "Two", "--json")).keys() == {"error"}


def test_who_does_not_say_yes_saves_nothing(jobs: Any, served: Path, folder: Path) -> None:
    sentence = "each weekday at 8:30 sum up the new files"
    done = jobs("add", sentence)
    assert done.returncode == 2 and "  When     each weekday at 08:30\n" in done.stdout and "Add --yes" in done.stderr
    done = jobs("add", sentence, "--json")
    seen = told(done)
    assert (done.returncode, seen["saved"], seen["job"]["prompt"]) == (4, False, "sum up the new files")
    assert len(seen["next"]) == 3 and seen["forecast"]
    for keys, code in (("\n", 4), ("yes\n", 0)):
        screen = PseudoTerminal(served, "jobs", "add", sentence, cwd=folder)
        assert "each weekday at 08:30" in plain(screen.expect("Save it? [y/N] "))
        assert told(jobs("list", "--json")) == []
        screen.type(keys)
        assert screen.wait() == code
    assert [row["job"]["name"] for row in told(jobs("list", "--json"))] == ["sum up the new files"]


def test_what_is_doubtful_is_shown_and_does_not_hinder(jobs: Any, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    done = jobs(
        "add", "--prompt", "x {file}", "--watch", str(gone), "--pattern", "*.pdf", "--cron", "0 8 * * *", "--yes"
    )
    assert done.returncode == 0 and "  Beware   " in done.stdout and str(gone) in done.stdout
    assert "which are empty when the clock starts the job" in plain(done.stdout).replace("\n           ", " ")


def test_a_folder_whose_name_is_no_text(jobs: Any, served: Path, tmp_path: Path) -> None:
    strange = tmp_path / os.fsdecode(b"odd \xff")
    strange.mkdir()
    done = homard(served, "jobs", "add", "--prompt", "x", "--yes", cwd=strange)
    assert (done.returncode, done.stdout) == (2, "") and "its bytes are no UTF-8" in done.stderr
    assert told(jobs("list", "--json")) == []


def test_without_an_owner_it_says_that_nothing_starts_it(tmp_path: Path) -> None:
    done = homard(tmp_path / "home", "jobs", "add", "--prompt", "x", "--every", "20m", "--yes")
    assert "Nothing starts it while neither the app nor `homard serve` runs" in done.stderr


def test_a_run_now_is_followed_and_stands_in_the_history(jobs: Any, tmp_path: Path) -> None:
    add(jobs, "--name", "Say", "--prompt", "Look at {file}", "--model", script(tmp_path, SAYS))
    done = jobs("run", "Say", "--file", "a.txt")
    assert (done.returncode, done.stdout) == (0, "All is well.\n")
    ran = told(jobs("run", "Say", "--json"))
    assert (ran["text"], ran["slot"]["state"], ran["slot"]["run_id"]) == ("All is well.", "done", ran["run_id"])
    slots = told(jobs("history", "Say", "--files", "--json"))
    assert [(one["state"], len(one["paths"])) for one in slots] == [("done", 0), ("done", 1)]
    assert jobs("history", "--state", "failed").stderr == "Nothing was due yet.\n"
    lines = jobs("history", "--files").stdout.splitlines()
    assert lines[0].split()[:4] == ["slot", "due", "job", "state"] and lines[3].endswith("folder/a.txt")
    assert jobs("why", "Say").stdout
    assert "All is well." in jobs("list").stdout or "done" in jobs("list").stdout


def test_an_answer_goes_to_a_plugin_and_who_started_it_is_told_when_it_does_not(
    jobs: Any, served: Path, tmp_path: Path
) -> None:
    says = script(tmp_path, SAYS)
    made = jobs(
        "add", "--name", "Told", "--prompt", "x", "--manual", "--model", says, "--report", "team:board", "--yes"
    )
    assert "Its answer is given to the plugin team:board." in made.stdout and "which is not on" in made.stdout
    write_plugin(served / "plugins", BOARD, name="team")
    assert homard(served, "plugins", "enable", "team", "--yes").returncode == 0
    assert "output team:board: The team's board." in homard(served, "plugins", "show", "team").stdout
    assert "which is not on" not in jobs("show", "Told").stdout
    done = jobs("run", "Told")
    assert (done.returncode, done.stdout) == (0, "All is well.\n") and "team" not in done.stderr
    board = served / "plugin-data" / "team" / "data" / "board.txt"
    assert board.read_text().endswith(": All is well.\n")
    homard(served, "plugins", "disable", "team")
    late = jobs("run", "Told")
    assert late.returncode == 0 and "The plugin team:board did not get the answer." in late.stderr
    assert "did not get the answer" in jobs("why", "Told").stdout and len(board.read_text().splitlines()) == 1


def test_a_run_that_needs_leave_waits_and_goes_on_after_a_yes(jobs: Any, folder: Path, tmp_path: Path) -> None:
    add(jobs, "--name", "Make", "--prompt", "Make it", "--model", script(tmp_path, WRITES))
    tried = jobs("run", "Make", "--dry-run")
    assert tried.returncode == 0 and "By itself it may not yet do this:\n  write in " in tried.stderr
    assert f"--allow fs.write={folder}/made.txt" in tried.stderr and told(jobs("history", "Make", "--json")) == []
    done = jobs("run", "Make")
    assert done.returncode == 4 and "It waits for your answer: `homard jobs answer " in done.stderr
    (waiting,) = told(jobs("waiting", "--json"))["approvals"]
    shown = jobs("waiting").stdout
    assert shown.startswith(f"{waiting['approval_id']}  Make, until ") and "made.txt" in shown and "\x1b" not in shown
    answered = told(jobs("answer", waiting["approval_id"][:6], "yes", "--json"))
    assert answered == {"approval_id": waiting["approval_id"], "run_id": waiting["run_id"], "goes_on": True}
    (slot,) = until(lambda: told(jobs("history", "Make", "--state", "done", "--json")), 1)
    assert (slot["state"], slot["run_id"], slot["summary"]) == ("done", waiting["run_id"], "It is made.")
    assert (folder / "made.txt").read_text() == "new\n" and jobs("waiting").stderr == "Nothing waits for you.\n"


def test_what_was_missed_is_asked_about(tmp_path: Path) -> None:
    home = tmp_path / "home"
    flags = ("--prompt", "Look", "--cron", "0 0 * * *", "--missed", "ask", "--model", script(tmp_path, SAYS), "--yes")
    for name in ("First", "Second"):
        assert homard(home, "jobs", "add", "--name", name, *flags).returncode == 0
    connection = apsw.Connection(str(home / "homard.db"))
    for change in (
        "jobs SET planned_to = planned_to - :us, created_at = created_at - :us",
        "job_versions SET at = at - :us",
    ):
        connection.execute(f"UPDATE {change}", {"us": 2 * 86_400_000_000})  # as if all this was two days ago
    connection.close()
    with serving(home):
        first, second = until(lambda: told(homard(home, "jobs", "waiting", "--json"))["slots"], 2)
        assert {first["reason"], second["reason"]} == {"answer"}
        shown = homard(home, "jobs", "waiting").stdout
        assert f"{first['slot_id']}  " in shown and "First, due " in shown and "Second, due " in shown
        assert homard(home, "jobs", "answer", str(first["slot_id"]), "no").stderr.startswith("Answered. skipped: ")
        assert (
            told(homard(home, "jobs", "answer", str(second["slot_id"]), "yes", "--json"))["job_id"] == second["job_id"]
        )
        (done,) = until(lambda: told(homard(home, "jobs", "history", "--state", "done", "--json")), 1)
        assert done["slot_id"] == second["slot_id"]
        assert homard(home, "jobs", "waiting").stderr == "Nothing waits for you.\n"


def until(look: Callable[[], list[Any]], count: int) -> list[Any]:
    """What is there once there is so much; each look is a process of its own, which takes long enough."""
    for _ in range(100):
        if len(found := look()) == count:
            return found
    raise AssertionError(look())


def test_at_a_terminal_it_asks_at_once(jobs: Any, served: Path, folder: Path, tmp_path: Path) -> None:
    add(jobs, "--name", "Make", "--prompt", "Make it", "--model", script(tmp_path, WRITES))
    screen = PseudoTerminal(served, "jobs", "run", "Make", cwd=folder, columns=200)
    screen.expect("Enter: later] ")
    screen.type("\n")
    assert screen.wait() == 4 and not (folder / "made.txt").exists()
    screen = PseudoTerminal(served, "jobs", "run", "Make", cwd=folder, columns=200)
    screen.expect("Enter: later] ")
    screen.type("y\n")
    screen.expect("It is made.")
    assert screen.wait() == 0 and (folder / "made.txt").exists()


def test_a_rehearsal_finds_what_a_person_then_allows(jobs: Any, served: Path, folder: Path, tmp_path: Path) -> None:
    flags = ("--name", "Make", "--prompt", "Make it", "--model", script(tmp_path, WRITES), "--cron", "0 8 * * *")
    screen = PseudoTerminal(served, "jobs", "add", "--dry-run", *flags, cwd=folder, columns=200)
    screen.expect("made.txt, where it can be undone? [y/N] ")
    assert told(jobs("show", "Make", "--json"))["paused"] == "review" and not (folder / "made.txt").exists()
    screen.type("y\n")
    screen.expect("Let it start? [y/N] ")
    screen.type("y\n")
    screen.expect("Make starts from now on.")
    assert screen.wait() == 0
    row = told(jobs("show", "Make", "--json"))
    assert row["paused"] == "" and row["job"]["allow"] == [
        {"what": "fs.write", "to": [f"{folder}/made.txt"], "network": False}
    ]
    assert jobs("run", "Make").returncode == 0 and (folder / "made.txt").exists()


def test_a_job_is_edited_as_a_file_until_it_is_right(jobs: Any, served: Path, folder: Path, tmp_path: Path) -> None:
    add(jobs, "--name", "Mail", "--prompt", "Sum up", "--cron", "0 8 * * *")
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import sys; p = sys.argv[1]; t = open(p).read()\n"
        "t = t.replace('max_turnz', 'max_turns') if 'max_turnz' in t else t.replace('# max_turns', 'max_turnz')\n"
        "open(p, 'w').write(t)\n"
    )
    screen = PseudoTerminal(
        served, "jobs", "edit", "Mail", cwd=folder, columns=200, EDITOR=f"{sys.executable} {editor}"
    )
    screen.expect("`limits.max_turnz` is not known here. Is it meant to be `max_turns`?")
    screen.expect("Go on editing? [Y/n] ")
    screen.type("\n")
    screen.expect("Nothing was changed: Mail is as it was.")  # what was taken from its comment is the default
    assert screen.wait() == 0
    editor.write_text(
        "import sys; p = sys.argv[1]; t = open(p).read(); open(p, 'w').write(t.replace('Sum up', 'Sum it up'))"
    )
    screen = PseudoTerminal(served, "jobs", "edit", "Mail", cwd=folder, EDITOR=f"{sys.executable} {editor}")
    screen.expect("Saved: Mail (")
    assert screen.wait() == 0
    assert told(jobs("show", "Mail", "--json"))["job"]["prompt"] == "Sum it up"
    editor.write_text(
        "import subprocess, sys; p = sys.argv[1]; t = open(p).read(); open(p, 'w').write(t.replace('Sum', 'Lose'))\n"
        f"subprocess.run([*{HOMARD!r}, 'jobs', 'edit', 'Mail', '--max-calls', '9'], capture_output=True, check=True)"
    )
    screen = PseudoTerminal(served, "jobs", "edit", "Mail", cwd=folder, EDITOR=f"{sys.executable} {editor}")
    screen.expect("was changed meanwhile: it is at version 3")
    assert screen.wait() == 2
    job = told(jobs("show", "Mail", "--json"))["job"]
    assert (job["prompt"], job["limits"]["max_calls"]) == ("Sum it up", 9)
    screen = PseudoTerminal(served, "jobs", "edit", "Mail", cwd=folder, EDITOR="false")
    screen.expect("The editor false ended with 1. Nothing was changed.")
    assert screen.wait() == 2


def test_a_job_travels_as_a_file_and_starts_nothing_until_somebody_looked(
    jobs: Any, served: Path, folder: Path
) -> None:
    add(jobs, "--name", "Mail: daily", "--prompt", "Sum up", "--cron", "0 8 * * *", "--allow", "net.fetch=a.org")
    text = jobs("export", "Mail: daily").stdout
    assert "[[triggers]] # each day at 08:00" in text
    assert "Written: " in jobs("export", "Mail: daily", "--to", ".").stderr
    assert (folder / "Mail- daily.toml").read_text() == text
    before = told(jobs("show", "Mail: daily", "--json"))
    assert "There is a job named 'Mail: daily' already" in jobs("import", "Mail- daily.toml").stderr
    taken = jobs("import", "-", "--name", "Other", stdin=text)
    assert taken.returncode == 0 and "It starts nothing yet" in taken.stderr
    other = told(jobs("show", "Other", "--json"))
    assert other["paused"] == "review" and {**other["job"], "name": "Mail: daily"} == before["job"]
    refused = jobs("resume", "Other")
    assert refused.returncode == 2 and "nobody has looked at it" in refused.stderr
    screen = PseudoTerminal(served, "jobs", "import", "--replace", "Mail- daily.toml", cwd=folder)
    assert "fetch pages from a.org" in plain(screen.expect("Let it start? [y/N] "))
    screen.type("n\n")
    assert screen.wait() == 0
    replaced = told(jobs("show", "Mail: daily", "--json"))
    assert (replaced["job_id"], replaced["paused"]) == (before["job_id"], "review")
    assert jobs("resume", "Other", "--yes").returncode == 0
    (folder / "bad.toml").write_text(text.replace("prompt", "promt"))
    bad = jobs("import", "bad.toml", "--json")
    assert bad.returncode == 2 and "bad.toml: `promt` is not known here." in json.loads(bad.stdout)["error"]


def test_what_is_due_as_a_calendar(jobs: Any) -> None:
    add(jobs, "--name", "Mail", "--prompt", "Sum up", "--cron", "0 8 * * *")
    calendar = jobs("export", "--format", "ical").stdout
    assert calendar.startswith("BEGIN:VCALENDAR") and calendar.count("BEGIN:VEVENT") == 90


def test_templates(jobs: Any, folder: Path) -> None:
    listed = jobs("templates").stdout
    assert "\ninvoices  " in listed and "when a *.pdf is new in ~/Invoices" in listed
    assert jobs("templates", "invoices").stdout.startswith("File invoices · invoices\n")
    assert "invoices" in [one["key"] for one in json.loads(jobs("templates", "--json").stdout)]
    made = add(jobs, "--template", "invoices", "--folder", ".", "--usd-per-day", "1", "--name", "Bills")
    assert (made["job"]["name"], made["job"]["output"]) == ("Bills", str(folder))
    assert made["job"]["triggers"][0]["folder"] == str(folder) and made["job"]["limits"]["usd_per_day"] == 1.0


def test_the_recipes_of_the_docs_are_jobs(jobs: Any) -> None:
    lines = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("homard jobs add ")]
    assert len(lines) >= 10
    for line in lines:
        words = [word for word in shlex.split(line)[3:] if word != "--dry-run"]
        done = jobs("add", *words, "--json")
        assert done.returncode == 4, (line, done)
        seen = told(done)
        assert (seen["saved"], seen["doubts"]) == (False, []), (line, seen["doubts"])
        assert all("is not there now" in warning or "It cannot run as things are" in warning
                   for warning in seen["warnings"]), (line, seen["warnings"])  # fmt: skip
