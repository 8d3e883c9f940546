"""Against ddgs itself and a loopback proxy that plays the engines: their hosts, TLS and pages, and no network."""

import contextlib
import datetime
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ddgs.ddgs import DDGS

from plugins.websearch.search import HOSTS, Answer, Hit, engines_in, search

DUCK = """<html><body><div class="body"><h2>Lobster &amp; <b>co</b></h2>
<a href="https://lobster.example/a?b=1">All about   lobsters</a></div>
<div class="body"><h2>Evil</h2><a href="javascript:alert(1)">x</a></div></body></html>"""
MOJEEK = """<html><body><ul class="results"><li><h2><a href="https://crab.example/">Crabs</a></h2>
<p class="s">About crabs</p></li></ul></body></html>"""


@dataclass
class Engines:
    """Plays all engines; keeps what each was asked."""

    proxy: str
    authority: Path
    replies: dict[str, tuple[int, str]]
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    def client(self) -> DDGS:
        return DDGS(proxy=self.proxy, timeout=10, verify=str(self.authority))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificates")
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("authority", "engines")]
    now = datetime.datetime.now(datetime.UTC)
    made: list[x509.Certificate] = []
    for at, extension in enumerate((x509.BasicConstraints(True, None), x509.BasicConstraints(False, None))):
        builder = (
            x509.CertificateBuilder().subject_name(names[at]).issuer_name(names[0]).public_key(keys[at].public_key())
        )
        builder = builder.serial_number(x509.random_serial_number()).add_extension(extension, critical=True)
        builder = builder.not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
        hosts = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS.values()])
        made.append(builder.add_extension(hosts, critical=False).sign(keys[0], hashes.SHA256()))
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(made[0].public_bytes(pem))
    key = keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "engines.pem").write_bytes(key + made[1].public_bytes(pem))
    return folder / "authority.pem", folder / "engines.pem"


@pytest.fixture
def engines(certificates: tuple[Path, Path]) -> Iterator[Engines]:
    authority, own = certificates
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    with socket.create_server(("127.0.0.1", 0)) as server:
        played = Engines(f"http://127.0.0.1:{server.getsockname()[1]}", authority, {})
        thread = threading.Thread(target=_accept, args=(server, context, played))
        thread.start()
        try:
            yield played
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(server: socket.socket, context: ssl.SSLContext, played: Engines) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, contextlib.suppress(OSError):
            _answer(connection, context, played)


def _answer(connection: socket.socket, context: ssl.SSLContext, played: Engines) -> None:
    host = _head(connection).split()[1].partition(":")[0]
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    with context.wrap_socket(connection, server_side=True) as tls:
        head = _head(tls)
        length = re.search(r"(?i)content-length: *(\d+)", head)
        body = tls.recv(int(length[1])).decode() if length else head.split()[1].partition("?")[2]
        played.asked.append((host, parse_qs(body)))
        status, page = played.replies.get(host, (503, ""))
        data = page.encode()
        tls.sendall(f"HTTP/1.1 {status} X\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode() + data)


def _head(connection: socket.socket) -> str:
    data = b""
    while not data.endswith(b"\r\n\r\n") and (piece := connection.recv(1)):
        data += piece
    return data.decode()


def test_the_first_engine_that_answers_is_enough(engines: Engines) -> None:
    engines.replies = {HOSTS["duckduckgo"]: (200, DUCK)}
    answer = search(engines.client(), "lobster & co", ["duckduckgo", "mojeek"], since="week", region="de-de")
    assert answer == Answer(
        [Hit("Lobster & co", "https://lobster.example/a?b=1", "All about lobsters")], "duckduckgo", ()
    )
    [(host, asked)] = engines.asked
    assert host == HOSTS["duckduckgo"] and (asked["q"], asked["l"], asked["df"]) == (["lobster & co"], ["de-de"], ["w"])


def test_the_next_is_asked_if_one_refuses(engines: Engines) -> None:
    engines.replies = {HOSTS["duckduckgo"]: (429, "slow down"), HOSTS["mojeek"]: (200, MOJEEK)}
    answer = search(engines.client(), "crab", ["duckduckgo", "mojeek", "brave"])
    assert (answer.engine, [hit.url for hit in answer.hits]) == ("mojeek", ["https://crab.example/"])
    assert [failure.partition(":")[0] for failure in answer.failures] == ["duckduckgo"]
    assert [host for host, _ in engines.asked] == [HOSTS["duckduckgo"], HOSTS["mojeek"]]


BARREN = ["", "<html>", "garbage \x00\xff", "<div class='body'>" * 3000, DUCK.replace("https://lobster", "file://x")]


@pytest.mark.parametrize("page", BARREN)
def test_pages_without_results_give_none(engines: Engines, page: str) -> None:
    engines.replies = {HOSTS["duckduckgo"]: (200, page)}
    answer = search(engines.client(), "x", ["duckduckgo"])
    assert answer.hits == [] and answer.engine == ""


def test_nobody_there_is_told_and_not_raised() -> None:
    answer = search(DDGS(proxy="http://127.0.0.1:1", timeout=5), "x", ["duckduckgo", "mojeek"])
    assert answer.hits == [] and [failure.partition(": ")[0] for failure in answer.failures] == ["duckduckgo", "mojeek"]
    assert all(len(failure) < 150 and "RequestError" not in failure for failure in answer.failures)


def test_settings_name_engines_that_are_known() -> None:
    assert engines_in(" Mojeek,duckduckgo,, mojeek ") == ["mojeek", "duckduckgo"]
    with pytest.raises(ValueError, match="no search engine 'auto'"):
        engines_in("duckduckgo, auto")
