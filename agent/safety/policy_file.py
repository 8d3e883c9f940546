"""policy.toml: read when it changed, written only for a person, with its comments, never half; its last good copy.

The file is the truth. What cannot be read denies everything, and so does a file that is gone while its copy is there:
rules do not vanish by accident. `restore` is the way back.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from agent.errors import StorageError, UsageError
from agent.safety.policy import MarkName, Policy, PolicyInvalid, read_policy
from agent.safety.rules import Rule, RuleError, RuleText, plain_rule, read_rule
from agent.whole_file import replace_file

POLICY_FILE: Final = "policy.toml"
MAX_BYTES: Final = 4 << 20
_Signature = tuple[int, int, int, int]


class PolicyFile:
    """One policy file. All methods block for the disk and may be called from threads.

    `current` never raises; the others raise PolicyInvalid, StorageError or UsageError, and change nothing then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.copy_path = path.with_name(f"{path.name}.good")
        """The last file that could be read."""
        self._guard = threading.RLock()
        self._seen: _Signature | None = None
        self._policy: Policy | None = None

    def current(self) -> Policy:
        """Give the policy in force now. Costs one `stat` while the file stays the same."""
        with self._guard:
            seen = _signature(self.path)
            if self._policy is None or seen is None or seen != self._seen:
                self._policy, self._seen = self._read(), seen
            return self._policy

    def unchanged(self) -> Policy | None:
        """Give the policy in force if that takes no reading and no waiting; None: ask `current`, in a thread."""
        if not self._guard.acquire(blocking=False):
            return None
        try:
            seen = _signature(self.path)
            if self._policy is None or seen != self._seen:
                return None
            if seen is None and (self._policy.broken or self.copy_path.exists()):
                return None  # no file: nobody has written rules yet, or they are gone
            return self._policy
        finally:
            self._guard.release()

    def load(self) -> Policy:
        """Read the file now. Raises PolicyInvalid that names lines and remedies."""
        text = self._text()
        if text is None:
            return Policy()
        policy = self._checked(text)
        self._keep(text)
        return policy

    def add(self, rule: RuleText) -> Rule:
        """Append a rule. One that is there already is left as it is."""
        added = _read_rule(rule)

        def change(text: str) -> str:
            if added.rule_id in _rule_ids(text):
                return text
            return _with(text, "rule", plain_rule(rule))

        self._change(change)
        return added

    def remove(self, rule_id: str) -> Rule:
        """Take a rule away."""
        removed: list[Rule] = []

        def change(text: str) -> str:
            at = _find(text, rule_id)
            removed.append(read_policy(text).rules[at])
            return _without(text, "rule", at)

        self._change(change)
        return removed[0]

    def replace(self, rule_id: str, rule: RuleText) -> Rule:
        """Put another rule where one stands."""
        new = _read_rule(rule)
        self._change(lambda text: _without(text, "rule", _find(text, rule_id), plain_rule(rule)))
        return new

    def mark(self, folder: Path, mark: MarkName | None) -> Path:
        """Mark a folder, or take all its marks off (None). Returns the real path that was written."""
        real = Path(os.path.realpath(folder))

        def change(text: str) -> str:
            same = [(at, found) for at, (path, found) in enumerate(_marks(text)) if path == str(real)]
            if mark is None:
                for at, _ in reversed(same):
                    text = _without(text, "folder", at)
                return text
            if any(found == mark for _, found in same):
                return text
            return _with(text, "folder", {"path": str(real), "mark": mark})

        self._change(change)
        return real

    def restore(self) -> Policy:
        """Take the last good copy back; what stood in the file is kept beside it as `.broken`."""
        with self._guard:
            try:
                text = self.copy_path.read_text(encoding="utf-8")
            except FileNotFoundError:
                raise UsageError(
                    f"There is no copy to take back ({self.copy_path}). Mend {self.path}, or move it away to begin "
                    "without rules."
                ) from None
            except (OSError, UnicodeDecodeError) as error:
                raise StorageError(f"{self.copy_path} cannot be read ({error}). Mend {self.path} by hand.") from error
            policy = self._checked(text)
            with contextlib.suppress(FileNotFoundError):
                self.path.replace(self.path.with_name(f"{self.path.name}.broken"))
            self._write(self.path, text)
            return policy

    def _read(self) -> Policy:
        try:
            return self.load()
        except StorageError as error:
            return Policy(broken=str(error))

    def _text(self) -> str | None:
        """The file's text; None: there is none, and never was."""
        try:
            with self.path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            if self.copy_path.exists():
                raise PolicyInvalid(
                    f"{self.path} is gone, and its last copy is there. `homard rules restore` takes it back; "
                    f"to begin without rules, move {self.copy_path.name} away too."
                ) from None
            return None
        except OSError as error:
            raise PolicyInvalid(
                f"{self.path} cannot be read ({error.strerror}). Mend its permissions, or `homard rules restore`."
            ) from error
        if len(data) > MAX_BYTES:
            raise PolicyInvalid(f"{self.path} is larger than {MAX_BYTES >> 20} MiB. Take rules out.")
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise PolicyInvalid(f"{self.path} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None

    def _checked(self, text: str) -> Policy:
        try:
            return read_policy(text)
        except PolicyInvalid as error:
            raise PolicyInvalid(f"{self.path}: {error} Until then everything is denied.") from None

    def _keep(self, text: str) -> None:
        # A copy that cannot be written must not stop the rules that can be read.
        with contextlib.suppress(OSError, StorageError):
            if not self.copy_path.exists() or self.copy_path.read_bytes() != text.encode():
                self._write(self.copy_path, text)

    def _change(self, change: Callable[[str], str]) -> None:
        with self._guard:
            self.load()
            before = self._text() or ""
            after = change(before)
            if after == before:
                return
            try:
                read_policy(after)
            except PolicyInvalid as error:
                raise UsageError(f"That would not be valid: {error} Nothing was changed.") from error
            self._write(self.path, after)
            self._keep(after)

    def _write(self, path: Path, text: str) -> None:
        try:
            replace_file(path, text.encode())
        except OSError as error:
            raise StorageError(
                f"{path} cannot be written ({error.strerror}); it is as it was. Mend that and try again."
            ) from error


def _signature(path: Path) -> _Signature | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _read_rule(text: RuleText) -> Rule:
    try:
        return read_rule(text)
    except RuleError as error:
        raise UsageError(f"{error} Nothing was changed.") from None


def _rule_ids(text: str) -> list[str]:
    return [rule.rule_id for rule in read_policy(text).rules]


def _find(text: str, rule_id: str) -> int:
    ids = _rule_ids(text)
    if rule_id not in ids:
        raise UsageError(f"There is no rule {rule_id}. `homard rules` lists them. Nothing was changed.")
    return ids.index(rule_id)


def _marks(text: str) -> list[tuple[str, str]]:
    """The real path and the mark of each `[[folder]]`."""
    import tomllib

    tables: list[dict[str, str]] = tomllib.loads(text).get("folder", [])
    return [(os.path.realpath(os.path.expanduser(one["path"].removesuffix("/*"))), one["mark"]) for one in tables]


def _with(text: str, name: str, values: dict[str, Any]) -> str:
    """The text with another table at its end."""
    start = f"{text.rstrip()}\n\n" if text.strip() else ""
    return _surely(text, f"{start}{_table(name, values)}", name, None, values)


def _without(text: str, name: str, at: int, instead: dict[str, Any] | None = None) -> str:
    """The text without the n-th table of a name, or with another in its place; comments before tables stay."""
    lines = text.splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{name}\s*\]\]", line)]
    start = heads[at] if at < len(heads) else len(lines)
    end = start + 1
    while end < len(lines) and not re.match(rf"\s*\[(?!\s*{name}\s*\.)", lines[end]):
        end += 1
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    middle = [] if instead is None else [_table(name, instead)]
    return _surely(text, "".join(lines[:start] + middle + lines[end:]).lstrip("\n"), name, at, instead)


