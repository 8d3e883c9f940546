"""Sentences of the runtime, as it makes them: none of them stays in its own language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.labels import Label
from agent.messages import ToolCall
from agent.safety.decision import decide
from agent.safety.effects import Effect, Value
from agent.safety.policy import Policy
from agent.safety.request import Facts, Request
from agent.safety.rules import RuleText, read_rule
from agent.storage.blobs import Blobs
from agent.tools.executor import Executor
from agent.tools.registry import Registry, built_in_tools
from app.viewmodels.runtime_words import effect_words, reason_words, title_words
from tests.helpers.pseudo import MARK, pseudo_translation

PLAIN = Request(
    principals=("user",),
    tool="tool",
    arguments="{}",
    effects=(),
    label=Label(),
    attended=True,
    complete=True,
    cwd="/srv",
    model="local/m",
    model_is_remote=False,
)
FACTS = Facts(now=datetime(2026, 11, 26, 12, tzinfo=UTC), sandbox="isolated")
WRITE = Effect("fs.write", "/srv/a {why} (3 bytes)", size=10)
RUN = Effect("proc.run", "make all")
MAIL = Effect("msg.send", "ada@a.org", values=(Value("recipient", "ada@a.org"),))
READ_OUTSIDE = Label("external", "private", ("external:a.org",))
EFFECTS = (
    WRITE, RUN, MAIL, Effect("fs.read", "/a"), Effect("fs.delete", "/a"), Effect("net.fetch", "https://a.org"),
    Effect("proc.run", "make", network=True), Effect("net.send", "https://a.org", size=4), Effect("net.send", "b.org"),
    Effect("mem.write", "note"), Effect("job.change", "Mail"), Effect("policy.change", "allow all"),
    Effect("secret.use", "openai"), Effect("ui.read", "clipboard"), Effect("ui.read", "screen"),
    Effect("ui.write", "clipboard", size=3),
)  # fmt: skip


@pytest.fixture(autouse=True)
def marked(qapp: object) -> Iterator[None]:
    with pseudo_translation():
        yield


def reason(*effects: Effect, rule: dict[str, Any] | None = None, **more: Any) -> tuple[str, tuple[str, ...]]:
    rules = (read_rule(msgspec.convert(rule, RuleText)),) if rule else ()
    decision = decide(msgspec.structs.replace(PLAIN, effects=effects, **more), Policy(rules), FACTS)
    return decision.reason, tuple(map(str, effects))


@pytest.mark.parametrize("effect", EFFECTS, ids=str)
def test_what_a_call_would_do_is_worded_and_its_target_is_whole(effect: Effect) -> None:
    said = effect_words(str(effect))
    assert said.startswith(MARK) and said.endswith(MARK)
    assert effect.verb.startswith("ui.") or effect.target in said


def test_what_no_template_makes_stays_as_it_came() -> None:
    assert effect_words("frobnicate /a") == "frobnicate /a"
    assert reason_words("crm has no leave to read /a") == "crm has no leave to read /a"
    assert reason_words("read /a: it is a strange day", ("read /a",)) == "it is a strange day"
    assert title_words("$ make") == "$ make"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (reason(WRITE), "it lies outside the granted folders"),
        (reason(RUN), "nothing allows it beforehand"),
        (reason(RUN, rule={"do": "ask", "what": "proc.run"}), "a rule of yours asks first"),
        (reason(RUN, rule={"do": "deny", "what": "proc.run"}), "a rule of yours denies it"),
        (reason(RUN, principals=("user", "job:j1")), "the job has no leave for it"),
        (
            reason(MAIL, label=READ_OUTSIDE),
            f"the chat has read {MARK}text from a.org{MARK}, and this could be that text's wish: "
            f"{MARK}you never wrote 'ada@a.org'{MARK}",
        ),
        (reason(Effect("net.fetch", "http://127.0.0.1/")), "that address is on this computer or its own network"),
    ],
    ids=lambda made: made[0] if isinstance(made, tuple) else "",
)
def test_why_it_is_asked_is_said_of_what_stands_above(made: tuple[str, tuple[str, ...]], words: str) -> None:
    assert reason_words(*made) == f"{MARK}{words}{MARK}"


def test_of_several_effects_the_one_that_is_asked_for_is_named() -> None:
    made, effects = reason(Effect("fs.read", "/srv/a", granted=True), WRITE)
    assert reason_words(made, effects) == f"{effect_words(str(WRITE))}: {MARK}it lies outside the granted folders{MARK}"


def test_what_nothing_holds_is_said_to_reach_more_than_the_call_says() -> None:
    made = f"{RUN} with the network needs a person's yes"
    held = effect_words(f"{RUN} with the network")
    assert reason_words(made, (str(RUN),)) == f"{held}: {MARK}nothing allows it beforehand{MARK}"


def test_a_target_is_no_template() -> None:
    effect = "write /a: a rule of the person allows it"
    asked = f"{effect} needs a person's yes"
    assert reason_words(asked, (effect,)) == f"{MARK}nothing allows it beforehand{MARK}"
    assert "{size}" in effect_words("write /{size} (7 bytes)")


CALLS = {
    "read": '{"path": "a.txt"}',
    "write": '{"path": "a.txt", "text": "t"}',
    "edit": '{"path": "a.txt", "old": "o", "new": "n"}',
    "delete": '{"path": "a.txt"}',
    "move": '{"path": "a.txt", "to": "b.txt"}',
    "find": '{"glob": "*.md"}',
    "fetch": '{"url": "https://a.org"}',
    "recall": '{"query": "tax"}',
    "ask_user": '{"question": "Which?"}',
}


@pytest.mark.parametrize("name", CALLS)
def test_what_a_call_is_is_worded(name: str, tmp_path: Path) -> None:
    executor = Executor(Registry(list(built_in_tools())), Blobs(tmp_path))
    title = title_words(executor.title(ToolCall("c", name, CALLS[name])))
    assert title.startswith(MARK) and title.endswith(MARK)


def test_a_title_that_was_cut_says_so(tmp_path: Path) -> None:
    executor = Executor(Registry(list(built_in_tools())), Blobs(tmp_path))
    title = title_words(executor.title(ToolCall("c", "fetch", f'{{"url": "https://a.org/{"x" * 200}"}}')))
    assert title.startswith(f"{MARK}Fetch https://a.org/x") and title.endswith(f"x…{MARK}")
