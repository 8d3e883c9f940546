"""Loopback sellers of one model, each with its own manners, as a comparison must tell them apart."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.settings import ModelSettings, Price, ProviderSettings
from tests.helpers.fault_server import FaultServer, Seen
from tests.helpers.faults import CALLS, DONE, ROLE, SSE, STOP, Answer, Pause, Step, call, chunk, refusal, text

MODEL = "acme/otter-3-large"
PRICE = Price(1.0, 4.0, 0.1)
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ORDER = {"customer": "Zoë", "paid": False, "items": [{"sku": "A-7", "count": 3}, {"sku": "B-12", "count": 40}]}
ANSWERS: dict[str, str] = {
    "47 × 83": str(47 * 83),
    "1000003 − 58769": str(1000003 - 58769),
    "17² + 19²": str(17**2 + 19**2),
    "1000 divided by 37": str(1000 % 37),
    "3/8": str(3 / 8),
    "2F": str(0x2F),
    "lantern": "lantern"[::-1],
    "letters e": str("excellence endeavour".count("e")),
    "alphabetical": ", ".join(sorted(["pear", "fig", "plum", "apple"])),
    "Copy exactly": "q7Zk-93xB-0Ldw-5RtU",
    "third word": "carry",
    "How many words": "6",
    "youngest": "Cem",
    "09:40": f"{(9 * 60 + 40 + 6 * 60 + 35) // 60}:{(40 + 35) % 60}",
    "after a Wednesday": "Saturday",
    "bloop": "No",
    "20, 30": str(6 * 7),
    "blue balls": str(3 + 5 - 2),
    "a,b,,c": str("a,b,,c".count(",") + 1),
    "sum(range": str(sum(range(1, 11, 3))),
    "^a.c$": "no" if not re.match("^a.c$", "abcc") else "yes",
    "[-2]": str([1, 2, 3, 4][-2]),
    "tungsten": "W",
    "7 // 2": str(7 // 2 * 2 + 7 % 2),
}
"""Worked out here, so that a wrong one in the set is found."""

Cache = Literal["given", "none", "told_only", "untold", "untrue"]


@dataclass
class Seller:
    """How one answers. Times in seconds."""

    wait_s: float = 0.004
    """To the first word of an answer to a short prompt."""
    reading_s: float = 0.0
    """More, for a long prompt that is new to it."""
    word_s: float = 0.003
    """Between two words of a long reply."""
    cache: Cache = "given"
    wrong_every: int = 0
    """Each so-many-th answer is wrong; 0: none."""
    fails_every: int = 0
    """Each so-many-th request is refused as too much; 0: none."""
    name: str = ""
    """What it says has answered; empty: what was asked."""
    counts: float = 1.0
    """Tokens it counts for each that there is."""
    usage: dict[str, Any] | None = None
    """Said instead of a count."""
    whole: bool = False
    """Sends its replies in one piece."""
    tools: bool = True
    json: bool = True
    known: set[str] = field(default_factory=set[str])
    requests: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, seen: Seen) -> Answer:
        """Play the seller."""
        with self.lock:
            self.requests += 1
            number = self.requests
        if self.fails_every and number % self.fails_every == 0:
            return refusal(503, b'{"error": {"message": "overloaded"}}')
        body = seen.body
        system, prompt = body["messages"][0]["content"], body["messages"][-1]["content"]
        new = system not in self.known
        self.known.add(system)
        reading = self.reading_s if len(system) > 1_000 and (new or self.cache in ("none", "told_only")) else 0.0
        words = self._words(prompt, system)
        pieces = self._pieces(body, prompt, words)
        usage = self._usage(seen.raw, system, new, len(words.split()))
        signature = f'"model": "{self.name or body["model"]}"'.encode()
        role, *named = [piece.replace(b'"model": "m"', signature) for piece in (ROLE, *pieces, usage)]
        if self.whole:
            return Answer(200, SSE, [role, Pause(self.wait_s + reading), *named, DONE])
        long = len(named) > 50
        paced: list[Step] = [step for piece in named for step in ((Pause(self.word_s), piece) if long else (piece,))]
        return Answer(200, SSE, [role, Pause(self.wait_s + reading), *paced, DONE])

    def _pieces(self, body: dict[str, Any], prompt: str, words: str) -> list[bytes]:
        if body.get("tools") and (made := self._call(prompt)):
            return [made, CALLS]
        if self.whole:
            return [text(words), STOP]
        return [*(text(word) for word in re.findall(r"\S+\s*", words)), STOP]

    def _words(self, prompt: str, system: str) -> str:
        if "Count from one" in prompt:
            return ", ".join(NUMBERS * 6)
        if found := re.search(r"How many pieces has item (\d+)", prompt):
            line = next(line for line in system.splitlines() if line.startswith(f"Item {found[1]} "))
            return re.findall(r"\d+", line)[-1]
        if "has ordered" in prompt:
            return json.dumps(ORDER if self.json else {"customer": "Zoe"}, ensure_ascii=False)
        questions = re.findall(r"^(\d+)\. (.+)$", prompt, re.MULTILINE)
        return "\n".join(f"{number}: {self._known(question)}" for number, question in questions) or "ready"

    def _known(self, question: str) -> str:
        (at,) = (at for at, words in enumerate(ANSWERS) if words in question)
        wrong = self.wrong_every and at % self.wrong_every == 0
        return "unknown" if wrong else list(ANSWERS.values())[at]

    def _call(self, prompt: str) -> bytes:
        if not self.tools:
            return b""
        if "timer" in prompt:
            return call(json.dumps({"minutes": 25, "label": 'Tea "Earl Grey"'}), "set_timer", "c1")
        if "calendar" in prompt:
            remind = {"minutes_before": 15, "how": "mail"}
            meeting = {"title": "Budget", "start": "2026-03-14T09:30", "guests": ["Ana", "Jörg"], "remind": remind}
            return call(json.dumps(meeting), "add_meeting", "c1")
        return b""

    def _usage(self, raw: bytes, system: str, new: bool, words: int) -> bytes:
        tokens = int(len(raw) / 4 * self.counts)
        told = self.cache == "untrue" or (self.cache in ("given", "told_only") and not new)
        cached = int(len(system) / 4 * self.counts) if told and len(system) > 1_000 else 0
        said = {
            "prompt_tokens": tokens,
            "completion_tokens": words,
            "prompt_tokens_details": {"cached_tokens": cached},
        }
        return chunk(usage=self.usage or said)


@contextmanager
def market(**sellers: Seller) -> Iterator[dict[str, ProviderSettings]]:
    """Open a server for each seller; the settings of the providers, each with the model."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(FaultServer(seller.answer)) for name, seller in sellers.items()}
        model = ModelSettings(window=100_000, max_output_tokens=4_000, price=PRICE)
        yield {
            name: ProviderSettings(base_url=server.base_url, models={MODEL: model}, first_byte_timeout_s=5.0)
            for name, server in servers.items()
        }
