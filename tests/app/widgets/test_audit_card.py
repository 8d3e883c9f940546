"""What a check of the audit log found is said, and can be closed."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agent.audit.check import Finding, Verification
from app.widgets.audit_card import AuditCard
from app.widgets.text_pane import TextPane


def said(card: AuditCard) -> list[str]:
    labels = [label.text() for label in card.findChildren(QLabel) if label.isVisible()]
    return [*labels, *(pane.toPlainText() for pane in card.findChildren(TextPane) if pane.isVisible())]


def test_each_result_is_said_and_closed(qtbot: QtBot) -> None:
    card = AuditCard()
    qtbot.addWidget(card)
    assert not card.isVisible()
    card.show_checking()
    assert said(card) == ["Reading the audit log again…"]
    card.show_found(Verification(3, 1, 3, notes=("Rows 1 to 2 were removed because of their age.",)))
    assert said(card) == [
        "3 records were read again. All are as they were written.",
        "Rows 1 to 2 were removed because of their age.",
    ]
    card.show_found(Verification(3, 1, 3, (Finding("missing", 2, 2, "Row 2 is missing: deleted."),), 7))
    assert said(card)[1] == "Row 2 is missing: deleted.\nand 7 more"
    card.show_problem("The disk failed.")
    assert said(card) == ["The disk failed."]
    assert card.close_button.accessibleName() == "Close the result"
    card.close_button.click()
    assert not card.isVisible()
