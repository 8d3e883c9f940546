"""Lines between a reading thread and the event loop."""

from __future__ import annotations

import threading

from agent.confined.inbox import READ_AHEAD, Inbox


def test_lines_are_put_together_from_pieces() -> None:
    told: list[int] = []
    inbox = Inbox(lambda: told.append(1))
    assert inbox.take(1_000) is None
    for piece in (b"on", b"e\n\n\ntwo\nth", b"ree\n"):
        assert inbox.feed(piece)
    assert [inbox.take(1_000) for _ in range(4)] == [b"one", b"two", b"three", None]
    assert told


def test_who_reads_waits_while_nobody_takes() -> None:
    inbox = Inbox(lambda: None)
    fed: list[bool] = []
    line = b"x" * (READ_AHEAD // 2) + b"\n"

    def read() -> None:
        fed.extend(inbox.feed(line) for _ in range(3))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(0.2)
    assert (thread.is_alive(), fed) == (True, [True])
    assert [len(inbox.take(READ_AHEAD) or b"") for _ in range(2)] == [READ_AHEAD // 2] * 2
    thread.join(5)
    assert (thread.is_alive(), fed) == (False, [True] * 3)


def test_a_line_that_is_too_long_is_a_flood_only_for_who_waits_for_it() -> None:
    inbox = Inbox(lambda: None)
    assert inbox.feed(b"x" * 2_000)
    assert inbox.take(1_000) is None
    assert not inbox.feed(b"x")
    assert inbox.flooded


def test_what_is_left_is_handed_out_if_it_is_to_be_heard() -> None:
    for heard_out, left in ((True, b"last"), (False, None)):
        inbox = Inbox(lambda: None)
        assert inbox.feed(b"last\nunfinished")
        inbox.close(heard_out=heard_out)
        assert (inbox.closed, inbox.take(100), inbox.take(100)) == (True, left, None)
