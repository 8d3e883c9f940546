"""Frames between a console and the owner: one JSON object a line. Standard library only, without `typing`."""

from __future__ import annotations

import json
import socket
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Frame = dict[str, Any]

PROTOCOL = 1
"""Grows when a frame changes its meaning."""
MAX_FRAME_BYTES = 64 << 20
"""A longer line is not ours."""


class Wire:
    """The console's end of a connected socket; blocks."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._chunks: list[bytes] = []

    def fileno(self) -> int:
        """For select."""
        return self._socket.fileno()

    def send(self, frame: Frame) -> None:
        """Write one frame. Must not raise: `receive` notices a peer that went away."""
        try:
            self._socket.sendall(json.dumps(frame).encode() + b"\n")
        except OSError:
            return

    def receive(self) -> list[Frame] | None:
        """Take the frames that have come, waiting for some bytes; None: the peer closed."""
        try:
            data = self._socket.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            return None
        self._chunks.append(data)
        if b"\n" not in data:
            return []
        *lines, rest = b"".join(self._chunks).split(b"\n")
        self._chunks = [rest]
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def peer_uid(sock: socket.socket) -> int | None:
    """The user at the other end of a UNIX socket; None where the platform does not tell."""
    if sys.platform == "linux":
        data = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return struct.unpack("3i", data)[1]
    if sys.platform == "darwin":
        # LOCAL_PEERCRED gives struct xucred of sys/ucred.h: version, uid, number of groups, 16 groups.
        data = sock.getsockopt(0, 1, struct.calcsize("IIh16I"))
        return struct.unpack_from("II", data)[1]
    return None
