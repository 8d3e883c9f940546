from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.errors import (
    BadKey,
    BadRequest,
    ModelError,
    Overloaded,
    ProtocolError,
    ReplyCut,
    SecretUnavailable,
    Unreachable,
)
from agent.messages import AssistantMessage
from agent.models.direct import DirectGateway
from agent.ports import ModelRequest, ReplyFinished, SecretStore, TextDelta
from agent.settings import ModelProfile, ProviderSettings
from tests.helpers import faults
from tests.helpers.fault_server import KEY, FaultServer, FixedKey, Seen, fault_request
from tests.helpers.faults import DONE, JSON, ROLE, SSE, STOP, Answer, Pause, Step, chunk, refusal, stream, text


def ask(
    gateway_or_url: DirectGateway | str, request: ModelRequest | None = None, secrets: SecretStore | None = None
) -> AssistantMessage:
    """One whole reply through a gateway of its own."""

    async def run() -> AssistantMessage:
        gateway = DirectGateway(secrets or FixedKey())
        try:
            return await reply_of(gateway, request or fault_request(str(gateway_or_url), "ok_text"))
        finally:
            await gateway.aclose()

    return asyncio.run(run())


async def reply_of(gateway: DirectGateway, request: ModelRequest) -> AssistantMessage:
    async with asyncio.timeout(10), aclosing(gateway.stream(request)) as events:
        async for event in events:
            if isinstance(event, ReplyFinished):
                found = event.message
    return found


def fails(answer: Answer, error: type[ModelError], says: str = "", **settings: Any) -> ModelError:
    with FaultServer(lambda _seen: answer) as server, pytest.raises(error) as caught:
        ask("", fault_request(server.base_url, "x", **settings))
    assert type(caught.value) is error
    assert says in str(caught.value)
    assert KEY not in str(caught.value)
    return caught.value


def test_the_request_on_the_wire() -> None:
    with FaultServer() as server:
        assert ask(server.base_url).text == "hello"
    (seen,) = server.requests
    assert seen.path == "/v1/chat/completions"
    wanted = ("authorization", "content-type", "accept", "accept-encoding", "user-agent")
    assert [seen.headers[name] for name in wanted] == [
        f"Bearer {KEY}",
        "application/json",
        "text/event-stream, application/json",
        "identity",
        "homard/0.1.0",
    ]
    assert (seen.body["model"], seen.body["stream"]) == ("fault/ok_text", True)


def test_no_key_no_header() -> None:
    secrets = FixedKey()
    with FaultServer() as server:
        ask("", fault_request(server.base_url, "ok_text", key=""), secrets)
    assert "authorization" not in server.requests[0].headers
    assert secrets.asked == []


def test_a_key_that_cannot_be_had() -> None:
    class Locked:
        async def get(self, reference: str) -> str:
            raise SecretUnavailable(f"{reference} is not set.")

    with FaultServer() as server:
        with pytest.raises(SecretUnavailable):
            ask(server.base_url, secrets=Locked())
        assert server.requests == []


@pytest.mark.parametrize("key", ["sk-é", "sk-a\nX-Evil: 1", "sk-\x00"])
def test_a_key_that_no_header_can_carry(key: str) -> None:
    with FaultServer() as server:
        with pytest.raises(BadKey) as caught:
            ask(server.base_url, secrets=FixedKey(key))
        assert server.requests == []
    assert key not in str(caught.value)


def test_a_key_with_a_newline_at_its_end_is_trimmed() -> None:
    with FaultServer() as server:
        ask(server.base_url, secrets=FixedKey(KEY + "\n"))
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_base_urls(path: str) -> None:
    with FaultServer() as server:
        ask(server.base_url.removesuffix("/v1") + path)
    wanted = "/v1/chat/completions" if "v1" in path else "/chat/completions"
    assert server.requests[0].path == wanted


@pytest.mark.parametrize("base_url", ["", "api.example.com/v1", "ftp://x/v1", "http://", "http://[::1", "file:///etc"])
def test_unusable_base_urls(base_url: str) -> None:
    with pytest.raises(BadRequest, match="no usable base_url"):
        ask(base_url)


