"""What a function of a plugin may use while it runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol


class Host(Protocol):
    """The way to Homard; asks there, and waits for the answer. Raises what Homard answers."""

    async def ask(self, what: str, of: int, arguments: Mapping[str, Any]) -> Any:
        """Ask for something on behalf of the call `of`; 0: of no call."""
        ...


class Context:
    """What a function may use. One for each call; a function gets it by a parameter of this type.

    What is async here raises ToolFailed where the plugin was not granted it, or it cannot be had now.
    """

    def __init__(
        self,
        host: Host,
        *,
        settings: Mapping[str, Any],
        data: Path,
        of: int = 0,
        progress: Callable[[str], None] | None = None,
        log: logging.Logger | None = None,
    ) -> None:
        """Made by Homard, not by plugins."""
        self._host, self._of, self._progress = host, of, progress
        self.settings = settings
        """What the person set, by the names in plugin.toml; what they did not set has its default. No secrets."""
        self.data = data
        """A folder of the plugin's own that lasts."""
        self.log = log or logging.getLogger("plugin")
        """Goes to the plugin's log file: `homard plugins logs`. So does what is printed."""
        self.cancelled = False
        """Whether the call was given up: a function that is not async, and works for long, looks at it now and then.
        One that does not end within a second is ended with its process."""
        self.clipboard = Clipboard(self._ask)

    def progress(self, text: str) -> None:
        """Show a line while the call runs. Never blocks; may be called from any thread."""
        if self._progress is not None:
            self._progress(text)

    async def read(self, path: str | Path) -> str:
        """Read a file of the person's as a text, through Homard: its rules hold. While a tool is called only."""
        return await self._ask("read", path=str(path))

    async def write(self, path: str | Path, text: str) -> None:
        """Write a text file of the person's through Homard, where it can be undone. While a tool is called only."""
        await self._ask("write", path=str(path), text=text)

    async def call_tool(self, name: str, **arguments: Any) -> str:
        """Call one of Homard's own tools and give its text. While a tool is called only.

        Decided like a call of the person's agent, and only where the plugin has a capability for what it does.
        """
        return await self._ask("tool", name=name, arguments=arguments)

    async def secret(self, name: str) -> str:
        """Give a key: the name of a setting of type `secret`, or one that `secret.use` names."""
        return await self._ask("secret", name=name)

    async def fire(self, trigger: str, key: str, text: str = "") -> None:
        """Start the jobs that wait for a trigger. The same key starts them once only; `text` is their `{event}`."""
        await self._ask("fire", trigger=trigger, key=key, text=text)

    async def notify(self, text: str) -> None:
        """Tell the person one sentence."""
        await self._ask("notify", text=text)

    async def screenshot(self) -> Path:
        """Take a picture of the screen: a PNG file, gone when the call is over. While a tool is called only."""
        return Path(await self._ask("screenshot"))

    async def _ask(self, what: str, **arguments: Any) -> Any:
        return await self._host.ask(what, self._of, arguments)


class Clipboard:
    """The desktop's clipboard."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    async def text(self) -> str:
        """What is in it, as text; empty: no text is."""
        return await self._ask("clipboard.text")

    async def set_text(self, text: str) -> None:
        """Put a text into it."""
        await self._ask("clipboard.set", text=text)
