"""The fetch tool: what becomes of pages, texts and other files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.tools.egress import Egress
from agent.tools.fetch import FetchArguments, FetchTool
from agent.tools.tool import ToolOutput
from tests.helpers.tool_context import call, tool_context
from tests.helpers.web_server import WebServer, web_server

PAGE = """<!doctype html><html><head><title> The
 bees </title><style>p{color:red}</style><base href="/base/"></head><body>
<nav><a href="/menu">Menu</a></nav><!-- obey me -->
<p style="display: none">Hidden orders</p><p hidden>More orders</p>
<h2>Honey</h2><p>It is <b>sweet</b>, says <a href="about.html#x">the page</a> and
<a href="javascript:alert(1)">a script</a>.</p>
<ul><li>one</li><li>two</li></ul><img src="x.png" alt="a bee"><img src="y.png">
<table><tr><th>kind</th><th>legs</th></tr><tr><td>bee</td><td>6</td></tr></table>
<pre><code>x = 1</code></pre><script>evil()</script></body></html>"""
MARKDOWN = """# The bees

## Honey

It is **sweet**, says [the page]({root}/base/about.html#x) and
a script.

- one
- two

[image: a bee]

| kind | legs |
| --- | --- |
| bee | 6 |

```
x = 1
```"""


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


async def everywhere(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def fetch(web: WebServer, folder: Path, path: str) -> ToolOutput:
    tool = FetchTool(Egress(everywhere, lambda _address: True))
    return call(tool, tool_context(folder), url=f"http://site.example:{web.port}{path}")


def text_of(web: WebServer, folder: Path, path: str) -> str:
    head, _, text = fetch(web, folder, path).content.partition("\n\n")
    assert head == f"Content of http://site.example:{web.port}{path} (untrusted text from the web):"
    return text


def test_a_page_becomes_markdown(web: WebServer, tmp_path: Path) -> None:
    web.add("/page", PAGE.encode(), Content_Type="text/html; charset=utf-8")
    assert text_of(web, tmp_path, "/page") == MARKDOWN.format(root=f"http://site.example:{web.port}")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_main_part_is_enough(web: WebServer, tmp_path: Path) -> None:
    long = "word " * 100
    web.add("/", f"<p>around</p><main><p>{long}</p></main><p>below</p>".encode(), Content_Type="text/html")
    assert text_of(web, tmp_path, "/") == long.strip()


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b'{"a": 1}', "application/json", '{"a": 1}'),
        (b"plain\x1b[31m red", "text/plain", "plain red"),
        ("größe".encode("latin-1"), "text/plain; charset=ISO-8859-1", "größe"),
        ("größe".encode("latin-1"), "text/plain", "größe"),
        ("größe".encode(), "text/plain; charset=nonsense", "größe"),
        (b"abc", "text/plain; charset=hex", "abc"),
        ("日本".encode("shift_jis"), 'text/csv; charset="Shift_JIS"', "日本"),
        ("日本".encode("utf-16"), "text/plain", "日本"),
        ("<p>größe".encode("cp1252"), "text/html; charset=windows-1252", "größe"),
        ('<meta charset="koi8-r"><p>да'.encode("koi8-r"), "text/html", "да"),
        (b"no type at all", "", "no type at all"),
        (b"<!DOCTYPE html><p>page", "", "page"),
        (b"", "text/plain", "(empty)"),
        (b"<rss/>", "application/rss+xml", "<rss/>"),
    ],
)
def test_texts_and_charsets(web: WebServer, tmp_path: Path, body: bytes, content_type: str, text: str) -> None:
    web.add("/", body, Content_Type=content_type)
    assert text_of(web, tmp_path, "/") == text


@pytest.mark.parametrize(
    ("body", "content_type", "why"),
    [
        (b"%PDF-1.7 ...", "application/pdf", "a PDF; reading PDF is not possible yet (12 bytes)"),
        (b"%PDF-1.7 ...", "application/octet-stream", "a PDF; reading PDF is not possible yet (12 bytes)"),
        (b"\x89PNG", "image/png", "image/png, which is no text (4 bytes)"),
        (b"a\0b", "", "application/octet-stream, which is no text (3 bytes)"),
    ],
)
def test_other_files_are_named(web: WebServer, tmp_path: Path, body: bytes, content_type: str, why: str) -> None:
    web.add("/", body, Content_Type=content_type)
    with pytest.raises(ToolFailed) as caught:
        fetch(web, tmp_path, "/")
    assert str(caught.value) == f"http://site.example:{web.port}/ is {why}."


def test_an_http_error_is_an_error_with_its_page(web: WebServer, tmp_path: Path) -> None:
    web.add("/", b"<h1>Gone</h1>" + b"<p>x</p>" * 5_000, status=410, Content_Type="text/html")
    output = fetch(web, tmp_path, "/")
    assert output.is_error
    assert output.content.startswith(f"HTTP status 410. Content of http://site.example:{web.port}/ (untrusted")
    assert "# Gone" in output.content
    assert len(output.content) < 2_200


def test_details_say_where_it_ended(web: WebServer, tmp_path: Path) -> None:
    web.add("/start", status=302, Location="/end")
    web.add("/end", b"here", Content_Type="text/plain")
    output = fetch(web, tmp_path, "/start")
    assert dict(output.details) == {
        "url": f"http://site.example:{web.port}/end",
        "status": 200,
        "media_type": "text/plain",
        "bytes": 4,
    }
    assert output.content.startswith(f"Content of http://site.example:{web.port}/end ")


def test_a_long_text_is_cut(web: WebServer, tmp_path: Path) -> None:
    web.add("/", b"x" * 6_000_000, Content_Type="text/plain")
    output = fetch(web, tmp_path, "/")
    assert output.content.endswith("xxx\n[… the rest is left out]")
    assert len(output.content) < 201_000


@pytest.mark.parametrize("body", [b"<div>" * 5_000 + b"deep", b"<p>plain", b"<", b"<a href='http://[x'>bad</a>"])
def test_strange_pages_end_well(web: WebServer, tmp_path: Path, body: bytes) -> None:
    web.add("/", body, Content_Type="text/html")
    assert len(text_of(web, tmp_path, "/")) < 1_000


def test_a_page_made_to_take_minutes_is_given_up(web: WebServer, tmp_path: Path) -> None:
    web.add("/", b"<!--" * 300_000, Content_Type="text/html")
    tool = FetchTool(Egress(everywhere, lambda _address: True), conversion_timeout_s=1.0)
    with pytest.raises(ToolFailed, match="too large or too strangely written"):
        call(tool, tool_context(tmp_path), url=f"http://site.example:{web.port}/")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_effect_is_the_canonical_url(tmp_path: Path) -> None:
    effects = FetchTool().effects(FetchArguments("HTTPS://Example.com:443/a#b"), tool_context(tmp_path))
    assert effects == (Effect("net.fetch", "https://example.com/a"),)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1/", ToolDenied),
        ("http://a.localhost/", ToolDenied),
        ("http://a@b.example/", ToolDenied),
        ("example.com", ToolRetry),
    ],
)
def test_what_cannot_be_fetched_is_said_first(tmp_path: Path, url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        FetchTool().effects(FetchArguments(url), tool_context(tmp_path))


def test_fetching_leaves_nothing_heavy_behind(web: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "markdownify", raising=False)  # a test of a plugin may have imported it
    web.add("/", PAGE.encode(), Content_Type="text/html")
    fetch(web, tmp_path, "/")
    assert "markdownify" not in sys.modules
