"""Downloads one model file: goes on where it was interrupted, and keeps nothing that is not what it should be."""

from __future__ import annotations

import asyncio
import hmac
import shutil
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from agent.errors import StorageError, UsageError
from agent.models.gguf import MAX_HEADER_BYTES
from agent.models.gguf_extent import extent_of
from agent.models.http import import_httpx
from agent.models.local_store.address import named_address
from agent.models.local_store.failure import DownloadFailed, Interrupted, plain
from agent.models.local_store.part import Part, PartNote
from agent.models.local_store.transfer import SILENCE_S, Answer, asked, http_client
from agent.safety.web_address import WebAddress
from agent.tasks import uninterrupted

if TYPE_CHECKING:
    import httpx

WAITS_S = (1.0, 3.0, 10.0, 20.0)
"""Between attempts that brought nothing new; after as many the download ends, and can be gone on with."""
ENOUGH_BYTES = 1 << 20
"""An attempt that brought so much is no vain one."""
PIECE_BYTES = 4 << 20
"""What is written at once, on a quick line; on a slow one it is what came in half a second."""
_PIECE_S = 0.5
SLOWEST_BYTES_PER_S = 1 << 10
"""A server that gives less over twice the time of silence is as good as silent."""
LARGEST = 512 << 30
RESERVE_BYTES = 1 << 30
"""Of the disk: what a download leaves free."""
_LOOK_EVERY = 32 << 20
_RATE_OVER_S = 10.0
_SLACK_BYTES = 1 << 16
"""A file may be a little longer than its tensors: padding."""

Phase = Literal["connecting", "receiving", "waiting", "checking"]
Compared = Literal["given", "server", "nothing"]


class Wanted(NamedTuple):
    """A file to be fetched."""

    url: str
    sha256: str = ""
    """What it must have, lower-case hexadecimal; empty: nobody said."""
    size: int | None = None
    """What it must have; None: nobody said."""


class Progress(NamedTuple):
    """How far a download is."""

    phase: Phase
    received: int
    total: int | None
    bytes_per_s: float | None = None
    """Of this attempt; None: not known yet."""
    why: str = ""
    """Why it waits, half a sentence."""


class Fetched(NamedTuple):
    """A file that is here and whole."""

    sha256: str
    size: int
    compared: Compared
    """With which sum it was compared: one that was given beforehand, one that the server told, none."""


OnProgress = Callable[[Progress], None]


class Patience(NamedTuple):
    """How long a download tries; tests wait less."""

    waits_s: Sequence[float] = WAITS_S
    silence_s: float = SILENCE_S


async def download(
    wanted: Wanted, target: Path, on_progress: OnProgress = lambda _progress: None, patience: Patience | None = None
) -> Fetched:
    """Fetch a file to `target`, by way of `<target>.part`, which stays when it is cancelled or gives up.

    Raises UsageError for an address that is not used or a download that runs already, DownloadFailed, StorageError.
    """
    named = named_address(wanted.url, wanted.sha256)
    if "httpx" not in sys.modules:
        await asyncio.to_thread(import_httpx)
    part = Part(target.with_name(f"{target.name}.part"))
    on_progress(Progress("checking", 0, wanted.size))  # gigabytes that came before are summed up anew
    note = await asyncio.to_thread(part.open, PartNote(wanted.url, wanted.sha256, wanted.size))
    run = _Download(wanted, named, part, note, on_progress, patience or Patience())
    try:
        await run.attempts()
        fetched = await run.checked()
        await asyncio.to_thread(part.finish, target)
        return fetched
    except OSError as error:
        raise StorageError(
            f"{target} cannot be written ({error.strerror}). What has come is kept; go on when there is room."
        ) from error
    finally:
        if part.is_open and part.size == 0:  # nothing that could be gone on with
            await uninterrupted(asyncio.to_thread(part.discard), "discard download")
        part.close()