def _surely(before: str, after: str, name: str, at: int | None, new: dict[str, Any] | None) -> str:
    """Return `after`, if it means what `before` means but for one table. Raises UsageError."""
    import tomllib

    wanted = tomllib.loads(before)
    tables: list[Any] = wanted.setdefault(name, [])
    tables[len(tables) if at is None else at : len(tables) if at is None else at + 1] = [] if new is None else [new]
    try:
        found: dict[str, Any] = {name: [], **tomllib.loads(after)}
    except tomllib.TOMLDecodeError:
        found = {}
    if json.dumps(found, default=str, sort_keys=True) != json.dumps(wanted, default=str, sort_keys=True):
        raise UsageError(f"This file is written in a way that only you can change. Write each as [[{name}]].")
    return after


def _table(name: str, values: dict[str, Any]) -> str:
    import tomlkit

    table = tomlkit.table()
    for key, value in values.items():
        if isinstance(value, dict):
            inline: Any = tomlkit.inline_table()
            inline.update(value)
            table.append(key, inline)
        else:
            table.append(key, list(value) if isinstance(value, tuple) else value)  # pyright: ignore[reportUnknownArgumentType]
    tables: Any = tomlkit.aot()
    tables.append(table)
    document = tomlkit.document()
    document.append(name, tables)
    return tomlkit.dumps(document)
