"""Which model does what."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agent.errors import UsageError
from agent.figures.seen import ModelFigures
from agent.models.routing import Routing, Side
from agent.settings import ModelProfile, Price, ProviderSettings, Settings

LOCAL = ProviderSettings("local")
REMOTE = ProviderSettings(base_url="https://api.example.com/v1")
DEAR, CHEAP, FREE = Price(10.0, 30.0, 1.0), Price(0.5, 1.0), Price(0.0, 0.0)
MODELS = {
    "a/dear": ModelProfile("a", "dear", REMOTE, 200_000, price=DEAR, vision=True),
    "a/cheap": ModelProfile("a", "cheap", REMOTE, 100_000, price=CHEAP),
    "b/unknown": ModelProfile("b", "unknown", REMOTE),
    "c/free": ModelProfile("c", "free", LOCAL, 8_000, price=FREE),
}


def resolve(name: str) -> ModelProfile:
    if (name or "a/dear") not in MODELS:
        raise UsageError(f"There is no model {name}.")
    return MODELS[name or "a/dear"]


def routing(**routes: Any) -> Routing:
    lines = (
        f"{work} = {{ models = {list(models)!r}, policy = {policy!r} }}" for work, (models, policy) in routes.items()
    )
    settings = msgspec.toml.decode("[routing]\n" + "\n".join(lines), type=Settings)
    return Routing(lambda: settings, resolve)


def names(model: ModelProfile) -> list[str]:
    return [one.label for one in (model, *model.stand_ins)]


ALL = tuple(MODELS)


def test_without_a_route_there_is_the_default_alone() -> None:
    assert names(routing().model("", "chat")) == names(routing().model("", "job")) == ["a/dear"]
    assert names(routing().model("b/unknown", "chat")) == ["b/unknown"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("fixed", ["a/dear", "a/cheap", "b/unknown", "c/free"]),
        ("cheapest", ["c/free", "a/cheap", "a/dear", "b/unknown"]),
        ("fastest", ["a/cheap", "b/unknown", "a/dear", "c/free"]),
        ("reliable", ["a/dear", "b/unknown", "c/free", "a/cheap"]),
    ],
)
def test_a_policy_says_which_comes_first(policy: str, expected: list[str]) -> None:
    chosen = routing(chat=(ALL, policy))
    chosen.figures = {
        "a/dear": ModelFigures("a/dear", 50, 0, None, None, None),
        "a/cheap": ModelFigures("a/cheap", 50, 20, 200.0, 100.0, None),
        "b/unknown": ModelFigures("b/unknown", 50, 1, 3_000.0, 20.0, None),
        "c/free": ModelFigures("c/free", 4, 4, 1.0, 1_000.0, None),
    }
    assert names(chosen.model("", "chat")) == expected
    assert chosen.wants_figures == (policy in ("fastest", "reliable"))


def test_a_model_that_a_person_named_comes_first_and_others_only_out_of_its_own_chain() -> None:
    chosen = routing(chat=(("a/dear", "a/cheap"), "cheapest"))
    assert names(chosen.model("a/dear", "chat")) == ["a/dear", "a/cheap"]
    assert names(chosen.model("c/free", "chat")) == ["c/free"]
    with pytest.raises(UsageError):
        chosen.model("x/gone", "chat")


def test_jobs_go_as_chats_do_unless_they_have_a_chain_and_what_is_gone_is_left_out() -> None:
    assert names(routing(chat=(("a/cheap",), "fixed")).model("", "job")) == ["a/cheap"]
    both = routing(chat=(("a/dear",), "fixed"), job=(("x/gone", "a/cheap", "a/cheap"), "fixed"))
    assert names(both.model("", "job")) == ["a/cheap"]
    assert names(routing(chat=(("x/gone",), "fixed")).model("", "chat")) == ["a/dear"]


def test_images_go_to_one_that_sees() -> None:
    chosen = routing(vision=(("c/free", "a/dear"), "fixed"))
    assert names(chosen.for_images(MODELS["a/cheap"])) == ["a/dear"]
    assert names(chosen.for_images(MODELS["a/dear"])) == ["a/dear"]
    assert names(chosen.for_images(MODELS["c/free"])) == ["c/free"], "what a local model is told stays here"
    assert names(routing(chat=(("a/cheap", "a/dear"), "fixed")).for_images(MODELS["a/cheap"])) == ["a/cheap"]
    chain = routing(chat=(("a/cheap", "a/dear"), "fixed"))
    assert names(chain.for_images(chain.model("", "chat"))) == ["a/dear"]


def test_small_work_goes_to_what_is_set_for_it_else_to_the_cheapest_of_the_run_s_own() -> None:
    chain = routing(chat=(("a/dear", "a/cheap", "b/unknown"), "fixed"))
    run = chain.model("", "chat")
    assert names(chain.beside("reading", run, 5_000)) == ["a/cheap", "a/dear", "b/unknown"]
    assert names(chain.beside("reading", run, 90_000)) == ["a/dear"], "it must fit the window"
    assert names(chain.beside("reading", MODELS["a/dear"], 5_000)) == ["a/dear"]
    own = routing(reading=(("c/free", "a/cheap"), "fixed"))
    assert names(own.beside("reading", run, 5_000)) == ["c/free", "a/cheap"]
    assert names(own.beside("reading", run, 50_000)) == ["a/cheap"]


def test_a_summary_begins_as_the_run_s_prompt_did_so_its_own_model_may_be_the_cheaper_one() -> None:
    near = ModelProfile("a", "near", REMOTE, 100_000, price=Price(2.0, 6.0))
    run = ModelProfile("a", "run", REMOTE, 100_000, price=Price(3.0, 6.0, 0.3), stand_ins=(near,))
    assert names(routing().beside("summary", run, 10_000))[0] == "a/run"
    assert names(routing().beside("reading", run, 10_000))[0] == "a/near"
    assert names(routing().beside("summary", MODELS["a/dear"], 10_000)) == ["a/dear"]


def test_where_nobody_knows_what_the_run_s_model_costs_it_does_the_small_work_itself() -> None:
    unknown = routing(chat=(("b/unknown", "a/cheap"), "fixed")).model("", "chat")
    assert names(routing().beside("reading", unknown, 5_000)) == ["b/unknown", "a/cheap"]


def test_nothing_of_a_local_run_goes_to_another_machine() -> None:
    chosen = routing(reading=(("a/cheap",), "fixed"), summary=(("a/cheap",), "fixed"))
    sides: list[Side] = ["reading", "summary"]
    for side in sides:
        assert names(chosen.beside(side, MODELS["c/free"], 1_000)) == ["c/free"]


def test_what_a_local_run_reads_goes_nowhere_else_though_nobody_knows_a_price() -> None:
    """The models that stand in for its turns do not for small work."""
    run = routing(chat=(("c/free", "a/cheap"), "fixed")).model("", "chat")
    for price in (FREE, None):
        model = msgspec.structs.replace(run, price=price)
        for tokens in (1_000, 50_000):
            assert names(routing().beside("reading", model, tokens)) == ["c/free"]
