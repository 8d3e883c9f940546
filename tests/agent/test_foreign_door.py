"""Tools of many providers: told of while they fit, found and called by name where they do not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from agent.context.tokens import prompt_tokens
from agent.events import ToolCallStarted
from agent.foreign_door import DESCRIPTION_CHARS, ForeignDoor
from agent.labels import Label
from agent.messages import ToolMessage
from agent.models.scripted import Reply
from agent.tools.foreign import ForeignCall, ForeignResult
from agent.tools.registry import Registry, built_in_tools
from tests.helpers.house import open_house
from tests.helpers.provider import OneProvider, offer


async def repeat(call: ForeignCall) -> ForeignResult:
    return ForeignResult(f"{call.tool.own_name}: {call.arguments['text']}")


def many(tmp_path: Path, servers: int = 10, tools: int = 20) -> list[OneProvider]:
    """Servers whose tools are described at length, as real ones are."""
    fields = {name: {"type": "string", "description": f"The {name} of the thing, as text."} for name in ("text", "to")}
    return [
        OneProvider(
            tmp_path / "exchange",
            repeat,
            *(
                offer(f"s{server}_t{number}", description="Do a thing of length. " * 12, fields=fields)
                for number in range(tools)
            ),
            offer(f"s{server}_weather", description="Say how the weather will be in a city."),
            principal=f"mcp:s{server}",
        )
        for server in range(servers)
    ]


def test_a_few_are_told_behind_homard_s_own(tmp_path: Path) -> None:
    async def main() -> None:
        provider = OneProvider(tmp_path / "exchange", repeat, offer("b_tool"), offer("a_tool"))
        async with open_house(tmp_path, [Reply("hi")] * 2, providers=(provider,)) as house:
            await house.finish("hello")
            await house.finish("hello")
            first, second = house.gateway.requests
            assert [tool.name for tool in first.tools] == ["look", "act", "b_tool", "a_tool"]
            assert (first.tools, first.system) == (second.tools, second.system)
            assert "find_tool" not in first.system

    asyncio.run(main())


def test_ten_servers_with_two_hundred_tools_cost_a_few_hundred_tokens(tmp_path: Path) -> None:
    async def main() -> None:
        providers = many(tmp_path)
        async with open_house(tmp_path, [Reply("hi")], built_in_tools(), providers=providers) as house:
            await house.finish("hello")
            (request,) = house.gateway.requests
            assert [tool.name for tool in request.tools][-2:] == ["find_tool", "use_tool"]
            assert "s0 (21), s1 (21)" in request.system
            assert prompt_tokens(request.system, request.tools, request.messages) < 2_500

    asyncio.run(main())


def test_a_tool_that_was_found_is_called_by_its_name(tmp_path: Path) -> None:
    async def main() -> None:
        call = {"name": "s3_weather", "arguments": {"text": "Oslo"}}
        script = [
            Reply(calls=[("find_tool", {"query": "weather in a city"})]),
            Reply(calls=[("use_tool", call)]),
            Reply(calls=[("s3_weather", {"text": "Rome"})]),
            Reply(calls=[("use_tool", {"name": "s3_weather", "arguments": {"city": "Rome"}})]),
            Reply(calls=[("use_tool", {"name": "nothing", "arguments": {}})]),
            Reply(calls=[("use_tool", {"name": "use_tool", "arguments": call})]),
            Reply("done"),
        ]
        async with open_house(tmp_path, script, providers=many(tmp_path)) as house:
            events = await house.ask("what will the weather be?")
            found, oslo, rome, wrong, nothing, twice = [
                one.result for one in await house.history() if isinstance(one, ToolMessage)
            ]
            assert found.text.count("Say how the weather") == 5 and '"required":["text"]' in found.text
            assert (oslo.text, rome.text) == ("s3_weather: Oslo", "s3_weather: Rome")
            assert wrong.is_error and "The arguments are: text (string)." in wrong.text
            assert "There is no tool 'nothing'" in nothing.text and "There is no tool 'use_tool'" in twice.text
            titles = [event.title for event in events if isinstance(event, ToolCallStarted)]
            assert titles[:2] == ["Look for a tool: weather in a city", "mcp:s3: s3_weather Oslo"]

    asyncio.run(main())


def test_a_search_that_finds_nothing_says_what_there_is(tmp_path: Path) -> None:
    async def main() -> None:
        script = [Reply(calls=[("find_tool", {"query": "zzz"})]), Reply("done")]
        async with open_house(tmp_path, script, providers=many(tmp_path)) as house:
            await house.finish("go")
            (result,) = [one.result for one in await house.history() if isinstance(one, ToolMessage)]
            assert result.text.startswith("No tool fits 'zzz'. There are: s0_t0, s0_t1")

    asyncio.run(main())


def test_no_tool_takes_the_name_of_another(tmp_path: Path) -> None:
    """Homard's own keep theirs, then what comes with Homard; who comes later is called otherwise, and can be called."""

    def named(principal: str, *names: str, ours: bool = False) -> OneProvider:
        return OneProvider(tmp_path, repeat, *map(offer, names), principal=principal, ours=ours)

    taken = ["read", "find_tool", "use_tool", "screenshot"]
    providers = [named("mcp:a", "same", *taken), named("plugin:b", "same", ours=True), named("plugin:c", "same")]
    registry = Registry(built_in_tools())
    found = ForeignDoor(registry, lambda: providers, budget=lambda: 1_000).look()
    assert found is not None
    names = {(tool.provider.principal, tool.offer.own_name): tool.name for tool in found.tools}
    assert len(set(names.values())) == len(names) == 7
    assert names["plugin:b", "same"] == "same"
    assert all(name.startswith(f"{own}_") for (who, own), name in names.items() if who != "plugin:b")
    assert all(registry.get(tool.name) is tool for tool in found.tools)
    own: Any = registry.get("read")
    assert own.description == "Read a text file, page by page, or an image."


