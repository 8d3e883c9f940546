"""Rules in words: what, where, and each condition."""

from datetime import date
from typing import Any

import pytest

from agent.safety.rules import LimitText, RuleText, WhenText, read_rule
from app.viewmodels.rule_words import DOS, WHATS, day_words, do_words, rule_words, what_words, where_hint


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


def test_all_that_the_form_offers_has_words_and_a_hint() -> None:
    assert all(what_words(what) != what and where_hint(what) for what in WHATS)
    assert len({do_words(do) for do in DOS}) == 3
    assert what_words("new.verb") == "new.verb"
