"""Rules are added narrow, taken away and got back, and a broken file has a way out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.audit.body import POLICY
from app.viewmodels.rules import Rules
from tests.helpers.settings_home import on_loop, open_home


def test_rules_come_and_go_and_the_audit_knows(qapp: QApplication, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()

    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            rules = Rules(runtime, owner)
            await rules.load()
            assert (rules.rows, rules.broken) == ((), "")
            assert await rules.add("allow", "fs.write", f" {reports} ", "2031-01-31") == ""
            assert await rules.add("deny", "net.send", "example.org", "") == ""
            told = [(row.do, row.words, row.warning) for row in rules.rows]
            assert told[0][0] == "allow" and told[0][1].startswith(f"Allow: write files in {reports}, until ")
            assert told[1] == ("deny", "Never: send to the web: example.org", "")
            assert runtime.policy.current().rules[0].text.to == str(reports)
            removed = rules.rows[0]
            assert await rules.remove(removed.rule_id) == ""
            assert [row.do for row in rules.rows] == ["deny"]
            assert await rules.undo_remove() == "" and removed in rules.rows
            assert await rules.undo_remove() == "" and len(rules.rows) == 2
            written = [row.body for row in await runtime.audit.rows() if row.kind == POLICY]
            assert [(body["by"], body["what"]) for body in written] == [
                ("person", "add"), ("person", "add"), ("person", "remove"), ("person", "add"),
            ]  # fmt: skip
            assert written[2]["after"] == removed.rule_id

    on_loop(qapp, main)


def test_what_is_no_narrow_rule_is_refused_with_a_remedy(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            rules = Rules(runtime, owner)
            for where in ("", "  ", "*"):
                assert "Say where" in await rules.add("allow", "fs.write", where, "")
            assert "2027-01-31" in await rules.add("allow", "fs.write", str(tmp_path), "tomorrow")
            assert "absolute path" in await rules.add("allow", "fs.write", "reports", "")
            assert "There is no rule r0" in await rules.remove("r0")
            assert rules.rows == () and not runtime.policy.path.exists()

    on_loop(qapp, main)


def test_a_rule_that_does_nothing_says_why(qapp: QApplication, tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)

    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            rules = Rules(runtime, owner)
            assert await rules.add("allow", "fs.write", str(link), "") == ""
            assert "goes through a link" in rules.rows[0].warning

    on_loop(qapp, main)


def test_a_broken_file_says_its_line_and_goes_back_to_the_last_good_one(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            rules = Rules(runtime, owner)
            assert "no copy" in await rules.restore()
            await rules.add("deny", "net.send", "example.org", "")
            good = rules.rows
            text = f'{rules.file.read_text()}\n[[rule]]\ndo = "alow"\nwhat = "fs.read"\n'
            rules.file.write_text(text)
            await rules.load()
            line = text.splitlines().index('do = "alow"') + 1
            assert rules.rows == () and f"Line {line}:" in rules.broken and "denied" in rules.broken
            assert await rules.add("deny", "net.send", "other.org", "") == rules.broken
            assert await rules.restore() == ""
            assert (rules.rows, rules.broken) == (good, "")
            assert rules.file.with_name("policy.toml.broken").read_text() == text

    on_loop(qapp, main)
