"""Reading what is granted is allowed; one other effect among many makes the whole call ask."""

from datetime import UTC, datetime

import pytest

from agent.safety.decision import Decision, decide
from agent.safety.effects import Effect
from agent.safety.labels import USER
from agent.safety.policy import Policy
from agent.safety.request import Facts, Request

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
GRANTED = Effect("fs.read", "/home/x/a", granted=True)


def judged(*effects: Effect) -> Decision:
    request = Request(
        principals=("user",), tool="t", arguments="{}", effects=effects, label=USER, attended=True, complete=True
    )
    return decide(request, Policy(), Facts(now=NOW))


@pytest.mark.parametrize("effects", [(), (GRANTED,), (GRANTED, GRANTED)])
def test_reading_what_is_granted_is_allowed(effects: tuple[Effect, ...]) -> None:
    assert judged(*effects).verdict == "allow"


@pytest.mark.parametrize(
    ("effect", "rule", "reason"),
    [
        (
            Effect("fs.read", "/etc/x"),
            "default.fs.read",
            "read /etc/x outside the granted folders needs a person",
        ),
        (Effect("fs.write", "/home/x/a", granted=True), "default.fs.write", "write /home/x/a needs a person's yes"),
        (Effect("fs.write", "/a", 12), "default.fs.write", "write /a (12 bytes) outside the granted folders"),
        (Effect("proc.run", "ls", granted=True), "default.proc.run", "run ls needs a person's yes"),
        (Effect("net.fetch", "https://x.org"), "default.net.fetch", "fetch https://x.org needs a person's yes"),
    ],
)
def test_anything_else_asks_and_says_for_what(effect: Effect, rule: str, reason: str) -> None:
    for effects in ((effect,), (GRANTED, effect), (effect, GRANTED)):
        decision = judged(*effects)
        assert (decision.verdict, decision.rule) == ("ask", rule)
        assert decision.reason.startswith(reason)
