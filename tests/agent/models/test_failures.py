from __future__ import annotations

import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from agent.errors import (
    BadKey,
    BadRequest,
    ContentFiltered,
    ContextOverflow,
    ModelError,
    NoSuchModel,
    Overloaded,
    ProtocolError,
    QuotaExceeded,
    RateLimited,
    Unreachable,
)
from agent.models.failures import (
    Endpoint,
    cleaned,
    endpoint_of,
    failure_of_connection,
    failure_of_error,
    failure_of_page,
    failure_of_status,
    no_answer,
    refuses_tools,
    retry_after_s,
)
from agent.settings import ModelProfile, ProviderSettings

KEY = "correct-horse-battery"
HERE = Endpoint("acme", "m-1", "api.example.com", KEY)


def openai(message: str = "", **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, openai("Incorrect API key", code="invalid_api_key"), BadKey),
        (403, "<html><title>Forbidden</title></html>", BadKey),
        (403, openai("No access to the model", code="model_not_found"), NoSuchModel),
        (402, "", QuotaExceeded),
        (429, openai("x", code="insufficient_quota"), QuotaExceeded),
        (429, openai("You exceeded your current quota, please check your plan and billing details"), QuotaExceeded),
        (403, openai("Insufficient account balance"), QuotaExceeded),
        (400, {"code": "Arrearage", "message": "overdue"}, QuotaExceeded),
        (429, openai("Rate limit reached for requests"), RateLimited),
        (429, "", RateLimited),
        (400, openai("x", code="context_length_exceeded"), ContextOverflow),
        (400, openai("This model's maximum context length is 8192 tokens, you requested 9000"), ContextOverflow),
        (
            400,
            openai("the request exceeds the available context size", type="exceed_context_size_error"),
            ContextOverflow,
        ),
        (500, openai("Context size has been exceeded"), ContextOverflow),
        (400, openai("prompt is too long: 210000 tokens > 200000 maximum"), ContextOverflow),
        (400, {"message": "Range of input length should be [1, 98304]"}, ContextOverflow),
        (413, openai("Request too large: 40000 tokens"), ContextOverflow),
        (413, "Payload Too Large", BadRequest),
        (
            400,
            openai("max_tokens is too large: 100000. This model supports at most 16384 completion tokens"),
            BadRequest,
        ),
        (400, openai("temperature must be below 2"), BadRequest),
        (422, {"detail": [{"loc": ["body"], "msg": "field required"}]}, BadRequest),
        (405, "", BadRequest),
        (400, openai("x", code="content_filter"), ContentFiltered),
        (403, openai("Your input was flagged by moderation"), ContentFiltered),
        (404, openai("The model `m-1` does not exist", code="model_not_found"), NoSuchModel),
        (404, openai('model "m-1" not found, try pulling it first'), NoSuchModel),
        (400, openai("m-1 is not a valid model ID"), NoSuchModel),
        (404, openai("No endpoints found for m-1."), NoSuchModel),
        (404, "<html><h1>Not Found</h1></html>", ProtocolError),
        (404, "", ProtocolError),
        (204, "", ProtocolError),
        (408, "", Overloaded),
        (409, "", Overloaded),
        (500, "oops", Overloaded),
        (502, "<html>Bad gateway</html>", Overloaded),
        (503, [openai("model is overloaded", status="UNAVAILABLE")], Overloaded),
        (529, openai(type="overloaded_error"), Overloaded),
        (500, b"\xff\xfe\x00", Overloaded),
        (500, "[" * 50_000, Overloaded),
    ],
)
def test_status(status: int, body: Any, error: type[ModelError]) -> None:
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    found = failure_of_status(HERE, status, {}, raw)
    assert type(found) is error, found
    assert str(found).startswith("acme ")
    assert "; the conversation is kept: " in str(found)
    assert str(found).endswith(".")
    assert len(str(found)) < 500


def test_whole_sentences() -> None:
    said = openai("Slow down,\nplease", type="rate_limit")
    found = failure_of_status(HERE, 429, {"retry-after": "90"}, json.dumps(said).encode())
    assert (str(found), found.retry_after_s) == (
        'acme asks for fewer requests (429), saying "Slow down, please"; the conversation is kept: try again in 90 s.',
        90.0,
    )
    found = failure_of_status(HERE, 429, {"retry-after": "86400"}, b"")
    assert str(found) == "acme asks for fewer requests (429); the conversation is kept: try again in 24 hours."
    raw = openai("Provider returned error", metadata={"raw": "context window is full"})
    found = failure_of_status(HERE, 400, {}, json.dumps(raw).encode())
    assert str(found) == (
        "acme says that the conversation does not fit the window of m-1 (400), saying "
        '"Provider returned error context window is full"; the conversation is kept: '
        "shorten the conversation, or choose a model with a larger window."
    )


def test_a_redirect_names_the_host_only() -> None:
    found = failure_of_status(HERE, 302, {"location": "https://evil.example/steal?key=1"}, b"")
    assert type(found) is ProtocolError
    assert "redirect to evil.example (302), which is not followed" in str(found)
    assert "steal" not in str(found)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00"}, 0.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


