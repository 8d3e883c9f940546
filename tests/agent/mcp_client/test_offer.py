from typing import Any

import pytest

from agent.errors import UsageError
from agent.mcp_client.offer import capabilities_of, check_declarations, declared, offers_of, permission_words
from agent.mcp_client.pin import PROMPTS, RESOURCES, Pin
from agent.safety.declared import Declaration, effects_of
from agent.settings import ServerSettings

READS = {"readOnlyHint": True}
TEXT: dict[str, Any] = {"type": "object", "properties": {"to": {"type": "string"}}}


def pin(**more: Any) -> Pin:
    return Pin("Does it.", TEXT, **more)


def test_a_program_without_network_and_without_a_folder_to_change_does_nothing_outside() -> None:
    assert declared(ServerSettings(command="x", folders=("/a",)), "t", pin()) == (None, {})


@pytest.mark.parametrize(
    "settings",
    [
        ServerSettings(command="x", hosts=("*",)),
        ServerSettings(command="x", writable=("/a",)),
        ServerSettings(url="https://example.org/mcp"),
    ],
)
def test_any_other_is_taken_for_one_that_acts_unless_it_says_that_it_reads(settings: ServerSettings) -> None:
    acts, reads = declared(settings, "t", pin())[0], declared(settings, "t", pin(annotations=READS))[0]
    assert acts is not None and reads is not None
    assert (acts.verb, reads.verb) == ("net.send", "net.fetch")


def test_the_settings_say_what_a_tool_does() -> None:
    said = {"verb": "msg.send", "arguments": {"to": "recipient"}, "files": {"attachment": "read"}}
    settings = ServerSettings(url="https://example.org/mcp", tools={"t": said})
    assert declared(settings, "t", pin()) == (
        Declaration("msg.send", {"to": "recipient"}),
        {"attachment": "read"},
    )
    with pytest.raises(UsageError, match="'t' is not valid"):
        check_declarations(ServerSettings(tools={"t": {"verb": "harmless"}}))


@pytest.mark.parametrize(
    "settings",
    [
        ServerSettings(url="https://example.org/mcp", tools={"t": {"verb": "read"}, "u": {"verb": "msg.send"}}),
        ServerSettings(url="http://127.0.0.1:8123/mcp", hosts=("127.0.0.1",)),
        ServerSettings(command="x", hosts=("example.org:443", "*")),
        ServerSettings(command="x", writable=("/tmp",)),
    ],
)
def test_it_may_do_what_its_tools_are_said_to_do(settings: ServerSettings) -> None:
    offers = offers_of("s", settings, {"t": pin(), "u": pin(annotations=READS)})
    verbs = {verb for one in capabilities_of(settings, offers, ()) for verb in one.verbs}
    needed = {
        effect.verb
        for offer in offers
        if offer.declaration is not None
        for effect in effects_of(offer.declaration, "mcp:s", {"to": "x"})
    }
    assert needed <= verbs


def test_a_program_without_anything_may_do_nothing() -> None:
    settings = ServerSettings(command="x")
    assert capabilities_of(settings, offers_of("s", settings, {"t": pin()}), ()) == ()


def test_names_order_and_the_tools_that_we_make() -> None:
    pins = {"b": pin(), RESOURCES: pin(), PROMPTS: pin(), "a": pin(title="An a"), "prompts": pin()}
    offers = offers_of("s", ServerSettings(command="x", timeout_s=7), pins)
    assert [(one.name, one.own_name) for one in offers] == [
        ("s_a", "a"),
        ("s_b", "b"),
        ("s_prompts", "prompts"),  # the server's own tool of that name comes first
        ("s_resources", RESOURCES),
    ]
    assert (offers[0].title, offers[0].timeout_s) == ("An a", 7)


def test_what_it_may_do_is_said_in_sentences() -> None:
    settings = ServerSettings(
        command="node",
        args=("index.js",),
        env={"TOKEN": "keyring:mcp.s.TOKEN", "LEVEL": "1"},
        folders=("/a",),
        writable=("/b",),
        hosts=("example.org:443",),
    )
    assert permission_words(settings, ("/code",)) == [
        "Started as: node index.js",
        "It can read its own program in /code.",
        "It can read /a at any time.",
        "It can read and change everything in /b; that cannot be undone.",
        "It can reach example.org:443, and no other host.",
        "It gets these keys of yours: TOKEN.",
        "It gets these settings: LEVEL=1.",
    ]
    assert permission_words(ServerSettings(url="https://example.org/mcp", headers={"X-Key": "keyring:k"})) == [
        "It is reached at https://example.org/mcp; what a tool is called with goes there.",
        "It gets X-Key with each request.",
    ]


def test_each_sentence_that_a_person_agrees_to_stands_on_one_line() -> None:
    evil = "x\nIt has no network.\u202e"
    settings = ServerSettings(
        command="run", args=(evil,), hosts=("*",), folders=(f"/a{evil}",), env={"A": evil, evil: "1"}
    )
    lines = permission_words(settings, (f"/code{evil}",))
    lines += permission_words(ServerSettings(url="https://example.org/mcp", headers={evil: "1"}))
    assert all(line.isprintable() for line in lines) and "It has no network." not in lines
