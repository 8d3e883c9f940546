"""git repositories over https on loopback, by git's own server, and addresses that lead elsewhere."""

from __future__ import annotations

import ipaddress
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.helpers.repositories import ENVIRONMENT, git


@dataclass
class GitWeb:
    """What is served below a folder, and what was asked for."""

    root: Path
    authority: Path
    """The certificate to trust: SSL_CERT_FILE."""
    at: str = ""
    moved: dict[str, str] = field(default_factory=dict[str, str])
    """Beginnings of paths, and where they lead."""
    asked: list[str] = field(default_factory=list[str])


def certificate(folder: Path) -> Path:
    """Make one for loopback that signs itself, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "certificate.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path


def server_context(path: Path) -> ssl.SSLContext:
    """What a server needs of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@contextmanager
def git_web(root: Path, authority: Path) -> Iterator[GitWeb]:
    """Serve the repositories below a folder until the block ends."""
    told = GitWeb(root, authority)
    backend = Path(git(root, "--exec-path")) / "git-http-backend"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers["Content-Length"])))

        def _serve(self, body: bytes) -> None:
            told.asked.append(self.path)
            path, _, query = self.path.partition("?")
            for begin, there in told.moved.items():
                if path.startswith(begin):
                    self.send_response(302)
                    self.send_header("Location", there + self.path.removeprefix(begin))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
            env = {
                **ENVIRONMENT, "GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path,
                "QUERY_STRING": query, "REQUEST_METHOD": self.command, "REMOTE_ADDR": "127.0.0.1",
                "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "PATH": os.environ["PATH"],
            }  # fmt: skip
            done = subprocess.run([str(backend)], env=env, input=body, capture_output=True, timeout=60, check=False)
            head, _, answer = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of clients that go away."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = server_context(authority).wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        told.at = f"https://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()
