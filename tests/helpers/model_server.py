"""A real server on loopback that plays a model for real `homard` processes.

The newest user message that holds a prompt of the script names what is played: one reply for each request, by the
number of replies that the history already holds after that message. So any number of clients may be served, in any
order, and a client that was killed and comes back goes on where its history says. Every request is checked as a strict
provider would.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.helpers.fault_server import FaultServer, Seen
from tests.helpers.faults import CALLS, DONE, STOP, Answer, Pause, call, chunk, stream, text

MODEL = "loop/model"
USAGE = chunk(usage={"prompt_tokens": 100, "completion_tokens": 10})


class Call(NamedTuple):
    """A tool call that the model makes."""

    name: str
    arguments: dict[str, Any]


def says(words: str) -> Answer:
    """The model's last word."""
    return stream(text(words), STOP, USAGE, DONE)


def calls(*made: Call, words: str = "") -> Answer:
    """A reply with calls; their ids are put in by the server, so that none comes twice."""
    pieces = [call(json.dumps(one.arguments), one.name, f"call-ID-{at}", at) for at, one in enumerate(made)]
    return stream(*([text(words)] if words else []), *pieces, CALLS, USAGE, DONE)


def shell(cmd: str, **more: Any) -> Answer:
    """A reply that runs one command."""
    return calls(Call("shell", {"cmd": cmd, **more}))


def stalls(words: str = "Let me ") -> Answer:
    """Begins to answer and then sends nothing more."""
    return stream(text(words), Pause(3600))


class ModelServer(FaultServer):
    """Use as a context manager; `requests` holds what came in."""

    def __init__(self, script: Mapping[str, Sequence[Answer]] | None = None) -> None:
        """`script`: what to play at a prompt that holds these words; anything else is answered with `Fine.`"""
        self._script = script or {}
        super().__init__(self._play)

    def settings(self, home: Path, more: str = "", *, key: str = "", provider: str = "") -> None:
        """Write settings in which this server is the only provider, `loop`, and its model the default one."""
        home.mkdir(parents=True, exist_ok=True)
        lines = [f'model = "{MODEL}"', more, "[providers.loop]", f'base_url = "{self.base_url}"', f'key = "{key}"']
        (home / "settings.toml").write_text("\n".join([*lines, provider]), encoding="utf-8")

    def histories(self) -> list[list[dict[str, Any]]]:
        """The messages of each request, in order."""
        return [seen.body["messages"] for seen in self.requests if seen.path.endswith("/chat/completions")]

    def problems(self) -> list[str]:
        """What a strict provider would have refused in any request."""
        return [problem for history in self.histories() for problem in strict_wire_problems(history)]

    def _play(self, seen: Seen) -> Answer:
        if not seen.path.endswith("/chat/completions"):
            return Answer(404, {}, [b"{}"])
        messages = seen.body["messages"]
        for at in range(len(messages) - 1, -1, -1):
            if messages[at]["role"] != "user":
                continue
            # What was said twice without an answer between may come as one message: the later words count.
            said = json.dumps(messages[at]["content"], ensure_ascii=False)
            prompt = max(self._script, key=said.rfind, default="")
            if prompt and prompt in said:
                replies = self._script[prompt]
                done = sum(message["role"] == "assistant" for message in messages[at:])
                return self._with_ids(replies[min(done, len(replies) - 1)])
        return says("Fine.")

    def _with_ids(self, answer: Answer) -> Answer:
        own = f"call-{len(self.requests)}".encode()
        steps = [step.replace(b"call-ID", own) if isinstance(step, bytes) else step for step in answer.steps]
        return Answer(answer.status, answer.headers, steps, answer.silent_s)


def strict_wire_problems(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """List what breaks the rule on the wire: each call has exactly one result, directly after its reply, in order."""
    problems: list[str] = []
    expected: list[str] = []
    known: set[str] = set()
    for at, message in enumerate(messages):
        if message["role"] == "tool":
            if not expected or expected.pop(0) != message["tool_call_id"]:
                problems.append(f"message {at}: the result of {message['tool_call_id']} is out of place")
            continue
        if expected:
            problems.append(f"message {at}: no result for {expected}")
            expected = []
        made = message.get("tool_calls") or []
        if message["role"] == "assistant" and not made and not message.get("content"):
            problems.append(f"message {at}: an empty reply")
        for one in made:
            expected.append(one["id"])
            json.loads(one["function"]["arguments"])
            if one["id"] in known:
                problems.append(f"message {at}: {one['id']} comes twice")
            known.add(one["id"])
    return problems + ([f"the end: no result for {expected}"] if expected else [])


def results(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """The texts of the tool results in a history."""
    return [str(message["content"]) for message in history if message["role"] == "tool"]
