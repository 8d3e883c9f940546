"""Tests of the app need no screen; those that want one start a private X server (tests/helpers/desktop.py)."""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def same_locale() -> Iterator[None]:
    """Whatever language a test speaks, the next one finds the one that was there."""
    before = QLocale()
    yield
    QLocale.setDefault(before)
