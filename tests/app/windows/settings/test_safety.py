"""The section "Safety" by widgets: what holds a command, rules by form, marks beside folders, the broken file."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from agent.sandbox.measured import Backend, Measured
from app.widgets.choice_box import ChoiceBox
from app.widgets.field import FieldRow
from app.widgets.text_pane import TextPane
from app.windows.settings.folders import FoldersPage
from app.windows.settings.page import SettingsPage
from app.windows.settings.safety import SafetyPage
from tests.helpers.settings_home import on_loop, open_home, until


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@asynccontextmanager
async def open_page(tmp_path: Path, toml: str = "") -> AsyncGenerator[tuple[SettingsPage, SafetyPage], None]:
    async with open_home(tmp_path, toml) as runtime:
        page = SettingsPage(runtime, runtime.secrets)
        page.resize(800, 700)
        page.show()
        page.show_section("safety")
        safety = page.page("safety")
        assert isinstance(safety, SafetyPage)
        try:
            yield page, safety
        finally:
            page.close()
            page.deleteLater()


def button(inside: QWidget, name: str) -> QAbstractButton:
    buttons = [one for one in inside.findChildren(QAbstractButton) if not one.isHidden()]
    return next(one for one in buttons if name in (one.text(), one.accessibleName()))


def texts(inside: QWidget) -> list[str]:
    labels = [label.text() for label in inside.findChildren(QLabel) if label.isVisibleTo(inside) and label.text()]
    panes = [pane.toPlainText() for pane in inside.findChildren(TextPane) if pane.isVisibleTo(inside)]
    return [*labels, *panes]


def test_a_rule_is_written_by_keyboard_and_taken_away(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as (page, safety):
            card = safety.rules
            await until(lambda: any(text.startswith("None.") for text in texts(card)))
            card.form.do.setCurrentIndex(2)
            card.form.what.setCurrentIndex(card.form.what.findText("send to the web"))
            assert "api.github.com" in card.form.where.placeholderText()
            QTest.keyClicks(card.form.where, "example.org")
            QTest.keyClick(card.form.where, Qt.Key.Key_Return)
            await until(lambda: "Never: send to the web: example.org" in texts(card))
            assert card.form.where.text() == ""
            button(card, "Remove: Never: send to the web: example.org").click()
            await until(lambda: not card.rows)
            page.banner.action.click()
            await until(lambda: len(card.rows) == 1)
            button(card, "Add rule").click()
            await until(lambda: "Say where" in card.problem)

    on_loop(qapp, main)


def test_a_broken_file_is_said_and_mended(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as (page, safety):
            assert await page.rules.add("deny", "net.send", "example.org", "") == ""
            page.rules.file.write_text("[[rule]]\n")
            button(safety, "Add rule")  # the form is there until the file is found broken
            await page.rules.load()
            card = safety.rules
            assert not card.broken.isHidden() and card.form.isHidden() and not card.rows
            assert any("Line 1" in text for text in texts(card))
            button(card, "Restore the last good rules").click()
            await until(lambda: card.broken.isHidden() and len(card.rows) == 1 and not card.form.isHidden())

    on_loop(qapp, main)


def test_what_holds_and_what_does_not_is_in_plain_words(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path, '[safety]\nsandbox = "files"\n') as (page, safety):
            await until(lambda: page.sandbox.level is not None)
            barriers = {"limits": True, "read": True, "home": False}
            page.sandbox.show_measured(Measured("limits", Backend("limits"), barriers, ("bubblewrap is not there.",)))
            said = texts(safety.sandbox)
            assert "Commands are bounded and can be stopped, but they have all of your rights" in said
            assert "This is less than the settings need: no command is run." in said
            assert any("bubblewrap is not there." in text for text in said)
            group = button(safety.sandbox, "Files outside the granted folders: held in part")
            await until(group.isVisible)
            assert not [text for text in texts(safety.sandbox) if text.startswith(("Prevented", "Possible"))]
            group.setFocus()
            QTest.keyClick(group, Qt.Key.Key_Return)
            opened = texts(safety.sandbox)
            assert "Prevented: reading files outside the granted folders" in opened
            assert "Possible: reading the home folder" in opened
            needed = next(row for row in safety.findChildren(FieldRow) if row.field.name == "safety.sandbox")
            assert isinstance(needed.entry, ChoiceBox)
            needed.entry.setCurrentIndex(needed.entry.findText("Bounds only: it has all of your rights"))
            await until(lambda: page.form.settings.safety.sandbox == "limits")
            assert "This is less than the settings need: no command is run." not in texts(safety.sandbox)

    on_loop(qapp, main)


def test_a_folder_is_marked_beside_its_grant(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "diary").mkdir()

    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path, f'grants = ["{tmp_path}/notes"]') as (page, _safety):
            page.show_section("folders")
            folders = page.page("folders")
            assert isinstance(folders, FoldersPage)
            card = folders.granted
            await until(lambda: list(card.rows) == [str(tmp_path / "notes")])
            (choice,) = card.findChildren(ChoiceBox)
            choice.setCurrentIndex(1)
            await until(lambda: [row.marked for row in page.folders.rows] == ["local_only"])
            card.path.line.setText(str(tmp_path / "diary"))
            button(card, "Mark local only").click()
            await until(lambda: list(card.rows) == [str(tmp_path / "notes"), str(tmp_path / "diary")])
            button(card, f"Take back: {tmp_path / 'diary'}").click()
            await until(lambda: list(card.rows) == [str(tmp_path / "notes")])
            assert page.folders.rows[0].marked == "local_only"

    on_loop(qapp, main)


def test_every_control_has_a_name(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as (page, safety):
            await page.rules.add("deny", "net.send", "example.org", "")
            assert all(one.text() or one.accessibleName() for one in safety.findChildren(QAbstractButton))
            assert all(field.accessibleName() for field in safety.findChildren(QLineEdit) if field.isVisible())
            labelled = {label.buddy() for label in safety.findChildren(QLabel) if label.buddy() is not None}
            assert {safety.rules.form.do, safety.rules.form.what} <= labelled

    on_loop(qapp, main)
