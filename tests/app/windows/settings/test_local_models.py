"""The cards about model files, by widgets: downloaded, seen on its way, timed or not, deleted by a second press."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.windows.settings.local_models import ModelRow, RowsCard
from app.windows.settings.offline_model import OfflinePage
from app.windows.settings.page import SettingsPage
from tests.helpers.model_files import Request, file_server, sha256, small_model
from tests.helpers.settings_home import on_loop, open_home, until

MODEL = small_model(6)


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


def row_of(card: RowsCard, key: str) -> ModelRow | None:
    return next((row for row in card.rows if row.key == key), None)


def button(row: ModelRow, words: str) -> QPushButton:
    return next(one for one in row.findChildren(QPushButton) if one.text() == words)


def texts(row: ModelRow) -> str:
    return " ".join(label.text() for label in row.findChildren(QLabel))


def test_from_an_address_to_the_list_and_away_again(qapp: QApplication, tmp_path: Path) -> None:
    hold = threading.Event()

    def play(request: Request) -> None:
        request.head(200, content_length=len(MODEL))
        request.wfile.write(MODEL[: 5 << 20])
        hold.wait(20)
        request.wfile.write(MODEL[5 << 20 :])

    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            settings = SettingsPage(runtime, runtime.secrets)
            settings.resize(800, 600)
            settings.show_section("offline")
            settings.show()
            page = settings.stack.currentWidget()
            assert isinstance(page, OfflinePage)
            await until(lambda: page.offers.rows)
            suggested = page.offers.rows[0]
            assert "Suggested" in texts(suggested) and "SHA-256" in texts(suggested)
            for row in page.offers.rows:
                for one in row.findChildren(QPushButton):
                    assert one.accessibleDescription() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
            page.here.look_button.click()
            await until(lambda: page.here.servers.text(), "other programs were looked for")
            with file_server(play) as server:
                page.address.address.setText("https://name:word@example.org/x.gguf")
                QTest.keyClick(page.address.address, Qt.Key.Key_Return)
                await until(lambda: page.address.problem)
                page.address.address.setText(server.url("/mine.gguf"))
                page.address.sum.setText(sha256(MODEL))
                page.address.button.click()
                await until(lambda: (row := row_of(page.offers, "mine")) and row.bar.value() > 0)
                mine = row_of(page.offers, "mine")
                assert mine is not None and mine.bar.isVisibleTo(mine) and " of 6.0 MB" in mine.progress.text()
                assert button(mine, "Stop").isEnabled()
                hold.set()
                await until(lambda: row_of(page.here, "local/mine"))
                await until(lambda: page.model.box.currentText() == "mine", "the model that came is shown")
            await until(lambda: not page.address.address.text())
            assert row_of(page.offers, "mine") is None and not page.address.problem
            here = row_of(page.here, "local/mine")
            assert here is not None and "Not timed yet" in texts(here) and "compared" in texts(here)
            delete = button(here, "Delete")
            delete.click()
            assert delete.text() == "Really delete 6.0 MB?" and row_of(page.here, "local/mine") is here
            delete.click()
            await until(lambda: row_of(page.here, "local/mine") is None)
            assert not (runtime.paths.data / "models" / "mine.gguf").exists()
            settings.close()
            settings.deleteLater()

    on_loop(qapp, main)
