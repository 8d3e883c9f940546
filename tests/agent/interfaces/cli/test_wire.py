import json
import os
import socket

from agent.interfaces.cli.wire import Wire, peer_uid


def test_frames_come_whole_however_the_bytes_came() -> None:
    near, far = socket.socketpair()
    wire, frames = Wire(near), [{"out": "é" * 70_000}, {"err": "\ud83d"}, {"exit": 0}]
    data = "".join(json.dumps(frame) + "\n" for frame in frames).encode()
    got = []
    with far:
        for start in range(0, len(data), 50_000):
            far.sendall(data[start : start + 50_000])
            got += wire.receive() or []
    while (more := wire.receive()) is not None:
        got += more
    wire.close()
    assert got == frames


def test_sending_to_nobody_is_no_fault() -> None:
    near, far = socket.socketpair()
    far.close()
    wire = Wire(near)
    wire.send({"answer": "x"})
    assert wire.receive() is None
    wire.close()


def test_the_peer_of_a_socket_is_known() -> None:
    near, far = socket.socketpair()
    with near, far:
        assert peer_uid(near) == os.getuid()
