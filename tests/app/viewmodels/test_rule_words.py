"""Rules in words: what, where, and each condition."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from agent.safety.rules import LimitText, RuleText, WhenText, in_words, read_rule
from app.viewmodels.rule_words import (
    DOS,
    WHATS,
    day_words,
    do_words,
    rule_words,
    sentence_words,
    what_words,
    where_hint,
)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"do": "allow", "what": "net.fetch", "to": "example.org"}, "Allow: fetch from the web: example.org:443"),
        ({"do": "deny", "what": "fs.*", "to": "/srv/a"}, "Never: read, write or delete files in /srv/a"),
        ({"do": "ask", "what": "proc.run"}, "Always ask: run commands anywhere"),
        ({"do": "deny", "what": "*"}, "Never: do anything anywhere"),
        (
            {
                "do": "allow",
                "what": "proc.run",
                "to": "/srv/a",
                "when": WhenText(principal="person", label="<=local", network=False),
                "limit": LimitText(per_day=3),
            },
            "Allow: run commands in /srv/a, without the network, for a person only, "
            "if the chat has seen at most: your files, 3 time(s) a day",
        ),
        (
            {
                "do": "ask",
                "what": "net.send",
                "to": ("a.org", "b.org"),
                "when": WhenText(principal="job:nightly", label=">=external"),
            },
            "Always ask: send to the web: a.org, b.org, for job:nightly, if the chat has seen at least: text of others",
        ),
    ],
)
def test_a_rule_is_a_sentence(rule: dict[str, Any], words: str) -> None:
    assert rule_words(read_rule(RuleText(**rule))) == words


def test_an_end_and_a_size_are_written_as_people_here_do() -> None:
    until = date(2031, 1, 31)
    rule = read_rule(RuleText("allow", "msg.send", "anna@example.org", limit=LimitText(bytes="1MB"), until=until))
    head, size, end = rule_words(rule).rsplit(", ", 2)
    assert head == "Allow: send messages: anna@example.org"
    assert size.endswith(" a day") and end == f"until {day_words(until)}"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"what": "fs.write", "to": "/srv/a for a person"}, "Allow: write files in /srv/a for a person"),
        ({"what": "proc.run", "to": "/srv/a", "when": WhenText(network=False)},
         "Allow: run commands in /srv/a, without the network"),
        ({"what": "net.fetch", "to": "example.org"}, "Allow: fetch from the web: example.org:443"),
        ({"what": "msg.send", "to": "a@b.org"}, "Allow: send messages: a@b.org"),
    ],
)  # fmt: skip
def test_an_offered_rule_is_said_as_the_written_one(rule: dict[str, Any], words: str) -> None:
    when = replace(rule.get("when", WhenText()), principal="person")
    made = read_rule(RuleText("allow", **{**rule, "when": when}))
    assert sentence_words(in_words(made)) == f"{words}, for a person only" == rule_words(made)


@pytest.mark.parametrize("sentence", ["", "allow new.verb to x", "deny fs.read to /a", "allow this in every chat"])
def test_a_sentence_of_another_form_is_shown_whole(sentence: str) -> None:
    assert sentence_words(sentence) == sentence


def test_all_that_the_form_offers_has_words_and_a_hint() -> None:
    assert all(what_words(what) != what and where_hint(what) for what in WHATS)
    assert len({do_words(do) for do in DOS}) == 3
    assert what_words("new.verb") == "new.verb"
