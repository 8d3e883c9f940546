"""A key is recognised in whatever cheap form a real command prints it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.safety.known_keys import KnownKeys

KEY = "sk-proj-T0p+S3cret/T0pS3cret=42"


def hidden(text: str) -> str:
    keys = KnownKeys()
    keys.note(KEY)
    return keys.hide(text)


def python(expression: str) -> str:
    """A shell command that prints an expression of Python; `key` is the key."""
    return (
        f"{sys.executable} -c 'import base64, json, os, urllib.parse; key = os.environ[\"KEY\"]; print({expression})'"
    )


COMMANDS = {
    "as it is": "printf %s $KEY",
    "base64": "printf %s $KEY | base64",
    "base64 with a newline": "echo $KEY | base64",
    "base64 of the environment": "env | base64",
    "base64 in one line": "env | base64 -w0",
    "hexadecimal": python("key.encode().hex()"),
    "hexadecimal upper": python("key.encode().hex().upper()"),
    "hexadecimal with colons": python('key.encode().hex(":")'),
    "od": "printf %s $KEY | od -An -tx1",
    "reversed": "printf %s $KEY | rev",
    "two lines": "printf %s $KEY | fold -w 12",
    "one character a line": "printf %s $KEY | fold -w 1",
    "spaced": "printf %s $KEY | sed 's/./& /g'",
    "percent": python('urllib.parse.quote(key, safe="")'),
    "all percent": "printf %s $KEY | od -An -tx1 | tr ' ' '%'",
    "a JSON string": python("json.dumps(dict(os.environ))"),
    "bytes of C": python('"".join(rf"\\x{ord(c):02x}" for c in key)'),
    "numbers of C": python("[hex(ord(c)) for c in key]"),
    "PowerShell's base64": python('base64.b64encode(key.encode("utf-16-le")).decode()'),
}


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a POSIX shell")
@pytest.mark.parametrize("how", list(COMMANDS))
def test_what_a_command_prints_is_hidden(how: str) -> None:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "KEY": KEY, "BEFORE": "x" * len(how)}
    ran = subprocess.run(
        ["sh", "-c", COMMANDS[how]], env=environment, capture_output=True, text=True, timeout=30, check=True
    )
    assert len(ran.stdout) >= len(KEY)
    for form in (ran.stdout, json.dumps({"text": ran.stdout})):  # as it is, and inside a result that is JSON
        shown = hidden(form)
        assert "[key]" in shown, ran.stdout
        assert hidden(shown) == shown
    json.loads(hidden(json.dumps({"text": ran.stdout})))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="ascii", min_codepoint=33), min_size=8, max_size=60), st.binary(max_size=40))
def test_any_key_is_found_in_any_base64(key: str, around: bytes) -> None:
    keys = KnownKeys()
    keys.note(key)
    data = around + key.encode() + around[::-1]
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert "[key]" in keys.hide(encode(data).decode())
    for form in (key, key[::-1], quote(key, safe=""), key.encode().hex(), json.dumps(key)):
        assert key not in keys.hide(f"a {form} b") and "[key]" in keys.hide(f"a {form} b")


@given(st.text(max_size=300))
def test_text_without_a_key_stays_as_it_is(text: str) -> None:
    assert hidden(text) == text


def test_several_keys_and_a_key_inside_another() -> None:
    keys = KnownKeys()
    for value in ("abcdefgh", "abcdefghijklmnop", "12345678"):
        keys.note(value)
    shown = keys.hide("abcdefghijklmnop 12345678 YWJjZGVmZ2g=")
    assert all(piece not in shown for piece in ("abcdefgh", "12345678", "YWJjZGVm")), shown


@pytest.mark.parametrize(
    "text",
    [
        " " * 1_000_000 + "\n".join(KEY),
        "\n".join(KEY) + " " * 1_000_000 + "0x" * 500_000,
        "\n".join(KEY) + (KEY[0] + " ") * 300_000,
        KEY.encode().hex(" ") + " 73" * 100_000,
        "\\n" * 500_000 + "\\n".join(KEY),
    ],
    ids=["spaces", "prefixes", "first characters", "digits", "escapes"],
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.process_time()
    assert "[key]" in hidden(text)
    assert time.process_time() - begun < 10  # it is a second at most; a search that goes back would take hours


@settings(max_examples=100, deadline=None)
@given(st.text(" \n\t:%xX0\\nas-İß[]\"'", max_size=60), st.text(" \n\t", min_size=1, max_size=5))
def test_what_stands_around_a_key_stays(around: str, between: str) -> None:
    for form in (between.join(KEY), between.join(KEY.encode().hex())):
        shown = hidden(f"{around}<{form}>{around}")
        assert shown == f"{around}<[key]>{around}", shown
