"""A person at the real app: a home, a model that plays a script, and hands for the window."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.helpers.accessible import Accessible, Words
from tests.helpers.app_process import AppProcess, app_process
from tests.helpers.desktop import Desktop
from tests.helpers.faults import Answer
from tests.helpers.model_server import ModelServer

COMPOSER = "Message"


class Person(Accessible):
    """Who sits in front of a running app."""

    def __init__(self, app: AppProcess, home: Path, server: ModelServer) -> None:
        super().__init__(app.desktop, app.pid)
        self.app = app
        self.home = home
        self.folder = home.parent / "folder"
        """What a new chat works in."""
        self.server = server

    def say(self, words: str) -> None:
        """Write into the composer and press Send."""
        self.set_text("text", COMPOSER, words)
        self.press("push button", "Send")

    def sent(self) -> str:
        """The last request to the model, as text."""
        return json.dumps(self.server.histories()[-1], ensure_ascii=False)

    def chats(self) -> list[str]:
        """The titles in the sidebar, from the top."""
        return [node.name for node in self.find("list", "Chats") if node.role == "list item"]

    def click(self, role: str, name: Words = "") -> None:
        """Wait for such an element and click it with the mouse."""
        x, y, width, height = self.bus.bounds(self.wait_for(role, name).ref)
        self.desktop.click(x + width // 2, y + height // 2)

    def close_window(self) -> None:
        """Close it as its close button does."""
        self.desktop.x.close_window(self.app.wait_for_window().window_id)


def furnish(home: Path, server: ModelServer, more: str = "") -> None:
    """Settings with that server as the only model, and a folder for new chats."""
    folder = home.parent / "folder"
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_text("alpha\n")
    server.settings(home, f"{more}\n[app]\nchat_folder = {json.dumps(str(folder))}")


@contextmanager
def at_the_app(
    desktop: Desktop,
    base: Path,
    script: Mapping[str, Sequence[Answer]] | None = None,
    *arguments: str,
    more: str = "",
    **env: Any,
) -> Generator[Person, None, None]:
    """Sit down at a fresh app whose model plays the script; ends all of it. Raises when the app complained."""
    with ExitStack() as stack:
        server = stack.enter_context(ModelServer(script))
        home = base / "home"
        furnish(home, server, more)
        app = stack.enter_context(app_process(home, desktop, *arguments, **env))
        person = stack.enter_context(Person(app, home, server))
        if "--hidden" not in arguments:
            app.wait_for_window()
            person.wait_for("text", COMPOSER)
        yield person
