"""A job on a form: made from a sentence, a template, a chat or nothing, or changed; checked while it is written."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import Shiboken

from agent.errors import HomardError, UsageError
from agent.events import AnyEvent
from agent.jobs import Job, JobRow, Permission, Watch
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.job_editor_fields import Spec, by_path, is_shown, specs
from app.viewmodels.job_editor_outlook import EditorService, Outlook, look
from app.viewmodels.job_editor_rehearsal import Rehearsal
from app.viewmodels.job_editor_sources import Begun, free_name, of_sentence, of_template
from app.viewmodels.job_editor_store import StoredJob, Submit
from app.viewmodels.job_editor_triggers import TriggerDraft, TriggerKind, draft_of, fresh
from app.viewmodels.settings_fields import Path

if TYPE_CHECKING:
    from agent.storage.jobs import JobVersion

LOOK_MS = 300
"""After the last entry."""
_BLANK: tuple[Path, ...] = (("name",), ("prompt",))
"""What a new job begins without."""


def _here() -> ZoneInfo:
    from agent.automation.zone import here

    return here()


class JobEditor(QObject):
    """The form's state. What is entered is kept at once; nothing is stored before `save`, or a rehearsal."""

    filled = Signal()
    """Everything is another one: a template, a sentence, another version."""
    entered = Signal()
    """Something of the draft is another one."""
    triggers_changed = Signal()
    """A trigger came or went, or shows other fields."""
    allow_changed = Signal()
    looked = Signal()
    """`outlook` is another one."""
    refused = Signal(object, str)
    """An entry means nothing: its path, why; an empty text takes it back."""

    def __init__(
        self,
        service: EditorService,
        submit: Submit,
        job: Job,
        row: JobRow | None = None,
        models: Sequence[str] = (),
        outputs: Sequence[str] = (),
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: Callable[[], ZoneInfo] = _here,
        parent: QObject | None = None,
    ) -> None:
        """`row`: the job that is changed; None: a new one, which begins as `job`.

        `models` and `outputs` of plugins: those one can choose from.
        """
        super().__init__(parent)
        self._service, self._now, self._zone = service, now, zone
        self.stored = StoredJob(service, submit, row)
        self.specs: dict[Path, Spec] = by_path(specs(models, outputs))
        self.job = job
        self.triggers: list[TriggerDraft] = []
        self.doubts: tuple[str, ...] = ()
        self.outlook = Outlook()
        self.starts = row is None
        """Whether it may start by itself once it is saved; of no account for a job that does so already."""
        self.rehearsal = Rehearsal(submit, self)
        self._saved_as = job
        self._keys = 0
        self._turn = 0
        self._wrong: dict[Path, str] = {}
        self._blank: set[Path] = set(_BLANK) if row is None else set()
        """Fields that nobody has been at: it is no fault yet that they are empty."""
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._soon.timeout.connect(self._look)
        self._set_triggers()

    # -- what the form holds

    @property
    def is_new(self) -> bool:
        """Whether no such job is stored, but for a rehearsal."""
        return self.stored.was is None

    @property
    def is_paused(self) -> bool:
        """Whether it would start nothing once it is saved, were it not told to."""
        return self.stored.was_paused

    @property
    def is_changed(self) -> bool:
        """Whether closing the form would lose something."""
        return self.draft() != self._saved_as or bool(self._wrong)

    def draft(self) -> Job:
        """The job as it would be saved: `~` is the home folder."""
        job = self.job
        return msgspec.structs.replace(
            job,
            name=" ".join(job.name.split()),
            folder=_whole(job.folder),
            folders=tuple(_whole(folder) for folder in job.folders),
            output=_whole(job.output) if job.output else "",
            triggers=tuple(
                msgspec.structs.replace(each, folder=_whole(each.folder)) if isinstance(each, Watch) else each
                for each in (draft.trigger for draft in self.triggers)
            ),
        )

    def is_shown(self, path: Path) -> bool:
        """Whether a field means something as things are."""
        return is_shown(self.specs[path], self.job)

    def problem(self, path: Path) -> str:
        """What is wrong with a field, a sentence; of a trigger as a whole: `("triggers", its key)`."""
        if path in self._blank:
            return ""
        return self._wrong.get(path) or self.outlook.problems.get(self._place(path), "")

    def warnings(self, path: Path) -> tuple[str, ...]:
        """What may surprise."""
        return self.outlook.warnings.get(self._place(path), ())

    @property
    def problems(self) -> list[str]:
        """All that keeps it from being saved."""
        return [*self._wrong.values(), *self.outlook.problems.values()]

    @property
    def told(self) -> int:
        """How many of them are told already: not what is still to be filled in."""
        return len(self.problems) - sum(path in self.outlook.problems for path in self._blank)

    def first_problem(self) -> Path | None:
        """Where the first of them is: a field, or a trigger by its key."""
        found = [*self._wrong, *self.outlook.problems]
        if not found:
            return None
        path = found[0]
        if path[:1] == ("triggers",) and path not in self._wrong:
            return ("triggers", str(self.triggers[int(path[1])].key))
        return path

    # -- what is entered

    def enter(self, path: Path, raw: Any) -> None:
        """Take an entry of a field; `refused` says what is wrong with it, and with an empty text that nothing is."""
        self._blank.discard(path)
        try:
            job = self.specs[path].put(self.job, raw)
        except ValueError as error:
            self._refuse(path, str(error))
            return
        self._take_back(path)
        if job != self.job:
            self.job = job
            self._changed()

    def restore(self, path: Path) -> None:
        """Put a field back to its default."""
        field = self.specs[path].field(self.job)
        value = field.default
        self.enter(path, "\n".join(value) if field.kind == "lines" else "" if value is None else value)

    def enter_trigger(self, key: int, path: Path, raw: Any) -> None:
        """Take an entry of a trigger's field."""
        at = self._at(key)
        place = ("triggers", str(key), *path)
        try:
            made = self.triggers[at].put(path, raw)
        except ValueError as error:
            self._refuse(place, str(error))
            return
        self._take_back(place)
        shown = [(field.path, field.choices) for field in self.triggers[at].fields()]
        another = [(field.path, field.choices) for field in made.fields()] != shown
        if made != self.triggers[at]:
            self.triggers[at] = made
            self._store_triggers(another)

    def trigger(self, key: int) -> TriggerDraft:
        """A trigger by its key."""
        return self.triggers[self._at(key)]

    def add_trigger(self, kind: TriggerKind = "cron") -> int:
        """One more; its key."""
        self._keys += 1
        self.triggers.append(fresh(self._keys, kind, self._now(), self.job.folder))
        self._store_triggers(another=True)
        return self._keys

    def set_kind(self, key: int, kind: TriggerKind) -> None:
        """Make a trigger one of another kind."""
        at = self._at(key)
        if self.triggers[at].kind != kind:
            self._forget_wrong(key)
            self.triggers[at] = fresh(key, kind, self._now(), self.job.folder)
            self._store_triggers(another=True)

    def remove_trigger(self, key: int) -> None:
        """Take one away."""
        self._forget_wrong(key)
        del self.triggers[self._at(key)]
        self._store_triggers(another=True)

    def allow(self, permission: Permission) -> None:
        """Let it do this without asking."""
        self._set_allow(tuple(dict.fromkeys((*self.job.allow, permission))))

    def disallow(self, permission: Permission) -> None:
        """Let it ask for this again."""
        self._set_allow(tuple(one for one in self.job.allow if one != permission))

    # -- where it begins

    async def read(self, sentence: str) -> None:
        """Fill the form from a sentence. Raises UsageError that says how to write it."""
        await self._begin(await asyncio.to_thread(of_sentence, sentence, self._now(), self._zone(), self.job))

    async def take_template(self, key: str, language: str) -> None:
        """Fill the form from a template. Raises UsageError."""
        await self._begin(of_template(key, await self._service.templates(language)))

    async def versions(self) -> list[JobVersion]:
        """What the job has been, the newest first; none of a new one."""
        return list(reversed(await self._service.versions(was.job_id))) if (was := self.stored.was) is not None else []

    def take_version(self, job: Job) -> None:
        """Fill the form with what the job was once; saving makes that another version."""
        self._fill(job, ())

    async def _begin(self, begun: Begun) -> None:
        taken = [row.job.name for row in await self._service.jobs() if row.job_id != self.stored.job_id]
        name = free_name(begun.job.name, taken)
        self._fill(msgspec.structs.replace(begun.job, name=name), begun.doubts)

    def _fill(self, job: Job, doubts: tuple[str, ...]) -> None:
        self.job, self.doubts = job, doubts
        self._wrong.clear()
        self._blank.clear()
        self._set_triggers()
        self.filled.emit()
        self._changed()

    # -- what is to be known of it

    def look_soon(self) -> None:
        """Look at the draft in a moment."""
        self._soon.start()

    def _look(self) -> None:
        spawn(self._look_quietly(), "look at a job")

    async def _look_quietly(self) -> None:
        try:
            await self.look_now()
        except HomardError as error:
            if Shiboken.isValid(self):
                self.outlook = Outlook({(): str(error)})
                self.looked.emit()

    async def look_now(self) -> None:
        """Look at the draft as it is. Raises StorageError."""
        self._turn += 1
        turn, job = self._turn, self.draft()
        found = await look(self._service, job, self.stored.job_id, self._now(), self._zone())
        if Shiboken.isValid(self) and turn == self._turn:
            self.outlook = found
            self.looked.emit()

    # -- what is done

    def take(self, event: AnyEvent) -> None:
        """Follow what happens."""
        self.rehearsal.take(event)

    async def save(self) -> str:
        """Store the job, as another version if it was there; its id. Raises HomardError: nothing was stored then."""
        await self._check()
        job = self.draft()
        job_id = await self.stored.save(job, starts=self.starts)
        self._saved_as = job
        return job_id

    async def rehearse(self) -> None:
        """Store the draft so that it starts nothing, and make a dry run of it. Raises HomardError."""
        self.rehearsal.prepare()
        try:
            await self._check()
            job_id = await self.stored.hold(self.draft())
        except HomardError as error:
            self.rehearsal.fail(str(error))
            raise
        await self.rehearsal.start(job_id)

    async def discard(self) -> None:
        """Take back what a rehearsal stored. Raises HomardError."""
        await self.rehearsal.stop()
        await self.stored.put_back()

    async def _check(self) -> None:
        """Raise UsageError if it cannot be saved, or was changed elsewhere meanwhile."""
        self._blank.clear()
        await self.look_now()
        if self.problems:
            raise UsageError(translate("JobEditor", "It cannot be saved yet: {why}").format(why=self.problems[0]))
        await self.stored.check()

    # -- how

    def _place(self, path: Path) -> Path:
        if path[:1] == ("triggers",) and len(path) == 2:
            return ("triggers", str(self._at(int(path[1]))))
        return path

    def _at(self, key: int) -> int:
        return next(at for at, draft in enumerate(self.triggers) if draft.key == key)

    def _set_triggers(self) -> None:
        self.triggers.clear()
        for trigger in self.job.triggers:
            self._keys += 1
            self.triggers.append(draft_of(self._keys, trigger))

    def _store_triggers(self, another: bool) -> None:
        if len(self.triggers) != len(self.job.triggers):  # what was said of them is of other places now
            kept = {path: words for path, words in self.outlook.problems.items() if path[:1] != ("triggers",)}
            self.outlook = replace(self.outlook, problems=kept, warnings={})
        self.job = msgspec.structs.replace(self.job, triggers=tuple(draft.trigger for draft in self.triggers))
        if another:
            self.triggers_changed.emit()
        self._changed()

    def _set_allow(self, allow: tuple[Permission, ...]) -> None:
        if allow != self.job.allow:
            self.job = msgspec.structs.replace(self.job, allow=allow)
            self.allow_changed.emit()
            self._changed()

    def _changed(self) -> None:
        self.entered.emit()
        self._soon.start()

    def _refuse(self, path: Path, words: str) -> None:
        self._wrong[path] = words
        self.refused.emit(path, words)

    def _take_back(self, path: Path) -> None:
        if self._wrong.pop(path, ""):
            self.refused.emit(path, "")

    def _forget_wrong(self, key: int) -> None:
        for path in [path for path in self._wrong if path[:2] == ("triggers", str(key))]:
            del self._wrong[path]


def _whole(path: str) -> str:
    text = path.strip()
    return os.path.expanduser(text) if text else ""