def test_retry_after_as_a_date_ahead() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    assert 90 < (retry_after_s({"retry-after": date}) or 0) <= 100


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 529, "message": "x"}, Overloaded),
        ({"code": "429"}, RateLimited),
        ({"code": 401}, BadKey),
        ({"type": "overloaded_error"}, Overloaded),
        ({"type": "rate_limit_error"}, RateLimited),
        ({"code": "insufficient_quota"}, QuotaExceeded),
        ({"code": "context_length_exceeded"}, ContextOverflow),
        ({"type": "invalid_request_error", "message": "bad"}, BadRequest),
        ({"type": "authentication_error"}, BadKey),
        ({"code": "content_filter"}, ContentFiltered),
        ({"message": "model not found"}, NoSuchModel),
        ({}, Overloaded),
        ("it broke", Overloaded),
        ({"message": "\ud800"}, Overloaded),
        (["x"], Overloaded),
        (True, Overloaded),
    ],
)
def test_error_inside_a_reply(error: Any, kind: type[ModelError]) -> None:
    found = failure_of_error(HERE, error)
    assert type(found) is kind
    assert "in the middle of the reply" in str(found)


@pytest.mark.parametrize(
    "leak",
    [
        KEY,
        "sk-proj-abcdef123456",
        "sk-***1234",
        "gsk_abcdefgh",
        "Bearer abc.def",
        "AIzaSyA1234567890abcdef",
        "hf_abcdefgh",
        "api_key=topsecret1",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6",
    ],
)
def test_no_key_in_a_message(leak: str) -> None:
    for found in (
        failure_of_status(HERE, 401, {}, json.dumps(openai(f"Wrong key {leak} given")).encode()),
        failure_of_status(HERE, 302, {"location": f"https://x/{leak}"}, b""),
        failure_of_status(HERE, 500, {}, f"<h1>{leak}</h1>".encode()),
        failure_of_error(HERE, leak),
        failure_of_page(HERE, "text/html", f"<html><title>{leak}</title>"),
    ):
        secret = leak.split("=")[-1].split()[-1]
        assert secret not in str(found)
    assert KEY not in repr(HERE)


def test_cleaned_text_is_one_short_line() -> None:
    assert cleaned("a\n\tb\x1b[31m\x00c" + "x" * 500) == "a b [31m c" + "x" * 189 + "…"


@pytest.mark.parametrize(
    ("content_type", "start", "says"),
    [
        ("text/html", "<html><title>Hotel WiFi</title>", 'captive portal) or a proxy, saying "Hotel WiFi"'),
        ("", "  <!DOCTYPE html>", "captive portal"),
        ("image/png", "\x89PNG", "sent image/png in place of a stream of events"),
        ("", "hello", 'sent something in place of a stream of events, saying "hello"'),
    ],
)
def test_a_page_in_place_of_a_reply(content_type: str, start: str, says: str) -> None:
    found = failure_of_page(HERE, content_type, start)
    assert type(found) is ProtocolError
    assert says in str(found)


def caused_by(cause: BaseException) -> BaseException:
    outer = RuntimeError("All connection attempts failed")
    outer.__cause__ = ExceptionGroup("several", [ValueError("x"), cause]) if isinstance(cause, Exception) else cause
    return outer


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        (ConnectionRefusedError(), "nothing answers at api.example.com"),
        (FileNotFoundError(), "nothing answers at"),
        (socket.gaierror(-2, "Name or service not known"), "the name api.example.com cannot be resolved"),
        (ssl.SSLCertVerificationError(1, "x"), "certificate of api.example.com is not valid"),
        (ssl.SSLError(1, "wrong version"), "no secure connection"),
        (TimeoutError(), "no connection to api.example.com in time"),
        (ConnectionResetError(), "broke before an answer came"),
    ],
)
def test_connection(cause: Exception, says: str) -> None:
    found = failure_of_connection(HERE, caused_by(cause))
    assert type(found) is Unreachable
    assert says in str(found)


def test_silence() -> None:
    then = "try again, or raise first_byte_timeout_s of the provider"
    assert str(no_answer(HERE, 120.0)) == f"acme sent no token within 120 s; the conversation is kept: {then}."


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("https://api.example.com/v1", "api.example.com"),
        ("http://user:pw@host:8080/v1", "host:8080"),
        ("unix:/run/engine.sock", "/run/engine.sock"),
        ("", "an address that is not set"),
    ],
)
def test_address_for_people(base_url: str, address: str) -> None:
    assert endpoint_of(ModelProfile("p", "m", ProviderSettings(base_url=base_url))).address == address


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        ("registry.ollama.ai/library/gemma:2b does not support tools", True),
        ('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', True),
        ("`tools` is not supported by this model", True),
        ("Function calling is not supported", True),
        ("temperature is not supported", False),
    ],
)
def test_refused_tools(message: str, refused: bool) -> None:
    found = failure_of_status(HERE, 400, {}, json.dumps(openai(message)).encode())
    assert type(found) is BadRequest
    assert refuses_tools(found) is refused
