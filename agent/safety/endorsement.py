"""Endorsement by value: what the person typed themselves, or keeps in a list of their own.

A stranger's text can make the model do anything, but not make the person type something. So a recipient, host, path,
amount or account is vouched for when the person typed exactly that value in this session. See docs/labels.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

import msgspec

from agent.safety.effects import Role, Value
from agent.safety.identities import identities, is_time, plain

MIN_CHARS = 4
"""A shorter value occurs in some text by chance."""
MAX_TYPED = 10_000
"""Nobody types a message longer than this, in characters: it was pasted, and vouches for nothing."""
MAX_TEXT = 100_000
"""Of a longer text it is not searched who is in it."""

_FOREIGN = re.compile(r"^[ \t]*(?P<fence>```+|~~~+).*?(?:^[ \t]*(?P=fence)[ \t]*$|\Z)|^[ \t]*>.*?$", re.M | re.S)
"""Fenced blocks and quoted lines of Markdown: what is pasted there is somebody else's."""
_JOINERS = frozenset(".,:;/\\@-_+=?&#%~'’$|*")
"""Between two letters or digits they hold a word together."""
_POSSESSIVE = re.compile(r"['’]s\W?", re.I)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,'’]*\d(?![\w%‰])|(?<![\w.,])\d(?![\w%‰.,])")
_NAMES: tuple[Role, ...] = ("recipient", "account", "path")
_EXACT: frozenset[Role] = frozenset({"account", "id"})
"""Capitals matter in them."""
_NEXT_SENTENCE = re.compile(r"((?:\b(?:https?://|www\.)|@)\S{0,200}\.[a-z]{2,})\.(?=[A-Z][a-z]{3,}\s)")
"""An address, and after its full stop a sentence whose space was forgotten: the address ends before it."""
_TEMPLATE = re.compile(r"""(?<!\w)["'`“‘„«](?P<text>[^"'`“”‘’„«»\n]{4,200})["'`”’“»]""")
_GAP = re.compile(r"\{[\w .-]{1,40}\}")
MAX_FILL = 60
"""Characters that a gap of a name may be filled with."""


class Endorsed(msgspec.Struct, frozen=True):
    """What the person of one session vouches for. Immutable; extending it copies references only."""

    typed: tuple[str, ...] = ()
    """The person's messages, without what they quoted, in the form that `plain` gives."""
    templates: tuple[str, ...] = ()
    """Names with gaps that the person typed in quotes: `Dinner at {restaurant}`."""
    listed: frozenset[tuple[Role, str]] = frozenset()
    """Values of lists that the person owns (contacts, hosts that a rule of theirs allows), folded."""

    def with_message(self, text: str) -> Endorsed:
        """Add what the person typed. Never give it the text of a file, a page, a job or a tool."""
        own = "" if len(text) > MAX_TYPED else _NEXT_SENTENCE.sub(r"\1. ", plain(_FOREIGN.sub("\n", text))).strip()
        if not own:
            return self
        gapped = (match["text"].lower() for match in _TEMPLATE.finditer(own) if _GAP.search(match["text"]))
        return msgspec.structs.replace(
            self, typed=(*self.typed, own), templates=(*self.templates, *filter(_says_enough, gapped))
        )

    def with_listed(self, values: Iterable[Value]) -> Endorsed:
        """Add entries of a list that only the person writes."""
        new = {(value.role, _listing(value)) for value in values if value.value}
        return self if new <= self.listed else msgspec.structs.replace(self, listed=self.listed | new)

    def endorses(self, value: Value) -> bool:
        """Whether the person vouches for this whole value. Pure, must not raise.

        Typing vouches for no opaque id; times and choices need no endorsement; free text passes when all identities in
        it do.
        """
        text = value.value.strip()
        match value.role:
            case "id":
                return self._listed(text, "id")
            case "time" | "choice":
                return is_time(text) or not identities(text)
            case "text":
                return self._typed(text, "text") or (len(text) <= MAX_TEXT and all(map(self._knows, identities(text))))
            case "amount":
                return self._listed(_canonical_amount(text), "amount") or self._amount(text)
            case "host":
                return self._host(text)
            case "path":
                return self._listed(text, "path") or self._typed(text, "path") or self._fills(text)
            case "recipient" | "account":
                return self._listed(text, value.role) or self._typed(text, value.role)

    def _knows(self, identity: str) -> bool:
        name = identity.removeprefix("@")
        return any(self._listed(name, role) for role in _NAMES) or self._typed(name, "recipient") or self._host(name)

    def _host(self, text: str) -> bool:
        if any(self._typed(form, "host") for form in _forms(text)):
            return True
        return self._listed(_host_of(text), "host")

    def _listed(self, text: str, role: Role) -> bool:
        return (role, _fold(text, role)) in self.listed

    def _typed(self, text: str, role: Role) -> bool:
        if len(text) < MIN_CHARS or not _is_plain(text):
            return False
        wanted = _fold(text, role)
        return any(_occurs(wanted, said if role in _EXACT else said.lower()) for said in self.typed)

    def _fills(self, text: str) -> bool:
        """Whether a name is a template of the person's with its gaps filled, and nobody is led anywhere by it."""
        if not self.templates or not _is_plain(text) or identities(text):
            return False
        return any(_filled(template, plain(text).lower()) for template in self.templates)

    def _amount(self, text: str) -> bool:
        try:
            wanted = Decimal(text)
        except InvalidOperation:
            return False
        return any(number == wanted for said in self.typed for number in _numbers(said))


