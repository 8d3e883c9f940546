"""pyqtgraph, imported without the parts of Qt that only charts on the graphics card need."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType

from PySide6.QtWidgets import QWidget

_UNNEEDED = ("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets")


@contextmanager
def _standing_in() -> Generator[None]:
    """Let empty modules stand for those that are not there yet, while it is open."""
    stand_ins = {name: ModuleType(name) for name in _UNNEEDED if name not in sys.modules}
    for name, module in stand_ins.items():
        module.QOpenGLWidget = QWidget  # pyright: ignore[reportAttributeAccessIssue]
        sys.modules[name] = module
    try:
        yield
    finally:
        for name, module in stand_ins.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


# WORKAROUND(pyqtgraph 0.14): it imports Qt's OpenGL, 9 MB that our packages leave out, also where nothing uses it.
with _standing_in():
    import pyqtgraph  # pyright: ignore[reportMissingTypeStubs]

__all__ = ["pyqtgraph"]
