"""The Settings screen over a real home: found, changed, told, taken back, by widgets."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QToolButton

from agent.settings import settings_schema
from app import translation
from app.viewmodels.settings_fields import read_fields
from app.viewmodels.settings_words import SECTIONS
from app.widgets.cards.disclosure import Disclosure
from app.widgets.choice_box import ChoiceBox
from app.widgets.field import FieldRow
from app.widgets.switch import Switch
from app.windows.settings.broken import BrokenSettings
from app.windows.settings.page import SettingsPage, setting_fields
from tests.helpers.fault_server import KEY
from tests.helpers.settings_home import ListingServer, on_loop, open_home, until

TOML = """# mine
[providers.x]
base_url = "http://127.0.0.1:9/v1"
[providers.x.models.m]
"""


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@asynccontextmanager
async def open_page(tmp_path: Path, toml: str = TOML) -> AsyncGenerator[SettingsPage, None]:
    async with open_home(tmp_path, toml) as runtime:
        page = SettingsPage(runtime, runtime.secrets)
        page.resize(620, 600)
        page.show()
        try:
            yield page
        finally:
            page.close()
            page.deleteLater()


def current(page: SettingsPage) -> Any:
    return page.stack.currentWidget()


def row(page: SettingsPage, name: str) -> FieldRow:
    return next(one for one in current(page).findChildren(FieldRow) if one.field.name == name)


def test_what_is_changed_is_told_and_can_be_reset(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as page:
            told: list[str] = []
            page.settings_changed.connect(told.append)
            theme = row(page, "app.theme").entry
            assert isinstance(theme, ChoiceBox)
            theme.setCurrentIndex(2)
            login = row(page, "app.start_at_login").entry
            assert isinstance(login, Switch)
            login.click()
            await until(lambda: told == ["app.theme", "app.start_at_login"])
            assert (page.form.settings.app.theme, page.form.settings.app.start_at_login) == ("dark", True)
            row(page, "app.theme").reset_button.click()
            await until(lambda: len(told) == 3)
            assert page.form.settings.app.theme == "system" and theme.value == "system"
            assert page.form.file.read_text().startswith("# mine")

    on_loop(qapp, main)


def test_a_wrong_entry_is_told_beside_its_field(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as page:
            page.show_field("limits.max_turns")
            turns = row(page, "limits.max_turns")
            assert isinstance(turns.entry, QLineEdit)
            turns.entry.setText("0")
            QTest.keyClick(turns.entry, Qt.Key.Key_Return)
            await until(lambda: "It must be at least 1." in visible(turns))
            assert turns.entry.text() == "0" and page.form.file.read_text() == TOML
            turns.entry.setText("7")
            QTest.keyClick(turns.entry, Qt.Key.Key_Return)
            await until(lambda: page.form.settings.limits.max_turns == 7)
            await until(lambda: "It must be at least 1." not in visible(turns))

    on_loop(qapp, main)


def visible(widget: Any) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]


def test_search_finds_fields_of_all_sections_and_esc_ends_it(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as page:
            page.activateWindow()
            QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
            general = current(page)
            for letters in ("g", "gg", "ggu", "gguf"):
                page.search.setText(letters)
                assert current(page) is general, "each letter is drawn"
            await until(lambda: current(page) is not general)
            found = current(page)
            assert [one.field.name for one in found.findChildren(FieldRow)] == ["providers.x.models.m.file"]
            link = next(one for one in found.findChildren(QPushButton) if "Offline" in one.text())
            clear = page.search.findChild(QToolButton)
            assert isinstance(clear, QToolButton) and clear.isVisible()
            link.click()
            await until(lambda: not clear.isVisible())
            assert page.list.currentRow() == SECTIONS.index("offline") and page.search.text() == ""
            page.search.setText("zzzz")
            QTest.keyClick(page.search, Qt.Key.Key_Down)
            assert current(page).findChildren(FieldRow) == []
            offline = page.page("offline")
            page.search.setText("e")
            QTest.keyClick(page.search, Qt.Key.Key_Down)
            found = current(page)
            rows: list[int] = []
            await until(lambda: rows.append(len(found.findChildren(FieldRow))) or rows[-1] > 40)
            assert 0 < rows[0] < 20 and current(page) is found is not offline, "all is drawn at once"
            QTest.keyClick(page.search, Qt.Key.Key_Escape)
            assert current(page) is page.page("offline")

    on_loop(qapp, main)


def test_every_setting_can_be_reached_and_every_control_has_a_name(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as page:
            await page.providers.load()
            shown: set[str] = {"model", "grants"}
            for name in SECTIONS:
                page.show_section(name)
                section = current(page)
                shown |= {one.field.name for one in section.findChildren(FieldRow)}
                for control in section.findChildren(QAbstractButton):
                    assert control.accessibleName() or control.text() or not control.isEnabledTo(section), control
                for line in section.findChildren(QLineEdit):
                    assert line.accessibleName() or isinstance(line.parent(), QComboBox), line
                assert section.findChildren(QLabel)[0].text() == page.list.item(SECTIONS.index(name)).text()
            assert {".".join(field.path) for field in read_fields(settings_schema(), {})} <= shown
            assert {path for path, _title, _section in setting_fields()} <= shown
            assert "providers.x.models.m.window" in shown

    on_loop(qapp, main)


def test_the_list_shows_that_the_keyboard_is_there(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as page:
            page.activateWindow()
            page.search.setFocus()
            without = page.list.viewport().grab().toImage()
            page.list.setFocus()
            await until(page.list.hasFocus)
            assert page.list.viewport().grab().toImage() != without

    on_loop(qapp, main)


def test_no_section_is_wider_than_a_small_window(qapp: QApplication, tmp_path: Path) -> None:
    long = "n" * 300
    toml = (
        f'grants = ["/{long}"]\n[providers.{long}]\nbase_url = "http://{long}/v1"\n[providers.{long}.models.{long}]\n'
    )

    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path, toml) as page:
            await page.providers.load()
            await page.folders.load()
            wide: dict[str, int] = {}
            for name in SECTIONS:
                page.show_section(name)
                content: Any = page.page(name).widget()
                await until(content.isVisible)
                wide[name] = content.minimumSizeHint().width() - page.page(name).viewport().width()
            assert [name for name, more in wide.items() if more > 0] == []

    on_loop(qapp, main)


def test_a_provider_is_added_tested_and_removed_with_undo(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        with ListingServer() as server:
            async with open_page(tmp_path, "# mine\n") as page:
                page.show_section("models")
                models: Any = page.page("models")
                models.add.choose(None)
                page.resize(620, 300)
                models.add.add_button.click()
                assert "name" in models.add.problem
                told = next(one for one in models.add.findChildren(QLabel) if "name" in one.text() and one.isVisible())
                await until(lambda: not told.visibleRegion().isEmpty(), "the problem is in view")
                page.activateWindow()
                models.add.name.setFocus()
                for field in (models.add.transport, models.add.address, models.add.model, models.add.key):
                    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
                    assert page.focusWidget() is field, "the keyboard goes from the top to the bottom"
                QTest.keyClick(models.add.key, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
                assert page.focusWidget() is page.search
                models.add.name.setText("mine")
                models.add.address.setText(server.base_url)
                models.add.model.setText("tiny")
                models.add.key.setText(KEY)
                models.add.add_button.click()
                assert models.add.key.text() == "", "the key is in no field any more"
                await until(lambda: page.providers.trial.state == "done")
                card = models.cards["mine"]
                assert "It calls tools." in visible(card)
                card.models_button.click()
                await until(lambda: card.models_panel.list.count() == 2)
                card.models_panel.filter.setText("hug")
                card.models_panel.use_button.click()
                await until(lambda: page.form.settings.model == "mine/huge")
                assert KEY not in page.form.file.read_text()
                card.remove_button.click()
                await until(lambda: not models.cards)
                page.banner.action.click()
                await until(lambda: list(models.cards) == ["mine"])
                assert page.form.settings.providers["mine"].key == "keyring:mine"

    on_loop(qapp, main)


def test_folders_by_their_path_and_back(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as page:
            page.show_section("folders")
            card: Any = page.page("folders").granted  # pyright: ignore
            card.path.line.setText(str(tmp_path / "nothing"))
            card.add_button.click()
            await until(lambda: "no such folder" in card.problem)
            card.path.line.setText(str(tmp_path))
            QTest.keyClick(card.path.line, Qt.Key.Key_Return)
            await until(lambda: list(card.rows) == [str(tmp_path)])
            assert card.problem == "" and card.path.line.text() == ""
            take_back = next(one for one in card.rows[str(tmp_path)].findChildren(QAbstractButton))
            take_back.click()
            await until(lambda: not card.rows)
            page.banner.action.click()
            await until(lambda: page.form.settings.grants == (str(tmp_path),))

    on_loop(qapp, main)


def test_a_broken_file_is_told_and_mended_from_the_backup(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as page:
            assert await page.form.set(("limits", "max_turns"), "9")
            page.form.file.write_text("model = \n")
            await page.form.refresh()
            broken = page.findChildren(BrokenSettings)[0]
            assert broken.isVisible() and any("line 1" in text for text in visible(broken))
            await until(broken.backup_button.isEnabled)
            broken.backup_button.click()
            await until(lambda: not broken.isVisible())
            assert page.form.file.read_text() == TOML and page.form.settings.limits.max_turns == 60
            assert page.form.file.with_name("settings.toml.bad").read_text() == "model = \n"

    on_loop(qapp, main)


@pytest.fixture
def german() -> Iterator[None]:
    before = QLocale()
    translation.install("de")
    yield
    translation.install("en")
    while translation._installed:
        QCoreApplication.removeTranslator(translation._installed.pop())
    QLocale.setDefault(before)


@pytest.mark.usefixtures("german")
def test_each_section_fits_a_small_window_in_the_language_of_long_words(qapp: QApplication, tmp_path: Path) -> None:
    async def main(_owner: QObject) -> None:
        async with open_page(tmp_path) as page:
            page.resize(550, 560)
            too_wide: dict[str, int] = {}
            for name in SECTIONS:
                page.show_section(name)
                section = page.page(name)
                if name == "safety":
                    await until(lambda section=section: len(section.findChildren(Disclosure)) > 2)
                await asyncio.sleep(0)
                wide = (section.widget() or section).minimumSizeHint().width() - section.viewport().width()
                if wide > 0:
                    too_wide[name] = wide
            assert too_wide == {}

    on_loop(qapp, main)
