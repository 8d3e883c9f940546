"""Whether the target of an effect is one that a rule, a capability or a mark names. No regular expressions.

Paths are compared by component in their real, printable form; hosts in punycode, with port and path; everything else as
a whole. Where two forms may mean the same or may not (case, an encoded slash), a *cautious* match says yes: that is how
denials and questions match. Allowing matches only what is certain.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from typing import Final, Literal
from urllib.parse import unquote_to_bytes, urlsplit

import msgspec

from agent.errors import ToolError
from agent.safety.effects import Effect
from agent.safety.printable import from_printable, printable
from agent.safety.protected import fold
from agent.safety.web_address import WebAddress, parse_address

Kind = Literal["any", "path", "host", "text"]
MAX_PATTERN_CHARS = 4_096
_BELOW: Final = tuple(f"{separator}*" for separator in (os.sep, os.altsep) if separator)
_FOLDS_CASE: Final = sys.platform in ("win32", "darwin")
_MISLEADING: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class PatternError(ValueError):
    """A target that cannot be matched; the text is a sentence with the remedy."""


class Target(msgspec.Struct, frozen=True):
    """A target as it is matched. Made by `path_targets`, `host_target` and `text_target`."""

    kind: Kind
    text: str
    """Canonical, for a person: a real printable path, a host with port and path, the text itself."""
    key: str = "*"
    """Where an index finds it; see `keys`."""
    scheme: str = ""
    """Of a host; empty: any."""
    port: int | None = None
    """Of a host; None: any."""
    segments: tuple[str, ...] = ()
    """Of a host: the path, decoded."""
    folded_segments: tuple[str, ...] = ()
    below: bool = True
    """Of a host: also what comes after `segments`."""
    inert: str = ""
    """Why this target covers nothing, as a sentence; empty: it does."""


ANY: Final = Target("any", "*")


class Subject(msgspec.Struct, frozen=True):
    """The target of an effect, taken apart once."""

    kind: Kind
    text: str
    address: WebAddress | None = None
    segments: tuple[str, ...] | None = None
    """Of a URL; None: the path may be read in several ways."""
    has_query: bool = False
    folded: str = ""
    """Of a path or text: as cautious matching compares it."""
    folded_segments: tuple[str, ...] = ()


def subject_of(effect: Effect, cwd: str) -> Subject:
    """Take apart what an effect acts on; for a command that is its working folder, never its text."""
    if effect.verb == "proc.run":
        return path_subject(cwd)
    if effect.verb.startswith("fs."):
        return path_subject(effect.target)
    if effect.verb.startswith("net."):
        try:
            address = parse_address(effect.target)
        except ToolError:
            return _text_subject(effect.target)
        path, _, query = address.target.partition("?")
        segments = _segments(path)
        folded = tuple(map(_fold_text, segments or ()))
        return Subject("host", str(address), address, segments, bool(query), folded_segments=folded)
    return _text_subject(effect.target)


def path_subject(path: str) -> Subject:
    """Take apart a real printable path."""
    return Subject("path", path, folded=fold(path)) if os.path.isabs(path) else _text_subject(path)


def keys(subject: Subject) -> Iterator[str]:
    """Under which keys an index holds the targets that may match; each still needs `matches`."""
    yield "*"
    if subject.kind == "path":
        path = subject.folded
        yield f"p:{path}"
        for folder in _above(path):
            yield f"p:{folder}"
    elif subject.address is not None:
        host = subject.address.host
        yield f"h:{host}"
        while "." in host:
            host = host.partition(".")[2]
            yield f"s:{host}"
    else:
        yield f"t:{subject.folded}"


def keys_above(target: Target) -> Iterator[str]:
    """Under which keys an index holds a path for those who ask what lies inside a folder; see `key_inside`."""
    if target.kind == "path":
        for folder in _above(target.key[2:]):
            yield f"b:{folder}"


def key_inside(subject: Subject) -> str:
    """Where an index has the targets that lie inside this folder."""
    return f"b:{subject.folded}"


def matches(target: Target, subject: Subject, *, cautious: bool) -> bool:
    """Whether the target names the subject. Pure and cheap."""
    if target.inert:
        return False
    if target.kind == "any":
        return True
    if target.kind != subject.kind:
        return False
    if target.kind == "path":
        return _path_matches(target, subject, cautious)
    if target.kind == "text":
        if cautious:
            return target.key[2:] == subject.folded
        return _exact_text(target.text) == _exact_text(subject.text)
    return _host_matches(target, subject, cautious)


def misleading(text: str) -> str:
    """The first character that hides, moves or turns round text, as `U+XXXX`; empty: there is none."""
    if text.isascii() and text.isprintable():
        return ""
    return next((f"U+{ord(char):04X}" for char in text if unicodedata.category(char) in _MISLEADING), "")


def path_targets(text: str, *, allowing: bool) -> tuple[Target, ...]:
    """Read the path of a rule: absolute or `~/…`, itself and all below it. Reads the disk: links are resolved now.

    What goes through a link allows nothing (whoever can replace the link would choose what is allowed); it is denied
    under both its names. Raises PatternError.
    """
    _refuse_misleading(text)
    plain = text.removesuffix("*").rstrip(os.sep + (os.altsep or "")) or os.sep if text.endswith(_BELOW) else text
    if "*" in plain:
        raise PatternError(f"In {text!r} a * may only stand at the end, as /*. Name the folder; it covers all below.")
    home = os.path.realpath(os.path.expanduser("~"))
    if plain == "~" or plain.startswith("~/"):
        plain = home + plain[1:]
    if not os.path.isabs(plain):
        raise PatternError(f"{text!r} is no absolute path. Write it from the root on, or from your home on as ~/….")
    lexical = os.path.abspath(plain if os.path.lexists(plain) else from_printable(plain))
    try:
        real = os.path.realpath(lexical)
    except (OSError, ValueError):
        raise PatternError(f"{text!r} can be no path here.") from None
    if lexical == real:
        return (_path_target(real),)
    if not allowing:
        return (_path_target(real), _path_target(lexical))
    why = f"{printable(lexical)} goes through a link, so it allows nothing. Write where it leads: {printable(real)}."
    return (msgspec.structs.replace(_path_target(lexical), inert=why),)


def host_target(text: str, *, allowing: bool) -> Target:
    """Read the host of a rule: `[scheme://]host[:port][/path][/*]`, or `*.host` for all below a name.

    Without a port it allows the web's encrypted one (443), and denies all. Without a path it is the whole host; a path
    is exactly that page, and `/*` all below. Raises PatternError.
    """
    _refuse_misleading(text)
    scheme, separator, rest = text.rpartition("://")
    if any(char in rest for char in "?#"):
        raise PatternError(f"{text!r} holds a query or fragment, which rules do not look at. Leave it out.")
    if separator and scheme.lower() not in ("http", "https"):
        raise PatternError(f"{text!r}: only http and https are known. Write the host, with :PORT where it matters.")
    authority, slash, path = rest.partition("/")
    wild = authority.startswith("*.")
    below = not slash or path == "" or path == "*" or path.endswith("/*")
    path = path.removesuffix("*") if below else path
    if "*" in authority.removeprefix("*.") + path:
        raise PatternError(f"In {text!r} a * may stand for all below a name (*.host) or a path (/…/*), nowhere else.")
    try:
        address = parse_address(f"{scheme or 'https'}://{authority.removeprefix('*.')}/{path}")
    except ToolError as error:
        raise PatternError(f"{text!r}: {error}") from None
    segments = _segments(address.target)
    if segments is None:
        raise PatternError(f"The path of {text!r} can be read in several ways. Write it without .., //, ; and %2F.")
    if wild and address.ip is not None:
        raise PatternError(f"{text!r}: there is nothing below an IP address. Write the address.")
    given = urlsplit(f"//{authority.removeprefix('*.')}").port is not None
    port = address.port if given or separator or allowing else None
    segments = segments[:-1] if segments[-1] == "" and below else segments
    shown = "/" + "/".join(segments) if segments else ""
    host = f"[{address.host}]" if ":" in address.host else address.host
    canonical = f"{f'{scheme.lower()}://' if separator else ''}{'*.' if wild else ''}{host}"
    canonical += f"{'' if port is None else f':{port}'}{shown}{'/*' if segments and below else ''}"
    key = f"{'s' if wild else 'h'}:{address.host}"
    folded = tuple(map(_fold_text, segments))
    return Target("host", canonical, key, scheme.lower() if separator else "", port, segments, folded, below)


def is_provider_s(text: str) -> bool:
    """Whether a target of the network is a plugin or an MCP server, or a tool of it: `mcp:files/read_file`."""
    return text.startswith(("mcp:", "plugin:")) and "//" not in text


def text_target(text: str) -> Target:
    """Read a recipient, the name of a key, a job: matched as a whole. Raises PatternError."""
    _refuse_misleading(text)
    if "*" in text:
        raise PatternError(f"{text!r}: here a * can only stand alone, for all. Name each one.")
    return Target("text", text, f"t:{_fold_text(text)}")


def _refuse_misleading(text: str) -> None:
    if not text.strip() or len(text) > MAX_PATTERN_CHARS:
        raise PatternError(f"A target has 1 to {MAX_PATTERN_CHARS:,} characters.")
    if code := misleading(text):
        raise PatternError(f"{printable(text)!r} holds the invisible character {code}. Type it anew.")


def _path_target(real: str) -> Target:
    shown = printable(real)
    return Target("path", shown, f"p:{fold(shown)}")


def _above(path: str) -> Iterator[str]:
    """The folders over a folded path, the root last; of the root none."""
    above = path
    while (cut := above.rfind("/")) > 0:
        above = above[:cut]
        yield above
    if path != "/":
        yield "/"


def _text_subject(text: str) -> Subject:
    return Subject("text", text, folded=_fold_text(text))


def _path_matches(target: Target, subject: Subject, cautious: bool) -> bool:
    if cautious or _FOLDS_CASE:
        folder, path = target.key[2:], subject.folded
    else:
        folder, path = target.text, subject.text
    return path == folder or path.startswith(folder if folder.endswith("/") else f"{folder}/")


def _host_matches(target: Target, subject: Subject, cautious: bool) -> bool:
    address = subject.address
    if address is None:
        return False
    name = target.key[2:]
    if address.host != name if target.key[0] == "h" else not address.host.endswith(f".{name}"):
        return False
    if (target.scheme and target.scheme != address.scheme) or (target.port not in (None, address.port)):
        return False
    if not target.segments and target.below:
        return True
    if subject.segments is None:
        return cautious
    wanted, found = target.segments, subject.segments
    if cautious:
        wanted, found = target.folded_segments, subject.folded_segments
    if target.below:
        return found[: len(wanted)] == wanted
    return found == wanted and (cautious or not subject.has_query)


def _segments(path: str) -> tuple[str, ...] | None:
    """The parts of a URL's path, decoded; None: a server may take it for another path than it looks like."""
    found: list[str] = []
    parts = path.split("/")[1:]
    for number, part in enumerate(parts):
        text = unquote_to_bytes(part).decode("utf-8", "surrogateescape")
        empty_inside = not text and number < len(parts) - 1
        # Some servers take what follows a ; for a parameter, and `/a;x/b` for `/a/b`.
        if empty_inside or text in (".", "..") or misleading(text) or any(c in text for c in "/\\%;"):
            return None
        found.append(text)
    return tuple(found)


def _fold_text(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _exact_text(text: str) -> str:
    """Of an e-mail address the domain is compared without regard to case (RFC 5321)."""
    name, at, domain = text.rpartition("@")
    return unicodedata.normalize("NFC", f"{name}{at}{domain.lower() if at else domain}")
