"""A program: turns an HTML file into Markdown on standard output. Run by the fetch tool, in a process of its own.

Of its own, because a page can be made so that parsing it takes minutes or gigabytes (html.parser is quadratic in
unclosed comments): this process can be ended, and what the parser takes goes back with it. It can read the page and
what it is made of itself, write nothing and reach nobody.
Arguments: the file, the URL that its links start from.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

MAX_MEMORY_BYTES = 1_500_000_000
NOT_TEXT = ("script", "style", "noscript", "template", "svg", "iframe", "object", "canvas", "nav", "button", "select")


def convert(html: str, url: str) -> str:
    """Title, then the page's main part as Markdown with absolute links; plain text where it is nested too deeply."""
    from bs4 import BeautifulSoup
    from markdownify import MarkdownConverter

    page: Any = BeautifulSoup(html, "html.parser")
    title = " ".join(page.title.get_text().split()) if page.title else ""
    base = page.find("base", href=True)
    _clean(page, urljoin(url, base["href"]) if base else url)
    main = _main_part(page)
    try:
        text = MarkdownConverter(heading_style="ATX", bullets="-").convert_soup(main)
    except RecursionError:
        text = main.get_text("\n", strip=True)
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    body = "\n".join(kept).strip()
    return f"# {title}\n\n{body}" if title and not body.startswith(f"# {title}") else body


def _clean(page: Any, base: str) -> None:
    """Remove what a reader does not see, and make links absolute."""
    from bs4 import Comment

    for text in page.find_all(string=True):
        if isinstance(text, Comment):
            text.extract()
    for tag in page.find_all([*NOT_TEXT, "title"]):
        tag.decompose()
    for tag in page.find_all(_is_hidden):
        if not tag.decomposed:
            tag.decompose()
    for image in page.find_all("img"):
        image.replace_with(f"[image: {image['alt']}]" if image.get("alt") else "")
    for link in page.find_all("a"):
        target = _absolute(base, link.get("href", ""))
        if target:
            link["href"] = target
        else:
            link.unwrap()


def _is_hidden(tag: Any) -> bool:
    style = str(tag.get("style", "")).replace(" ", "").lower()
    return tag.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style


def _absolute(base: str, href: str) -> str:
    if not href.strip() or href.startswith("#"):
        return ""
    try:
        target = urljoin(base, href.strip())
        return target if urlsplit(target).scheme in ("http", "https", "mailto") else ""
    except ValueError:
        return ""


def _main_part(page: Any) -> Any:
    for name in ("main", "article"):
        found = page.find_all(name)
        if len(found) == 1 and len(found[0].get_text(strip=True)) > 200:
            return found[0]
    return page


def _bound_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


def _enter_jail(page: str) -> None:
    # Behind all else: the checkout, where nothing is installed.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    from agent.sandbox.jail import enter

    enter([page], [])


def main() -> None:
    """Convert the file that the arguments name."""
    _bound_memory()
    _enter_jail(sys.argv[1])
    html = Path(sys.argv[1]).read_text(encoding="utf-8", errors="replace")
    sys.stdout.buffer.write(convert(html, sys.argv[2]).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
