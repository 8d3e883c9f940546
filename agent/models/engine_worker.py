"""The child process of the offline engine: serves one GGUF file over the OpenAI wire format.

Run as a script by `agent.models.engine`, never imported by it. One JSON line comes on stdin (see `main`), one goes back
on stdout when the model is ready or cannot be loaded. End of stdin, which is also the parent's death, ends the process.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any


def main() -> None:
    """Serve until stdin ends.

    The order: `model` (path), `host` (a path that ends in `.sock`, or a loopback address), `port`, `key`, `window`
    (tokens), `threads`, `cache_mib`. The answer: `{"ready": ADDRESS}` or `{"error": WORDS}`.
    """
    line = sys.stdin.buffer.readline()
    if not line:
        return
    order: dict[str, Any] = json.loads(line)
    # The server's destructor can wait for requests in flight; a process that is no longer wanted must not.
    _enter_jail(order)  # before there is a second thread, which would stay outside
    threading.Thread(target=_end_with_parent, args=(order["host"],), daemon=True).start()
    answer = _serve(order)
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    if "ready" in answer:
        threading.Event().wait()


def _enter_jail(order: dict[str, Any]) -> None:
    """Keep the model, the folder of the socket and what computes; the network is given up."""
    # Behind all else: the checkout, where nothing is installed.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    from agent.sandbox.jail import enter

    host = str(order["host"])
    by_socket = host.endswith(".sock")
    place = Path(host).parent
    graphics = [str(path) for path in Path("/dev").glob("nvidia*")] if sys.platform == "linux" else []
    enter(
        [str(order["model"]), *_MACHINE],
        [*([str(place)] if by_socket else []), "/dev/dri", "/dev/kfd", *graphics],
        sockets=("unix",) if by_socket else ("inet", "inet6"),
        clear_away=[str(place.parent)] if by_socket else [],
    )


_MACHINE = ("/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/sys/devices", "/sys/class/drm")
"""What the engine looks up to choose its ways of computing."""

_server: Any = None
"""Holds the running server: without a reference it stops."""


def _serve(order: dict[str, Any]) -> dict[str, str]:
    global _server
    try:
        engine: Any = importlib.import_module("xllamacpp")  # it has no types
        _server = engine.Server(_parameters(engine, order))
    except (ImportError, OSError) as error:
        return {"error": f"the engine does not run on this machine ({error})"}
    except (RuntimeError, MemoryError) as error:
        return {"error": str(error)}
    return {"ready": str(_server.listening_address)}


def _parameters(xllamacpp: Any, order: dict[str, Any]) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = order["model"]
    params.hostnames = [order["host"]]
    params.port = order["port"]
    params.api_keys = [order["key"]]
    params.n_ctx = order["window"]
    params.n_parallel = 1
    params.cpuparams.n_threads = order["threads"]
    params.cpuparams_batch.n_threads = order["threads"]
    params.use_jinja = True
    params.verbosity = -1
    params.ui = False
    params.endpoint_slots = False
    params.cache_ram_mib = order["cache_mib"]
    # Both cost start-up time (1 s together for the 135M model) and gain nothing for one model on the CPU.
    params.fit_params = False
    params.warmup = False
    return params


def _end_with_parent(host: str) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    if host.endswith(".sock"):
        # After a kill of the parent nobody else clears the socket and its folder away.
        with contextlib.suppress(OSError):
            Path(host).unlink(missing_ok=True)
            Path(host).parent.rmdir()
    os._exit(0)


if __name__ == "__main__":
    main()
