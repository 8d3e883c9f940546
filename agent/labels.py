"""Labels: where text came from and how secret it is. They travel with what a model has seen.

The label of a run is the join of the labels of everything in its context: the least trusted origin, all sources, the
strictest secrecy. Joining never loses a taint, whatever the order. See docs/safety.md.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Integrity = Literal["user", "app", "local", "skill", "external"]
"""Who wrote it, from the most trusted to the least: the person, Homard, a file of the person's, a skill, a stranger."""

Secrecy = Literal["public", "private", "secret"]
"""`secret`: local only, it never reaches a remote model; `private`: the person's; `public`: anybody may know it."""

INTEGRITIES: Final[tuple[Integrity, ...]] = ("user", "app", "local", "skill", "external")
SECRECIES: Final[tuple[Secrecy, ...]] = ("public", "private", "secret")
MAX_SOURCES = 20
"""Sources that a label names; of more it keeps the first in order and `…`."""


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """The label of a text, a file, a result or a run."""

    integrity: Integrity = "user"
    secrecy: Secrecy = "public"
    sources: tuple[str, ...] = ()
    """What was not written by the person, sorted: `external:example.org`, `skill:<hash>`, `local:/home/me/notes`."""

    def join(self, other: Label) -> Label:
        """Give the label of a text made of both."""
        sources = sorted({*self.sources, *other.sources})
        if len(sources) > MAX_SOURCES:
            sources = [*[source for source in sources if source != "…"][: MAX_SOURCES - 1], "…"]
        stricter = SECRECIES.index(self.secrecy) >= SECRECIES.index(other.secrecy)
        less_trusted = INTEGRITIES.index(self.integrity) >= INTEGRITIES.index(other.integrity)
        return Label(
            self.integrity if less_trusted else other.integrity,
            self.secrecy if stricter else other.secrecy,
            tuple(sources),
        )

    def covers(self, other: Label) -> bool:
        """Whether joining `other` changes neither integrity nor secrecy: it is at most as tainted and as secret."""
        return INTEGRITIES.index(other.integrity) <= INTEGRITIES.index(self.integrity) and SECRECIES.index(
            other.secrecy
        ) <= SECRECIES.index(self.secrecy)

    @property
    def tainted(self) -> bool:
        """A stranger may have written some of it."""
        return self.integrity in ("skill", "external")


USER = Label()
"""What the person typed."""
APP = Label("app")
"""What Homard itself says."""