@pytest.mark.skipif(sys.platform == "win32", reason="no UNIX sockets")
def test_a_unix_socket(tmp_path: Path) -> None:
    path = str(tmp_path / "engine.sock")
    with FaultServer(socket_path=path) as server:
        assert ask(server.base_url).text == "hello"
    assert server.requests[0].path == "/v1/chat/completions"
    with pytest.raises(Unreachable, match="nothing answers at"):
        ask(f"unix:{path}.gone")


@pytest.mark.parametrize("host", ["http://127.0.0.1", "http://127.0.0.9", "http://LOCALHOST", "https://127.0.0.1"])
def test_what_counts_as_this_machine_is_reached_through_no_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be told what is local only: a proxy on another machine must not see it."""
    with socket.create_server(("127.0.0.1", 0)) as proxy, FaultServer() as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with contextlib.suppress(Unreachable):  # the server speaks no TLS, and not every system has 127.0.0.9
            assert ask(server.base_url.replace("http://127.0.0.1", host)).text == "hello"
        proxy.setblocking(False)
        with pytest.raises(BlockingIOError):
            proxy.accept()


def test_other_hosts_go_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultServer() as proxy:
        monkeypatch.setenv("http_proxy", proxy.base_url.removesuffix("/v1"))
        assert ask("http://models.example.com/v1").text == "hello"
    assert proxy.requests[0].path == "http://models.example.com/v1/chat/completions"


def test_a_redirect_is_not_followed() -> None:
    error = fails(
        refusal(307, b"", {"Location": "http://evil.example/steal"}), ProtocolError, "redirect to evil.example"
    )
    assert not error.retryable
    with FaultServer() as server:
        with pytest.raises(ProtocolError):
            ask("", fault_request(server.base_url, "redirect_evil"))
        assert [seen.path for seen in server.requests] == ["/v1/chat/completions"]


def test_connections_are_used_again() -> None:
    async def run(base_url: str) -> int:
        gateway = DirectGateway(FixedKey())
        for _ in range(5):
            await reply_of(gateway, fault_request(base_url, "ok_tool"))
        open_now = len(server.connections)
        await gateway.aclose()
        return open_now

    with FaultServer() as server:
        assert asyncio.run(run(server.base_url)) == 1
        assert len(server.requests) == 5


def test_one_gateway_serves_one_loop_after_the_other() -> None:
    gateway = DirectGateway(FixedKey())

    async def run(base_url: str) -> str:
        found = await reply_of(gateway, fault_request(base_url, "ok_text"))
        await gateway.aclose()
        return found.text

    with FaultServer() as server:
        assert [asyncio.run(run(server.base_url)) for _ in range(2)] == ["hello", "hello"]


def test_closing_the_iterator_ends_the_call_at_once() -> None:
    async def run(base_url: str) -> list[str]:
        gateway = DirectGateway(FixedKey())
        shown: list[str] = []
        async with aclosing(gateway.stream(fault_request(base_url, "slow_drip"))) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    shown.append(event.text)
                    break
        assert await asyncio.to_thread(server.closed_early.wait, 5)
        await gateway.aclose()
        return shown

    with FaultServer() as server:
        assert asyncio.run(run(server.base_url)) == ["."]


def test_cancelling_ends_the_call_at_once() -> None:
    async def run(base_url: str) -> None:
        gateway = DirectGateway(FixedKey())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await reply_of(gateway, fault_request(base_url, "slow_drip"))
        assert await asyncio.to_thread(server.closed_early.wait, 5)
        await gateway.aclose()

    with FaultServer() as server:
        asyncio.run(run(server.base_url))


def test_replies_side_by_side() -> None:
    async def run(base_url: str) -> list[str]:
        gateway = DirectGateway(FixedKey())
        names = ["ok_text", "null_delta", "sse_byte_by_byte"] * 5
        found = await asyncio.gather(*(reply_of(gateway, fault_request(base_url, name)) for name in names))
        await gateway.aclose()
        return [message.text for message in found]

    with FaultServer() as server:
        assert asyncio.run(run(server.base_url)) == ["hello", "x", "h€llo"] * 5


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable, match=f"nothing answers at 127.0.0.1:{port}"):
        ask(f"http://127.0.0.1:{port}/v1")


def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unreachable, match=r"the name no-such-host\.invalid cannot be resolved"):
        ask("http://no-such-host.invalid/v1")


@contextlib.contextmanager
def raw_server(answer: bytes) -> Iterator[int]:
    """A server that takes one connection, says `answer` and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-"])
