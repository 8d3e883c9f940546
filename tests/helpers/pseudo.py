"""A translator that marks every text: what is seen without its mark never went through it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QTranslator

MARK = "¤"


class Pseudo(QTranslator):
    """Translates every text into itself between marks."""

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        return f"{MARK}{text}{MARK}"

    def isEmpty(self) -> bool:
        return False


@contextmanager
def pseudo_translation() -> Iterator[None]:
    """Translate so while it is open."""
    translator = Pseudo()
    QCoreApplication.installTranslator(translator)
    try:
        yield
    finally:
        QCoreApplication.removeTranslator(translator)
        gc.collect()
