"""The egress point: public addresses only, whatever names, redirects and resolvers say."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolFailed, ToolRetry
from agent.safety.web_address import IPAddress, WebAddress, is_public
from agent.tasks import spawn
from agent.tools.egress import Egress, WebResponse
from agent.tools.egress_pass import EgressPass, EgressRecord
from tests.helpers.web_server import WebServer, web_server


class Names:
    """A resolver: the answers of each name, one after the other, the last for ever."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        found = self.answers.get(host)
        if found is None:
            raise socket.gaierror(socket.EAI_NONAME, "unknown name")
        return found.pop(0) if len(found) > 1 else found[0]


HERE = ipaddress.ip_address("127.0.0.1")


def permit(address: IPAddress) -> bool:
    """127.0.0.1 plays a public address; of all others the real rule decides."""
    return address == HERE or is_public(address)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def get(egress: Egress, url: str, **more: object) -> WebResponse:
    return asyncio.run(egress.get(url, **more))  # pyright: ignore[reportArgumentType]


def egress_to(server: WebServer, *names: str) -> Egress:
    return Egress(Names(**{name: [["127.0.0.1"]] for name in names or ("site_example",)}), permit)


def test_it_connects_to_the_resolved_address_under_the_name(web: WebServer) -> None:
    web.add("/page?q=1", b"hello", Content_Type="text/plain")
    egress = egress_to(web)
    response = get(egress, f"http://Site.Example:{web.port}/page?q=1#top")
    assert (str(response.address), response.status, response.body, response.truncated) == (
        f"http://site.example:{web.port}/page?q=1",
        200,
        b"hello",
        False,
    )
    path, headers = web.requests[0]
    assert (path, headers["host"], "cookie" in headers) == ("/page?q=1", f"site.example:{web.port}", False)
    traffic = egress.traffic["user"]
    assert (traffic.sent > 100, traffic.received > 100) == (True, True)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00::1"]
)
def test_a_name_of_this_machine_or_its_network_is_denied(web: WebServer, address: str) -> None:
    web.add("/", b"secret")
    with pytest.raises(ToolDenied, match="not on the public internet"):
        get(Egress(Names(evil_example=[[address]])), f"http://evil.example:{web.port}/")
    assert web.requests == []


def test_one_private_address_among_public_ones_is_enough_to_deny(web: WebServer) -> None:
    with pytest.raises(ToolDenied):
        get(Egress(Names(evil_example=[["127.0.0.1", "10.0.0.1"]]), permit), f"http://evil.example:{web.port}/")
    assert web.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "192.168.0.1", "169.254.169.254"])
def test_a_private_address_in_the_url_is_denied_before_anything(host: str) -> None:
    with pytest.raises(ToolDenied):
        Egress().check(f"http://{host}/")


def test_localhost_is_denied_with_the_real_resolver(web: WebServer) -> None:
    web.add("/", b"secret")
    with pytest.raises(ToolDenied):
        get(Egress(), f"http://localhost:{web.port}/")
    assert web.requests == []


def test_a_name_that_changes_its_address_is_resolved_once(web: WebServer) -> None:
    web.add("/", b"public")
    names = Names(rebind_example=[["127.0.0.1"], ["10.0.0.1"]])
    assert get(Egress(names, permit), f"http://rebind.example:{web.port}/").body == b"public"
    assert names.asked == ["rebind.example"]
    with pytest.raises(ToolDenied):
        get(Egress(names, permit), f"http://rebind.example:{web.port}/")


def test_a_redirect_is_followed_and_judged_anew(web: WebServer) -> None:
    web.add("/start", status=302, Location=f"http://other.example:{web.port}/end")
    web.add("/end", b"arrived")
    response = get(egress_to(web, "site_example", "other_example"), f"http://site.example:{web.port}/start")
    assert (response.address.host, response.body) == ("other.example", b"arrived")


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://127.0.0.2:{port}/secret", ToolDenied),
        ("http://169.254.169.254/latest/meta-data", ToolDenied),
        ("http://[::ffff:10.0.0.1]/", ToolDenied),
        ("http://0x7f.1/", ToolDenied),
        ("http://inside.example:{port}/secret", ToolDenied),
        ("//user:pass@site.example:{port}/", ToolDenied),
        ("file:///etc/passwd", ToolRetry),
        ("http://nowhere.example/", ToolFailed),
    ],
)
def test_a_redirect_leads_nowhere_else(web: WebServer, location: str, error: type[Exception]) -> None:
    web.add("/start", status=301, Location=location.format(port=web.port))
    web.add("/secret", b"secret")
    names = Names(site_example=[["127.0.0.1"]], inside_example=[["192.168.0.7"]])
    with pytest.raises(error):
        get(Egress(names, permit), f"http://site.example:{web.port}/start")
    assert [path for path, _headers in web.requests] == ["/start"]


