"""What a provider's refusal means: status, headers and body to one class of `agent.errors`, and a sentence.

A sentence says what happened, that the conversation is kept, and what to do next. It never holds a key: what a provider
says is cleaned of the key in use, by value, and of whatever looks like one.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import msgspec

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
from agent.settings import ModelProfile

MAX_SAID = 200
"""Characters of a provider's own words that a message repeats."""
MAX_READ = 4000
"""Characters of them that are judged."""


_SENT = ("ReadError", "ReadTimeout", "RemoteProtocolError")
"""Errors of httpx that come once a request has left."""


_TIMED_OUT = (408, 502, 504, 524)
"""Statuses of somebody between, who does not know what the model has done."""


@dataclass(frozen=True)
class Endpoint:
    """Whom a call goes to, for messages."""

    provider: str
    model: str
    address: str
    """Host and port, or the path of a socket: no scheme, no password."""
    key: str = field(default="", repr=False)


def endpoint_of(model: ModelProfile, key: str = "") -> Endpoint:
    """The endpoint that a profile names."""
    base_url = model.settings.base_url
    rest = base_url.removeprefix("unix:") if base_url.startswith("unix:") else base_url.partition("://")[2]
    address = rest if base_url.startswith("unix:") else rest.partition("/")[0].rpartition("@")[2]
    return Endpoint(model.provider, model.name, address or "an address that is not set", key)


class Told(NamedTuple):
    """What an error body says."""

    codes: str
    """Its code, type and status fields, in lower case, with spaces between."""
    text: str
    status: int = 0
    """An HTTP status given as the error's code; 0 if none."""

    def matches(self, pattern: str) -> bool:
        """Whether codes or text match."""
        return bool(re.search(pattern, self.codes) or re.search(pattern, self.text))


# Plain strings: `re` compiles and keeps each at its first use, so no start pays for what it never needs.
_QUOTA_CODE = r"insufficient_quota|insufficient_balance|billing|exceeded_current_quota|arrearage|payment"
_QUOTA = (
    r"(?i)insufficient.{0,10}(quota|balance|credit|funds)|exceeded your current quota|billing|"
    r"out of credits|more credits|credit balance|payment required|arrear|余额不足|欠费"
)
_OVERFLOW = (
    r"(?i)context_length_exceeded|exceed_context_size|model_context_window_exceeded|maximum context|"
    r"context (window|length|size)|(prompt|input|request) (is|was) too (long|large)|input length|input token count|"
    r"too many (input )?tokens|reduce the length|larger than the context|max(imum)? (prompt|input) (length|tokens)"
)
_NO_MODEL = (
    r"(?i)model_not_found|model_not_exist|no such model|not a valid model|unknown model|no endpoints found|try pulling|"
    r"model\b.{0,80}(not found|not exist|not available|not supported|not be found)"
)
_FILTERED = (
    r"(?i)content_filter|content_policy|responsible ?ai|moderation|flagged|data_inspection|"
    r"sensitive (content|words?|information)|敏感"
)
_RATE = r"(?i)rate.?limit|too many requests|requests per|tokens per (min|day)|throttl"
_BUSY = r"(?i)overload|server_error|internal|unavailable|capacity|timeout|try again"
_KEY_CODE = r"(?i)invalid_api_key|authentication|unauthorized|permission_denied"
_REQUEST_CODE = r"(?i)invalid_request|bad_request|invalid_argument|badrequest"
_TOOLS_REFUSED = (
    r"(?i)(does not|doesn't|not) support.{0,30}\b(tools?|function)|"
    r"(tools?|function call\w*)\b.{0,40}(not supported|unsupported)|tool choice requires|"
    r"no endpoints found that support tool"
)
_KEYLIKE = (
    r"(?i)\b(sk|gsk|xai|hf|nvapi|pplx|r8|rk|pk|fw|tgp)[-_][\w\-*.…]{3,}|\bAIza[\w\-]{10,}|\bbearer\s+\S+|"
    r"(?<=api[-_ ]key[:=])\s*[^\s\"',;.]{6,}|\beyJ[\w\-.]{20,}"
)

_NEXT: dict[type[ModelError], str] = {
    RateLimited: "try again in a moment",
    Overloaded: "try again in a moment, or choose another model",
    BadKey: "store a valid key for it and try again",
    QuotaExceeded: "add credit to the account, or choose another model",
    BadRequest: "change the request or the settings of the model",
    ContextOverflow: "shorten the conversation, or choose a model with a larger window",
    ContentFiltered: "put the request differently, or choose another model",
    NoSuchModel: "choose a model that the provider lists",
    ProtocolError: "check the base_url of the provider",
    Unreachable: "check the network and the base_url of the provider, then try again",
}


