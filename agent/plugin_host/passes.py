"""Who judges what a process reaches for: the calls that are open, or nobody but its grant in between."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial

from msgspec.structs import replace

from agent.plugin_host.channel import Channel
from agent.tools.egress_pass import EgressPass


class Passes:
    """Of one process."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._open: list[EgressPass] = []
        self._background: EgressPass | None = None

    @property
    def background(self) -> EgressPass | None:
        """Judges while no call is open; None: nothing is reached then."""
        return self._background

    @background.setter
    def background(self, egress: EgressPass | None) -> None:
        self._background = egress
        self._judge()

    @contextmanager
    def counting(self, egress: EgressPass | None) -> Generator[None]:
        """Let the pass of a call judge until the block ends."""
        if egress is None:
            yield
            return
        self._open.append(egress)
        self._judge()
        try:
            yield
        finally:
            self._open.remove(egress)
            self._judge()

    def _judge(self) -> None:
        """While calls of several runs are open, a connection must please all of them: whose it is cannot be known."""
        passes = tuple(self._open)
        if not passes:
            self._channel.egress = self._background
        elif len(passes) == 1:
            self._channel.egress = passes[0]
        else:
            self._channel.egress = replace(passes[-1], permit_host=partial(_all, passes))


def _all(passes: tuple[EgressPass, ...], host: str, port: int) -> None:
    for one in passes:
        one.permit_host(host, port)
