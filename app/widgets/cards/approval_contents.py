"""What would be written, replaced or sent, as far as the effects do not say it."""

from __future__ import annotations

import difflib
import json
import os
from typing import Any, cast

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.rows import ApprovalRow
from app.widgets.cards.surface import column
from app.widgets.cards.words import PlainText, Words, revealed
from app.widgets.code_block import CodeBlock
from app.widgets.diff_view import DiffView

BOUND = 20_000
"""The runtime hands over no more characters of an argument."""
MAX_LINE = 400
"""A longer line is shown as several: a box cuts lines off that are much too long."""
_LANGUAGES = {"py": "python", "md": "markdown", "sh": "bash", "js": "javascript", "ts": "typescript", "yml": "yaml"}


class ApprovalContents(QWidget):
    """The arguments of the call that the effects do not already show in full."""

    def __init__(self, row: ApprovalRow, parent: QWidget) -> None:
        super().__init__(parent)
        self._layout: QVBoxLayout = column(self, spacing=SPACE)
        self._count = 0
        found = row.details.get("arguments")
        arguments = dict(cast("dict[str, Any]", found)) if isinstance(found, dict) else {}
        path = str(arguments.get("path", ""))
        for name in [name for name in ("path", "cmd", "url") if _is_shown(arguments.get(name), row)]:
            del arguments[name]
        old, new = arguments.get("old"), arguments.get("new")
        if isinstance(old, str) and isinstance(new, str):
            del arguments["old"], arguments["new"]
            self._add(
                translate("Approval", "What would change"),
                DiffView(line_numbers=False, parent=self),
                _replacement(old, new),
            )
        if isinstance(text := arguments.get("text"), str) and row.tool == "write":
            del arguments["text"]
            self._add(translate("Approval", "What would be written"), CodeBlock(parent=self), text, language(path))
        for name, value in arguments.items():
            self._add_other(name, value)

    def is_empty(self) -> bool:
        """Whether the effects say it all."""
        return self._count == 0

    def _add_other(self, name: str, value: object) -> None:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        if "\n" in text.strip() or len(text) > BOUND // 10:
            self._add(revealed(name), CodeBlock(parent=self), text)
            return
        shown = f"{revealed(name)}: {revealed(text)}"
        self._put(PlainText(shown, self, name=translate("Approval", "Argument"), face="mono", muted=True))

    def _add(self, caption: str, view: CodeBlock | DiffView, text: str, code: str = "") -> None:
        self._put(Words(caption, self, tone="muted", face="small", wrap=True))
        shown = _short_lines(revealed(text))
        if isinstance(view, DiffView):
            view.set_diff(shown)
        else:
            view.set_code(shown, code)
        self._put(view)
        if len(text) >= BOUND:
            more = translate("Approval", "These are its first {n} characters; the rest is not shown.")
            self._put(Words(more.format(n=f"{BOUND:,}"), self, tone="warn", face="small", wrap=True))

    def _put(self, widget: QWidget) -> None:
        self._count += 1
        self._layout.addWidget(widget)


def language(path: str) -> str:
    """The language of a file by its name's ending, for colouring."""
    ending = os.path.splitext(path)[1].removeprefix(".").lower()
    return _LANGUAGES.get(ending, ending if ending.isascii() and ending.isalnum() else "")


def _is_shown(value: object, row: ApprovalRow) -> bool:
    """Whether an effect names this in full. A path may be written shorter in the arguments than it really is."""
    return isinstance(value, str) and any(effect.rpartition(" (")[0].endswith(value) or effect.endswith(value)
                                          for effect in row.effects)  # fmt: skip


def _short_lines(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        sign = line[:1] if line[:1] in "+-" else ""
        lines += [line[:MAX_LINE], *(sign + line[at : at + MAX_LINE] for at in range(MAX_LINE, len(line), MAX_LINE))]
    return "\n".join(lines)


def _replacement(old: str, new: str) -> str:
    """All of both, as a diff: what stays is shown too, for it is what the change stands in."""
    before, after = old.split("\n"), new.split("\n")
    return "\n".join([*difflib.unified_diff(before, after, lineterm="", n=len(before))][2:])