class _Download:
    """A download under way."""

    def __init__(
        self, wanted: Wanted, named: WebAddress, part: Part, note: PartNote, tell: OnProgress, patience: Patience
    ) -> None:
        self._wanted, self._named, self._part, self._note = wanted, named, part, note
        self._tell, self._patience = tell, patience
        self._total = wanted.size or note.size
        self._said = ""
        self._most = part.size
        self._looked_at = 0
        self._room = LARGEST
        """More bytes than these the file cannot have."""

    async def attempts(self) -> None:
        """Ask until all is here. Raises DownloadFailed."""
        vain = 0
        async with http_client(self._named, self._patience.silence_s) as client:
            while True:
                self._report("connecting")
                try:
                    async with asked(client, self._named, self._have, self._condition) as answer:
                        await self._take(answer)
                    return
                except Interrupted as error:
                    vain = 0 if self._part.size >= self._most + ENOUGH_BYTES else vain + 1
                    self._most = max(self._most, self._part.size)
                    if vain > len(self._patience.waits_s):
                        raise DownloadFailed(self._given_up(str(error))) from None
                    self._report("waiting", why=str(error))
                    await asyncio.sleep(self._patience.waits_s[vain - 1] if vain else 0)

    async def checked(self) -> Fetched:
        """Compare what has come with what it should be. Raises DownloadFailed: nothing is kept then."""
        self._report("checking")
        digest, size = self._part.digest, self._part.size
        expected = self._wanted.sha256 or self._said
        if expected and not hmac.compare_digest(digest, expected):
            raise await self._spoiled(
                f"is not the file that was wanted: its SHA-256 is {digest}, and {expected} was expected. It was "
                "changed on the way, or there is another version now"
            )
        try:
            extent = await asyncio.to_thread(extent_of, self._part.path)
        except UsageError as error:
            raise await self._spoiled(f"cannot be used: {plain(str(error)).rstrip('.')}") from None
        if size < extent.end_bytes:
            raise await self._spoiled(
                f"is cut: the model has {extent.end_bytes:,} bytes by its own account, and {size:,} came"
            )
        return Fetched(digest, size, "given" if self._wanted.sha256 else "server" if expected else "nothing")

    async def _take(self, answer: Answer) -> None:
        if answer.complete:
            return
        if answer.response.status_code == 416 or self._is_another(answer):
            await self._begin_anew(answer)
            raise Interrupted("the file has changed")
        if answer.start == 0 and self._part.size:
            await self._begin_anew(answer)
        self._require_wanted(answer)
        self._total = answer.total if answer.total is not None else self._total
        await asyncio.to_thread(self._require_room)
        await self._annotate(PartNote(self._wanted.url, self._wanted.sha256, self._total, answer.validator))
        await self._receive(answer.response)
        if self._total is not None and self._part.size < self._total:
            raise Interrupted("the server ended before the file's end")

    def _is_another(self, answer: Answer) -> bool:
        """Whether the rest that comes is of another file than the beginning that is here."""
        known = answer.total is not None and self._total is not None and self._wanted.size is None
        return answer.start > 0 and known and answer.total != self._total

    def _require_wanted(self, answer: Answer) -> None:
        """Refuse, before a byte is read, what the server itself says is another file. Raises DownloadFailed."""
        self._said = self._said or answer.sha256
        host, wanted, total = self._named.host, self._wanted, answer.total
        if wanted.sha256 and self._said and self._said != wanted.sha256:
            raise DownloadFailed(
                f"{host} has another file now than the one that was wanted: it says that its SHA-256 is {self._said}. "
                "Nothing was downloaded."
            )
        if total is not None and wanted.size is not None and total != wanted.size:
            raise DownloadFailed(
                f"{host} has a file of {total:,} bytes, and {wanted.size:,} were expected. Nothing was downloaded."
            )
        if total is not None and total > LARGEST:
            raise DownloadFailed(f"{host} has a file of {total:,} bytes, which is no model for this machine.")

    async def _begin_anew(self, answer: Answer) -> None:
        self._total = self._wanted.size or answer.total
        self._note = PartNote(self._wanted.url, self._wanted.sha256, self._total, answer.validator)
        self._looked_at, self._room, self._said = 0, LARGEST, ""
        await asyncio.to_thread(self._part.restart, self._note)

    async def _annotate(self, note: PartNote) -> None:
        if note != self._note:
            self._note = note
            await asyncio.to_thread(self._part.annotate, note)

    async def _receive(self, response: httpx.Response) -> None:
        import httpx

        rate, waiting, why, written_at = Rate(self._part.size), bytearray(), "", time.monotonic()
        drip = Drip(2 * self._patience.silence_s)
        try:
            async for piece in response.aiter_raw():
                waiting += piece
                if drip.is_slow(len(piece)):
                    why = "it comes too slowly"
                    break
                late = time.monotonic() - written_at > _PIECE_S
                if late or len(waiting) >= PIECE_BYTES or self._part.size == 0:
                    await self._write(bytes(waiting))
                    waiting.clear()
                    written_at = time.monotonic()
                    self._report("receiving", rate.of(self._part.size))
        except httpx.TimeoutException:
            why = "nothing came any more"
        except (httpx.NetworkError, httpx.ProtocolError):
            why = "the connection broke"
        if waiting:
            await self._write(bytes(waiting))
            self._report("receiving", rate.of(self._part.size))
        if why:
            raise Interrupted(why)

    async def _write(self, data: bytes) -> None:
        part, host = self._part, self._named.host
        if part.size == 0 and data[:4] != b"GGUF"[: len(data)]:
            raise await self._spoiled("is something else than a GGUF model. Look at the address")
        room = self._total if self._total is not None else self._room
        if part.size + len(data) > room:
            raise await self._spoiled(f"does not end: {host} sends more than the {room:,} bytes that it has")
        await asyncio.to_thread(part.write, data)
        if part.size - self._looked_at >= _LOOK_EVERY:
            self._looked_at = part.size
            await asyncio.to_thread(self._require_room)
            if self._total is None and self._room == LARGEST:
                self._room = await asyncio.to_thread(self._measured_room)

    def _measured_room(self) -> int:
        """How long the file can be at most, by its own account; as long as its head is not here, any length."""
        try:
            extent = extent_of(self._part.path)
        except UsageError:
            return LARGEST if self._part.size <= 2 * MAX_HEADER_BYTES else self._part.size
        return extent.end_bytes + _SLACK_BYTES if extent.exact else LARGEST

    def _require_room(self) -> None:
        """Raise StorageError where the disk would be filled."""
        folder = self._part.path.parent
        need = RESERVE_BYTES + (0 if self._total is None else self._total - self._part.size)
        free = shutil.disk_usage(folder).free
        if need > free:
            raise StorageError(
                f"The disk of {folder} has {free / 1e9:.1f} GB free, and {need / 1e9:.1f} GB are needed, with one to "
                "spare. What has come is kept; make room and go on."
            )

    async def _spoiled(self, words: str) -> DownloadFailed:
        await asyncio.to_thread(self._part.discard)
        return DownloadFailed(f"What {self._named.host} sent {words}. Nothing of it was kept.")

    def _given_up(self, why: str) -> str:
        received = self._part.size
        of = f" of {self._total:,}" if self._total is not None else ""
        kept = f"{received:,}{of} bytes are kept: the same command goes on from there" if received else "Nothing came"
        return f"The download from {self._named.host} was given up: {why}. {kept}."

    @property
    def _have(self) -> int:
        """From where to go on. A beginning that nothing can be compared with later is not trusted."""
        return self._part.size if self._note.validator or self._wanted.sha256 else 0

    @property
    def _condition(self) -> str:
        """Of which version the rest must be. Where the sum decides, the mirrors of a host need not agree on a tag."""
        return "" if self._wanted.sha256 else self._note.validator

    def _report(self, phase: Phase, bytes_per_s: float | None = None, why: str = "") -> None:
        self._tell(Progress(phase, self._part.size, self._total, bytes_per_s, why))


class Drip:
    """Tells a stream that only seems to live."""

    def __init__(self, over_s: float) -> None:
        self._over_s = over_s
        self._since, self._received = time.monotonic(), 0

    def is_slow(self, received: int) -> bool:
        """Whether too little came over the last while, these bytes among it."""
        self._received += received
        spent = time.monotonic() - self._since
        if spent < self._over_s:
            return False
        slow = self._received < spent * SLOWEST_BYTES_PER_S
        self._since, self._received = time.monotonic(), 0
        return slow


class Rate:
    """How quick it comes, over the last seconds."""

    def __init__(self, size: int) -> None:
        self._seen = deque([(time.monotonic(), size)], maxlen=64)

    def of(self, size: int) -> float | None:
        """Bytes a second, with the size of now; None: too early to say."""
        now = time.monotonic()
        self._seen.append((now, size))
        while len(self._seen) > 2 and now - self._seen[0][0] > _RATE_OVER_S:
            self._seen.popleft()
        began, before = self._seen[0]
        return (size - before) / (now - began) if now - began > 0.2 else None
