"""Reading what is granted is allowed; one other effect among many makes the whole call ask."""

import pytest

from agent.safety.decision import decide
from agent.safety.effects import Effect

GRANTED = Effect("fs.read", "/home/x/a", granted=True)


@pytest.mark.parametrize("effects", [(), (GRANTED,), (GRANTED, GRANTED)])
def test_reading_what_is_granted_is_allowed(effects: tuple[Effect, ...]) -> None:
    assert decide(effects).verdict == "allow"


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
        decision = decide(effects)
        assert (decision.verdict, decision.rule) == ("ask", rule)
        assert decision.reason.startswith(reason)
