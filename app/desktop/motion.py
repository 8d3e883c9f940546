"""Whether this person's desktop asks programs to keep still."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle


def motion_reduced() -> bool:
    """Whether animations should be left out: the desktop's own setting, as Qt knows it (Windows, macOS, KDE)."""
    if sys.platform == "win32" and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General):
        return True
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0
