"""The tool that reads a web page."""

from __future__ import annotations

import asyncio
import codecs
import os
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from agent.errors import ToolFailed
from agent.safety.effects import Effect
from agent.tools.egress import MAX_BODY_BYTES, Egress, WebResponse
from agent.tools.egress_pass import ANYWHERE
from agent.tools.output import plain_text
from agent.tools.process import run
from agent.tools.tool import ToolContext, ToolOutput
from agent.workers import worker_command

MAX_HTML_CHARS = 2_000_000
MAX_TEXT_CHARS = 200_000
MAX_ERROR_CHARS = 2_000
CONVERSION_TIMEOUT_S = 20.0

_HTML = ("text/html", "application/xhtml+xml")
_TEXT = re.compile(
    r"text/.*|application/(json|xml|javascript|ecmascript|x-ndjson|yaml|x-yaml|toml|sql|x-sh|graphql)|.*\+(json|xml|yaml)"
)
_CHARSETS = re.compile(r"utf-(8|16|32).*|ascii|iso8859-.*|cp\d+|koi8-.*|gb.*|big5.*|euc_.*|shift_jis.*|mac-.*|tis-620")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?([a-zA-Z0-9_:.-]{1,40})""", re.IGNORECASE)


class FetchArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to read."""

    url: str


class FetchTool:
    """GETs one page through the egress point and returns its text, marked as somebody else's words."""

    name = "fetch"
    description = "Get a web page as Markdown, or a text file from the web as it is."
    arguments = FetchArguments
    reading = True
    timeout_s = 60.0

    def __init__(self, egress: Egress | None = None, conversion_timeout_s: float = CONVERSION_TIMEOUT_S) -> None:
        self._egress = egress or Egress()
        self._conversion_timeout_s = conversion_timeout_s

    def title(self, args: FetchArguments) -> str:
        """One line for a person."""
        return " ".join(f"fetch {args.url}".split())[:100]

    def effects(self, args: FetchArguments, context: ToolContext) -> Sequence[Effect]:
        """The canonical URL. Raises ToolRetry or ToolDenied for one that cannot be fetched whoever allows it."""
        return (Effect("net.fetch", str(self._egress.check(args.url))),)

    async def run(self, args: FetchArguments, context: ToolContext) -> ToolOutput:
        """Fetch it. An HTTP error is an output with `is_error`; ToolFailed: no answer, or nothing readable."""
        response = await self._egress.get(args.url, max_bytes=MAX_BODY_BYTES, egress_pass=context.egress or ANYWHERE)
        text = await self._readable(response, context)
        failed = response.status >= 400
        status = f"HTTP status {response.status}. " if failed else ""
        bound = MAX_ERROR_CHARS if failed else MAX_TEXT_CHARS
        cut = "\n[… the rest is left out]" if response.truncated or len(text) > bound else ""
        head = f"{status}Content of {response.address} (untrusted text from the web):"
        return ToolOutput(
            f"{head}\n\n{text[:bound].strip() or '(empty)'}{cut}",
            details={
                "url": str(response.address),
                "status": response.status,
                "media_type": _media_type(response),
                "bytes": len(response.body),
            },
            is_error=failed,
        )

    async def _readable(self, response: WebResponse, context: ToolContext) -> str:
        kind = _media_type(response)
        if kind in _HTML:
            html, url = _decode(response)[:MAX_HTML_CHARS], str(response.address)
            return await _markdown(html, url, context.scratch, self._conversion_timeout_s)
        if _TEXT.fullmatch(kind):
            return plain_text(_decode(response))
        size = response.headers.get("content-length") or f"{'more than ' * response.truncated}{len(response.body)}"
        what = "a PDF; reading PDF is not possible yet" if kind == "application/pdf" else f"{kind}, which is no text"
        raise ToolFailed(f"{response.address} is {what} ({size} bytes).")


def _media_type(response: WebResponse) -> str:
    named = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if named and named not in ("application/octet-stream", "unknown/unknown"):
        return named
    start = response.body[:1024].lstrip().lower()
    if start.startswith(b"%pdf-"):
        return "application/pdf"
    if b"\0" in start:
        return "application/octet-stream"
    return "text/html" if start.startswith((b"<!doctype html", b"<html")) else "text/plain"


def _decode(response: WebResponse) -> str:
    """Decode by byte order mark, then the header's charset, then the page's own, then UTF-8, then Windows-1252."""
    body = response.body
    for mark, charset in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return body.decode(charset, "replace").removeprefix("\ufeff")
    header = re.search(r"charset\s*=\s*[\"']?([^\s\"';]+)", response.headers.get("content-type", ""), re.IGNORECASE)
    own = _META.search(body[:2048])
    for name in (header[1] if header else "", own[1].decode("ascii") if own else ""):
        if charset := _known_charset(name):
            return body.decode(charset, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(body, final=not response.truncated)
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _known_charset(name: str) -> str | None:
    # A list, because Python also knows codecs that are none of text (hex) or slow ones (punycode, idna).
    try:
        found = codecs.lookup(name).name if name else ""
    except LookupError:
        return None
    # WHATWG: what calls itself Latin 1 or ASCII is Windows-1252.
    return ("cp1252" if found in ("iso8859-1", "ascii") else found) if _CHARSETS.fullmatch(found) else None


async def _markdown(html: str, url: str, scratch: Path, timeout_s: float) -> str:
    page = scratch / f"page-{os.urandom(8).hex()}.html"
    program = Path(__file__).with_name("page_worker.py")
    try:
        await asyncio.to_thread(_write, page, html)
        finished = await run(
            [*worker_command("page", "-I", "-W", "ignore", str(program)), str(page), url],
            cwd=scratch,
            spool=page.with_suffix(".md"),
            timeout_s=timeout_s,
        )
        if finished.exit_code != 0:
            raise ToolFailed(f"{url} is too large or too strangely written to be converted.")
        return await asyncio.to_thread(finished.output.text)
    except OSError as error:
        raise ToolFailed(f"{url} was read, but could not be converted ({error}).") from None
    finally:
        page.unlink(missing_ok=True)
        page.with_suffix(".md").unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="replace")
