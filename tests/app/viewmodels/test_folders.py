"""Granted folders: checked, written, taken back, granted again in their old place."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.viewmodels.folders import FolderRow, GrantedFolders
from app.viewmodels.settings_form import SettingsForm
from tests.helpers.settings_home import on_loop, open_home


def test_folders_come_and_go(qapp: QApplication, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "<b>二 two"
    one.mkdir()
    two.mkdir()

    async def main(owner: QObject) -> None:
        async with open_home(tmp_path) as runtime:
            folders = GrantedFolders(runtime, SettingsForm(runtime, owner), owner)
            assert [await folders.add(str(path)) for path in (one, two)] == ["", ""]
            assert "already" in await folders.add(str(one / ".." / "one"))
            assert "no such folder" in await folders.add(str(tmp_path / "three"))
            assert "whole disk" in await folders.add("/")
            assert await folders.add("  ") != ""
            assert runtime.settings.grants == (str(one), str(two))
            await folders.remove(str(one))
            assert runtime.settings.grants == (str(two),)
            await folders.undo_remove()
            assert runtime.settings.grants == (str(one), str(two))
            two.rmdir()
            await folders.load()
            assert folders.rows == (FolderRow(str(one), True), FolderRow(str(two), False))

    on_loop(qapp, main)