def test_what_is_there_for_plugins_alone_no_model_can_call(tmp_path: Path) -> None:
    async def main() -> None:
        calls = [Reply(calls=[(name, {})]) for name in ("screenshot", "clipboard_text")]
        by_name = Reply(calls=[("use_tool", {"name": "clipboard_text", "arguments": {}})])
        async with open_house(tmp_path, [*calls, by_name, Reply("done")], providers=many(tmp_path)) as house:
            await house.finish("look at the screen", approve_all=True)
            results = [one.result for one in await house.history() if isinstance(one, ToolMessage)]
            assert all("There is no tool" in result.text for result in results) and len(results) == 3

    asyncio.run(main())


def test_without_providers_nothing_is_there(tmp_path: Path) -> None:
    registry = Registry(built_in_tools())
    door = ForeignDoor(registry, tuple, budget=lambda: 1_000)
    assert (door.look(), registry.get("find_tool")) == (None, None)


def test_what_a_search_gives_is_short_and_marked_as_who_wrote_it(tmp_path: Path) -> None:
    described = "Weather. " + "x" * 5_000
    providers = [
        OneProvider(
            tmp_path, repeat, offer(f"{name}_weather", description=described), principal=f"mcp:{name}", ours=ours
        )
        for name, ours in (("a", True), ("b", False))
    ]
    found = ForeignDoor(Registry([]), lambda: providers, budget=lambda: 10).look()
    assert found is not None
    assert {len(spec.description) for spec in found.all_specs} == {DESCRIPTION_CHARS}
    hits = found.find("weather")
    assert {len(hit.description) for hit in hits} == {DESCRIPTION_CHARS}
    assert [hit.label for hit in hits] == [Label("app"), Label("skill", "public", ("mcp:b",))]


def test_a_run_that_goes_on_keeps_its_tools_when_a_later_one_has_others(tmp_path: Path) -> None:
    providers = [OneProvider(tmp_path, repeat, offer("a_tool"))]
    door = ForeignDoor(Registry([]), lambda: providers, budget=lambda: 10)
    door.look()
    providers[:] = [OneProvider(tmp_path, repeat, offer("b_tool"))]
    door.look()
    assert door.tool("a_tool") is not None and door.tool("b_tool") is not None
