"""Events, triggers, outputs and models: what a plugin does beside tools."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.bus import Bus
from agent.errors import ModelError, NoSuchModel, ReplyCut, ToolFailed
from agent.events import AnyEvent, EntriesStored, RunFinished, RunStarted, ToolCallFinished, ToolCallStarted
from agent.labels import Label
from agent.messages import NO_USAGE, Entry, TextPart, ToolCall, ToolMessage, ToolResult, ToolSpec, UserMessage
from agent.plugin_host.feed import Feed
from agent.ports import ModelRequest, ReplyFinished, TextDelta
from agent.settings import ModelProfile, ProviderSettings
from tests.helpers.plugins import PluginHome, capability

EVENTS = '''
from agent.api import Context, on, tool


@on("RunFinished")
async def finished(event: dict, context: Context) -> None:
    with (context.data / "seen.txt").open("a") as file:
        file.write(event["text"] + "\\n")
    await context.notify(f"Seen: {event['text']}")


@on("RunStarted")
def started(event: dict, context: Context) -> None:
    raise ValueError("not granted, so never called")


@tool
def fine() -> str:
    """Work."""
    return "fine"
'''


def finished(text: str, label: Label | None = None) -> RunFinished:
    return RunFinished("s", "r", stop_reason="end_turn", text=text, usage=NO_USAGE, label=label)


@pytest.mark.parametrize("reaches_out", [False, True])
def test_events_go_to_those_that_were_granted_them(tmp_path: Path, reaches_out: bool) -> None:
    more = capability("events", "RunFinished") + capability("ui.notify")
    more += capability("net", "example.org") if reaches_out else ""

    async def main() -> None:
        bus = Bus()
        async with PluginHome(tmp_path) as home:
            await home.host.start(bus)
            bus.publish(finished("before"))
            await home.enabled(EVENTS, more=more)
            await home.host.disable("hello")
            await home.host.enable("hello")
            await asyncio.sleep(0)  # the listener begins
            bus.publish(RunStarted("s", "r", origin="user", model="m", prompt="p"))
            bus.publish(finished("local only", Label("local", "secret")))
            bus.publish(finished("one"))
            bus.publish(finished("two"))
            await home.until(lambda: "Seen: two" in home.told)
            seen = (home.place / "private" / "hello" / "data" / "seen.txt").read_text().split("\n")
            assert seen == [*(() if reaches_out else ("local only",)), "one", "two", ""]
            assert "ValueError" not in "\n".join(home.host.logs("hello"))

    asyncio.run(main())


TRIGGERS = '''
from agent.api import Context, output, trigger


@trigger(every_s=3600)
async def mail(context: Context) -> None:
    """There is mail."""
    await context.fire("mail", "7", "A letter")
    await context.fire("mail", "8", "Another")


@trigger
def crash(context: Context) -> None:
    """Crashes."""
    import os

    os._exit(1)


@output
def note(title: str, text: str, context: Context) -> None:
    """Keep a note."""
    (context.data / "note.txt").write_text(f"{title}: {text}")
'''


def test_triggers_run_while_jobs_wait_for_them(tmp_path: Path) -> None:
    fired: list[tuple[str, str, str, str]] = []
    news = asyncio.Event()

    async def fire(plugin: str, trigger: str, key: str, text: str) -> None:
        fired.append((plugin, trigger, key, text))
        news.set()

    async def main() -> None:
        async with PluginHome(tmp_path, fire=fire) as home:
            await home.enabled(TRIGGERS, more=capability("job.start"))
            assert home.host.triggers() == {"hello": ("mail", "crash")}
            assert fired == []
            home.host.watch({"hello": frozenset({"mail"})})
            async with asyncio.timeout(20):
                while len(fired) < 2:
                    news.clear()
                    await news.wait()
            assert fired == [("hello", "mail", "7", "A letter"), ("hello", "mail", "8", "Another")]
            pid = home.host.plugin("hello").pid
            home.host.watch({"hello": frozenset({"mail"})})  # it goes on
            assert home.host.plugin("hello").pid == pid
            home.host.watch({})
            await home.host.deliver("hello", "note", "Report", "All is well.")
            assert (home.place / "private" / "hello" / "data" / "note.txt").read_text() == "Report: All is well."
            with pytest.raises(ToolFailed, match="The plugin has no output other"):
                await home.host.deliver("hello", "other", "", "")

    asyncio.run(main())


def test_a_trigger_that_crashes_its_plugin_disables_it(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path, trigger_retry_s=(0.0,)) as home:
            await home.enabled(TRIGGERS, more=capability("job.start"))
            home.host.watch({"hello": frozenset({"crash"})})
            await home.until(lambda: home.told)
            assert home.host.plugin("hello").status == "disabled" and len(home.told) == 1

    asyncio.run(main())


MODEL = '''
from agent.api import ModelCall, ModelRequest, provider


@provider(models=["parrot", "caller", "broken", "quoter"])
async def birds(request: ModelRequest):
    """Birds."""
    if request.model == "broken":
        raise ValueError("no bird")
    if request.model == "caller":
        yield "Let me look."
        yield ModelCall(request.tools[0].name, {"path": "a.txt"})
        return
    if request.model == "quoter":
        yield '{"name": "read", "arguments": {"path": "a.txt"}}'
        return
    for word in request.messages[-1].text.split():
        yield word + " "
'''


def asked(model: str, url: str = "plugin:hello/birds") -> ModelRequest:
    profile = ModelProfile("own", model, ProviderSettings(base_url=url))
    schema = {"type": "object", "properties": {"path": {"type": "string"}}}
    return ModelRequest(
        profile, "Be a bird.", (UserMessage((TextPart("polly wants"),)),), (ToolSpec("read", "Read.", schema),)
    )


def test_models_that_a_plugin_provides_are_asked_like_others(tmp_path: Path) -> None:
    async def main() -> None:
        async with PluginHome(tmp_path) as home:
            plugin = await home.enabled(MODEL)
            assert plugin.found.accepted.said.providers[0].models == ("parrot", "caller", "broken", "quoter")
            gateway = home.host.gateway()
            *deltas, end = [event async for event in gateway.stream(asked("parrot"))]
            assert deltas == [TextDelta("polly "), TextDelta("wants ")]
            assert isinstance(end, ReplyFinished)
            assert (end.message.text, end.message.finish, end.message.model) == ("polly wants ", "stop", "own/parrot")
            assert end.message.usage.output_tokens > 0 and end.message.usage.cost_usd is None
            for model in ("caller", "quoter"):
                *_, end = [event async for event in gateway.stream(asked(model))]
                assert isinstance(end, ReplyFinished) and end.message.finish == "tool_calls"
                (call,) = end.message.tool_calls
                assert (call.name, msgspec.json.decode(call.arguments)) == ("read", {"path": "a.txt"})
            with pytest.raises(ReplyCut, match="ValueError: no bird"):
                _ = [event async for event in gateway.stream(asked("broken"))]
            with pytest.raises(ModelError, match=r"The plugin none is not used. There is no plugin 'none'"):
                _ = [event async for event in gateway.stream(asked("x", "plugin:none/birds"))]
            with pytest.raises(NoSuchModel):
                _ = [event async for event in gateway.stream(asked("x", "https://example.org"))]

    asyncio.run(main())


def stored(label: Label) -> EntriesStored:
    result = ToolResult("c", "read", (TextPart("dear diary"),), label=label)
    return EntriesStored("s", "r", entries=(Entry(1, None, "s", "r", datetime.now(UTC), ToolMessage(result)),))


def test_what_must_stay_here_is_told_of_by_no_event_to_one_that_reaches_out() -> None:
    secret, private = Label("local", "secret", ("local:diary",)), Label("local", "private")
    looked = ToolResult("c", "read", (TextPart("x"),), label=private)
    quotes = ToolCall("c", "write", '{"text": "dear diary"}')
    events: list[tuple[AnyEvent, bool]] = [
        (ToolCallFinished("s", "r", result=looked, duration_s=1), False),
        (stored(secret), True),
        (ToolCallStarted("s", "r", call=quotes, title="", reading=False), True),
        (ToolCallStarted("other", "r", call=ToolCall("c", "write", "{}"), title="", reading=False), False),
    ]
    told: dict[str, list[Label | None]] = {"offline": [], "online": []}

    async def tell(plugin: str, _event: Mapping[str, Any], label: Label | None) -> None:
        told[plugin].append(label)

    async def main() -> None:
        feed = Feed(tell)
        names = frozenset({"ToolCallFinished", "EntriesStored", "ToolCallStarted"})
        feed.want(dict.fromkeys(told, names), frozenset({"offline"}))
        for event, _stays in events:
            feed.take(event)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert [label is not None and label.secrecy == "secret" for label in told["offline"]] == [
        stays for _, stays in events
    ]
    assert told["online"] == [private, None]