def test_only_permitted_hosts_are_resolved(web: WebServer) -> None:
    web.add("/start", status=302, Location=f"http://other.example:{web.port}/end")
    names = Names(site_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])

    def permit_host(host: str, port: int) -> None:
        if (host, port) != ("site.example", web.port):
            raise ToolDenied(f"{host} is not granted.")

    with pytest.raises(ToolDenied, match=r"other\.example is not granted"):
        get(
            Egress(names, permit),
            f"http://site.example:{web.port}/start",
            egress_pass=EgressPass("job", "r1", permit_host),
        )
    assert names.asked == ["site.example"]
    assert [path for path, _headers in web.requests] == ["/start"]


def test_whoever_judges_a_redirect_is_asked_before_it_is_followed(web: WebServer) -> None:
    web.add("/start", status=302, Location="/middle?a=1")
    web.add("/middle", status=302, Location="/end")
    asked: list[str] = []

    async def judge(address: WebAddress) -> None:
        asked.append(str(address))
        await asyncio.sleep(0.3)  # a person thinks; the clock of the network stands still
        if address.target == "/end":
            raise ToolDenied("Not there.")

    with pytest.raises(ToolDenied, match="Not there"):
        get(
            egress_to(web),
            f"http://site.example:{web.port}/start",
            timeout_s=0.5,
            egress_pass=EgressPass(on_redirect=judge),
        )
    assert asked == [f"http://site.example:{web.port}{target}" for target in ("/middle?a=1", "/end")]
    assert [path for path, _headers in web.requests] == ["/start", "/middle?a=1"]


def test_each_request_is_told_with_its_exact_url_and_its_bytes(web: WebServer) -> None:
    web.add("/start", status=302, Location="/end?secret=1")
    web.add("/end", b"x" * 10_000)
    told: list[EgressRecord] = []
    egress = egress_to(web)
    began = datetime.now(UTC)
    for principal in ("job:nightly", "user"):
        get(
            egress,
            f"http://site.example:{web.port}/start",
            egress_pass=EgressPass(principal, "r1", listener=told.append),
        )
    assert [(record.principal, record.run_id, record.url, record.address) for record in told] == [
        (principal, "r1", f"http://site.example:{web.port}{target}", "127.0.0.1")
        for principal in ("job:nightly", "user")
        for target in ("/start", "/end?secret=1")
    ]
    head = len(f"GET /start HTTP/1.1\r\nHost: site.example:{web.port}\r\n")
    assert all(head < record.sent < 400 and began <= record.at <= datetime.now(UTC) for record in told)
    assert 10_000 < told[1].received < 10_400
    for principal, records in (("job:nightly", told[:2]), ("user", told[2:])):
        assert egress.traffic[principal].sent == sum(record.sent for record in records)
        assert egress.traffic[principal].received == sum(record.received for record in records)


def test_a_request_that_breaks_is_told_too(web: WebServer) -> None:
    web.add("/", repeat(b"", 1), Content_Length="100")
    told: list[EgressRecord] = []
    with pytest.raises(ToolFailed):
        get(
            egress_to(web),
            f"http://site.example:{web.port}/",
            timeout_s=2.0,
            egress_pass=EgressPass(listener=told.append),
        )
    assert len(told) == 1


def test_a_name_that_rebinds_before_its_redirect_is_denied(web: WebServer) -> None:
    web.add("/start", status=307, Location="/secret")
    web.add("/secret", b"secret")
    names = Names(rebind_example=[["127.0.0.1"], ["127.0.0.2"]])
    with pytest.raises(ToolDenied):
        get(Egress(names, permit), f"http://rebind.example:{web.port}/start")
    assert [path for path, _headers in web.requests] == ["/start"]


def test_redirects_end(web: WebServer) -> None:
    web.add("/loop", status=302, Location="/loop")
    with pytest.raises(ToolFailed, match="more than 5 times"):
        get(egress_to(web), f"http://site.example:{web.port}/loop")
    assert len(web.requests) == 6


