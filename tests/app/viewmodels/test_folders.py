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


def test_folders_are_marked_granted_or_not(qapp: QApplication, tmp_path: Path) -> None:
    shared, diary = tmp_path / "shared", tmp_path / "diary"
    inside = shared / "inside"
    inside.mkdir(parents=True)
    diary.mkdir()

    async def main(owner: QObject) -> None:
        async with open_home(tmp_path, f'grants = ["{shared}", "{inside}"]') as runtime:
            folders = GrantedFolders(runtime, SettingsForm(runtime, owner), owner)
            await folders.load()
            assert folders.rows == (FolderRow(str(shared), True), FolderRow(str(inside), True))
            assert await folders.mark(str(shared), "both") == ""
            assert await folders.mark(str(diary), "local_only") == ""
            assert folders.rows == (
                FolderRow(str(shared), True, marked="both"),
                FolderRow(str(inside), True, above=True),
                FolderRow(str(diary), True, granted=False, marked="local_only"),
            )
            assert runtime.policy.current().marks_of(str(inside)) == {"local_only", "untrusted"}
            assert await folders.mark(str(shared), "untrusted") == ""
            assert folders.rows[0].marked == "untrusted"
            for path in (str(shared), str(diary)):
                assert await folders.mark(path, "plain") == ""
            assert folders.rows == (FolderRow(str(shared), True), FolderRow(str(inside), True))
            for nothing in ("", "  ", "relative", str(tmp_path / "nowhere")):
                assert "no such folder" in await folders.mark(nothing, "local_only")

    on_loop(qapp, main)
