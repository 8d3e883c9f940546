"""Markdown on a terminal while it still grows.

A finished block (paragraph, list item, code) is drawn by rich and stays. The growing block is shown as plain text and
wiped when it is finished; one that is taller than the screen cannot be wiped and stays plain.
"""

from __future__ import annotations

import io
import logging
import re

from agent.interfaces.cli.text import printable

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_log = logging.getLogger(__name__)


def warm_up() -> None:
    """Import what draws; takes a third of a second, so do it in a thread while the model thinks."""
    import importlib

    for name in ("rich.console", "rich.markdown"):
        importlib.import_module(name)


class MarkdownStream:
    """Turns pieces of Markdown into what to write to the terminal."""

    def __init__(self, columns: int, rows: int, *, colour: bool) -> None:
        self._columns = columns
        self._rows = rows
        self._colour = colour
        self._growing = ""
        self._shown = ""
        self._plain = False
        self._blocks = 0

    def feed(self, text: str) -> str:
        """Take a piece; what to write."""
        may_end = "\n" in text or self._growing.endswith("\n")
        self._growing += printable(text).replace("\t", "    ")
        written = ""
        if may_end:
            blocks, rest = split_blocks(self._growing)
            written = "".join(self._commit(block) for block in blocks)
            self._growing = rest if self._shown else rest.lstrip("\n")
        return written + self._grow()

    def finish(self) -> str:
        """No more text comes; what to write. The stream is ready for the next text then."""
        rest, self._growing = self._growing, ""
        written = self._commit(rest) if rest.strip() or self._shown else ""
        self._blocks = 0
        return written

    def _grow(self) -> str:
        """Show what the growing block has more than before."""
        if not self._growing.strip():
            return ""
        start = "" if self._shown or not self._blocks else "\n"
        more = self._growing[len(self._shown) :]
        self._shown = self._growing
        self._plain = self._plain or self._height(self._shown) > self._rows - 2
        return start + more

    def _commit(self, block: str) -> str:
        shown, self._shown = self._shown, ""
        plain, self._plain = self._plain, False
        gap = "\n" if self._blocks and not shown else ""
        self._blocks += 1
        if plain:
            return (
                ""
                if shown.endswith("\n") and not block[len(shown) :].strip()
                else block[len(shown) :].rstrip("\n") + "\n"
            )
        return gap + self._wipe(shown) + self._draw(block)

    def _wipe(self, shown: str) -> str:
        if not shown:
            return ""
        up = self._height(shown) - 1
        return "\r" + (f"\x1b[{up}A" if up else "") + "\x1b[J"

    def _height(self, text: str) -> int:
        return sum(_rows(line, self._columns) for line in text.split("\n"))

    def _draw(self, block: str) -> str:
        try:
            return self._rendered(block)
        except Exception:  # noqa: BLE001 whatever a renderer stumbles over, the text itself must be seen
            _log.exception("a block of Markdown could not be drawn")
            return block.strip("\n") + "\n"

    def _rendered(self, block: str) -> str:
        from rich.console import Console
        from rich.markdown import Markdown

        page = io.StringIO()
        console = Console(
            file=page,
            width=self._columns,
            force_terminal=True,
            color_system="standard" if self._colour else None,
            legacy_windows=False,
            highlight=False,
        )
        console.print(Markdown(block, code_theme="ansi_dark", hyperlinks=False))
        lines = [line.rstrip() for line in page.getvalue().split("\n")]
        seen = [index for index, line in enumerate(lines) if _STYLE.sub("", line).strip()]
        return "".join(f"{line}\n" for line in lines[seen[0] : seen[-1] + 1]) if seen else ""


def _rows(line: str, columns: int) -> int:
    """How many rows a line takes; a wide character that does not fit the end of a row begins the next."""
    if line.isascii():
        return max(1, -(-len(line) // columns))
    from rich.cells import get_character_cell_size

    rows, used = 1, 0
    for character in line:
        width = get_character_cell_size(character)
        if used + width > columns:
            rows, used = rows + 1, 0
        used += width
    return rows


def split_blocks(text: str) -> tuple[list[str], str]:
    """Part Markdown into its finished blocks and the one that may still grow.

    A block ends at a blank line, once the next line is seen not to be indented (then it would belong to a list item),
    or at its closing fence.
    """
    blocks: list[str] = []
    lines = text.splitlines(keepends=True)
    start, fence, blank = 0, "", False
    for index, line in enumerate(lines):
        whole = line.endswith("\n")
        if fence:
            if whole and line.strip() and not line.strip().strip(fence[0]) and len(line.strip()) >= len(fence):
                blocks.append("".join(lines[start : index + 1]))
                start, fence = index + 1, ""
            continue
        if not line.strip():
            blank = blank or (whole and index > start)
            continue
        if blank and not line[0].isspace():
            blocks.append("".join(lines[start:index]))
            start = index
        blank = False
        if whole and (opened := _FENCE.match(line)):
            fence = opened[1]
    return [block for block in blocks if block.strip()], "".join(lines[start:])
