"""Text of models, files and tools on its way to a terminal: it must not command the terminal, nor hide anything."""

from __future__ import annotations

_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
_DIRECTIONS = dict.fromkeys((*range(8234, 8239), *range(8294, 8298)))
_HIDDEN = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_REVEALED = {
    **{code: f"\\x{code:02x}" for code in _CONTROLS},
    **{code: f"\\u{code:04x}" for code in _HIDDEN},
    **{code: f"\\U{code:08x}" for code in range(0xE0000, 0xE0080)},
}

QUESTION_HEAD, QUESTION_TAIL = 3_000, 1_000


def printable(text: str) -> str:
    """Leave out control characters, so that no text can move the cursor, set the title or fill the clipboard."""
    return text.translate(_CONTROLS)


def revealed(text: str) -> str:
    """Show control, direction and invisible characters as escapes: what a person agrees to must be all there is."""
    if len(text) > QUESTION_HEAD + QUESTION_TAIL:
        left_out = len(text) - QUESTION_HEAD - QUESTION_TAIL
        text = f"{text[:QUESTION_HEAD]}\n[… {left_out:,} characters not shown …]\n{text[-QUESTION_TAIL:]}"
    return text.translate(_REVEALED)


def one_line(text: str, columns: int) -> str:
    """The text on one line of at most so many characters, without control and direction characters."""
    line = " ".join(printable(text).translate(_DIRECTIONS).split())
    return line if len(line) <= columns else f"{line[: columns - 1]}…"
