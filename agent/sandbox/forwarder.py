"""The far end of the egress proxy: a port on the loopback of an empty network namespace, handed on to a UNIX socket.

Runs inside a sandbox, in a process of its own beside the command; nothing listens on the machine itself.
"""

from __future__ import annotations

import os
import signal
import socket
import threading

PORT = 3128
"""On the loopback inside; there it is always free."""
_PIECE = 65_536
_NOT_DUMPABLE = 4


def listen(port: int) -> socket.socket:
    """Open the port. Raises OSError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(64)
    return listener


def serve(listener: socket.socket, path: str) -> None:
    """Hand each connection on, until this process is ended. The command cannot look into it."""
    import ctypes

    ctypes.CDLL(None).prctl(_NOT_DUMPABLE, 0, 0, 0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for descriptor in (0, 1, 2):
        os.close(descriptor)  # else the output of the command would not end before this process
    while True:
        inner, _ = listener.accept()
        threading.Thread(target=_connect, args=(inner, path), daemon=True).start()


def _connect(inner: socket.socket, path: str) -> None:
    outer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        outer.connect(path)
    except OSError:
        inner.close()
        outer.close()
        return
    back = threading.Thread(target=_pump, args=(outer, inner), daemon=True)
    back.start()
    _pump(inner, outer)
    back.join()
    inner.close()
    outer.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(_PIECE):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
