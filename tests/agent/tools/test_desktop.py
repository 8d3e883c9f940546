"""The clipboard and the screen: for plugins that were granted them, and never without the gate."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.labels import Label
from agent.messages import ImagePart, ToolMessage
from agent.models.scripted import Reply
from agent.safety.request import Capability
from agent.safety.rules import RuleText
from agent.tools.foreign import ForeignCall, ForeignResult
from agent.tools.registry import built_in_tools
from tests.helpers.house import open_house
from tests.helpers.provider import OneProvider, offer

PNG = b"\x89PNG\r\n\x1a\n and so on"


class FakeDesktop:
    """A desktop without a window."""

    def __init__(self) -> None:
        self.text = "a stranger's words"

    async def clipboard_text(self) -> str:
        return self.text

    async def set_clipboard_text(self, text: str) -> None:
        self.text = text

    async def screenshot(self, path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, PNG)


async def look(call: ForeignCall) -> ForeignResult:
    """A plugin that looks, and puts something else in the place of what it saw."""
    seen = [await call.tools("clipboard_text", {}), await call.tools("screenshot", {})]
    seen.append(await call.tools("set_clipboard_text", {"text": "ours"}))
    images = tuple(part for one in seen for part in one.content if isinstance(part, ImagePart))
    return ForeignResult(" | ".join(one.text for one in seen), images)


def may(*verbs: str) -> Capability:
    return Capability(frozenset(verbs))  # pyright: ignore[reportArgumentType]


def run(
    tmp_path: Path, *capabilities: Capability, rules: tuple[RuleText, ...] = (), desktop: bool = True
) -> tuple[ToolMessage, FakeDesktop]:
    async def main() -> tuple[ToolMessage, FakeDesktop]:
        provider = OneProvider(tmp_path / "x", look, offer("look"), capabilities=capabilities, ours=True)
        script = [Reply(calls=[("look", {"text": "x"})]), Reply("done")]
        screen = FakeDesktop()
        async with open_house(tmp_path, script, built_in_tools(), providers=(provider,)) as house:
            house.runtime.extensions.desktop = screen if desktop else None
            for rule in rules:
                await asyncio.to_thread(house.runtime.policy.add, rule)
            await house.finish("go", attended=False)
            (result,) = [one for one in await house.history() if isinstance(one, ToolMessage)]
            return result, screen

    return asyncio.run(main())


ALLOWED = (RuleText("allow", "ui.read"), RuleText("allow", "ui.write"))


def test_with_leave_and_a_rule_it_looks_and_what_it_saw_is_a_stranger_s(tmp_path: Path) -> None:
    result, screen = run(tmp_path, may("ui.read", "ui.write"), rules=ALLOWED)
    assert result.result.text == "a stranger's words | The screen: | It is in the clipboard."
    assert [part.data for part in result.result.content if isinstance(part, ImagePart)] == [PNG]
    assert screen.text == "ours"
    label = result.result.label
    assert label is not None and label.join(Label()) == Label("external", "private", ("plugin:help",))


def test_without_a_rule_nobody_looks_while_nobody_is_there(tmp_path: Path) -> None:
    result, screen = run(tmp_path, may("ui.read", "ui.write"))
    assert result.result.text.count("Not allowed while nobody is there") == 3
    assert screen.text == "a stranger's words"


@pytest.mark.parametrize("capabilities", [(), (may("fs.read"),)], ids=["none", "others"])
def test_a_rule_gives_no_leave_to_a_plugin_that_has_none(tmp_path: Path, capabilities: tuple[Capability, ...]) -> None:
    result, screen = run(tmp_path, *capabilities, rules=ALLOWED)
    assert result.result.text.count("plugin:help has no leave to") == 3
    assert screen.text == "a stranger's words"


def test_without_a_window_it_is_said_in_words(tmp_path: Path) -> None:
    result, _screen = run(tmp_path, may("ui.read", "ui.write"), rules=ALLOWED, desktop=False)
    assert result.result.text.count("There is no desktop here") == 3