def failure(
    kind: type[ModelError],
    endpoint: Endpoint,
    what: str,
    *,
    said: str = "",
    then: str = "",
    retry_after_s: float | None = None,
) -> ModelError:
    """Make the error: `<provider> <what>, saying "<said>"; the conversation is kept: <what to do then>.`"""
    words = cleaned(said, endpoint.key)
    quoted = f', saying "{words}"' if words else ""
    sentence = f"{endpoint.provider} {what}{quoted}; the conversation is kept: {then or _NEXT[kind]}."
    return kind(cleaned(sentence, endpoint.key, limit=2000), retry_after_s=retry_after_s)


def _refusal(kind: type[ModelError], endpoint: Endpoint, what: str, **more: Any) -> ModelError:
    """The same for what shows that no model has worked."""
    error = failure(kind, endpoint, what, **more)
    error.begun = False
    return error


def failure_of_status(endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes) -> ModelError:
    """The error that an answer with a status other than 200 is. `headers` knows its names in lower case."""
    if 300 <= status < 400:
        target = re.sub(r"^\w+://|[/?].*$", "", headers.get("location", ""))
        where = f" to {target}" if target else ""
        return _refusal(ProtocolError, endpoint, f"answered with a redirect{where} ({status}), which is not followed")
    told = read_told(body)
    wait = retry_after_s(headers)
    kind = _kind_of_status(status, told, wait is not None)
    then = ""
    if kind is RateLimited and wait is not None:
        then = f"try again in {_spoken(wait)}"
    if kind is ProtocolError:
        then = "check the base_url of the provider, which usually ends in /v1"
    refuse = failure if status in _TIMED_OUT else _refusal
    return refuse(kind, endpoint, _what(kind, endpoint, str(status)), said=told.text, then=then, retry_after_s=wait)


def failure_of_error(endpoint: Endpoint, error: object) -> ModelError:
    """The error that an error object inside a reply is."""
    told = _told({"error": error})
    kind = _kind_of_told(told)
    return failure(kind, endpoint, _what(kind, endpoint, "in the middle of the reply"), said=told.text)


def failure_of_page(endpoint: Endpoint, content_type: str, start: str) -> ModelError:
    """The error that an answer with status 200 is which is no reply at all."""
    if "html" in content_type or re.match(r"\s*<(!doctype|html|head|body)", start, re.IGNORECASE):
        what = "sent a web page in place of a reply: probably the login page of a network (captive portal) or a proxy"
        then = "log in to the network or check the proxy, check the base_url of the provider, then try again"
        return _refusal(ProtocolError, endpoint, what, said=_page_title(start), then=then)
    what = f"sent {content_type or 'something'} in place of a stream of events"
    return failure(ProtocolError, endpoint, what, said=start)


def failure_of_connection(endpoint: Endpoint, error: BaseException) -> ModelError:
    """The error that a failed connection is."""
    what, then = _connection_trouble(endpoint, list(_causes(error)))
    failed = failure(Unreachable, endpoint, f"could not be reached: {what}", then=then)
    failed.begun = True if type(error).__name__ in _SENT else None
    return failed


def no_answer(endpoint: Endpoint, seconds: float) -> ModelError:
    """The error for silence: no token within the time that the settings allow."""
    then = "try again, or raise first_byte_timeout_s of the provider"
    return failure(Unreachable, endpoint, f"sent no token within {seconds:g} s", then=then)


def refuses_tools(error: ModelError) -> bool:
    """Whether a refusal means that the model takes no `tools`."""
    return bool(re.search(_TOOLS_REFUSED, str(error)))


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The wait that the headers ask for, seconds: Retry-After (RFC 9110) in seconds or as a date, or retry-after-ms."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,12}(\.\d*)?", value):
            return float(value) * unit
    return _seconds_until(headers.get("retry-after", ""))


