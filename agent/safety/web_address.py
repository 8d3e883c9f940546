"""Web addresses in the one form in which they are judged and used."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from agent.errors import ToolDenied, ToolRetry

MAX_URL_CHARS = 8_000
PORTS = {"http": 80, "https": 443}
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_SPECIAL = tuple(map(ipaddress.ip_network, (
    "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24",
    "2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20",
)))  # fmt: skip
"""Of IANA's registries of special-purpose addresses: what some Python versions take for public, or an exception to a
range that is not; nobody has a web site there."""


class WebAddress(msgspec.Struct, frozen=True):
    """An http or https URL, taken apart; `str()` puts it together."""

    scheme: str
    host: str
    """Lower-case ASCII (punycode), or an IP address without brackets."""
    port: int
    target: str
    """Path and query, percent-encoded; the fragment is dropped."""

    @property
    def authority(self) -> str:
        """Host, and port where it is not the scheme's own: the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def ip(self) -> IPAddress | None:
        """The address, if the host is one."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    def join(self, reference: str) -> WebAddress:
        """The address that a link or redirect on this page means. Raises as `parse_address`."""
        return parse_address(urljoin(str(self), reference.strip()))


def parse_address(url: str) -> WebAddress:
    """Bring a URL into canonical form (RFC 3986, IDNA 2008 with UTS 46).

    Raises ToolRetry for what is no http(s) URL, ToolDenied for one that is written to mislead: user names, control
    characters, numbers in the place of an IP address (`0x7f.1`, `2130706433`), a port of another service.
    """
    url = url.strip()
    if len(url) > MAX_URL_CHARS:
        raise ToolRetry(f"The URL is too long (at most {MAX_URL_CHARS:,} characters).")
    if any(ord(char) <= 0x20 or 0x7F <= ord(char) < 0xA0 or char == "\\" for char in url):
        raise ToolDenied("The URL holds a space, a control character or a backslash; percent-encode it if it is meant.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ToolRetry(f"This is no URL ({error}).") from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not parts.hostname:
        raise ToolRetry("Only URLs that begin with http:// or https:// and a host can be fetched.")
    if "@" in parts.netloc:
        raise ToolDenied(
            "The URL holds a user name or password before the host; such URLs mislead and are not fetched."
        )
    port = PORTS[scheme] if port is None else port
    if port not in PORTS.values() and port < 1024:
        raise ToolDenied(f"Port {port} belongs to another service than the web.")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?[]") if parts.query else ""
    return WebAddress(scheme, _canonical_host(parts.hostname, "[" in parts.netloc), port, target + query)


def _canonical_host(host: str, bracketed: bool) -> str:
    if bracketed:
        try:
            # A zone (%eth0) names an interface of this machine: nothing public has one.
            return str(ipaddress.IPv6Address(host.replace("%", "zone")))
        except ValueError:
            raise ToolRetry("The URL's IPv6 address is not valid.") from None
    name = _to_ascii(host).removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise ToolDenied(
                "The host is a number that some programs read as an IP address; write four numbers."
            ) from None
    if len(name) > 253 or not all(_NAME.fullmatch(label) for label in labels):
        raise ToolRetry("The URL's host is not a valid name.")
    return name


def _to_ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        raise ToolRetry("The URL's host is not a valid name.") from None


def is_public(address: IPAddress) -> bool:
    """Whether an address is somewhere on the internet: not this machine, this network, or a range with another use.

    An IPv4 address inside an IPv6 one (mapped, NAT64 RFC 6052, 6to4 RFC 3056) is judged itself.
    """
    if any(address in network for network in _SPECIAL):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved
    inner = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if inner is not None:
        return is_public(inner)
    return address in _GLOBAL_UNICAST and address.is_global and address.scope_id is None