def test_a_long_body_is_cut(web: WebServer) -> None:
    web.add("/", b"x" * 1_000)
    web.add("/endless", repeat(b"y" * 65_536))
    egress = egress_to(web)
    exact = get(egress, f"http://site.example:{web.port}/", max_bytes=1_000)
    assert (len(exact.body), exact.truncated) == (1_000, False)
    for path in ("/", "/endless"):
        cut = get(egress, f"http://site.example:{web.port}{path}", max_bytes=999)
        assert (len(cut.body), cut.truncated) == (999, True)
    assert egress.traffic["user"].received < 1_000_000


def test_a_decompression_bomb_is_cut(web: WebServer) -> None:
    web.add("/", gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    web.add("/small", gzip.compress(b"hello"), Content_Encoding="gzip")
    web.add("/broken", b"not gzip at all", Content_Encoding="gzip")
    web.add("/br", b"x", Content_Encoding="br")
    egress = egress_to(web)
    bomb = get(egress, f"http://site.example:{web.port}/", max_bytes=100_000)
    assert (bomb.body, bomb.truncated) == (bytes(100_000), True)
    assert get(egress, f"http://site.example:{web.port}/small").body == b"hello"
    for path in ("/broken", "/br"):
        with pytest.raises(ToolFailed):
            get(egress, f"http://site.example:{web.port}{path}")


def test_a_slow_answer_ends_at_the_timeout(web: WebServer) -> None:
    def drip() -> Iterator[bytes]:
        while True:
            yield b"."
            time.sleep(0.02)

    web.add("/", drip())
    began = time.monotonic()
    with pytest.raises(ToolFailed, match=r"within 0.3 s"):
        get(egress_to(web), f"http://site.example:{web.port}/", timeout_s=0.3)
    assert time.monotonic() - began < 20


def test_cancelling_ends_the_request(web: WebServer) -> None:
    async def cancel() -> None:
        loop, begun = asyncio.get_running_loop(), asyncio.Event()

        def endless() -> Iterator[bytes]:
            for _ in range(100):
                yield b"y" * 1_000
            loop.call_soon_threadsafe(begun.set)
            yield from repeat(b"y" * 1_000)

        web.add("/", endless())
        task = spawn(egress_to(web).get(f"http://site.example:{web.port}/", max_bytes=10**9), "get")
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())


def test_what_cannot_be_reached_is_said(web: WebServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    web.add("/cut", b"short", Content_Length="100")
    egress = egress_to(web)
    with pytest.raises(ToolFailed, match="could not be read"):
        get(egress, f"http://site.example:{port}/")
    with pytest.raises(ToolFailed, match="could not be read"):
        get(egress, f"http://site.example:{web.port}/cut")
    with pytest.raises(ToolFailed, match="has no address"):
        get(egress, "http://nowhere.example/")


def test_the_next_address_is_tried(web: WebServer) -> None:
    web.add("/", b"hello")
    # Nothing listens on the second loopback address: the connection is refused there.
    names = Names(two_example=[["127.0.0.2", "127.0.0.1"]])
    egress = Egress(names, lambda _address: True)
    assert get(egress, f"http://two.example:{web.port}/").body == b"hello"


def test_system_proxies_are_not_used(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    web.add("/", b"direct")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert get(egress_to(web), f"http://site.example:{web.port}/").body == b"direct"


def test_the_certificate_must_be_of_the_name_not_of_the_address(tmp_path: Path) -> None:
    server_tls, client_tls = certificates(tmp_path, "site.example")
    seen: list[str | None] = []
    server_tls.sni_callback = lambda _socket, name, _context: seen.append(name)
    with web_server(server_tls) as web:
        web.add("/", b"hello")
        web.add("/down", status=302, Location=f"http://site.example:{web.port}/")
        names = Names(site_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
        egress = Egress(names, permit, client_tls)
        assert get(egress, f"https://site.example:{web.port}/").body == b"hello"
        with pytest.raises(ToolFailed, match="certificate verify failed"):
            get(egress, f"https://other.example:{web.port}/")
        with pytest.raises(ToolFailed, match="certificate verify failed"):
            get(Egress(names, permit), f"https://site.example:{web.port}/")
        with pytest.raises(ToolDenied, match="unencrypted"):
            get(egress, f"https://site.example:{web.port}/down")
    assert seen == ["site.example", "other.example", "site.example", "site.example"]


def certificates(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's context around a fresh self-signed certificate of `name`."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(private + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))
