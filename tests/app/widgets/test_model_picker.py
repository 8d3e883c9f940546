from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agent.settings import ModelSettings, Price, ProviderSettings, Settings
from app.viewmodels.model_list import ModelListViewModel
from app.widgets.model_picker import ModelPicker

SETTINGS = Settings(
    model="fast/a",
    providers={
        "fast": ProviderSettings(
            base_url="https://example.org",
            models={"a": ModelSettings(window=128_000, price=Price(0.25, 2.0)), "b": ModelSettings(window=64_000)},
        ),
        "local": ProviderSettings(transport="local", models={"gone": ModelSettings(file="/nowhere/x.gguf")}),
    },
)


def source() -> tuple[Settings, Path | None]:
    return SETTINGS, None


def test_a_model_is_chosen_by_keyboard(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    anchor, chosen = QPushButton("model", window), list[str]()
    window.resize(600, 500)
    anchor.move(10, 450)
    window.show()
    window.activateWindow()
    models = ModelListViewModel(source)
    picker = ModelPicker(models, anchor)
    picker.chosen.connect(chosen.append)
    with qtbot.waitSignal(models.loaded):
        picker.open("fast/a")
    assert picker.isVisible() and window.rect().contains(picker.geometry())
    assert (picker.field.accessibleName(), picker.view.accessibleName()) == ("Filter models", "Models")
    assert picker.view.currentIndex().data() == "fast/a"
    qtbot.keyClick(picker.field, Qt.Key.Key_Down)
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert (chosen, picker.isVisible()) == (["fast/b"], False)


def test_what_cannot_be_used_is_there_but_cannot_be_chosen(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 500)
    window.show()
    models, chosen = ModelListViewModel(source), list[str]()
    picker = ModelPicker(models, QPushButton("model", window))
    picker.chosen.connect(chosen.append)
    with qtbot.waitSignal(models.loaded):
        picker.open("")
    qtbot.keyClicks(picker.field, "gone")
    assert models.data(models.index(0, 0)) == "local/gone" and models.rowCount() == 1
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert chosen == [] and picker.isVisible()
    qtbot.keyClick(picker.field, Qt.Key.Key_Escape)
    assert not picker.isVisible()
