"""The litellm worker: run as a module by `litellm_process`, never imported by the runtime.

It jails itself, imports litellm, says that it is ready, and then makes the calls that come over stdin (`pipe.py`). The
end of stdin, which is also the parent's death, ends it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from typing import Any, BinaryIO

import msgspec

from agent.errors import ModelError
from agent.models.pipe import (
    CallDelta,
    CallFailed,
    CallFinished,
    CallReceived,
    CallSent,
    CancelCall,
    FromWorker,
    StartCall,
    ToWorker,
    WorkerReady,
    encode_frame,
    read_frame_blocking,
)
from agent.ports import TextDelta
from agent.sandbox.jail import enter
from agent.tasks import spawn

_READ = (
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/resolv.conf",
    "/run/systemd/resolve",
    "/run/NetworkManager",
    "/run/resolvconf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/nsswitch.conf",
    "/etc/services",
    "/etc/protocols",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/mime.types",
    "/etc/os-release",
)
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def main() -> None:
    """Run until stdin ends."""
    out = _private_stdout()
    jail = enter_jail(os.environ["HOME"])
    from agent.models.litellm_call import prepare

    litellm = prepare()
    asyncio.run(_Worker(out, litellm).run(jail))


def enter_jail(home: str) -> str:
    """Give up all files but Python's, the system's libraries and the private folder, and all but the internet.

    Says what came of it: `landlock 7, seccomp`, or for what this machine cannot enforce why.
    """
    certificates = [os.environ[name] for name in _CERTIFICATES if os.environ.get(name)]
    return enter([*_READ, *certificates], [home], sockets=("inet", "inet6", "netlink"))


def _private_stdout() -> BinaryIO:
    """Keep stdout for frames; whatever prints goes to stderr."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return private


class _Worker:
    def __init__(self, out: BinaryIO, litellm: Any) -> None:
        self._out = out
        self._litellm = litellm
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._done = asyncio.Event()

    async def run(self, jail: str) -> None:
        loop = asyncio.get_running_loop()

        def read() -> None:
            # A thread, because Windows has no way to await a pipe that it did not make itself.
            decoder = msgspec.msgpack.Decoder(ToWorker)
            while (message := read_frame_blocking(sys.stdin.buffer, decoder)) is not None:
                loop.call_soon_threadsafe(self._take, message)
            os._exit(0)

        threading.Thread(target=read, name="orders", daemon=True).start()
        self._say(WorkerReady(jail))
        await self._done.wait()

    def _take(self, message: ToWorker) -> None:
        match message:
            case StartCall(call_id=call_id):
                task = spawn(self._call(message), f"call-{call_id}")
                self._calls[call_id] = task
                task.add_done_callback(lambda _task: self._calls.pop(call_id, None))
            case CancelCall(call_id=call_id):
                task = self._calls.get(call_id)
                if task is not None:
                    task.cancel()

    async def _call(self, order: StartCall) -> None:
        from agent.models.litellm_call import complete
        from agent.models.wire_tap import Traffic

        def emit(delta: TextDelta) -> None:
            self._say(CallDelta(order.call_id, delta))

        def sent(host: str, size: int) -> None:
            self._say(CallSent(order.call_id, host, size))

        def received(size: int) -> None:
            self._say(CallReceived(order.call_id, size))

        try:
            reply = await complete(self._litellm, order.request, order.key, emit, Traffic(sent, received))
        except ModelError as error:
            self._say(CallFailed(order.call_id, error.code, str(error), error.retry_after_s, error.begun))
        else:
            self._say(CallFinished(order.call_id, reply))

    def _say(self, message: FromWorker) -> None:
        try:
            self._out.write(encode_frame(message))
            self._out.flush()
        except OSError:
            os._exit(1)  # the parent is gone


if __name__ == "__main__":
    main()
