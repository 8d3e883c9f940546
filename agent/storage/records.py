"""What the store holds, and how it is written down in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from typing import Any, Literal, TypeVar, cast

import msgspec

from agent.errors import DatabaseCorrupt
from agent.events import Origin, StopReason
from agent.messages import (
    NO_USAGE,
    AssistantMessage,
    Entry,
    Message,
    ToolCall,
    ToolMessage,
    Usage,
)

R = TypeVar("R")
T = TypeVar("T")

Outcome = Literal["done", "unknown", "not_run"]


class Session(msgspec.Struct, frozen=True):
    """A conversation; `head_id` is the last entry of its path."""

    session_id: str
    title: str
    cwd: str
    """Absolute; bytes that are no UTF-8 are surrogates, as Python has them."""
    model: str
    """`provider/model`; empty: the default."""
    created_at: datetime
    updated_at: datetime
    head_id: int | None = None
    parent_session_id: str | None = None
    """The session that this one branched off."""
    deleted_at: datetime | None = None
    message_count: int = 0
    """Entries on the path, those shared with the parent among them."""
    cost_usd: float | None = 0.0
    """Of its own model calls; None: the price of one of them is unknown."""
    pinned_at: datetime | None = None
    """Since when it stands above the others."""


class Run(msgspec.Struct, frozen=True):
    """One input and all that followed; unfinished while `finished_at` is None."""

    run_id: str
    session_id: str
    origin: Origin
    model: str
    prompt: str
    started_at: datetime
    finished_at: datetime | None = None
    stop_reason: StopReason | None = None
    error: str | None = None
    error_code: str | None = None
    usage: Usage = NO_USAGE
    turns: int = 0
    dry_run: bool = False


class CallRow(msgspec.Struct, frozen=True):
    """A tool call that was started; in flight while `finished_at` is None."""

    call_id: str
    run_id: str
    session_id: str
    name: str
    arguments: str
    started_at: datetime
    finished_at: datetime | None = None
    outcome: Outcome | None = None


class Hit(msgspec.Struct, frozen=True):
    """A place where a search found something."""

    session_id: str
    """The session that appended the entry."""
    title: str
    entry_id: int
    created_at: datetime
    kind: str
    """`user`, `assistant`, `tool`, `note` or `summary`."""
    snippet: str
    """The surroundings of the first word found, on one line."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of a stored time."""
    return _EPOCH + timedelta(microseconds=micros)


def clean(text: str) -> str:
    r"""Write surrogates (bytes of a file name that are no UTF-8) as `\udcff`: UTF-8 and JSON cannot hold them."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def kind_of(message: Message) -> str:
    """The tag of a message's type."""
    return cast(str, type(message).__struct_config__.tag)


def encode_message(message: Message) -> tuple[Message, str]:
    """The message as it can be stored (see `clean`), and its JSON."""
    try:
        return message, msgspec.json.encode(message).decode()
    except UnicodeEncodeError:
        body = msgspec.json.encode(_cleaned(msgspec.to_builtins(message))).decode()
        return _decoder().decode(body), body


def from_disk(make: Callable[[R], T]) -> Callable[[R], T]:
    """Wrap a function that reads a row: what does not make sense in it is a DatabaseCorrupt."""

    @wraps(make)
    def read(row: R) -> T:
        try:
            return make(row)
        except (TypeError, ValueError, OverflowError, msgspec.MsgspecError) as error:
            raise DatabaseCorrupt(
                f"A row of the database cannot be read ({error}); it was left as it is, and so is all else. "
                "Run `homard doctor`, or restore the newest backup."
            ) from error

    return read


def decode_message(body: str) -> Message:
    """Read a stored message. Raises msgspec.MsgspecError if it is none."""
    return _decoder().decode(body)


def text_of(message: Message) -> str:
    """All words of a message that a search should find."""
    if isinstance(message, AssistantMessage):
        calls = [f"{call.name} {call.arguments}" for call in message.tool_calls]
        return "\n".join(part for part in (message.text, *calls) if part)
    if isinstance(message, ToolMessage):
        return message.result.text
    return message.text


def dump_calls(calls: Sequence[str]) -> str:
    """Write a list of call ids."""
    return msgspec.json.encode(calls).decode()


@from_disk
def load_calls(body: str) -> list[str]:
    """Read a list of call ids."""
    return msgspec.json.decode(body, type=list[str])


SESSION_COLUMNS = """s.session_id, s.title, s.cwd, s.model, s.created_at, s.updated_at, s.head_id, s.parent_session_id,
    s.deleted_at, COALESCE((SELECT depth FROM entries WHERE entry_id = s.head_id), 0),
    (SELECT CASE WHEN COUNT(*) = COUNT(cost_usd) THEN TOTAL(cost_usd) END FROM usage u
     WHERE u.session_id = s.session_id AND u.state <> 'reserved'), s.pinned_at"""
RUN_COLUMNS = """run_id, session_id, origin, model, prompt, started_at, finished_at, stop_reason, error, error_code,
    input_tokens, cached_tokens, output_tokens, cost_usd, turns, dry_run"""
CALL_COLUMNS = "call_id, run_id, session_id, name, arguments, started_at, finished_at, outcome"
ENTRY_COLUMNS = "e.entry_id, e.parent_id, e.session_id, e.run_id, e.created_at, e.body"


@from_disk
def session_of(row: tuple[Any, ...]) -> Session:
    """Read a row of SESSION_COLUMNS."""
    import os

    session_id, title, cwd, model, created, updated, head, parent, deleted, count, cost, pinned = row
    return Session(
        session_id,
        title,
        os.fsdecode(cwd),
        model,
        from_micros(created),
        from_micros(updated),
        head,
        parent,
        _moment(deleted),
        count,
        cost,
        _moment(pinned),
    )


@from_disk
def run_of(row: tuple[Any, ...]) -> Run:
    """Read a row of RUN_COLUMNS."""
    run_id, session_id, origin, model, prompt, started, finished, reason, error, code, *spent, turns, dry = row
    ended = (_moment(finished), reason, error, code)
    return Run(run_id, session_id, origin, model, prompt, from_micros(started), *ended, Usage(*spent), turns, bool(dry))


@from_disk
def call_of(row: tuple[Any, ...]) -> CallRow:
    """Read a row of CALL_COLUMNS."""
    call_id, run_id, session_id, name, arguments, started, finished, outcome = row
    return CallRow(call_id, run_id, session_id, name, arguments, from_micros(started), _moment(finished), outcome)


@from_disk
def entry_of(row: tuple[Any, ...]) -> Entry:
    """Read a row of ENTRY_COLUMNS. Raises DatabaseCorrupt."""
    entry_id, parent_id, session_id, run_id, created, body = row
    return Entry(entry_id, parent_id, session_id, run_id, from_micros(created), decode_message(body))


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(held) for key, held in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_cleaned(held) for held in cast("list[Any]", value)]
    return value


@cache
def _decoder() -> msgspec.json.Decoder[Message]:
    return msgspec.json.Decoder(cast("type[Message]", Message))


def cleaned_call(call: ToolCall) -> ToolCall:
    """The call as it can be stored (see `clean`)."""
    return ToolCall(clean(call.call_id), clean(call.name), clean(call.arguments))