def cleaned(text: str, key: str = "", limit: int = MAX_SAID) -> str:
    """One line of printable text without keys, at most `limit` characters."""
    if key.strip():
        text = text.replace(key.strip(), "[key]")
    text = re.sub(_KEYLIKE, "[key]", text)
    text = " ".join("".join(char if char.isprintable() else " " for char in text[: limit * 8]).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def read_told(body: bytes) -> Told:
    """Read an error body, whatever its shape: the providers know about eight."""
    try:
        decoded: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = body.decode(errors="replace")
        return Told("", (_page_title(text) if "<" in text[:20] else text)[:MAX_READ])
    return _told(decoded)


def _told(decoded: Any) -> Told:
    if isinstance(decoded, list) and decoded:
        return _told(cast(list[Any], decoded)[0])
    if not isinstance(decoded, dict):
        return Told("", str(cast(object, decoded))[:MAX_READ] if decoded else "")
    fields = cast(dict[str, Any], decoded)
    inner = fields.get("error")
    if isinstance(inner, dict):
        return _told(cast(dict[str, Any], inner))
    codes = [fields.get(name) for name in ("code", "type", "status", "error_code")]
    metadata = fields.get("metadata")
    raw = cast(dict[str, Any], metadata).get("raw") if isinstance(metadata, dict) else None
    texts = [fields.get("message"), inner, fields.get("detail"), fields.get("msg"), raw]
    status = next((int(str(code)) for code in codes if re.fullmatch(r"[1-5]\d\d", str(code))), 0)
    return Told(
        " ".join(str(code).lower() for code in codes if isinstance(code, (str, int))),
        " ".join(str(text) for text in texts if text)[:MAX_READ],
        status,
    )


def _kind_of_status(status: int, told: Told, says_when: bool) -> type[ModelError]:
    no_credit = re.search(_QUOTA_CODE, told.codes) or (not says_when and re.search(_QUOTA, told.text))
    if status == 402 or (status in (400, 403, 429) and no_credit):
        return QuotaExceeded
    if status in (400, 413, 422, 500) and (told.matches(_OVERFLOW) or (status == 413 and "token" in told.text.lower())):
        return ContextOverflow
    if status in (400, 403, 422) and told.matches(_FILTERED):
        return ContentFiltered
    if status in (400, 404, 422) and told.matches(_TOOLS_REFUSED):
        return BadRequest
    if "model_not_found" in told.codes or (status in (400, 404, 422) and told.matches(_NO_MODEL)):
        return NoSuchModel
    if status == 404:
        return NoSuchModel if "model" in told.text.lower() else ProtocolError
    if status in (401, 403):
        return BadKey
    if status == 429:
        return RateLimited
    if status in (408, 409, 425) or status >= 500:
        return Overloaded
    return BadRequest if status >= 400 else ProtocolError


def _kind_of_told(told: Told) -> type[ModelError]:
    """The class of an error inside a stream: by its own status if it gives one, else by its words."""
    if told.status >= 400:
        return _kind_of_status(told.status, told, False)
    by_pattern = (
        (_QUOTA_CODE, QuotaExceeded),
        (_OVERFLOW, ContextOverflow),
        (_FILTERED, ContentFiltered),
        (_RATE, RateLimited),
        (_NO_MODEL, NoSuchModel),
        (_BUSY, Overloaded),
        (_KEY_CODE, BadKey),
        (_REQUEST_CODE, BadRequest),
    )
    return next((kind for pattern, kind in by_pattern if told.matches(pattern)), Overloaded)


def _what(kind: type[ModelError], endpoint: Endpoint, when: str) -> str:
    phrases: dict[type[ModelError], str] = {
        QuotaExceeded: f"says that the account has no credit left ({when})",
        ContextOverflow: f"says that the conversation does not fit the window of {endpoint.model} ({when})",
        ContentFiltered: f"withheld the reply ({when})",
        NoSuchModel: f"does not know the model {endpoint.model} ({when})",
        BadKey: f"refused the key ({when})",
        RateLimited: f"asks for fewer requests ({when})",
        Overloaded: f"is busy or broken ({when})",
        BadRequest: f"refused the request ({when})",
        ProtocolError: f"at {endpoint.address} has no chat completions at this address ({when})",
    }
    return phrases[kind]


def _spoken(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"


def _page_title(page: str) -> str:
    title = re.search(r"<(title|h1)[^>]*>([^<]*)<", page, re.IGNORECASE)
    return title.group(2).strip() if title else re.sub(r"<[^>]*>", " ", page)


def _seconds_until(date: str) -> float | None:
    if not date:
        return None
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):  # a year that is none
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _connection_trouble(endpoint: Endpoint, causes: list[BaseException]) -> tuple[str, str]:
    """What went wrong, and what to do then (empty: the usual)."""
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            then = "check the base_url and this computer's clock; behind a company's proxy set SSL_CERT_FILE"
            return f"the certificate of {endpoint.address} is not valid ({_tls_words(cause)})", then
        if isinstance(cause, ssl.SSLError):
            then = "check the base_url of the provider: http:// or https://"
            return f"no secure connection to {endpoint.address} ({_tls_words(cause)})", then
        if isinstance(cause, socket.gaierror):
            return f"the name {endpoint.address} cannot be resolved", ""
        if isinstance(cause, ConnectionRefusedError | FileNotFoundError):
            then = f"start the server at {endpoint.address} or mend the base_url of the provider, then try again"
            return f"nothing answers at {endpoint.address}", then
    if any("Proxy" in type(cause).__name__ for cause in causes):
        return "the proxy refused the connection", "check the proxy settings (HTTPS_PROXY) and try again"
    if any(isinstance(cause, TimeoutError) or "Timeout" in type(cause).__name__ for cause in causes):
        return f"no connection to {endpoint.address} in time", ""
    return f"the connection to {endpoint.address} broke before an answer came", ""


def _tls_words(error: ssl.SSLError) -> str:
    return re.sub(r"^\[[^]]*\]\s*|\s*\(_ssl[^)]*\)$", "", str(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it, groups among them, the deepest last."""
    seen: set[int] = set()
    pending = [error]
    while pending:
        one = pending.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            pending += cast("BaseExceptionGroup[BaseException]", one).exceptions
        pending += [cause for cause in (one.__cause__, one.__context__) if cause is not None]
