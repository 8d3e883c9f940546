"""Sending to a collector: real servers on loopback, some of them behind names of a test's own."""

import asyncio
import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.safety.web_address import IPAddress
from agent.tools.egress_pass import EgressRecord
from agent.traces.endpoint import Endpoint, NotSent, Sent
from tests.agent.tools.test_egress import certificates
from tests.helpers.clock import FakeClock


class Collector:
    """Answers in turn, and keeps what it was sent."""

    def __init__(self) -> None:
        self.port = 0
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.hold: threading.Event | None = None
        """Waited for after an answer, which is not whole until then."""
        self.answers: list[tuple[int, dict[str, str], bytes]] = []


@contextmanager
def collector(tls: ssl.SSLContext | None = None) -> Iterator[Collector]:
    told = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            status, headers, answer = told.answers.pop(0) if told.answers else (200, {}, b"{}")
            try:
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(answer))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)
                self.wfile.flush()
                if told.hold is not None:
                    told.hold.wait(10)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(url: str, *messages: bytes, clock: FakeClock | None = None, **more: Any) -> tuple[Sent, list[EgressRecord]]:
    noted: list[EgressRecord] = []

    async def main() -> Sent:
        endpoint = Endpoint(url, more.pop("headers", {}), clock or FakeClock(), **more)
        return await endpoint.send(messages or [b"{}"], noted.append)

    return asyncio.run(main()), noted


def test_each_message_is_posted_to_the_named_place_and_noted() -> None:
    with collector() as there:
        sent, noted = send(f"http://localhost:{there.port}", b'{"a":1}', b'{"b":2}', headers={"X-Key": "k"})
        address = f"http://localhost:{there.port}/v1/traces"
        assert sent == Sent(address, 2, 14)
        assert [(path, json.loads(body)) for path, _, body in there.got] == [
            ("/v1/traces", {"a": 1}),
            ("/v1/traces", {"b": 2}),
        ]
        headers = there.got[0][1]
        assert (headers["content-type"], headers["x-key"]) == ("application/json", "k")
        assert headers["host"] == f"localhost:{there.port}"
        assert [record.url for record in noted] == [address, address] and all(record.sent > 100 for record in noted)
        for path in ("/api/otel", "/api/otel/", "/api/otel/v1/traces", "/api/otel?x=1"):
            there.got.clear()
            send(f"http://127.0.0.1:{there.port}{path}")
            assert there.got[0][0].partition("?")[0] == "/api/otel/v1/traces"


def test_what_it_did_not_want_is_told() -> None:
    with collector() as there:
        url = f"http://localhost:{there.port}"
        there.answers = [
            (200, {}, b'{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}'),
            (202, {}, b"x"),
        ]
        assert send(url)[0] == Sent(f"{url}/v1/traces", 1, 2, 3, "too old")
        assert send(url)[0].rejected == 0


@pytest.mark.parametrize(
    ("answer", "rejected", "words"),
    [
        (b"[" * 60_000, 0, ""),
        (b'{"partialSuccess":{"rejectedSpans":1e308}}', int(1e308), ""),
        (b'{"partialSuccess":{"rejectedSpans":-5,"errorMessage":"\\u001b[2J\\u202eno\\n"}}', 0, "[2J no"),
        (b'{"partialSuccess":[]}', 0, ""),
        (b'{"partialSuccess":{"rejectedSpans":"\xc2\xb2"}}', 0, ""),
    ],
)
def test_whatever_it_answers_with_a_success_is_one(answer: bytes, rejected: int, words: str) -> None:
    with collector() as there:
        url = f"http://localhost:{there.port}"
        there.answers = [(200, {}, answer)]
        assert send(url)[0] == Sent(f"{url}/v1/traces", 1, 2, rejected, words)