NOTHING = Endorsed()
"""Nothing was typed: of a run that no person started."""


def _says_enough(template: str) -> bool:
    return sum(char.isalnum() for char in _GAP.sub("", template)) >= MIN_CHARS


def _filled(template: str, text: str) -> bool:
    parts = map(re.escape, _GAP.split(template))
    return re.fullmatch(rf"[^/\\\n]{{1,{MAX_FILL}}}".join(parts), text) is not None


def _listing(value: Value) -> str:
    return _canonical_amount(value.value) if value.role == "amount" else _fold(value.value, value.role)


def _canonical_amount(text: str) -> str:
    try:
        return f"{Decimal(text).normalize():f}" if len(text) <= MAX_FILL else text
    except (InvalidOperation, ValueError):
        return text


def _is_plain(text: str) -> bool:
    # A value that only looks like what was typed (ﬁ for fi) is another value where it is used.
    return unicodedata.normalize("NFC", text) == plain(text) and any(char.isalnum() for char in text)


def _fold(text: str, role: Role) -> str:
    # Not casefold: it makes one of straße.de and strasse.de, which are two hosts.
    return plain(text) if role in _EXACT else plain(text).lower()


def _occurs(wanted: str, text: str) -> bool:
    """Whether `wanted` stands in `text` as a whole: not as a part of a longer word, address, path or number."""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        before, after = text[max(at - 2, 0) : at][::-1], text[end : end + 3]
        if not _goes_on(before, "/\\~.-") and not _goes_on(after, "/\\~@-"):
            return True
        at = text.find(wanted, at + 1)
    return False


def _goes_on(beside: str, always: str) -> bool:
    """Whether a word goes on with these characters, the nearest first; `always` hold whatever follows them."""
    if not beside or _POSSESSIVE.fullmatch(beside):
        return False
    return _is_word(beside[0]) or beside[0] in always or (beside[0] in _JOINERS and _is_word(beside[1:2]))


def _is_word(char: str) -> bool:
    return bool(char) and (char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M")


def _numbers(text: str) -> Iterator[Decimal]:
    """The numbers that are written in a text in at least MIN_CHARS characters and in one way only."""
    for match in _NUMBER.finditer(text):
        written = match[0]
        if len(written) >= MIN_CHARS and (number := _number(written)) is not None:
            yield number


def _number(written: str) -> Decimal | None:
    """Read a number that everybody reads the same way; None: 1.200 is twelve hundred to some, 1.2 to others."""
    digits = re.sub(r"['’]", "", written)
    if re.fullmatch(r"\d+", digits):
        return Decimal(digits)
    if re.fullmatch(r"\d+[.,](\d{1,2}|\d{4,})", digits):
        return Decimal(digits.replace(",", "."))
    if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(,\d{3}){2,}|\d{1,3}(\.\d{3}){2,}", digits):
        last = max(digits.rfind("."), digits.rfind(","))
        decimal = len({*digits} & {".", ","}) == 2
        whole = re.sub(r"[.,]", "", digits[:last] if decimal else digits)
        return Decimal(f"{whole}.{digits[last + 1 :]}" if decimal else whole)
    return None


def _forms(url: str) -> Iterator[str]:
    """Give the ways in which a person writes a URL or host: with and without scheme and last slash, in Unicode."""
    bare = re.sub(r"^https?://", "", url)
    for form in (url, bare):
        yield form
        if form.endswith("/"):
            yield form[:-1]
    host, slash, rest = bare.partition("/")
    if "xn--" in host:
        yield ".".join(map(_unicode_label, host.split("."))) + (slash + rest if rest else "")


def _unicode_label(label: str) -> str:
    try:
        return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _host_of(text: str) -> str:
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return ""
    return "" if "@" in parts.netloc else f"{parts.hostname or ''}{port}"  # eve@host is a person, not the host
