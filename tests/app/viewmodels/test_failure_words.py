"""How a run failed, in words: the runtime's own errors, as it makes them."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from agent.budget.caps import Cap
from agent.budget.refusal import Refusal, sentence
from agent.models.failures import (
    Endpoint,
    failure_of_connection,
    failure_of_error,
    failure_of_page,
    failure_of_status,
    no_answer,
)
from agent.settings import ModelProfile
from app.viewmodels.failure_words import error_words
from tests.helpers.pseudo import MARK, pseudo_translation

AT = Endpoint("loop", "m", "a.example")


@pytest.fixture(autouse=True)
def marked(qapp: object) -> Iterator[None]:
    with pseudo_translation():
        yield


@pytest.mark.parametrize("status", [400, 401, 402, 404, 429, 500, 503])
def test_a_refusal_is_worded_and_what_the_provider_said_stays(status: int) -> None:
    error = str(failure_of_status(AT, status, {}, b'{"error": {"message": "no {luck} today"}}'))
    said = error_words(error)
    assert said.startswith(f"{MARK}loop {MARK}") and "“no {luck} today”" in said and said.endswith(f"{MARK}.{MARK}")
    assert said.count(MARK) >= 6


@pytest.mark.parametrize(
    "error",
    [
        failure_of_connection(AT, ConnectionRefusedError()),
        failure_of_connection(AT, socket.gaierror()),
        failure_of_connection(AT, TimeoutError()),
        failure_of_connection(AT, ConnectionResetError()),
        failure_of_error(AT, {"message": "overloaded"}),
        failure_of_page(AT, "text/html", "<html><title>Log in</title>"),
        no_answer(AT, 30),
    ],
    ids=lambda error: str(error)[:40],
)
def test_what_went_wrong_on_the_way_is_worded(error: Exception) -> None:
    assert error_words(str(error)).count(MARK) >= 6


def test_a_cap_says_where_it_is_raised() -> None:
    refusal = Refusal(Cap("day", "usd", 2.0, setting="budget.usd_per_day"), 1.99, 0.05, None)
    said = error_words(sentence(refusal, ModelProfile("openai", "gpt")))
    assert "Settings, Limits" in said and "$2.00" in said and "openai/gpt" in said and "homard config" not in said


def test_what_it_waits_for_is_worded() -> None:
    waits = "It waits for a person to allow: write /a (3 bytes); run make."
    said = error_words(f"{waits} The run goes on when it is answered.")
    assert said.startswith(f"{MARK}It waits for you to allow: {MARK}write /a (3 bytes){MARK}; {MARK}run make{MARK}.")


def test_what_is_not_known_comes_as_it_is() -> None:
    assert error_words("The disk is full. Nothing was written.") == "The disk is full. Nothing was written."
