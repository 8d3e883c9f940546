from __future__ import annotations

import os
import stat
from pathlib import Path

from agent.audit.anchor import Anchor, AnchorFile

KEY, OTHER = b"k" * 32, b"o" * 32


def anchor(seq: int) -> Anchor:
    return Anchor(seq, bytes([seq]) * 32, b"12345678")


def test_the_newest_of_two_places_counts_and_a_torn_one_leaves_the_other(tmp_path: Path) -> None:
    file = AnchorFile(tmp_path / "audit.anchor")
    assert file.read(KEY) == (False, None)
    for seq in (1, 2, 3):
        file.write(anchor(seq), KEY)
    file.close()
    file.close()
    assert AnchorFile(file.path).read(KEY) == (True, anchor(3))
    assert AnchorFile(file.path).read(OTHER, KEY) == (True, anchor(3))
    assert AnchorFile(file.path).read(OTHER) == (True, None)
    if os.name != "nt":
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    data = bytearray(file.path.read_bytes())
    data[:20] = os.urandom(20)  # the place that holds 3
    file.path.write_bytes(data)
    assert AnchorFile(file.path).read(KEY) == (True, anchor(2))
    file.path.write_bytes(b"")
    assert AnchorFile(file.path).read(KEY) == (True, None)


def test_every_changed_bit_is_noticed(tmp_path: Path) -> None:
    file = AnchorFile(tmp_path / "audit.anchor")
    file.write(anchor(7), KEY)
    file.close()
    whole = file.path.read_bytes()
    for at in range(84):
        file.path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert file.read(KEY) == (True, None), at
