"""Time zones: that of this machine, which may be taken along on a journey, and those that people name."""

from __future__ import annotations

import io
import os
import re
import struct
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from agent.errors import UsageError

_LOCALTIME = "/etc/localtime"
_NO_NAMES = frozenset({"localtime", "posixrules"})
"""Files among the zones that stand for whatever the system has set."""
_WINDOWS_S = 30.0
"""Windows keeps the zone in the registry and has no file whose time would tell: ask so often."""
_POSIX_RULE = re.compile(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d")


@dataclass
class _Known:
    """What the system said last, and by what it is seen that it says something else now."""

    mark: object = None
    zone: ZoneInfo | None = None


_known = _Known()


def here() -> ZoneInfo:
    """The zone of this machine as it is set now; UTC if it has none. A few microseconds while nothing changed.

    Its key is an IANA name where one can be found, else what `TZ` holds, or `local`.
    """
    mark = _mark()
    if _known.zone is None or mark != _known.mark:
        _known.zone, _known.mark = _read(), mark
    return _known.zone


def named(name: str) -> ZoneInfo:
    """The zone of an IANA name; empty: that of this machine. Raises UsageError that suggests names."""
    if not name:
        return here()
    zone = _load(name)
    if zone is None:
        raise UsageError(f"There is no time zone “{name[:60]}”.{_meant(name)}")
    return zone


def on_the_wall(at: datetime) -> datetime:
    """The moment of a date and time; one without an offset is of this machine's clock.

    Of an hour that comes twice the first is meant; a time that is left out is as long after the gap as it is in it.
    Raises OverflowError or ValueError in the first or last year there is.
    """
    # `datetime.astimezone` alone would take a time in the gap for one before it.
    aware = at if at.tzinfo is not None else at.replace(tzinfo=here()).astimezone(UTC)
    return aware.astimezone()


def _load(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder of zones, a path, a name that is none: each has its own error
        return None


def _meant(name: str) -> str:
    """Names that somebody may have meant."""
    from difflib import get_close_matches

    by_fold = {known.casefold(): known for known in available_timezones()}
    for known in list(by_fold.values()):
        by_fold.setdefault(known.rpartition("/")[2].casefold(), known)
    close = get_close_matches(name.replace(" ", "_").casefold(), by_fold, n=3, cutoff=0.7)
    names = list(dict.fromkeys(by_fold[fold] for fold in close))
    return f" Did you mean {' or '.join(names)}?" if names else " Names are like Europe/Berlin or America/New_York."


def _mark() -> object:
    """Something cheap that differs when the system's zone does."""
    if sys.platform == "win32":
        return int(time.monotonic() / _WINDOWS_S)
    rule = os.environ.get("TZ")
    try:
        found = os.lstat(rule.removeprefix(":") if rule and rule.lstrip(":").startswith("/") else _LOCALTIME)
    except (OSError, ValueError):
        return rule
    return rule, found.st_mtime_ns, found.st_ino, found.st_size, found.st_ctime_ns


def _read() -> ZoneInfo:
    if sys.platform == "win32":
        return _read_windows()
    rule = os.environ.get("TZ")
    if rule is not None:
        return _of_rule(rule.removeprefix(":"))
    return _of_file(Path(_LOCALTIME)) or ZoneInfo("UTC")


def _read_windows() -> ZoneInfo:
    from tzlocal import reload_localzone

    try:
        return reload_localzone()
    except (OSError, ValueError, KeyError):
        return ZoneInfo("UTC")


def _of_rule(rule: str) -> ZoneInfo:
    """The zone that `TZ` says: a name, a file, or a rule (tzset(3)). Like libc, UTC if it says nothing sensible."""
    if rule.startswith("/"):
        return _of_file(Path(rule)) or ZoneInfo("UTC")
    return (_load(rule) if rule else None) or _of_posix(rule) or ZoneInfo("UTC")


@lru_cache(maxsize=8)
def _of_posix(rule: str) -> ZoneInfo | None:
    """A zone by a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`: the footer of an otherwise empty TZif file (RFC 9636)."""
    if not _POSIX_RULE.match(rule) or not rule.isascii():
        return None
    header = b"TZif2" + bytes(15) + b"".join(n.to_bytes(4, "big") for n in (0, 0, 0, 0, 1, 4))
    block = header + bytes(6) + b"UTC\0"
    try:
        return ZoneInfo.from_file(io.BytesIO(block + block + b"\n" + rule.encode() + b"\n"), key=rule)
    except ValueError:
        return None


def _of_file(path: Path) -> ZoneInfo | None:
    """The zone in a TZif file: by the name its place says, by the name of an equal file, or without a name."""
    try:
        real = path.resolve(strict=True)
        content = real.read_bytes()
    except (OSError, RuntimeError):
        return None
    name = _name_in(real) or _name_of(content)
    zone = _load(name) if name else None
    if zone is not None:
        return zone
    try:
        return ZoneInfo.from_file(io.BytesIO(content), key="local")
    except (ValueError, IndexError, struct.error):  # each of them is how it says that a file is cut off
        return None


def _name_in(path: Path) -> str:
    """`Europe/Berlin` of `/usr/share/zoneinfo/Europe/Berlin`."""
    parts = path.parts
    for start in range(1, len(parts)):
        name = "/".join(parts[start:])
        if name not in _NO_NAMES and _load(name) is not None:
            return name
    return ""


def _name_of(content: bytes) -> str:
    """The name of the zone whose file holds the same; the system's own note of it comes first."""
    try:
        noted = Path("/etc/timezone").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        noted = ""
    # UTC has many names; the shortest path of a continent and a city is the one that people know.
    names = sorted(available_timezones(), key=lambda name: ("/" not in name, name.startswith("Etc/"), name))
    for name in [noted, "UTC", *names]:
        for folder in TZPATH if name and name not in _NO_NAMES else ():
            try:
                if Path(folder, name).read_bytes() == content:
                    return name
            except (OSError, ValueError):
                continue
    return ""
