"""A loopback server that speaks the OpenAI chat protocol and plays a script instead of a model.

    python tests/bench/model_server.py LOG     prints its port, then serves until its standard input closes

The newest user message that holds `[[chain-20]]`, `[[big-file]]` or `[[hello]]` names the script: so many calls of
`read`, one call that reads `big.txt`, or an answer at once. `hold=K` in the brackets never answers the request that
carries K results, so that a client can be killed at a known point. Each request is one JSON line in LOG, with its
arrival and its whole body. The state is read from the request itself, so any number of clients may be served.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

MARKER = re.compile(r"\[\[(hello|chain-(\d+)|big-file)(?: hold=(\d+))?\]\]")
Script = tuple[str, int, int | None, int]


def read_script(messages: list[dict[str, Any]]) -> Script:
    """Name, number of calls, held request and results so far."""
    for at in range(len(messages) - 1, -1, -1):
        found = MARKER.search(json.dumps(messages[at].get("content") or "")) if messages[at]["role"] == "user" else None
        if found:
            steps = int(found[2] or 0) if found[1].startswith("chain") else int(found[1] == "big-file")
            results = sum(message["role"] == "tool" for message in messages[at:])
            return found[1], steps, int(found[3]) if found[3] else None, results
    return "hello", 0, None, 0


def chunks(name: str, steps: int, results: int, sequence: int) -> list[dict[str, Any]]:
    """The reply as wire chunks."""
    if results < steps:
        path = "big.txt" if name == "big-file" else f"step-{results + 1:03d}.txt"
        function = {"name": "read", "arguments": json.dumps({"path": path})}
        call = {"index": 0, "id": f"call_{sequence}_{results}", "type": "function", "function": function}
        return [{"delta": {"role": "assistant", "tool_calls": [call]}}, {"delta": {}, "finish_reason": "tool_calls"}]
    text = [{"delta": {"content": word}} for word in ("DONE ", name, f" {results}")]
    return [{"delta": {"role": "assistant", "content": ""}}, *text, {"delta": {}, "finish_reason": "stop"}]


def encode(pieces: list[dict[str, Any]], prompt_tokens: int) -> bytes:
    """Server-sent events in one chunked body."""
    base = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "bench"}
    events = [{**base, "choices": [{"index": 0, "finish_reason": None, **piece}]} for piece in pieces]
    events.append({**base, "choices": [], "usage": {"prompt_tokens": prompt_tokens, "completion_tokens": 16}})
    lines = [f"data: {json.dumps(event)}\n\n".encode() for event in events] + [b"data: [DONE]\n\n"]
    return b"".join(b"%x\r\n%s\r\n" % (len(line), line) for line in lines) + b"0\r\n\r\n"


class Server:
    """Counts and logs requests."""

    def __init__(self, log: Path) -> None:
        self.log = log.open("w", encoding="utf-8", buffering=1)
        self.sequence = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                received = time.time()
                length = int(re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
                await self.answer(writer, await reader.readexactly(length), received)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, writer: asyncio.StreamWriter, raw: bytes, received: float) -> None:
        """Play the next step of the script."""
        body = json.loads(raw)
        name, steps, hold, results = read_script(body["messages"])
        self.sequence += 1
        record = {"at": received, "script": name, "results": results, "body": body}
        if hold == results and body.get("tools"):
            self.log.write(json.dumps({**record, "held": True, "done": 0}) + "\n")
            await asyncio.sleep(600)
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        writer.write(head + encode(chunks(name, steps, results, self.sequence), len(raw) // 4))
        await writer.drain()
        self.log.write(json.dumps({**record, "done": time.time()}) + "\n")


async def main() -> None:
    """Serve until the parent closes our standard input."""
    server = await asyncio.start_server(Server(Path(sys.argv[1])).serve, "127.0.0.1", 0, limit=1 << 22)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
