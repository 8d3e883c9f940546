"""Writing, sending, steering, stopping; naming files; what goes along."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent.messages import ImagePart
from agent.settings import ModelProfile, Price
from app.viewmodels.composer import ComposerViewModel, Draft
from app.viewmodels.model_list import ModelListViewModel
from app.widgets.composer import Composer

Enter, Up, Down, Esc = Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape


class Desk:
    """A composer in a window, and what it emitted."""

    def __init__(self, qtbot: QtBot, skills: Mapping[str, Sequence[str]] = {}) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.qtbot = qtbot
        model = ComposerViewModel(["first", "second"], skills=lambda folder: skills.get(folder, ()))
        self.composer = Composer(model, ModelListViewModel(), self.window)
        layout = QVBoxLayout(self.window)
        layout.addStretch(1)
        layout.addWidget(self.composer)
        self.sent: list[tuple[str, list[ImagePart]]] = []
        self.stops: list[str] = []
        self.composer.submitted.connect(lambda text, images: self.sent.append((text, images)))
        self.composer.stop_requested.connect(lambda: self.stops.append("stop"))
        self.window.resize(700, 500)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.composer.setFocus()

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.composer.field, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.composer.field, key, modifier)

    def words(self) -> list[str]:
        return [label.text() for label in self.composer.findChildren(QLabel) if label.isVisible() and label.text()]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def picture(width: int = 40, height: int = 30) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.darkCyan)
    return made


def test_enter_sends_and_shift_enter_begins_a_line(desk: Desk) -> None:
    desk.type("one")
    desk.press(Enter, Qt.KeyboardModifier.ShiftModifier)
    desk.type("two")
    desk.press(Enter)
    assert (desk.sent, desk.composer.text()) == ([("one\ntwo", [])], "")
    desk.type("three")
    desk.press(Enter, Qt.KeyboardModifier.ControlModifier)
    assert desk.sent[1:] == [("three", [])]


def test_nothing_is_not_sent(desk: Desk) -> None:
    desk.type("  ")
    desk.press(Enter)
    assert desk.sent == [] and not desk.composer.send_button.isEnabled()


def test_text_that_is_set_from_outside_can_be_sent_by_the_button(desk: Desk) -> None:
    assert desk.composer.field.accessibleName() == "Message"
    desk.composer.field.setPlainText("from a screen reader")
    desk.composer.send_button.click()
    assert desk.sent == [("from a screen reader", [])]


def test_why_nothing_can_be_sent_is_said(desk: Desk) -> None:
    desk.composer.set_enabled_reason("No model is configured.")
    desk.type("hello")
    desk.press(Enter)
    assert (desk.sent, desk.composer.text(), desk.words()) == ([], "hello", ["No model is configured."])
    desk.composer.set_enabled_reason("")
    desk.press(Enter)
    assert (desk.sent, desk.words()) == ([("hello", [])], [])


def test_while_a_run_works_sending_steers_and_esc_twice_stops(desk: Desk) -> None:
    composer = desk.composer
    assert (composer.send_button.text(), composer.stop_button.isEnabled()) == ("Send", False)
    desk.press(Esc)
    composer.set_running(True)
    assert (composer.send_button.text(), composer.stop_button.isEnabled()) == ("Steer", True)
    desk.press(Esc)
    assert (desk.stops, desk.words()) == ([], ["Press Esc again to stop"])
    desk.press(Esc)
    assert (desk.stops, desk.words()) == (["stop"], [])
    composer.stop_button.click()
    assert desk.stops == ["stop", "stop"]


def test_esc_is_forgotten_after_a_moment(desk: Desk) -> None:
    desk.composer.set_running(True)
    desk.press(Esc)
    desk.qtbot.waitUntil(lambda: desk.words() == [], timeout=5_000)
    desk.press(Esc)
    assert desk.stops == []


def test_what_was_said_comes_back_by_the_arrow_keys(desk: Desk) -> None:
    desk.type("begun")
    seen: list[str] = []
    for key in (Up, Up, Up, Down, Down, Down):
        desk.press(key)
        seen.append(desk.composer.text())
    assert seen == ["second", "first", "first", "second", "begun", "begun"]


def test_the_arrow_keys_move_inside_a_text_first(desk: Desk) -> None:
    desk.composer.set_text("one\ntwo")
    desk.press(Up)
    assert desk.composer.text() == "one\ntwo"
    desk.press(Up)
    assert desk.composer.text() == "second"


def test_a_megabyte_that_is_pasted_goes_along_whole(desk: Desk) -> None:
    text = "x" * 1_048_576
    data = QMimeData()
    data.setText(text)
    desk.composer.field.insertFromMimeData(data)
    assert (desk.composer.text(), desk.words()) == ("", ["Pasted text, 1.0 MB"])
    desk.type("look")
    desk.press(Enter)
    assert desk.sent == [(f"look\n\n{text}", [])]
    assert desk.words() == []


@pytest.mark.timeout(30)
def test_a_megabyte_that_another_program_puts_in_goes_along_too(desk: Desk) -> None:
    text = "x" * 1_000_000
    desk.composer.field.setPlainText(text)
    desk.qtbot.waitUntil(lambda: desk.composer.text() == "")
    desk.composer.send_button.click()
    assert desk.sent == [(text, [])]


def test_a_pasted_picture_is_sent_once_it_is_read(desk: Desk) -> None:
    data = QMimeData()
    data.setImageData(picture())
    desk.composer.field.insertFromMimeData(data)
    desk.type("look")
    desk.press(Enter)
    desk.qtbot.waitUntil(lambda: desk.sent != [])
    (text, images) = desk.sent[0]
    assert (text, [image.media_type for image in images]) == ("look", ["image/png"])
    assert QImage.fromData(images[0].data).size() == picture().size()


def test_dropped_files_are_named_and_images_go_along(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "in here"
    folder.mkdir()
    picture().save(str(folder / "a.png"))
    (folder / "b c.txt").write_text("b")
    desk.composer.set_folder(str(tmp_path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder / name)) for name in ("a.png", "b c.txt")])
    desk.composer.field.insertFromMimeData(data)
    desk.qtbot.waitUntil(lambda: len(desk.composer.draft().images) == 1)
    assert desk.composer.text() == '@"in here/b c.txt" '


def test_what_is_no_image_is_refused_in_words(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no image")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    desk.composer.field.insertFromMimeData(data)
    said = "This is no image that can be read; it was left out."
    desk.qtbot.waitUntil(lambda: said in desk.words())
    assert desk.composer.draft() == Draft()


def test_a_model_that_does_not_see_images_is_told_of_before_sending(desk: Desk) -> None:
    blind = ModelProfile("p", "m", price=Price(0.25, 2.0), window=128_000)
    desk.composer.set_model("p/m", blind)
    assert desk.words() == []
    desk.composer.set_draft(Draft(images=(ImagePart("image/png", b""),)))
    assert desk.words() == ["This model does not see images. It is only told that there is one."]
    names = [button.accessibleName() for button in desk.composer.findChildren(QAbstractButton)]
    assert "Model: p/m · 128k · $0.25 / $2.00 per million" in names
    desk.composer.attachments.set_sees_images(True)
    assert desk.words() == []


def test_attachments_can_be_taken_away(desk: Desk) -> None:
    desk.composer.set_draft(Draft("text", (ImagePart("image/png", b""),), ("long",)))
    for name in ("Remove Image 1", "Remove Pasted text, 4 bytes"):
        buttons = desk.composer.findChildren(QAbstractButton)
        next(button for button in buttons if button.accessibleName() == name).click()
    assert desk.composer.draft() == Draft("text")


def test_a_draft_comes_back_as_it_was(desk: Desk) -> None:
    draft = Draft("text", (ImagePart("image/png", b""),), ("long",))
    desk.composer.set_draft(draft)
    assert desk.composer.draft() == draft
    desk.composer.set_draft(Draft())
    assert desk.composer.draft() == Draft()


def test_at_offers_files_and_takes_one_by_keyboard(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "notes of May.md").write_text("")
    (tmp_path / "other.txt").write_text("")
    (tmp_path / ".gitignore").write_text("secret*")
    (tmp_path / "secret notes").write_text("")
    desk.composer.set_folder(str(tmp_path))
    desk.type("see @not")
    view = desk.composer._completion.view
    desk.qtbot.waitUntil(view.isVisible)
    assert [view.model().index(row, 0).data() for row in range(view.model().rowCount())] == ["notes of May.md"]
    assert view.accessibleName() == "Names that fit"
    desk.press(Enter)
    assert (desk.composer.text(), desk.sent) == ('see @"notes of May.md" ', [])
    assert not view.isVisible()
    desk.press(Enter)
    assert desk.sent == [('see @"notes of May.md"', [])]


def test_esc_closes_the_files_before_it_stops_anything(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("")
    desk.composer.set_folder(str(tmp_path))
    desk.composer.set_running(True)
    desk.type("@")
    desk.qtbot.waitUntil(desk.composer._completion.isVisible)
    desk.press(Esc)
    assert not desk.composer._completion.isVisible()
    assert desk.words() == []


def test_the_field_grows_to_ten_lines(desk: Desk) -> None:
    heights: list[int] = []
    for lines in (1, 2, 10, 40):
        desk.composer.set_text("\n".join("x" * lines))
        heights.append(desk.composer.field.height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_every_control_has_a_name_and_the_keyboard_reaches_it(desk: Desk) -> None:
    desk.composer.set_running(True)
    desk.type("x")
    shown = [button for button in desk.composer.findChildren(QAbstractButton) if button.isVisible()]
    buttons = [button for button in shown if button.isEnabled()]  # a run under way can be made no dry one
    assert all(button.accessibleName() or button.text() for button in shown)
    reached: list[QWidget | None] = []
    for _ in range(5):
        reached.append(desk.window.focusWidget())
        desk.qtbot.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
    assert set(buttons) <= set(reached)


def test_a_dry_run_is_switched_by_keyboard_said_aloud_and_over_once_sent(qtbot: QtBot, desk: Desk) -> None:
    runs: list[bool] = []
    desk.composer.submitted.connect(lambda _text, _images, dry_run: runs.append(dry_run))
    switch = desk.composer.dry_run_button
    assert switch.accessibleName() == "Dry run" and switch.isCheckable() and not switch.isChecked()
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked() and any(words.startswith("Dry run: it reads and plans.") for words in desk.words())
    desk.composer.setFocus()
    for text in ("would you?", "do it"):
        desk.type(text)
        desk.press(Enter)
    assert (runs, switch.isChecked(), desk.words()) == ([True, False], False, [])


def test_what_is_said_to_a_run_under_way_is_no_dry_run(desk: Desk) -> None:
    runs: list[bool] = []
    desk.composer.submitted.connect(lambda _text, _images, dry_run: runs.append(dry_run))
    desk.composer.toggle_dry_run()
    desk.composer.set_running(True)
    desk.composer.toggle_dry_run()
    desk.type("also this")
    desk.press(Enter)
    assert runs == [False] and not desk.composer.dry_run_button.isEnabled()
    desk.composer.set_running(False)
    assert desk.composer.draft() == Draft(dry_run=True)


def test_a_slash_that_begins_a_message_names_a_skill(qtbot: QtBot) -> None:
    desk = Desk(qtbot, {"": ["meeting-notes", "pdf-forms", "pdf-split"]})
    view = desk.composer._completion.view  # pyright: ignore[reportPrivateUsage]
    desk.type("/pdf")
    qtbot.waitUntil(lambda: view.isVisible() and view.model().rowCount() == 2)
    desk.press(Down)
    desk.press(Enter)
    assert (desk.composer.text(), view.isVisible()) == ("/skill pdf-split ", False)
    desk.type("this one")
    desk.press(Enter)
    assert [text for text, _ in desk.sent] == ["/skill pdf-split this one"]
    desk.type("/skill meeting-notes")
    qtbot.waitUntil(lambda: not view.isVisible())
    desk.press(Enter)
    assert [text for text, _ in desk.sent][1:] == ["/skill meeting-notes"], "a name that is whole is sent"