def test_what_waiting_may_mend_is_tried_again_and_nothing_else() -> None:
    with collector() as there:
        url, clock = f"http://localhost:{there.port}", FakeClock()
        odd = {"Retry-After": "²"}
        there.answers = [(503, {"Retry-After": "7"}, b""), (429, {}, b""), (200, {}, b""), (429, odd, b"")]
        send(url, clock=clock)
        assert clock.slept == [7, 2]
        send(url, clock=clock)
        assert clock.slept.pop() == 1
        there.answers = [(503, {"Retry-After": "9999"}, b"busy")] * 3
        with pytest.raises(NotSent, match=r"HTTP 503\).*It says: busy"):
            send(url, clock=clock)
        assert clock.slept[2:] == [20, 20]
        there.got.clear()
        for status, words in [
            (401, "wants a key"),
            (404, "no OTLP endpoint"),
            (400, "did not take"),
            (307, "leads on to 'https://evil.example/'"),
        ]:
            there.answers = [(status, {"Location": "https://evil.example/"}, b"no")]
            with pytest.raises(NotSent, match=words):
                send(url)
        assert len(there.got) == 4


def test_an_answer_without_end_is_cut() -> None:
    with collector() as there:
        there.answers = [(200, {"Content-Length": str(10**9)}, b"x" * 1_000_000)]
        assert send(f"http://localhost:{there.port}")[0].messages == 1


def test_one_that_never_ends_its_answer() -> None:
    with collector() as there:
        there.answers = [(200, {"Content-Length": "9"}, b"x")]
        there.hold = threading.Event()
        try:
            with pytest.raises(NotSent, match=r"did not answer within 0\.2 s"):
                send(f"http://localhost:{there.port}", timeout_s=0.2)
        finally:
            there.hold.set()


def test_nobody_there() -> None:
    with collector() as there:
        gone = there.port
    with pytest.raises(NotSent, match=r"localhost was not reached .* try again later"):
        send(f"http://localhost:{gone}")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://collector.example:4318", "not encrypted"),
        ("https://10.0.0.7:4318", "not on the public internet"),
        ("https://169.254.169.254/", "not on the public internet"),
        ("https://[fd00::1]/", "not on the public internet"),
        ("https://user:word@collector.example/", "user name or password"),
        ("https://0x7f.1/", "number"),
        ("ftp://collector.example/", "http"),
        ("collector.example", "http"),
        ("", "http"),
    ],
)
def test_addresses_that_are_not_sent_to(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        send(url)


@pytest.mark.parametrize("found", [["127.0.0.1"], ["10.0.0.7"], ["93.184.216.34", "192.168.1.1"], []])
def test_a_name_must_lead_to_the_internet_only(found: Sequence[str]) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return found

    with pytest.raises(NotSent, match=r"not on the public internet|has no address"):
        send("https://collector.example/", resolve=resolve)


def test_localhost_must_be_this_machine() -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["93.184.216.34"]

    with pytest.raises(NotSent, match="Nothing was sent"):
        send("http://localhost:4318", resolve=resolve)


def test_over_tls_the_name_is_checked_and_the_address_dialled_is_the_one_that_was_judged(tmp_path: Path) -> None:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    def permit(address: IPAddress) -> bool:
        return str(address) == "127.0.0.1"

    server, client = certificates(tmp_path, "public.example")
    with collector(server) as there:
        url = f"https://public.example:{there.port}/x"
        sent, noted = send(url, resolve=resolve, permit=permit, tls=client)
        assert sent.address == f"{url}/v1/traces" and noted[0].address == "127.0.0.1"
        with pytest.raises(NotSent, match="certificate"):
            send(url.replace("public", "other"), resolve=resolve, permit=permit, tls=client)


@pytest.mark.parametrize("headers", [{"Host": "x"}, {"a b": "x"}, {"X": "a\r\nY: b"}, {"X": "ü"}, {"": "x"}])
def test_headers_that_would_be_another_request(headers: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="header"):
        send("https://collector.example/", headers=headers)
