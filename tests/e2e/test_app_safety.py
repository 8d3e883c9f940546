"""The safety layer in the real app, over the accessibility bus: dry run, undo with its difference, rules, audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.app_user import at_the_app
from tests.helpers.desktop import Desktop, desktop
from tests.helpers.model_server import Call, calls, says
from tests.helpers.x11 import wait_until

WRITE = calls(Call("write", {"path": "a.txt", "text": "beta\n"}))


@pytest.fixture(scope="module")
def screen() -> Iterator[Desktop]:
    with desktop() as made:
        yield made


def test_a_dry_run_then_the_real_one_then_undo_and_redo(screen: Desktop, tmp_path: Path) -> None:
    script = {"try it": [WRITE, says("I would write it.")], "do it": [WRITE, says("It is written.")]}
    with at_the_app(screen, tmp_path, script) as me:
        file = me.folder / "a.txt"
        me.press("", "Dry run", states="checkable")
        me.wait_for("", "Dry run", states="checked")
        me.say("try it")
        me.wait_for_text("Dry run: nothing was changed")
        assert "Not done: dry run" in me.texts() and file.read_text() == "alpha\n"
        assert "checked" not in me.wait_for("", "Dry run", states="checkable").states
        me.say("do it")
        me.wait_for_text("It is written.")
        assert file.read_text() == "beta\n"
        me.press("push button", "Undo…")
        me.wait_for("check box", f"Undo {file}", states="checked")
        me.press("", "What would change")
        me.wait_for_text("+alpha")
        me.press("push button", "Undo")
        me.wait_for_text("Done. All that was wanted is as it was before.")
        assert file.read_text() == "alpha\n"
        me.press("push button", "Redo")
        wait_until(lambda: file.read_text() == "beta\n", "it was not done again")


def test_a_rule_is_written_and_the_audit_verified(screen: Desktop, tmp_path: Path) -> None:
    with at_the_app(screen, tmp_path, {"do it": [WRITE, says("As you wish.")]}) as me:
        me.press("push button", "Settings")
        me.press("list item", "Safety")
        me.wait_for_text("Files outside the granted folders")
        me.set_text("text", "Where", str(me.folder))
        me.press("push button", "Add rule")
        me.wait_for_text(f"Allow: read files in {me.folder}")
        me.press("push button", f"Remove: Allow: read files in {me.folder}")
        me.press("push button", "Chats")
        me.say("do it")
        me.wait_for_text("As you wish.")
        me.press("push button", "Activity")
        me.press("push button", "Verify the audit log")
        me.wait_for_text("All are as they were written.")
