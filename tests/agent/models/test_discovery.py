from __future__ import annotations

import asyncio
import gc
import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.errors import BadKey, ModelError, ProtocolError, Unreachable
from agent.models.discovery import FoundServer, find_local_servers, list_models
from agent.settings import ModelSettings, ProviderSettings
from tests.helpers.fault_server import KEY, FaultServer
from tests.helpers.faults import JSON, Answer, Pause, refusal


def listing(*names: str, owner: str = "", headers: dict[str, str] = JSON) -> Answer:
    entries = [{"id": name, "object": "model", "owned_by": owner} for name in names]
    return Answer(200, headers, [json.dumps({"object": "list", "data": entries}).encode()])


def port_of(server: FaultServer) -> int:
    return int(server.base_url.removesuffix("/v1").rpartition(":")[2])


def test_local_servers_are_told_apart() -> None:
    """By what they say of themselves, by their usual port where they say nothing; a web site is no model server."""
    answers = {
        "vllm": listing("qwen3:8b", "llama3", owner="library"),
        "jan": listing("some-model", owner="nobody"),
        "lmstudio": Answer(200, {"Content-Type": "text/html"}, [b"<html>my own web site</html>"]),
        "ollama": listing("m.gguf", headers={**JSON, "Server": "llama.cpp"}),
        "llamacpp": Answer(200, JSON, [Pause(3600)]),
    }
    with FaultServer() as gone:
        ports = {"closed": port_of(gone)}
    with ExitStack() as stack:
        servers = {
            kind: stack.enter_context(FaultServer(lambda _seen, answer=answer: answer))
            for kind, answer in answers.items()
        }
        ports |= {kind: port_of(server) for kind, server in servers.items()}
        found = asyncio.run(find_local_servers(ports))
        assert found == [
            FoundServer("ollama", servers["vllm"].base_url, ("qwen3:8b", "llama3")),
            FoundServer("jan", servers["jan"].base_url, ("some-model",)),
            FoundServer("llamacpp", servers["ollama"].base_url, ("m.gguf",)),
        ]


def models_of(answer: Answer, key: str = KEY) -> list[str]:
    with FaultServer(lambda _seen: answer) as server:
        settings = ProviderSettings(base_url=server.base_url, first_byte_timeout_s=0.5)
        try:
            return asyncio.run(list_models("p", settings, key))
        finally:
            for seen in server.requests:
                assert (seen.path, seen.headers["authorization"]) == ("/v1/models", f"Bearer {KEY}")


def test_models_of_a_provider() -> None:
    assert models_of(listing("b", "models/a")) == ["a", "b"]
    assert models_of(Answer(200, JSON, [b'[{"id": "x"}, {"id": ""}, 3]'])) == ["x"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(401, b'{"error": {"message": "Incorrect API key provided: sk-abc123"}}'), BadKey),
        (refusal(404), ProtocolError),
        (Answer(200, {"Content-Type": "text/html"}, [b"<html>log in</html>"]), ProtocolError),
        (Answer(200, JSON, [b'{"hello": 1}']), ProtocolError),
        (Answer(200, JSON, [b"{"]), ProtocolError),
        (Answer(307, {"Location": "/steal"}), ProtocolError),
        (Answer(200, JSON, [Pause(3600)]), Unreachable),
    ],
)
def test_refusals(answer: Answer, kind: type[ModelError]) -> None:
    with pytest.raises(kind) as error:
        models_of(answer)
    assert "sk-" not in str(error.value)


def test_key_that_is_none() -> None:
    with pytest.raises(BadKey, match="characters that no key has"):
        models_of(listing("a"), "schlüssel")


def test_over_a_unix_socket(tmp_path: Path) -> None:
    with FaultServer(lambda _seen: listing("m"), socket_path=str(tmp_path / "s")) as server:
        assert asyncio.run(list_models("p", ProviderSettings(base_url=server.base_url))) == ["m"]


def test_nobody_there() -> None:
    with FaultServer() as server:
        settings = ProviderSettings(base_url=server.base_url)
    with pytest.raises(Unreachable, match="nothing answers at"):
        asyncio.run(list_models("p", settings))


def test_providers_of_litellm_are_listed_from_its_map() -> None:
    names = asyncio.run(list_models("claude", ProviderSettings(transport="litellm", litellm_provider="anthropic")))
    assert "claude-sonnet-4-6" in names
    assert not any("/" in name for name in names)
    local = ProviderSettings(transport="local", models={"b": ModelSettings(), "a": ModelSettings()})
    assert asyncio.run(list_models("local", local)) == ["a", "b"]


def test_the_program_may_end_at_any_moment_of_a_search() -> None:
    async def main(turns: int) -> None:
        searches.append(asyncio.ensure_future(find_local_servers()))
        for _ in range(turns):
            await asyncio.sleep(0)

    searches: list[asyncio.Future[list[FoundServer]]] = []
    for turns in range(40):
        asyncio.run(main(turns))
    gc.collect()  # what was left behind warns now
    assert len(searches) == 40
