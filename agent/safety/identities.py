"""Identities in free text: what in a text somebody could be led, paid or written to."""

from __future__ import annotations

import re
import unicodedata

_DOTS = str.maketrans("。．｡", "...")
"""Full stops that browsers take for the dot of a host (UTS 46)."""
_TIME = (
    r"\d{4}-\d{2}-\d{2}(?:[T ]+\d{1,2}(?::\d{2}){1,2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})?)?|\d{1,2}:\d{2}(?::\d{2})?"
)
_PATTERN = re.compile(
    rf"""(?<![^\W_]) (?=\S) (?:                                    # begins after no letter or digit: fast
      (?P<time> (?<![\w.+-]) (?: {_TIME.replace(" ", "[ ]")} | \d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}} ) (?![\w.+-]*[\w@]) )
    | [a-z][a-z0-9+.-]{{1,20}}:// [^\s<>"'`]+                      # a URL of any scheme
    | \b (?: mailto | tel | sms | data | javascript | bitcoin ) : [^\s<>"'`]+
    | (?<![\w.+%-]) [\w.+%-]+ (?: @ [\w.-]+ )+ (?: [:/?\#][^\s<>"'`]* )?  # an e-mail address, an account at a server
    | (?<![\w@]) @ \w[\w.-]+                                       # a mention
    | (?<![\w@.-]) [\w-]+ (?: \.[\w-]+ )* \.[^\W\d_]{{2,}} (?!\w) (?: [:/?\#][^\s<>"'`]* )?  # a host
    | (?<![\w.]) \d{{1,3}} (?: \.\d{{1,3}} ){{3}} (?!\w) (?: [:/][^\s<>"'`]* )?  # an IPv4 address
    | (?<!\w) [a-z]{{2}} \d{{2}} (?: [ -]? [a-z0-9]{{4}} )?         # an IBAN
      (?: [ -]? (?= [a-z]{{0,3}}\d ) [a-z0-9]{{2,4}} ){{2,8}} (?!\w)
    | (?<!\w) (?= \w{{0,200}}\d ) (?= [\d_]{{0,200}}[^\W\d_] ) \w{{16,}}   # a wallet, a token, an account
    | (?<!\w) \+? \(? \d (?: [ ()./-]{{0,2}} \d ){{7,40}}          # a telephone or account number
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_TELLS = re.compile(r"[@\d]|[:.]\S")
_TRAILING = ".,;:!?)]}'\"»”’"


def plain(text: str) -> str:
    """Give text as a reader sees it: compatibility forms (NFKC) resolved, without characters that do not show."""
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", text.translate(_DOTS))
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")


def identities(text: str) -> tuple[str, ...]:
    """Find URLs, hosts, e-mail addresses, mentions, telephone and account numbers, and long tokens; each once.

    Finds too much rather than too little: a file name with an ending is taken for a host. Dates and times are left out,
    and numbers of less than eight digits: postal codes and prices have fewer, what reaches an account or a telephone
    from elsewhere has more.
    """
    found = (match[0].rstrip(_TRAILING) for match in _PATTERN.finditer(_telling(plain(text))) if match["time"] is None)
    return tuple(dict.fromkeys(item for item in found if item))


def _telling(text: str) -> str:
    """Leave out the words in which nothing can begin; a line break stands for them. Most of a text are such words."""
    words: list[str] = []
    for word in text.split():
        if _TELLS.search(word) or (len(word) == 4 and word.isupper()):
            words.append(word)
        elif words and words[-1] != "\n":
            words.append("\n")
    return " ".join(words)


def is_time(text: str) -> bool:
    """Whether a text is nothing but an ISO date, a time, or both."""
    return re.fullmatch(_TIME, text.strip()) is not None
