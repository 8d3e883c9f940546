"""Says on standard error when a thread makes Qt classes; Python imports this by itself where it is on PYTHONPATH.

Why no thread may: app/application.py, `import_in_steps`. What is imported on the window's thread but late is nobody's
business here.
"""

from __future__ import annotations

import builtins
import sys
from _thread import get_ident
from collections.abc import Sequence
from typing import Any

_WINDOW = get_ident()
_build = builtins.__build_class__


def _of_qt(base: Any) -> bool:
    return any(kind.__name__ == "ObjectType" and kind.__module__ == "Shiboken" for kind in type(base).__mro__)


def _build_class(body: Any, name: str, /, *bases: Any, **words: Any) -> Any:
    if get_ident() != _WINDOW and any(map(_of_qt, bases)):
        _say(f"the Qt class {body.__globals__.get('__name__')}.{name} is made")
    return _build(body, name, *bases, **words)


class _Finder:
    """Finds nothing; hears of each module that is not there yet."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: Any = None) -> None:
        """Say so if it is one of Qt's."""
        if name.startswith("PySide6") and get_ident() != _WINDOW:
            _say(f"{name} is imported")


def _say(what: str) -> None:
    sys.stderr.write(f"in a thread beside the window's {what}\n")
    sys.stderr.flush()


builtins.__build_class__ = _build_class
sys.meta_path.insert(0, _Finder)  # pyright: ignore[reportArgumentType] a class does as well as an object
