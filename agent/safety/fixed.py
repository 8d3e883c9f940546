"""Denials that no file can change (step 3 of the decision)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Network
from typing import Final

from agent.safety.effects import Effect
from agent.safety.matching import Subject, misleading
from agent.safety.printable import from_printable
from agent.safety.protected import Closed, Protection
from agent.safety.web_address import IPAddress, WebAddress, is_public

_NAT64: Final = IPv6Network("64:ff9b::/96")

METADATA: Final = frozenset({
    "169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    "metadata", "metadata.google.internal", "metadata.goog", "instance-data",
})  # fmt: skip
"""Where cloud machines hand out their keys to whoever asks from the inside."""

LOCAL_NAMES: Final = ("localhost", "local", "internal", "localdomain", "home.arpa", "lan")
"""Names, and all below them, that are never on the internet (RFC 6761, 6762, 8375)."""

UNCLEAR: Final = Closed("fixed.unclear", "the target holds characters that hide or turn round text")
NO_PATH: Final = Closed("fixed.unclear", "the target is no plain path")
METADATA_SERVER: Final = Closed("fixed.metadata", "that address hands out the keys of this machine")
PRIVATE: Final = Closed("fixed.private-address", "that address is on this machine or its own network", once=True)
POLICY: Final = Closed("fixed.policy", "only a person changes the rules, in the settings or with `homard rules`")


def fixed_denial(effect: Effect, subject: Subject, protection: Protection | None) -> Closed | None:
    """Say why an effect is closed whatever the rules say; None if it is not. Pure once `protection` is prepared."""
    if effect.verb == "policy.change":
        return POLICY
    if effect.verb == "proc.run":
        return UNCLEAR if "\0" in effect.target else None
    if misleading(effect.target):
        return UNCLEAR
    if effect.verb.startswith("net."):
        return None if subject.address is None else _closed_address(subject.address)
    if effect.verb.startswith("fs.") and subject.kind == "path" and protection is not None:
        return _closed_path(effect, protection)
    return None


def _closed_path(effect: Effect, protection: Protection) -> Closed | None:
    real = from_printable(effect.target)
    if "\0" in real or "/../" in f"{real}/":
        return NO_PATH
    closed = protection.closed(real, writing=effect.verb != "fs.read")
    if closed is None and effect.verb == "fs.delete":
        return protection.holds_closed(real)
    return closed


def _closed_address(address: WebAddress) -> Closed | None:
    host, ip = address.host, address.ip
    if host in METADATA or (ip is not None and str(plain_ip(ip)) in METADATA):
        return METADATA_SERVER
    if ip is not None:
        return None if is_public(ip) else PRIVATE
    local = host in LOCAL_NAMES or host.endswith(tuple(f".{name}" for name in LOCAL_NAMES))
    return PRIVATE if local or "." not in host else None


def plain_ip(ip: IPAddress) -> IPAddress:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), else the address itself."""
    if isinstance(ip, IPv4Address):
        return ip
    inside = ip.ipv4_mapped or ip.sixtofour
    if inside is None and ip in _NAT64:
        inside = IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip if inside is None else inside
