"""The order in which Tab walks through widgets that come and go."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def stops(root: QWidget) -> list[QWidget]:
    """The widgets in (and including) `root` that are made for Tab, in the order they were made."""
    return [widget for widget in (root, *root.findChildren(QWidget)) if _takes_tab(widget)]


def focusable(root: QWidget) -> list[QWidget]:
    """Those of them that Tab can reach now, in Tab order."""
    found = {widget for widget in stops(root) if widget.isVisible() and widget.isEnabled()}
    ordered: list[QWidget] = []
    widget: QWidget | None = root
    while widget is not None and len(ordered) < len(found):
        if widget in found:
            ordered.append(widget)
        widget = widget.nextInFocusChain()
        if widget is root:
            break
    return ordered


def chain_after(before: QWidget, widgets: list[QWidget]) -> None:
    """Let Tab come to `widgets` right after `before`."""
    for widget in widgets:
        QWidget.setTabOrder(before, widget)
        before = widget


def leave(root: QWidget, forward: bool) -> bool:
    """Give the focus to the nearest widget in Tab order that is not in `root`; False: there is none."""
    widget = root.nextInFocusChain() if forward else root.previousInFocusChain()
    while widget is not None and widget is not root:
        if not root.isAncestorOf(widget) and _takes_tab(widget) and widget.isVisible() and widget.isEnabled():
            widget.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
            return True
        widget = widget.nextInFocusChain() if forward else widget.previousInFocusChain()
    return False


def _takes_tab(widget: QWidget) -> bool:
    tab = Qt.FocusPolicy.TabFocus
    return (widget.focusPolicy() & tab) == tab and widget.focusProxy() is None
