"""Word → Markdown, by mammoth and markdownify."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import mammoth  # pyright: ignore[reportMissingTypeStubs]
from markdownify import MarkdownConverter

from agent.api import ToolFailed, ToolRetry

from .reading import MAX_CHARS, Reading, check_package, told

_mammoth: Any = mammoth
_BaseConverter: Any = MarkdownConverter
_STYLES = """
p[style-name='HTML Preformatted'] => pre:separator('\\n')
r[style-name='HTML Code'] => code
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""
_PRE = re.compile(r"^```\n.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) (.*)$", re.MULTILINE)


class _Converter(_BaseConverter):
    # WORKAROUND(markdownify 1.2): a | in a cell would begin another.
    def convert_td(self, el: Any, text: str, parent_tags: set[str]) -> str:
        base: Any = super()
        return base.convert_td(el, text.replace("|", "\\|"), parent_tags)

    def convert_th(self, el: Any, text: str, parent_tags: set[str]) -> str:
        base: Any = super()
        return base.convert_th(el, text.replace("|", "\\|"), parent_tags)


def read_word(path: Path, part: str = "") -> Reading:
    """Read a document, or what stands under one of its headings. Raises ToolRetry, ToolFailed."""
    check_package(path)
    images = 0

    def leave_out(_image: Any) -> dict[str, str]:
        nonlocal images
        images += 1
        return {"src": "left-out"}

    try:
        with path.open("rb") as file:
            html = _mammoth.convert_to_html(
                file, convert_image=_mammoth.images.img_element(leave_out), style_map=_STYLES
            ).value
        markdown = _Converter(heading_style="ATX", bullets="-", table_infer_header=True).convert(html)
    except Exception as error:
        raise ToolFailed(f"{path.name} cannot be read as a Word document ({told(error)}).") from error
    markdown = re.sub(r"!\[([^\]]*)\]\(left-out\)", r"[image: \1]", markdown).replace("[image: ]", "[image]")
    markdown = _PRE.sub(lambda block: block[0].replace("  \n", "\n"), markdown)
    markdown = re.sub(r"<a id=\"[^\"]*\"></a>|\n{3,}(?=\n)", "", markdown).strip()
    notes = [f"Images left out: {images}."] if images else []
    if part:
        markdown = _section(markdown, part)
    elif len(markdown) > MAX_CHARS:
        markdown = markdown[:MAX_CHARS]
        notes.append(f"Only the first {MAX_CHARS:,} characters. Give a heading as `part` for what is under it.")
    return Reading(markdown, tuple(notes))


def _section(markdown: str, heading: str) -> str:
    found = list(_HEADING.finditer(markdown))
    for index, match in enumerate(found):
        if match[2].strip().casefold() == heading.strip().strip("# ").casefold():
            after = (later.start() for later in found[index + 1 :] if len(later[1]) <= len(match[1]))
            return markdown[match.start() : next(after, len(markdown))].strip()[:MAX_CHARS]
    titles = "; ".join(match[2] for match in found[:30])
    raise ToolRetry(f"There is no heading {heading!r}. There are: {titles or 'none'}.")