def test_a_server_that_does_not_speak_http(answer: bytes) -> None:
    with raw_server(answer) as port, pytest.raises(Unreachable, match="broke before an answer came"):
        ask(f"http://127.0.0.1:{port}/v1")


def test_tls_to_a_server_that_speaks_none() -> None:
    with (
        raw_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port,
        pytest.raises(Unreachable, match="no secure connection"),
    ):
        ask(f"https://127.0.0.1:{port}/v1")


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _address = server.accept()
            with connection, contextlib.suppress(OSError):
                context.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=serve)
        thread.start()
        port = server.getsockname()[1]
        with pytest.raises(
            Unreachable, match=rf"certificate of 127.0.0.1:{port} is not valid \(certificate verify failed"
        ):
            ask(f"https://127.0.0.1:{port}/v1")
        thread.join()


def self_signed(folder: Path) -> Path:
    """A key and a certificate for it that it signed itself, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


def test_a_server_that_ignores_stream() -> None:
    message = {"role": "assistant", "content": "whole"}
    body = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()
    for headers in (JSON, SSE, {}):
        with FaultServer(lambda _seen, headers=headers: refusal(200, body, headers)) as server:
            assert ask(server.base_url).text == "whole"


def test_an_error_with_status_200() -> None:
    body = b'{"error":{"message":"overloaded","code":529}}'
    fails(refusal(200, body), Overloaded, "overloaded")
    fails(refusal(200, body, SSE), Overloaded, "overloaded")
    fails(Answer(200, SSE, [b"event: error\ndata: " + body + b"\n\n"]), Overloaded, "overloaded")
    fails(Answer(200, SSE, [b"event: error\ndata: it broke\n\n"]), Overloaded, "it broke")
    fails(Answer(200, SSE, [b'event: error\ndata: {"message":"overloaded"}\n\n']), Overloaded, "overloaded")


def test_bodies_that_are_no_reply() -> None:
    fails(refusal(200, b"<!doctype html><title>Login</title>", SSE), ProtocolError, "captive portal")
    fails(refusal(200, b"hello", SSE), ProtocolError, "in place of a stream of events")
    fails(refusal(200, b"\x89PNG", {"Content-Type": "image/png"}), ProtocolError, "image/png")
    fails(refusal(200, b"{}"), ReplyCut)
    fails(refusal(200, b'{"choices": [{"mess'), ReplyCut)
    fails(refusal(204, b""), ProtocolError)
    fails(Answer(200, SSE, [b'data: {"choices": [{"delta"']), ReplyCut)
    fails(Answer(200, SSE, [b"data: [1]\n\n"]), ProtocolError)


def test_a_stream_without_a_content_type() -> None:
    with FaultServer(lambda _seen: Answer(200, {}, [text("x"), STOP, DONE])) as server:
        assert ask(server.base_url).text == "x"


def test_a_reply_is_complete_without_done_and_with_a_server_that_never_hangs_up() -> None:
    endings: list[list[Step]] = [[], [Pause(faults.FOREVER)], [faults.Reset()], [DONE, Pause(faults.FOREVER)]]
    for ending in endings:
        with FaultServer(lambda _seen, ending=ending: stream(text("x"), STOP, *ending)) as server:
            started = time.monotonic()
            assert ask("", fault_request(server.base_url, "x")).text == "x"
            assert time.monotonic() - started < 20


def test_comments_keep_a_stream_alive_but_are_no_first_token() -> None:
    comments: list[Step] = [Pause(0.2), b": still here\n\n"] * 5
    with FaultServer(lambda _seen: stream(*comments, text("x"), STOP, DONE)) as server:
        assert ask("", fault_request(server.base_url, "x")).text == "x"
    fails(Answer(200, SSE, [*comments, ROLE]), Unreachable, "no token within 0.5 s")


def test_the_first_token_may_take_longer_than_the_silences_after_it() -> None:
    slow = Answer(200, SSE, [Pause(0.6), text("x"), STOP, DONE])
    with FaultServer(lambda _seen: slow) as server:
        request = fault_request(server.base_url, "x", first_byte_timeout_s=5.0, idle_timeout_s=0.1)
        assert ask("", request).text == "x"
    stalled = stream(text("x"), Pause(faults.FOREVER))
    fails(stalled, ReplyCut, "nothing more came for 0.1 s", first_byte_timeout_s=5.0, idle_timeout_s=0.1)


def test_a_refusal_whose_body_never_comes() -> None:
    fails(Answer(503, JSON, [b"{", Pause(faults.FOREVER)]), Overloaded)


def test_an_endless_line_is_stopped() -> None:
    def endless() -> Iterator[Step]:
        yield b"data: "
        for _ in range(64):
            yield b"x" * (1 << 20)

    fails(Answer(200, SSE, endless()), faults.ReplyTooLarge, "MiB", first_byte_timeout_s=10.0)


def test_line_separators_inside_text_are_text() -> None:
    content = "a\u2028b\u0085c\x0bd"
    raw = chunk({"content": "?"}).replace(b'"?"', json.dumps(content, ensure_ascii=False).encode())
    with FaultServer(lambda _seen: stream(raw, STOP, DONE)) as server:
        assert ask(server.base_url).text == content


def test_an_endpoint_that_refuses_tools_is_asked_again_with_tools_in_the_text() -> None:
    def answer(seen: Seen) -> Answer:
        if "tools" in seen.body:
            return refusal(400, b'{"error":{"message":"m does not support tools"}}')
        return stream(text('<tool_call>{"name":"shell","arguments":{"cmd":"ls"}}</tool_call>'), STOP, DONE)

    async def run(base_url: str) -> list[AssistantMessage]:
        gateway = DirectGateway(FixedKey())
        found = [await reply_of(gateway, fault_request(base_url, "x")) for _ in range(2)]
        await gateway.aclose()
        return found

    with FaultServer(answer) as server:
        found = asyncio.run(run(server.base_url))
    assert [call.name for message in found for call in message.tool_calls] == ["shell", "shell"]
    assert ["tools" in seen.body for seen in server.requests] == [True, False, False]
    assert "<tool_call>" in server.requests[1].body["messages"][0]["content"]


def test_a_model_said_to_have_native_tools_is_not_asked_otherwise() -> None:
    refused = refusal(400, b'{"error":{"message":"m does not support tools"}}')
    with FaultServer(lambda _seen: refused) as server:
        request = fault_request(server.base_url, "x")
        native = msgspec.structs.replace(request.model, tool_style="native")
        with pytest.raises(BadRequest, match="does not support tools"):
            ask("", msgspec.structs.replace(request, model=native))
        assert len(server.requests) == 1


def test_importing_the_transport_imports_neither_httpx_nor_its_command_line() -> None:
    program = (
        "import sys, agent.models.direct\n"
        "assert 'httpx' not in sys.modules\n"
        "from agent.models.http import import_httpx\n"
        "import_httpx()\n"
        "import httpx\n"
        "httpx.AsyncClient\n"
        "unwanted = {'click', 'rich', 'pygments', 'h2', 'httpx._main'} & sys.modules.keys()\n"
        "assert not unwanted, unwanted\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_the_key_is_not_in_the_repr_of_anything_raised() -> None:
    request = ModelRequest(
        ModelProfile("p", "m", ProviderSettings(base_url="http://127.0.0.1:1/v1", key="env:K")), "", ()
    )
    with pytest.raises(Unreachable) as caught:
        ask("", request)
    error: BaseException | None = caught.value
    assert error is not None
    assert error.__suppress_context__
    assert KEY not in repr(error)
