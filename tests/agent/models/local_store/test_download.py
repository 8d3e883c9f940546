"""Downloads from servers on loopback that are good, and from others."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import StorageError, UsageError
from agent.models.local_store import download as subject
from agent.models.local_store.download import Fetched, Patience, Progress, Wanted, download
from agent.models.local_store.failure import DownloadFailed
from agent.models.local_store.part import Part, PartNote
from tests.helpers.model_files import MIB, Request, file_server, sha256, small_model

MODEL = small_model(3)
SUM = sha256(MODEL)
QUICK = Patience((0.01,), 0.3)


def fetch(wanted: Wanted, target: Path, tell: Callable[[Progress], None] = lambda _: None) -> Fetched:
    return asyncio.run(download(wanted, target, tell, QUICK))


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_good_server(tmp_path: Path) -> None:
    target, seen = tmp_path / "models" / "m.gguf", list[Progress]()
    with file_server(lambda request: request.whole(MODEL)) as server:
        fetched = fetch(Wanted(server.url(), SUM, len(MODEL)), target, seen.append)
    assert fetched == Fetched(SUM, len(MODEL), "given")
    assert target.read_bytes() == MODEL and left(target.parent) == ["m.gguf"]
    assert (seen[1].phase, seen[-1].phase) == ("connecting", "checking")
    received = [one.received for one in seen if one.phase == "receiving"]
    assert received == sorted(received) and received[-1] == len(MODEL) and seen[-1].total == len(MODEL)


@pytest.mark.parametrize("sum_given", [True, False])
def test_a_server_that_drops_is_gone_on_with(tmp_path: Path, sum_given: bool) -> None:
    with file_server(lambda request: request.whole(MODEL, most=MIB + 777)) as server:
        fetched = fetch(Wanted(server.url(), SUM if sum_given else ""), tmp_path / "m.gguf")
    assert (tmp_path / "m.gguf").read_bytes() == MODEL
    assert [begin for _path, begin in server.requests] == [0, MIB + 777, 2 * (MIB + 777)]
    assert fetched.compared == ("given" if sum_given else "nothing")


def test_what_was_cancelled_or_killed_is_gone_on_with_later(tmp_path: Path) -> None:
    hold = threading.Event()

    def play(request: Request) -> None:
        if request.begin:
            request.whole(MODEL)
            return
        request.head(200, content_length=len(MODEL), etag='"v1"')
        request.wfile.write(MODEL[:MIB])
        hold.wait(10)

    async def cancelled(wanted: Wanted) -> None:
        begun = asyncio.Event()
        work = asyncio.ensure_future(
            download(wanted, tmp_path / "m.gguf", lambda p: begun.set() if p.received else None, Patience((), 10))
        )
        await begun.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    with file_server(play) as server:
        wanted = Wanted(server.url(), SUM)
        asyncio.run(cancelled(wanted))
        hold.set()
        kept = (tmp_path / "m.gguf.part").stat().st_size
        assert 0 < kept <= MIB
        assert fetch(wanted, tmp_path / "m.gguf") == Fetched(SUM, len(MODEL), "given")
    assert server.requests[1] == ("/model.gguf", kept) and left(tmp_path) == ["m.gguf"]


def test_a_file_that_changed_meanwhile_is_begun_anew(tmp_path: Path) -> None:
    newer = small_model(3, seed=2)
    note = PartNote("", "", len(MODEL), '"v1"')
    with file_server(lambda request: request.whole(newer, tag='"v2"')) as server:
        part = Part(tmp_path / "m.gguf.part")
        part.open(PartNote(server.url()))
        part.write(MODEL[:MIB])
        part.annotate(PartNote(server.url(), "", note.size, note.validator))
        part.close()
        fetched = fetch(Wanted(server.url()), tmp_path / "m.gguf")
    assert fetched.sha256 == sha256(newer) and (tmp_path / "m.gguf").read_bytes() == newer
    assert server.requests == [("/model.gguf", MIB)]


def test_mirrors_that_do_not_agree_on_a_tag_are_gone_on_with_where_the_sum_decides(tmp_path: Path) -> None:
    tags = iter(f'"mirror {number}"' for number in range(9))
    with file_server(lambda request: request.whole(MODEL, most=2 * MIB, tag=next(tags))) as server:
        assert fetch(Wanted(server.url(), SUM), tmp_path / "m.gguf").size == len(MODEL)
    assert [begin for _path, begin in server.requests] == [0, 2 * MIB]


def test_a_server_that_ignores_ranges_begins_anew_and_one_without_versions_is_not_trusted(tmp_path: Path) -> None:
    times = iter(range(9))

    def play(request: Request) -> None:
        request.head(200, content_length=len(MODEL))
        request.wfile.write(MODEL if next(times) else MODEL[:MIB])
        request.close_connection = True

    with file_server(play) as server:
        assert fetch(Wanted(server.url()), tmp_path / "m.gguf") == Fetched(SUM, len(MODEL), "nothing")
    assert [begin for _path, begin in server.requests] == [0, 0]
    assert (tmp_path / "m.gguf").read_bytes() == MODEL


def stalls(request: Request) -> None:
    request.head(200, content_length=len(MODEL), etag='"v1"')
    request.wfile.write(MODEL[:1000])
    threading.Event().wait(1)
    request.close_connection = True


def drips(request: Request) -> None:
    request.head(200, content_length=len(MODEL), etag='"v1"')
    for byte in MODEL[:30]:
        request.wfile.write(bytes([byte]))
        threading.Event().wait(0.1)
    request.close_connection = True


def lies_long(request: Request) -> None:
    if request.begin:
        request.head(416, content_range=f"bytes */{len(MODEL) - 5000}", content_length=0)
        return
    request.head(200, content_length=len(MODEL), etag='"v1"')
    request.wfile.write(MODEL[:-5000])
    request.close_connection = True


def never_ends(request: Request) -> None:
    request.head(200, connection="close")
    request.wfile.write(MODEL)
    while True:
        request.wfile.write(bytes(MIB))


def other_bytes(request: Request) -> None:
    request.whole(MODEL[:-1] + bytes([MODEL[-1] ^ 1]))


@pytest.mark.parametrize(
    ("play", "wanted", "words", "kept"),
    [
        (other_bytes, Wanted("", SUM), "is not the file that was wanted: its SHA-256 is", []),
        (other_bytes, Wanted("", SUM, len(MODEL)), "Nothing of it was kept", []),
        (lambda r: r.whole(MODEL, repr_digest=f"sha-256=:{'A' * 43}=:"), Wanted(""), f"and {'0' * 64} was exp", []),
        (lambda r: r.whole(MODEL), Wanted("", SUM, 5), "and 5 were expected", []),
        (lambda r: r.whole(MODEL[:-4]), Wanted(""), "is cut: the model has 3,", []),
        (lies_long, Wanted(""), "is cut: the model has 3,", []),
        (lies_long, Wanted("", SUM), "is not the file that was wanted", []),
        (never_ends, Wanted(""), "does not end", []),
        (never_ends, Wanted("", SUM, len(MODEL)), "does not end", []),
        (lambda r: r.whole(b"<html>Log in", content_type="text/html"), Wanted(""), "sent a web page", []),
        (lambda r: r.whole(b"%PDF-1.7" + MODEL), Wanted(""), "something else than a GGUF model", []),
        (lambda r: r.whole(MODEL[:60]), Wanted(""), "cannot be used", []),
        (lambda r: r.whole(MODEL, content_encoding="gzip"), Wanted(""), "compressed", []),
        (lambda r: r.head(404, content_length=0), Wanted(""), "has no such file", []),
        (lambda r: r.head(401, content_length=0), Wanted(""), "with your browser", []),
        (lambda r: r.head(503, content_length=0), Wanted(""), "given up: 127.0.0.1 answered 503. Nothing came", []),
        (stalls, Wanted(""), "given up: nothing came any more", None),
        (drips, Wanted(""), "given up: it comes too slowly", None),
        (lambda r: r.head(302, location="/again", content_length=0), Wanted(""), "address to address", []),
        (lambda r: r.head(302, location="http://localhost:8081/", content_length=0), Wanted(""), "own network", []),
        (lambda r: r.head(302, location="http://10.0.0.1/m", content_length=0), Wanted(""), "own network", []),
        (lambda r: r.head(302, location="file:///etc/passwd", content_length=0), Wanted(""), "not used", []),
    ],
)
def test_a_bad_server(
    tmp_path: Path, play: Callable[[Request], None], wanted: Wanted, words: str, kept: list[str] | None
) -> None:
    with file_server(play) as server, pytest.raises(DownloadFailed, match=words):
        fetch(wanted._replace(url=server.url()), tmp_path / "m.gguf")
    assert not (tmp_path / "m.gguf").exists()
    if kept is not None:
        assert left(tmp_path) == kept


def test_what_a_hub_tells_while_it_redirects_is_compared(tmp_path: Path) -> None:
    def play(request: Request) -> None:
        if request.path == "/model.gguf":
            request.head(302, location="/stored?key=a%2Fb", x_linked_etag=f'"{SUM}"', content_length=0)
        else:
            request.whole(MODEL)

    with file_server(play) as server:
        assert fetch(Wanted(server.url()), tmp_path / "m.gguf") == Fetched(SUM, len(MODEL), "server")
        assert [path for path, _ in server.requests] == ["/model.gguf", "/stored?key=a%2Fb"]
        with pytest.raises(DownloadFailed, match="has another file now"):
            fetch(Wanted(server.url(), "0" * 64), tmp_path / "n.gguf")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/m.gguf", "begin with http"),
        ("https://name:word@example.org/m.gguf", "user name or password"),
        ("http://example.org/m.gguf", "plain http"),
        ("m.gguf", "begin with http"),
    ],
)
def test_addresses_that_are_not_used(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fetch(Wanted(url), tmp_path / "m.gguf")
    assert left(tmp_path) == []


def test_a_file_that_another_is_fetching(tmp_path: Path) -> None:
    part = Part(tmp_path / "m.gguf.part")
    part.open(PartNote("x"))
    with file_server(lambda request: request.whole(MODEL)) as server:
        with pytest.raises(UsageError, match="being downloaded already"):
            fetch(Wanted(server.url(), SUM), tmp_path / "m.gguf")
        part.close()
        assert fetch(Wanted(server.url(), SUM), tmp_path / "m.gguf").sha256 == SUM


def test_a_disk_without_room(tmp_path: Path) -> None:
    size = shutil.disk_usage(tmp_path).free + (1 << 20)

    def play(request: Request) -> None:
        request.head(200, content_length=size)
        request.close_connection = True

    with file_server(play) as server, pytest.raises(StorageError, match="GB are needed"):
        fetch(Wanted(server.url()), tmp_path / "m.gguf")
    assert left(tmp_path) == []


def test_a_loop_that_is_not_held_up(tmp_path: Path) -> None:
    """While some tens of megabytes come, are written and summed up, the loop turns."""
    model, longest = small_model(48), 0.0

    async def main(wanted: Wanted) -> None:
        nonlocal longest
        loop = asyncio.get_running_loop()

        async def turn() -> None:
            nonlocal longest
            while True:
                before = loop.time()
                await asyncio.sleep(0.001)
                longest = max(longest, loop.time() - before)

        turning = asyncio.ensure_future(turn())
        await download(wanted, tmp_path / "m.gguf")
        turning.cancel()

    with file_server(lambda request: request.whole(model)) as server:
        asyncio.run(main(Wanted(server.url(), sha256(model))))
    assert longest < 0.25
    assert subject.RESERVE_BYTES > 0
