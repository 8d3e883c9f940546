"""A trace on its way out: with content only where somebody wished it and it may go there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from agent.traces.content import Content
from agent.traces.otlp import messages
from agent.traces.recorded import Recorded
from agent.traces.span import Trace, without_content
from agent.whole_file import replace_file


class Export(msgspec.Struct, frozen=True):
    """A trace, ready to be written."""

    trace: Trace
    said: Content | None
    """None: nothing that was said, read or written is in it."""
    withheld: bool = False
    """Content was wished, and is not in it: some of it is marked local only."""
    hide: Callable[[str], str] = str
    """Takes known keys out of a text."""

    def otlp(self, now: datetime | None = None) -> Iterator[bytes]:
        """Write it as OTLP/JSON, one message after another; see `otlp.messages`."""
        return messages(self.trace, self.said, now, self.hide)

    def write(self, path: Path) -> int:
        """Write it to a file for this user alone, one message a line, as OpenTelemetry's own file exporter does.

        Returns its bytes. Raises OSError; then the file is as it was.
        """
        data = b"".join(message + b"\n" for message in self.otlp())
        replace_file(path, data)
        return len(data)


def export_of(recorded: Recorded, *, content: bool, leaves: bool, hide: Callable[[str], str] = str) -> Export:
    """Prepare a run's trace. Counts the whole conversation: use a thread.

    `leaves`: it goes to another machine; `hide`: takes known keys out of a text.

    A chat that holds content of a folder that is marked local only is not sent: what a model said of it is as secret.
    """
    trace = recorded.trace()
    withheld = content and leaves and trace.secret
    if not content or withheld:
        return Export(without_content(trace), None, withheld, hide)
    return Export(trace, Content(recorded.path, hide), hide=hide)
