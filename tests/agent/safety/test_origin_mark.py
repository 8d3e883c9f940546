"""The marks of operating systems on files that were fetched."""

from __future__ import annotations

import os
import plistlib
import sys
from pathlib import Path

import pytest

from agent.safety import origin_mark
from agent.safety.origin_mark import UNNAMED, host_of, origin_of, parse_zone


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes as Linux has them")
@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({}, None),
        ({"user.xdg.origin.url": b"https://Files.Example.org/a.pdf"}, "files.example.org"),
        ({"user.xdg.referrer.url": b"https://mail.example.org/"}, "mail.example.org"),
        ({"user.xdg.origin.url": b"data:text/plain,x", "user.xdg.referrer.url": b"https://b.org"}, UNNAMED),
        ({"user.xdg.origin.url": b"\xff\xfe"}, UNNAMED),
        ({"user.comment": b"https://x.org"}, None),
    ],
)
def test_reads_the_attributes_of_linux(tmp_path: Path, marks: dict[str, bytes], expected: str | None) -> None:
    path = tmp_path / "fetched"
    path.write_text("x")
    try:
        for name, value in marks.items():
            os.setxattr(path, name, value)
    except OSError:
        pytest.skip("this file system keeps no extended attributes")
    assert origin_of(str(path)) == expected


def test_a_file_that_is_not_there_has_no_origin(tmp_path: Path) -> None:
    assert origin_of(str(tmp_path / "none")) is None
    assert origin_of("\0") is None


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=https://a.org/\r\nHostUrl=https://b.org/x\r\n", "a.org"),
        (b"[ZoneTransfer]\r\nZoneId=3\r\n", UNNAMED),
        (b"[ZoneTransfer]\r\nZoneId=4\r\nHostUrl=about:internet\r\n", UNNAMED),
        (b"[ZoneTransfer]\r\nZoneId=1\r\nHostUrl=https://b.org\r\n", None),
        (b"", None),
    ],
)
def test_reads_the_stream_of_windows(stream: bytes, expected: str | None) -> None:
    assert parse_zone(stream) == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, None),
        ({"com.apple.quarantine": b"0083;5f;Safari;X"}, UNNAMED),
        (
            {"com.apple.metadata:kMDItemWhereFroms": plistlib.dumps(["https://a.org/x"], fmt=plistlib.FMT_BINARY)},
            "a.org",
        ),
        ({"com.apple.metadata:kMDItemWhereFroms": plistlib.dumps([], fmt=plistlib.FMT_BINARY)}, UNNAMED),
        ({"com.apple.metadata:kMDItemWhereFroms": b"damaged"}, UNNAMED),
    ],
)
def test_reads_the_attributes_of_macos(attributes: dict[str, bytes], expected: str | None) -> None:
    def read(name: str) -> bytes:
        if name not in attributes:
            raise OSError(93, "no such attribute")
        return attributes[name]

    assert origin_mark.from_macos(read) == expected


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (b"https://u:p@A.org:8443/x", "a.org"),
        (b"http://[", UNNAMED),
        (b"file:///etc", UNNAMED),
        (b"http://a\x1bb/", UNNAMED),
    ],
)
def test_a_host_is_one_that_can_be_shown(url: bytes, host: str) -> None:
    assert host_of(url) == host
