"""A yes belongs to one call: whatever of it changes, its digest changes too."""

from typing import Any

import msgspec
import pytest

from agent.labels import Label
from agent.safety.effects import Effect, Value
from agent.safety.request import FileIdentity, Request, canonical, strictest_level

CALL = Request(
    principals=("user",),
    tool="send",
    arguments='{"to":"a"}',
    effects=(Effect("msg.send", "a", values=(Value("recipient", "a"),)),),
    label=Label(),
    attended=True,
    complete=True,
    identities=(FileIdentity("/home/a", 1, 2, 3, 4, 5),),
)


@pytest.mark.parametrize(
    "change",
    [
        {"principals": ("user", "plugin:x")},
        {"tool": "mail"},
        {"arguments": '{"to":"b"}'},
        {"effects": (Effect("msg.send", "b"),)},
        {"effects": (Effect("msg.send", "a", values=(Value("recipient", "b"),)),)},
        {"effects": (*CALL.effects, *CALL.effects)},
        {"label": Label("external")},
        {"cwd": "/elsewhere"},
        {"model": "other/model"},
        {"model_is_remote": False},
        {"identities": (FileIdentity("/home/a", 1, 2, 3, 4, 6),)},
        {"identities": ()},
    ],
)
def test_whatever_changes_changes_the_digest(change: dict[str, Any]) -> None:
    assert msgspec.structs.replace(CALL, **change).digest != CALL.digest


def test_the_same_call_has_the_same_digest_whether_or_not_somebody_is_there() -> None:
    again = msgspec.json.decode(msgspec.json.encode(CALL), type=Request)
    assert (again, again.digest) == (CALL, CALL.digest)
    assert msgspec.structs.replace(CALL, attended=False).digest == CALL.digest


def test_a_strange_file_name_has_a_digest() -> None:
    strange = msgspec.structs.replace(CALL, arguments='{"path":"caf\udce9"}')
    assert len(strange.digest) == 64


def test_canonical_arguments_do_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": [1, "é"]}) == canonical({"a": [1, "é"], "b": 1}) == '{"a":[1,"\\u00e9"],"b":1}'


@pytest.mark.parametrize(
    ("principals", "principal", "personal"),
    [
        (("user",), "user", True),
        (("user", "cli"), "cli", True),
        (("user", "job:x"), "job:x", False),
        (("user", "someone"), "someone", False),
        ((), "", False),
    ],
)
def test_only_known_persons_are_persons(principals: tuple[str, ...], principal: str, personal: bool) -> None:
    request = msgspec.structs.replace(CALL, principals=principals)
    assert (request.principal, request.personal) == (principal, personal)


def test_the_strictest_level_is_the_highest() -> None:
    assert (strictest_level([]), strictest_level(["limits", "isolated", "files"])) == ("none", "isolated")
