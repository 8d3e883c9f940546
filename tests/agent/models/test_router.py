"""Where a model fails another answers: real sellers on loopback, through the whole runtime."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.events import AnyEvent, MessageFinished, MessageStarted, ModelRetryScheduled, RunFinished
from agent.messages import AssistantMessage, ToolMessage
from agent.runtime import Runtime
from tests.helpers.clock import NOON, HeldClock
from tests.helpers.faults import DONE, LENGTH, Answer, Reset, refusal, stream, text
from tests.helpers.house import House, home
from tests.helpers.model_server import Call, ModelServer, calls, says

BUSY, LIMITED = refusal(503), refusal(429, b"{}", {"retry-after": "90", "content-type": "application/json"})
NO_KEY, BAD = refusal(401), refusal(400)
NONE = refusal(404, b'{"error": {"message": "The model m does not exist", "code": "model_not_found"}}')
CUT = stream(text("Let me th"), Reset())


class PassingClock(HeldClock):
    """Goes on for whoever sleeps."""

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self.advance(seconds)


class Seller(ModelServer):
    """Answers with what is next in its list, and then with its own name."""

    def __init__(self, name: str, answers: Sequence[Answer] = ()) -> None:
        self.name, self._answers = name, list(answers)
        super().__init__()

    def _play(self, seen: Any) -> Answer:
        if not seen.path.endswith("/chat/completions"):
            return Answer(404, {}, [b"{}"])
        return self._with_ids(self._answers.pop(0)) if self._answers else says(f"{self.name} here.")


def chained(*names: str) -> str:
    return "[routing.chat]\nmodels = " + str(list(names)).replace("'", '"')


async def conversation(
    tmp_path: Path,
    sellers: Sequence[Seller],
    texts: Sequence[str],
    *,
    model: str = "",
    between_s: float = 0.0,
    chain: str = "",
    more: str = "",
) -> tuple[list[list[AnyEvent]], list[Any]]:
    """Say some things in one session; the events of each run, and the history."""
    clock = PassingClock()
    base = tmp_path / "home"
    base.mkdir()
    lines = [chain or chained(*(f"{one.name}/m" for one in sellers))]
    lines += [f'[providers.{one.name}]\nbase_url = "{one.base_url}"' for one in sellers]
    (base / "settings.toml").write_text("\n".join([*lines, more]))
    (tmp_path / "folder").mkdir()
    async with Runtime.open(home(tmp_path), clock=clock) as runtime:
        session = await runtime.store.create_session(cwd=str(tmp_path / "folder"))
        house = House(runtime, None, clock, tmp_path / "folder", session.session_id)  # pyright: ignore[reportArgumentType]
        said: list[list[AnyEvent]] = []
        for text_ in texts:
            said.append(await house.ask(text_, model=model))
            await clock.advance(between_s)
        return said, await house.history()


def run(tmp_path: Path, sellers: Sequence[Seller], texts: Sequence[str] = ("hello",), **more: Any) -> Any:
    with ExitStack() as stack:
        for seller in sellers:
            stack.enter_context(seller)
        return asyncio.run(conversation(tmp_path, sellers, texts, **more))


def answered(history: list[Any]) -> list[tuple[str, str]]:
    return [(one.model, one.text) for one in history if isinstance(one, AssistantMessage)]


@pytest.mark.parametrize("answer", [BUSY, LIMITED, NO_KEY, NONE], ids=["busy", "limited", "no key", "no such model"])
def test_the_next_one_answers_at_once_and_the_transcript_says_so(tmp_path: Path, answer: Answer) -> None:
    one, other = Seller("one", [answer]), Seller("other")
    ((events,), history) = run(tmp_path, [one, other])
    assert answered(history) == [("other/m", "other here.")]
    (told,) = [event for event in events if isinstance(event, ModelRetryScheduled)]
    assert (told.delay_s, told.model) == (0.0, "other/m") and told.reason
    assert (len(one.requests), len(other.requests)) == (1, 1)


def test_where_a_key_is_not_there_the_next_one_answers_and_the_run_says_why(tmp_path: Path) -> None:
    one, other = Seller("one"), Seller("other")
    keyless = '[providers.keyless]\nbase_url = "http://127.0.0.1:9/v1"\nkey = "env:NO_SUCH_KEY_IS_SET"'
    ((events,), history) = run(tmp_path, [one, other], chain=chained("keyless/m", "other/m"), more=keyless)
    assert answered(history) == [("other/m", "other here.")]
    (told,) = [event for event in events if isinstance(event, ModelRetryScheduled)]
    assert told.model == "other/m" and "NO_SUCH_KEY_IS_SET" in told.reason
    (tmp_path / "alone").mkdir()
    ((events,), _history) = run(
        tmp_path / "alone", [Seller("one")], chain=chained("keyless/m", "keyless/n"), more=keyless
    )
    last = events[-1]
    assert isinstance(last, RunFinished) and last.error_code == "no_key"
    assert last.error and "either: keyless/m (no key)." in last.error


def test_what_the_request_is_to_blame_for_is_not_tried_elsewhere(tmp_path: Path) -> None:
    one, other = Seller("one", [BAD]), Seller("other")
    ((events,), _history) = run(tmp_path, [one, other])
    assert isinstance(events[-1], RunFinished) and events[-1].error_code == "bad_request"
    assert other.requests == []


def test_a_cap_of_one_provider_sends_the_call_to_the_next_and_a_cap_over_all_ends_the_run(tmp_path: Path) -> None:
    capped = "[providers.{}.budget]\ntokens_per_day = 500"
    for at, (more, said) in enumerate(
        [
            (capped.format("one"), [("other/m", "other here.")]),
            (capped.format("one") + "\n" + capped.format("other"), []),
            ("[budget]\ntokens_per_day = 500", []),
        ]
    ):
        folder = tmp_path / str(at)
        folder.mkdir()
        one, other = Seller("one"), Seller("other")
        ((events,), history) = run(folder, [one, other], more=more)
        assert (answered(history), one.requests, len(other.requests)) == (said, [], len(said))
        ended = events[-1]
        assert isinstance(ended, RunFinished)
        assert ended.stop_reason == ("end_turn" if said else "max_tokens")


def test_a_failing_one_is_left_alone_for_a_while_and_then_asked_again(tmp_path: Path) -> None:
    one, other = Seller("one", [BUSY]), Seller("other")
    _events, history = run(tmp_path, [one, other], ["a", "b", "c", "d"], between_s=16.0)
    # It fails at 0 s; at 16 s it is left alone; from 30 s on it is asked again.
    assert [model for model, _text in answered(history)] == ["other/m", "other/m", "one/m", "one/m"]


def test_it_is_left_alone_longer_each_time_until_it_has_answered(tmp_path: Path) -> None:
    for at, (answers, models) in enumerate([([BUSY, BUSY], "ooo1"), ([BUSY, says("Again."), BUSY], "o1o1")]):
        (tmp_path / str(at)).mkdir()
        one, other = Seller("one", answers), Seller("other")
        _events, history = run(tmp_path / str(at), [one, other], ["a", "b", "c", "d"], between_s=31.0)
        assert [model for model, _text in answered(history)] == [
            "one/m" if which == "1" else "other/m" for which in models
        ]


def test_what_a_seller_asks_to_wait_is_waited(tmp_path: Path) -> None:
    one, other = Seller("one", [LIMITED]), Seller("other")
    _events, history = run(tmp_path, [one, other], ["a", "b", "c", "d"], between_s=31.0)
    assert [model for model, _text in answered(history)] == ["other/m", "other/m", "other/m", "one/m"]


def test_a_reply_that_broke_off_is_asked_for_again_whole_and_nothing_is_done_twice(tmp_path: Path) -> None:
    half = stream(*list(calls(Call("write", {"path": "x.txt", "text": "once"})).steps)[:-3], Reset())
    whole = calls(Call("write", {"path": "x.txt", "text": "once"}))
    one, other = Seller("one", [half]), Seller("other", [whole])
    _events, history = run(tmp_path, [one, other])
    assert [model for model, _text in answered(history)] == ["other/m", "other/m"]
    (written,) = [message.result for message in history if isinstance(message, ToolMessage)]
    assert written.text.startswith("Created x.txt")


def test_words_that_broke_off_end_their_message_before_another_model_begins_its_own(tmp_path: Path) -> None:
    one, other = Seller("one", [CUT]), Seller("other")
    ((events,), history) = run(tmp_path, [one, other])
    assert answered(history) == [("other/m", "other here.")]
    messages = [event for event in events if isinstance(event, MessageStarted | MessageFinished)]
    assert [type(event).__name__ for event in messages] == ["MessageStarted", "MessageFinished"] * 2
    broken = messages[1]
    assert isinstance(broken, MessageFinished) and broken.message is None and broken.error


def test_with_nobody_left_the_run_says_why(tmp_path: Path) -> None:
    one, other = Seller("one", [NO_KEY] * 5), Seller("other", [NONE] * 5)
    ((events,), history) = run(tmp_path, [one, other])
    assert isinstance(events[-1], RunFinished)
    assert (events[-1].stop_reason, events[-1].error_code, answered(history)) == ("model_error", "no_such_model", [])
    assert events[-1].error and "No other model of the chain has answered either: one/m (bad key)." in events[-1].error


def test_a_broken_stand_in_takes_no_second_try_from_the_first(tmp_path: Path) -> None:
    """Alone the busy one would be asked again in a moment; so it is with others that cannot answer."""
    one, other = Seller("one", [BUSY]), Seller("other", [NO_KEY] * 5)
    ((events,), history) = run(tmp_path, [one, other])
    assert answered(history) == [("one/m", "one here.")], events
    told = [(event.model, event.delay_s > 0) for event in events if isinstance(event, ModelRetryScheduled)]
    assert told == [("other/m", False), ("", True)]


def test_with_all_of_them_asking_to_wait_the_run_says_until_when(tmp_path: Path) -> None:
    later = refusal(429, b"{}", {"retry-after": "5400", "content-type": "application/json"})
    one, other = Seller("one", [later] * 2), Seller("other", [LIMITED] * 2)
    ((events,), _history) = run(tmp_path, [one, other])
    assert isinstance(events[-1], RunFinished) and events[-1].error_code == "rate_limited" and events[-1].error
    until = (NOON + timedelta(seconds=5_400)).astimezone()
    assert (
        "try again in 90 s" in events[-1].error
        and f"one/m (rate limited, not before {until:%H:%M})" in events[-1].error
    )


def test_what_a_refused_key_says_of_a_provider_holds_for_all_its_models_and_a_busy_model_for_itself(
    tmp_path: Path,
) -> None:
    chain = chained("one/m", "one/n", "other/m")
    for at, (answer, expected) in enumerate([(NO_KEY, "other/m"), (BUSY, "one/n")]):
        one, other = Seller("one", [answer]), Seller("other")
        (tmp_path / str(at)).mkdir()
        _events, history = run(tmp_path / str(at), [one, other], chain=chain)
        assert answered(history)[0][0] == expected and len(one.requests) == (1 if answer is NO_KEY else 2)


@pytest.mark.parametrize(
    "wait", ["1e999", "-5", "NaN", "999999999999", "Thu, 31 Dec 9999999999 23:59:59 GMT", "x" * 99]
)
def test_whatever_a_seller_asks_to_wait_the_next_answers_and_it_is_asked_again_in_a_day(
    tmp_path: Path, wait: str
) -> None:
    absurd = refusal(429, b"{}", {"retry-after": wait, "content-type": "application/json"})
    one, other = Seller("one", [absurd]), Seller("other")
    _events, history = run(tmp_path, [one, other], ["a", "b"], between_s=86_400.0)
    assert [model for model, _text in answered(history)] == ["other/m", "one/m"]


def test_a_reply_that_is_too_long_for_what_it_may_take_is_asked_of_no_other(tmp_path: Path) -> None:
    half = stream(*list(calls(Call("write", {"path": "x.txt", "text": "once"})).steps)[1:-3], LENGTH, DONE)
    one, other = Seller("one", [half]), Seller("other")
    ((events,), _history) = run(tmp_path, [one, other])
    assert isinstance(events[-1], RunFinished) and events[-1].error_code == "reply_cut"
    assert other.requests == []


def test_one_that_stands_in_is_asked_for_no_more_than_it_can_write(tmp_path: Path) -> None:
    one, other = Seller("one", [BUSY]), Seller("other")
    small = "[providers.other.models.m]\nmax_output_tokens = 300"
    run(tmp_path, [one, other], more=small)
    assert [seller.requests[0].body["max_tokens"] for seller in (one, other)] == [4_096, 300]


def test_a_model_that_a_person_named_outside_the_chain_stands_alone(tmp_path: Path) -> None:
    one, other = Seller("one", [NO_KEY]), Seller("other")
    ((events,), _history) = run(tmp_path, [one, other], model="one/another")
    assert isinstance(events[-1], RunFinished) and events[-1].error_code == "bad_key"
    assert other.requests == [] and "No other model" not in (events[-1].error or "")
