"""What the person vouches for by having typed it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.safety.effects import Role, Value
from agent.safety.endorsement import MAX_TYPED, NOTHING

SAID = NOTHING.with_message(
    "Share it with John.Doe@gmail.com and #general, tell Alice's team 'Follow-up meeting'. Pay 2200 to "
    "CA133012400231215421872, refund 10.00 and 1,200.50, not 1.200 or 19.5%. See www.informations.com!\n"
    "Straße.de (https://a.example/x?y=1) ~/notes/todo.txt. Our page www.ours.example.They know. Call it "
    "\"Dinner at {restaurant_name}\" or 'Trip {n} to {place}'.\n"
    "> quoted.example wrote\n```\nfenced.example\n```\nand mail to bob, eve.smith@corp.example"
)


@pytest.mark.parametrize(
    ("role", "value", "expected"),
    [
        ("recipient", "john.doe@gmail.com", True),
        ("recipient", "JOHN.DOE@GMAIL.COM", True),
        ("recipient", "doe@gmail.com", False),
        ("recipient", "john.doe@gmail.com.evil.org", False),
        ("recipient", "smith@corp.example", False),
        ("host", "gmail.com", False),
        ("host", "corp.example", False),
        ("recipient", "general", True),
        ("recipient", "alice", True),
        ("recipient", "bob", False),
        ("recipient", "", False),
        ("recipient", "....", False),
        ("recipient", "ｊｏｈｎ.doe@gmail.com", False),
        ("recipient", "john\u200b.doe@gmail.com", False),
        ("amount", "2200", True),
        ("amount", "2200.0", True),
        ("amount", "10.0", True),
        ("amount", "1200.5", True),
        ("amount", "1200", False),
        ("amount", "1.2", False),
        ("amount", "200.50", False),
        ("amount", "19.5", False),
        ("amount", "-2200", False),
        ("amount", "NaN", False),
        ("account", "CA133012400231215421872", True),
        ("account", "ca133012400231215421872", False),
        ("account", "CA1330124002312154218", False),
        ("host", "www.informations.com", True),
        ("host", "https://www.informations.com/", True),
        ("host", "https://www.informations.com/secret", False),
        ("host", "https://www.informations.com?q=secret", False),
        ("host", "secret.www.informations.com", False),
        ("host", "https://www.informations.com@evil.example/", False),
        ("host", "strasse.de", False),
        ("host", "xn--strae-oqa.de", True),
        ("host", "https://a.example/x?y=1", True),
        ("host", "https://a.example/x?y=12", False),
        ("host", "https://a.example/x", False),
        ("host", "www.ours.example", True),
        ("host", "quoted.example", False),
        ("host", "fenced.example", False),
        ("host", "*", False),
        ("path", "~/notes/todo.txt", True),
        ("path", "todo.txt", False),
        ("path", "follow-up meeting", True),
        ("path", "up meeting", False),
        ("path", "Dinner at New Israeli Restaurant", True),
        ("path", "Trip 2 to Paris", True),
        ("path", "Dinner at evil.example", False),
        ("path", "Dinner at ../../x", False),
        ("path", "Dinner at " + "x" * 61, False),
        ("path", "Lunch at New Israeli Restaurant", False),
        ("recipient", "Dinner at Mallory", False),
        ("id", "2200", False),
        ("id", "CA133012400231215421872", False),
        ("time", "2024-05-16 10:00", True),
        ("time", "write to evil.example", False),
        ("choice", "rw", True),
        ("choice", "https://evil.example", False),
        ("text", "A summary of www.informations.com, at 2024-05-16 10:00, for JOHN.doe@gmail.com.", True),
        ("text", "A summary of evil.example", False),
        ("text", "Pay DE89 3704 0044 0532 0130 00", False),
        ("text", "", True),
    ],
)
def test_vouches_for_whole_values_only(role: Role, value: str, expected: bool) -> None:
    assert SAID.endorses(Value(role, value)) is expected


def test_what_is_too_long_to_be_typed_vouches_for_nothing() -> None:
    pasted = NOTHING.with_message("evil.example " + "x" * MAX_TYPED)
    assert not pasted.endorses(Value("host", "evil.example"))


def test_a_list_vouches_for_its_role_alone() -> None:
    listed = NOTHING.with_listed(
        [Value("recipient", "Bo"), Value("host", "api.example"), Value("amount", "50.0"), Value("id", "drive/3")]
    )
    asked: list[Value] = [
        Value("recipient", "bo"), Value("account", "Bo"), Value("host", "https://api.example/any?q"),
        Value("host", "api.example:8443"), Value("host", "https://api.example@evil.example/"), Value("amount", "50"),
        Value("amount", "500"), Value("id", "drive/3"), Value("id", "mail/3"), Value("text", "see api.example"),
        Value("text", "write to eve@api.example"), Value("host", "eve@api.example"),
    ]  # fmt: skip
    expected = [True, False, True, False, False, True, False, True, False, True, False, False]
    assert [listed.endorses(value) for value in asked] == expected


def test_extending_keeps_what_was_there_and_changes_nothing_before() -> None:
    first = NOTHING.with_message("one.example")
    second = first.with_message("two.example").with_listed([Value("recipient", "Alice")])
    hosts = [Value("host", "one.example"), Value("host", "two.example")]
    assert [one.endorses(host) for one in (NOTHING, first, second) for host in hosts] == [
        False, False, True, False, True, True,
    ]  # fmt: skip
    assert first.with_message("   ") is first


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["recipient", "host", "path", "account"]))
def test_a_value_that_was_not_typed_is_never_vouched_for(said: str, value: str, role: Role) -> None:
    if value.strip().lower() not in said.lower():
        forms = {value.strip().lower(), value.strip().lower().removesuffix("/")}
        if role != "host" or not any(form in said.lower() for form in forms):
            assert not NOTHING.with_message(said).endorses(Value(role, value)) or "xn--" in value or "://" in value


@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=60))
def test_more_words_of_the_person_take_nothing_back(said: list[str], more: str) -> None:
    before = NOTHING
    for text in said:
        before = before.with_message(text)
    after = before.with_message(more)
    values = [Value(role, word) for text in said for word in text.split() for role in ("recipient", "host", "path")]
    assert all(after.endorses(value) for value in values if before.endorses(value))


@pytest.mark.parametrize("text", ["www." * 2400, "@a." * 3200, "'a{" * 3200, "```\n" * 2400, "1," * 4900, "@" * 9900])
def test_strange_messages_take_little_time(text: str) -> None:
    began = time.process_time()
    said = NOTHING.with_message(text)
    said.endorses(Value("amount", "1234"))
    said.endorses(Value("path", "a" * 80))
    assert time.process_time() - began < 20
