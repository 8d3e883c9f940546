"""The open chat: its session, its model and folder, and what a person wants done in it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from agent.commands import AnswerQuestion, CancelRun, ResolveApproval, SendMessage
from agent.context.intake import title_of
from agent.errors import HomardError, StorageError, UsageError
from agent.events import AnyEvent, EntriesStored, RunFinished, Scope, SessionRenamed
from agent.messages import ImagePart, TextPart
from agent.settings import ModelProfile, Settings, usual_chat_folder
from agent.storage.sessions import Session
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.live import LiveRuns
from app.viewmodels.rows import FooterRow
from app.viewmodels.transcript import TranscriptViewModel

if TYPE_CHECKING:
    from agent.runtime import Runtime


@dataclass(frozen=True)
class ChosenModel:
    """The model that answers here."""

    label: str
    """`provider/model`; empty: none can be used."""
    profile: ModelProfile | None = None
    problem: str = ""
    """Why none can be used: a sentence."""


@dataclass(frozen=True)
class Said:
    """What a person said."""

    text: str
    images: tuple[ImagePart, ...] = ()
    dry_run: bool = False


class ChatViewModel(QObject):
    """Keeps one session open; a new chat becomes a session with its first message."""

    session_changed = Signal()
    """Another session, or its title, pin or folder."""
    model_changed = Signal()
    listed = Signal()
    """The list of chats is not what it was."""
    gone = Signal(str, str)
    """A chat that was to be shown is deleted: its id and title. It can be restored."""
    unsaid = Signal(str, Said)
    """A run ended before what was said could be stored: the session it was for, and all of it."""

    def __init__(self, runtime: Runtime, live: LiveRuns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self.transcript = TranscriptViewModel(runtime, live, self)
        self.session: Session | None = None
        self.model = ChosenModel("")
        self._label = ""
        """The model chosen for a chat that is not begun; empty: the default."""
        self._folder = ""
        """The folder chosen for it; empty: the settings'."""
        self._beginning = asyncio.Lock()
        self._unstored: dict[str, tuple[str, Said]] = {}
        """By the run that is to store it first."""
        self._wishes = 0
        """How often another chat was wanted; only the last wish counts, however long an earlier one takes."""

    @property
    def folder(self) -> str:
        """Where the agent works in this chat."""
        if self.session is not None:
            return self.session.cwd
        return self._folder or default_folder(self._runtime.settings)

    # -- which chat

    async def open(self, session_id: str) -> None:
        """Show a session; of a deleted one only tell. Raises UsageError, StorageError."""
        self._wishes += 1
        wish = self._wishes
        session = await self._runtime.store.session(session_id)
        if wish != self._wishes:
            return
        if session.deleted_at is not None:
            self.gone.emit(session.session_id, session.title)
            return
        self.session = session
        self.session_changed.emit()
        model = spawn(self.refresh_model(), "model")
        await self.transcript.open(session.session_id)  # at once: the head and what stands below it are of one chat
        await model

    async def look_again(self) -> None:
        """Take over what was done to the shown chat from elsewhere: a terminal may have renamed or deleted it."""
        if self.session is None:
            return
        stored = await self._runtime.store.session(self.session.session_id)
        if not self._shows(stored) or stored == self.session:
            return
        if stored.deleted_at is not None:
            await self.new()
            self.gone.emit(stored.session_id, stored.title)
        else:
            self.session = stored
            self.session_changed.emit()
            await self.refresh_model()

    async def new(self) -> None:
        """Show an empty chat."""
        self._wishes += 1
        self.session, self._label, self._folder = None, "", ""
        self.transcript.close()
        self.session_changed.emit()
        await self.refresh_model()

    async def refresh_model(self) -> None:
        """Find out again which model answers: the settings may have changed."""
        wanted = self._wanted_model()
        try:
            profile = await asyncio.to_thread(self._runtime.model, wanted)
            found = ChosenModel(profile.label, profile)
        except HomardError as error:
            found = ChosenModel(wanted, problem=str(error))
        if wanted == self._wanted_model():
            self.model = found
            self.model_changed.emit()

    def _wanted_model(self) -> str:
        return self.session.model if self.session is not None else self._label

    async def choose_model(self, label: str) -> None:
        """Answer with another model from the next message on."""
        self._label = label
        if self.session is not None:
            self._keep(await self._runtime.store.set_model(self.session.session_id, label))
        await self.refresh_model()

    async def choose_folder(self, folder: str, session: Session | None = None) -> None:
        """Work in another folder from the next message on, here or in that chat. Raises UsageError."""
        if not await asyncio.to_thread(Path(folder).is_dir):
            raise UsageError(f"{folder} is not a folder. Nothing was changed; choose one that is there.")
        if (session := session or self.session) is not None:
            self._keep(await self._runtime.store.set_cwd(session.session_id, folder))
        else:
            self._folder = folder
        self.session_changed.emit()

    # -- what is said

    def send(self, text: str, images: Sequence[ImagePart] = (), *, dry_run: bool = False) -> Coroutine[Any, Any, None]:
        """Say something in the chat that is shown now: starts a run, or steers the one that works.

        `dry_run`: what would change the world is shown, not done. Awaited, raises HomardError: nothing was sent then.
        """
        return self._send(self.session, text, images, dry_run)

    async def _send(self, session: Session | None, text: str, images: Sequence[ImagePart], dry_run: bool) -> None:
        session_id = await self._session_for(text) if session is None else await self._not_deleted(session)
        steers = self.transcript.session_id == session_id and self.transcript.running is not None
        words = (TextPart(text),) if text.strip() else ()
        limits = self._runtime.limits()
        receipt = await self._runtime.submit(
            SendMessage(session_id, (*words, *images), origin="user", limits=limits, dry_run=dry_run)
        )
        if not steers:
            self._unstored[receipt.run_id] = session_id, Said(text, tuple(images), dry_run)
        elif self.transcript.session_id == session_id:
            self.transcript.say(text)

    async def _not_deleted(self, session: Session) -> str:
        """Bring a chat back that was deleted elsewhere while somebody wrote in it."""
        if (await self._runtime.store.session(session.session_id)).deleted_at is not None:
            await self._runtime.store.restore_session(session.session_id)
            self.listed.emit()
        return session.session_id

    async def _session_for(self, text: str) -> str:
        async with self._beginning:
            if self.session is not None:
                return self.session.session_id
            folder, wish = self.folder, self._wishes
            await have_folder(folder)
            session = await self._runtime.store.create_session(cwd=folder, title=title_of(text), model=self._label)
            if wish == self._wishes:
                self.session = session
                await self.transcript.open(session.session_id)
        self.session_changed.emit()
        self.listed.emit()
        return session.session_id

    async def retry(self) -> None:
        """Answer again what was said last; a dry run stays one. Raises HomardError."""
        if self.session is not None:
            session_id, limits = self.session.session_id, self._runtime.limits()
            last = self.transcript.rows[-1] if self.transcript.rows else None
            dry_run = isinstance(last, FooterRow) and last.dry_run
            await self._runtime.submit(SendMessage(session_id, (), retry=True, limits=limits, dry_run=dry_run))

    async def stop(self) -> None:
        """Stop the run that works here."""
        if self.transcript.running is not None:
            await self._submit(CancelRun(self.transcript.running))

    async def resolve(self, approval_id: str, allow: bool, note: str = "", scope: Scope = "once") -> None:
        """Answer an approval; `scope` is how far a yes goes."""
        await self._submit(ResolveApproval(approval_id, allow, note, scope))

    async def allow_in_run(self, approval_ids: Sequence[str]) -> None:
        """Answer these approvals with a yes for the rest of their run."""
        for approval_id in approval_ids:
            await self.resolve(approval_id, True, scope="run")

    async def answer(self, question_id: str, text: str) -> None:
        """Answer a question."""
        await self._submit(AnswerQuestion(question_id, text))

    async def _submit(self, command: CancelRun | ResolveApproval | AnswerQuestion) -> None:
        try:
            await self._runtime.submit(command)
        except UsageError:
            return  # it was answered elsewhere, or ended, in this moment; the event that says so is on its way

    # -- what becomes of the chat

    def take(self, event: AnyEvent) -> None:
        """Note the title that the shown chat got by itself, and what became of what was said."""
        match event:
            case SessionRenamed():
                session = self.session
                if session is not None and event.session_id == session.session_id:
                    self.session = msgspec.structs.replace(session, title=event.title)
                    self.session_changed.emit()
            case EntriesStored():
                self._unstored.pop(event.run_id, None)
            case RunFinished() if event.run_id in self._unstored:
                self.unsaid.emit(*self._unstored.pop(event.run_id))
            case _:
                return

    async def rename(self, title: str, session: Session | None = None) -> None:
        """Give it, or that chat, another title."""
        if (session := session or self.session) is not None and title.strip():
            self._keep(await self._runtime.store.rename(session.session_id, title.strip()))
            self._told()

    async def pin(self) -> None:
        """Put it above the others, or back among them."""
        if self.session is not None:
            pinned = self.session.pinned_at is None
            self._keep(await self._runtime.store.pin(self.session.session_id, pinned))
            self._told()

    async def branch(self, entry_id: int | None = None) -> None:
        """Go on in a new chat that shares all up to an entry, or all. Raises UsageError."""
        if self.session is not None:
            branch = await self._runtime.store.branch(self.session.session_id, entry_id)
            self.listed.emit()
            await self.open(branch.session_id)

    async def delete(self) -> str:
        """Hide the chat, which ends its run; returns its id, for `restore`."""
        session, wish = self.session, self._wishes
        if session is None:
            return ""
        await self.stop()
        await self._runtime.store.delete_session(session.session_id)
        if wish == self._wishes:
            await self.new()
        self.listed.emit()
        return session.session_id

    async def restore(self, session_id: str) -> None:
        """Take back a deletion and show the chat again."""
        await self._runtime.store.restore_session(session_id)
        self.listed.emit()
        await self.open(session_id)

    async def export(self, kind: Literal["markdown", "json"], session: Session | None = None) -> bytes:
        """The whole chat, or that one, as a document, UTF-8."""
        from agent.storage.export import to_document, to_markdown

        if (session := session or self.session) is None:
            return b""
        store = self._runtime.store
        entries = await store.path(session.session_id)
        if kind == "markdown":
            text = await asyncio.to_thread(to_markdown, session, entries)
        else:
            import json

            runs = await store.runs(session.session_id, limit=1_000_000)
            document = await asyncio.to_thread(to_document, session, entries, runs)
            text = await asyncio.to_thread(json.dumps, document, indent=1)
        return text.encode("utf-8", "backslashreplace")

    def _keep(self, session: Session) -> None:
        """Take what was stored of the shown chat, unless another one is shown by now."""
        if self._shows(session):
            self.session = session

    def _shows(self, session: Session) -> bool:
        return self.session is not None and self.session.session_id == session.session_id

    def _told(self) -> None:
        self.session_changed.emit()
        self.listed.emit()


def default_folder(settings: Settings) -> str:
    """Where a new chat works if nobody says otherwise."""
    chosen = settings.app.chat_folder
    return str(Path(chosen).expanduser() if chosen else usual_chat_folder())


async def have_folder(folder: str) -> None:
    """Make the folder that a new chat works in, where it is not there yet. Raises StorageError."""
    try:
        await asyncio.to_thread(Path(folder).mkdir, parents=True, exist_ok=True)
    except OSError as error:
        words = translate("Chats", "{folder} cannot be made ({why}). Nothing was sent; choose another folder.")
        raise StorageError(words.format(folder=folder, why=error.strerror or error)) from error
