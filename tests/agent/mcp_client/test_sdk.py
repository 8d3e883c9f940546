import json

import pytest

from agent.mcp_client.sdk import message_of


def test_a_message_is_read_as_the_sdk_reads_it() -> None:
    from mcp_types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

    kinds = [
        type(message_of(json.dumps({"jsonrpc": "2.0", **one}).encode()))
        for one in (
            {"id": 1, "method": "ping"},
            {"method": "notifications/x"},
            {"id": "a", "result": {}},
            {"id": None, "error": {"code": 1, "message": "x"}},
        )
    ]
    assert kinds == [JSONRPCRequest, JSONRPCNotification, JSONRPCResponse, JSONRPCError]


def test_what_javascript_writes_for_no_number_is_taken() -> None:
    assert message_of(b'{"jsonrpc":"2.0","id":1,"result":{"a":NaN}}').id == 1


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b"nonsense",
        b'{"jsonrpc":"1.0","id":1,"result":{}}',
        b"\xff\xfe",
        b"[" * 99_000,
        b"{" * 200_000,
    ],
)
def test_what_is_no_message_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        message_of(text)
