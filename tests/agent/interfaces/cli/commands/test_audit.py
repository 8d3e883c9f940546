import asyncio
import json
from pathlib import Path

from agent.audit.body import APPROVED, EGRESS, INTENT, OUTCOME
from agent.models.sent import SentRecord
from tests.helpers.audit import edit, open_audit
from tests.helpers.command_line import homard

HELD = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
JUDGED = {
    "call_id": "c1",
    "tool": "shell",
    "principals": ["cli"],
    "effects": ["run make test"],
    "label": {"integrity": "external", "secrecy": "private", "sources": ["external:example.org"]},
    "verdict": "ask",
    "rule": "default.proc.run",
    "reason": "run make test needs a person's yes",
    "sandbox": "isolated",
    "undo": "kept before the change",
}


async def fill(tmp_path: Path) -> None:
    sent = SentRecord("s1", "openai", "api.openai.com", "gpt", False, 12_345, None, {"results": 9_000}, ("/a/b.txt",))
    async with open_audit(tmp_path) as audit:
        audit.run_begun("r1", "s1", {"origin": "cli", "model": "openai/gpt"})
        audit.sent(sent)
        audit.sent(SentRecord("s1", "openai", "api.openai.com", "gpt", False, 12_345, 700))
        await audit.intent(INTENT, "r1", "s1", JUDGED)
        audit.record(
            APPROVED, "r1", "s1", {"call_id": "c1", "allowed": True, "by": "person", "scope": "once", "note": ""}
        )
        audit.record(OUTCOME, "r1", "s1", {"call_id": "c1", "ended": "done", "error": "", "details": {}})
        audit.record(EGRESS, "r1", "s1", {"call_id": "c2", "url": "https://example.org/x", "bytes_received": 5})
        audit.run_ended("r1", "s1", {"stop_reason": "end_turn"})


def test_it_is_verified_shown_explained_and_added_up(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert homard(home, "audit", "verify", env=HELD).returncode == 0
    asyncio.run(fill(tmp_path))
    done = homard(home, "audit", "verify", env=HELD)
    assert done.returncode == 0 and "✓ 9 rows (1 to 9): none changed, moved or missing." in done.stdout
    assert "the key lay in a file of the data folder" in done.stdout

    shown = homard(home, "audit", "show", "--run", "r1", env=HELD).stdout
    assert [line.split()[3] for line in shown.splitlines()[1:]] == [
        *("run.begun", "model.sent", "model.received", "call.intent"),
        *("call.approval", "call.outcome", "egress", "run.ended"),
    ]
    plain = [json.loads(line) for line in homard(home, "audit", "show", "--json", env=HELD).stdout.splitlines()]
    assert [row["seq"] for row in plain] == list(range(1, 10)) and plain[4]["body"] == JUDGED

    for name in ("c1", "r1"):
        told = homard(home, "audit", "why", name, env=HELD).stdout
        for words in ("run make test", "rule default.proc.run", "yes, by person", "external:example.org", "isolated"):
            assert words in told, told
    assert homard(home, "audit", "why", "r", env=HELD).stdout == told
    unknown = homard(home, "audit", "why", "nothing", env=HELD)
    assert unknown.returncode == 2 and "has no call and no run" in unknown.stderr

    ledger = homard(home, "audit", "ledger", "--run", "r1", env=HELD).stdout
    for words in ("api.openai.com", "openai/gpt", "12.3 kB", "/a/b.txt", "https://example.org/x"):
        assert words in ledger, ledger
    assert json.loads(homard(home, "audit", "ledger", "--day", "--json", env=HELD).stdout)["models"][0]["requests"] == 1


def test_a_changed_row_ends_with_exit_code_1_and_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    asyncio.run(fill(tmp_path))
    edit(tmp_path, "UPDATE audit SET body = replace(body, 'yes', 'no') WHERE seq = 5")
    done = homard(home, "audit", "verify", env=HELD)
    assert done.returncode == 1
    assert "✗ Row 5 was changed" in done.stdout and "The first that cannot be trusted is row 5" in done.stdout
    report = json.loads(homard(home, "audit", "verify", "--json", env=HELD).stdout)
    assert report["ok"] is False and [one["what"] for one in report["findings"]] == ["changed"]


def test_mistakes_are_said_in_words(tmp_path: Path) -> None:
    for argv, words in [
        (("show", "--since", "soon"), "'soon' is no length of time"),
        (("ledger", "--day", "--since", "1h"), "exclude each other"),
        (("ledger", "--run", "typo"), "There is no run 'typo'"),
        (("show", "--run", "last"), "Nothing has run yet"),
        (("why", "last"), "Nothing has run yet"),
    ]:
        done = homard(tmp_path / "home", "audit", *argv, env=HELD)
        assert done.returncode == 2 and words in done.stderr
