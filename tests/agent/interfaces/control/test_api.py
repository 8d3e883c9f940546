import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import agent
from agent.interfaces.cli.wire import PROTOCOL
from tests.helpers.command_line import homard, script, serving

REQUEST = {"mode": "api", "protocol": PROTOCOL, "version": agent.__version__}


class Client:
    """A program at the socket."""

    def __init__(self, home: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(json.loads((home / "owner.json").read_text())["address"])
        self.file = self.socket.makefile()
        self.send(REQUEST)
        assert "hello" in self.receive()

    def send(self, frame: dict[str, Any]) -> None:
        self.socket.sendall(json.dumps(frame).encode() + b"\n")

    def receive(self) -> dict[str, Any]:
        return json.loads(self.file.readline())

    def call(self, frame: dict[str, Any]) -> dict[str, Any]:
        self.send(frame)
        return self.receive()

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with serving(tmp_path / "home"):
        client = Client(tmp_path / "home")
        yield client
        client.close()


def test_a_message_is_sent_and_its_events_come(client: Client, tmp_path: Path) -> None:
    model = script(tmp_path, '[[replies]]\ntext = "first"\n[[replies]]\ntext = "one two"\n')
    homard(tmp_path / "home", "ask", "-m", model, "begin")
    session = json.loads(homard(tmp_path / "home", "sessions", "list", "--json").stdout)[0]["session_id"]
    assert client.call({"subscribe": session, "id": 1}) == {"subscribed": session, "id": 1}
    message = {"session_id": session, "parts": [{"type": "text", "text": "go on"}], "model": model, "origin": "acp"}
    client.send({"submit": {"command": "SendMessage", **message}, "id": 2})
    frames = [client.receive()]
    while frames[-1].get("event", {}).get("event") != "RunFinished":
        frames.append(client.receive())
    receipt = next(frame for frame in frames if "receipt" in frame)
    events = [frame["event"] for frame in frames if "event" in frame]
    assert receipt["id"] == 2 and receipt["receipt"]["session_id"] == session
    assert events[0]["event"] == "RunStarted" and events[0]["origin"] == "acp"
    assert "".join(event["text"] for event in events if event["event"] == "MessageDelta") == "one two"
    assert {event["run_id"] for event in events} == {receipt["receipt"]["run_id"]}


def test_what_is_no_command_is_an_error_and_the_line_stays_open(client: Client) -> None:
    for wrong in (
        None,
        {},
        {"command": "Nonsense"},
        {"command": "SendMessage"},
        {"command": "CancelRun", "run_id": "r"},
    ):
        answer = client.call({"submit": wrong})
        assert answer["usage"] is True and answer["error"]
    assert client.call({"subscribe": None}) == {"subscribed": None}
