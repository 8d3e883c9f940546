import json
import tomllib
from pathlib import Path

import pytest

from tests.helpers.command_line import homard, report, serving


def test_rules_are_added_listed_and_taken_away(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "p").mkdir()
    assert "There are no rules" in homard(home, "rules").stderr
    added = homard(home, "rules", "add", "allow", "net.fetch", "Docs.Python.org")
    assert (added.returncode, added.stdout) == (0, "")
    rule_id, _, words = added.stderr.partition(": ")
    assert words == "allow net.fetch to docs.python.org:443.\n"
    options = ("--label", ">=external", "--for", "job:*", "--until", "2031-12-31")
    assert homard(home, "rules", "add", "deny", "fs.*", "p", "p/../q/*", *options).returncode == 0
    limits = ("--per-day", "3", "--bytes", "1MB", "--no-network")
    assert homard(home, "rules", "add", "allow", "proc.run", ".", *limits).returncode == 0
    assert homard(home, "rules", "mark", "p", "local-only").stderr == f"{tmp_path}/p is marked local-only.\n"
    shown = homard(home, "rules").stdout
    assert [line.split()[0] for line in shown.splitlines()[:2]] == ["id", rule_id]
    assert "mark       local-only  " in shown and f"fs.* to {tmp_path}/p, {tmp_path}/q for job:*" in shown
    listed = report(homard(home, "rules", "list", "--json"))
    assert [(one["do"], one["what"]) for one in listed["rules"]] == [
        ("allow", "net.fetch"),
        ("deny", "fs.*"),
        ("allow", "proc.run"),
    ]
    assert listed["folders"] == [{"path": f"{tmp_path}/p", "mark": "local_only"}]
    written = tomllib.loads((home / "policy.toml").read_text())
    assert written["rule"][1]["to"] == [f"{tmp_path}/p", f"{tmp_path}/q/*"]
    assert homard(home, "rules", "remove", rule_id).stderr == "Removed: allow net.fetch to docs.python.org:443.\n"
    assert homard(home, "rules", "mark", "p", "plain").stderr == f"{tmp_path}/p is not marked.\n"
    assert homard(home, "rules", "check").stderr.endswith("policy.toml: 2 rules and 0 marks, all valid.\n")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("add", "permit", "fs.read"), "'permit'"),
        (("add", "allow", "read"), "'read' is no verb"),
        (("add", "allow", "net.fetch", "a*.org"), "nowhere else"),
        (("add", "deny", "fs.read", "--label", "<=local"), "deny only with >="),
        (("add", "deny", "fs.read", "--per-day", "3"), "Only what is allowed has a limit"),
        (("add", "allow", "fs.read", "--until", "soon"), "Invalid RFC3339"),
        (("remove", "r0"), "There is no rule r0"),
        (("mark", "p", "secret"), "'secret' is no mark"),
        (("mark", "nowhere", "untrusted"), "There is no folder"),
        (("explain", "read", "x"), "'read' is not known here"),
        (("explain", "fs.read", "x", "--seen", "x"), "'x' is not known here"),
    ],
)
def test_mistakes_are_said_in_words_and_change_nothing(tmp_path: Path, argv: tuple[str, ...], words: str) -> None:
    done = homard(tmp_path / "home", "rules", *argv)
    assert (done.returncode, done.stdout) == (2, "") and words in done.stderr
    assert not (tmp_path / "home" / "policy.toml").exists()


def test_what_would_happen_is_explained_with_the_rule(tmp_path: Path) -> None:
    home = tmp_path / "home"
    rule_id = homard(home, "rules", "add", "deny", "net.*", "a.org").stderr.partition(":")[0]
    done = homard(home, "rules", "explain", "net.fetch", "https://A.org/x")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"deny: fetch https://A.org/x\n  step 5, {rule_id}: deny, ")
    assert f"To have it otherwise: That is the rule {rule_id}: deny net.* to a.org." in done.stdout
    for argv, verdict, rule in [
        (("fs.read", "notes"), "allow", "default.read-granted"),
        (("fs.read", str(home / "homard.db")), "deny", "fixed.own-state"),
        (("fs.write", "/etc/hosts"), "ask", "default.fs.write"),
        (("fs.write", "notes"), "allow", "default.reversible"),
        (("proc.run", "make"), "ask", "default.proc.run"),
        (("net.fetch", "http://127.0.0.1/"), "ask", "fixed.private-address"),
        (("net.fetch", "http://127.0.0.1/", "--unattended"), "deny", "fixed.private-address"),
        (("msg.send", "ada@a.org", "--seen", "external", "--secrecy", "private"), "ask", "flow.msg.send"),
        (("proc.run", "make", "--for", "skill:x"), "ask", "capability.skill:x"),
        (("proc.run", "make", "--for", "job:x"), "ask", "capability.job:x"),
    ]:
        told = report(homard(home, "rules", "explain", *argv, "--json"))
        assert (told["verdict"], told["rule"]) == (verdict, rule), argv


def test_what_a_job_may_do_is_explained_by_its_profile(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "in"
    (folder / "out").mkdir(parents=True)
    flags = [
        "--name",
        "Inbox",
        "--prompt",
        "Sort",
        "--folder",
        str(folder),
        "--output",
        str(folder / "out"),
        "--manual",
    ]
    assert homard(home, "jobs", "add", *flags, "-y").returncode == 0
    for argv, verdict, step in [
        (("fs.write", str(folder / "out/a.txt")), "allow", 8),
        (("fs.write", str(folder / "a.txt")), "ask", 4),
        (("proc.run", "make"), "ask", 4),
    ]:
        told = report(homard(home, "rules", "explain", *argv, "--for", "job:Inbox", "--json"))
        assert (told["verdict"], told["findings"][0]["step"]) == (verdict, step), argv


def test_a_broken_file_names_the_line_and_there_is_a_way_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    homard(home, "rules", "add", "deny", "net.send", "a.org")
    good = (home / "policy.toml").read_text()
    (home / "policy.toml").write_text(good + "\nwhat ever\n")
    for argv in (("check",), (), ("add", "deny", "fs.read")):
        done = homard(home, "rules", *argv)
        assert done.returncode == 1 and "policy.toml: It is no TOML" in done.stderr and "line 6" in done.stderr
    assert json.loads(homard(home, "rules", "list", "--json").stdout)["error"].startswith(str(home))
    assert homard(home, "rules", "explain", "fs.read", "x").stdout.startswith("deny: ")
    assert homard(home, "rules", "restore").stderr == "The last good rules are in force again: 1 rule and 0 marks.\n"
    assert (home / "policy.toml").read_text() == good
    assert (home / "policy.toml.broken").read_text().endswith("what ever\n")


def test_it_is_served_by_the_owner_too(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home):
        assert homard(home, "rules", "add", "deny", "fs.read", "x").returncode == 0
        assert f"deny  fs.read to {tmp_path}/x" in homard(home, "rules").stdout
