"""Writes a job as its TOML file, with what each part means beside it; see job_file.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any, cast

from agent.automation.job_file import FORMAT
from agent.automation.job_paths import Table, each_path, plain_job, shortened
from agent.jobs import Job, Trigger

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table as TomlTable

HEAD = "A job of Homard. `homard jobs import FILE` takes it in; it starts nothing until you have looked at it."

_KEYS: tuple[tuple[str, str, str], ...] = (
    ("name", "", ""),
    ("prompt", "", "may hold {file}, {files}, {event}, {date}, {time}, {folder}, {job}; {{ is a brace"),
    ("folder", "", "where it works; may be read"),
    ("folders", "[]", "further folders that may be read"),
    ("output", '""', "the one folder it may write in, where that can be undone; empty: none"),
    ("model", '""', "provider/model; empty: the default one"),
    ("inputs", "[]", "globs of what the work depends on, for policies.unchanged"),
)
_SECTIONS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "limits",
        (
            ("max_usd", "0.50", "money for one run; without it no bound"),
            ("max_tokens", "200000", "input plus output tokens of one run"),
            ("max_time_s", "1800.0", "seconds for one run"),
            ("max_calls", "100", "tool calls of one run"),
            ("max_turns", "40", "model calls of one run"),
            ("usd_per_day", "1.00", "money for all its runs of a day; without it no bound"),
            ("usd_per_month", "10.00", "and of a month"),
            ("runs_per_day", "24", "runs of a day; without it no bound"),
        ),
    ),
    (
        "policies",
        (
            ("overlap", '"skip"', "skip, queue or beside: it is due while an earlier run works"),
            ("on_battery", '"run"', "run, wait or skip"),
            ("on_metered", '"run"', "run, wait or skip"),
            ("when_locked", '"run"', "run, wait or skip"),
            ("pause_after", "3", "failures in a row, then it pauses"),
            ("unchanged", '"run"', "run or skip: neither inputs nor prompt changed since the last run"),
            ("missed", '{do = "once", most = 10}', "skip, once, all (at most so many) or ask; within_s: not later"),
            ("quiet", '{since = "22:00", until = "07:00", do = "wait"}', "hours in which nothing starts; wait or skip"),
        ),
    ),
    (
        "condition",
        (
            ("exists", '""', "a file or folder that must be there"),
            ("has_words", '""', "a text file that must hold more than headings and comments"),
            ("succeeds", '""', "a command that must end with 0, in the sandbox, without the network"),
        ),
    ),
    (
        "report",
        (
            ("to", '"notification"', "notification, chat, file, plugin or nothing"),
            ("path", '""', "of file: may hold {date}, {time}, {job}; it is appended to"),
            ("plugin", '""', "of plugin: which output of which, team:board"),
        ),
    ),
)
_TRIGGERS = (
    "When it is due. There may be several of these; without any it runs when you say so:",
    '[[triggers]]\nkind = "cron"\nfields = "30 8 * * 1-5" # minute, hour, day, month, weekday\n'
    'zone = "" # Europe/Berlin; empty: this machine has it',
    '[[triggers]]\nkind = "every"\nseconds = 1200',
    '[[triggers]]\nkind = "once"\nat = 2030-01-31T15:00:00+01:00',
    '[[triggers]]\nkind = "watch"\nfolder = "~/Invoices"\npatterns = ["*.pdf"]\non = ["created", "changed"]\n'
    'per = "file" # or batch\nsettle_s = 2.0',
    '[[triggers]]\nkind = "plugin"\nplugin = "calendar" # its id\ntrigger = "starts_soon"',
)
_ALLOW = (
    "What it may do without asking, beside reading and writing in its folders. A dry run finds what it needs:",
    '[[allow]]\nwhat = "net.fetch"\nto = ["example.org"]',
)


def job_text(job: Job, *, full: bool = False, words: Callable[[Trigger], str] | None = None) -> str:
    """The file of a job; `read_job` makes the same job of it.

    `full`: every key there is, those that have their default as comments, for editing. `words`: says a trigger in
    words, for the comment beside it.
    """
    import tomlkit

    values = _plain(each_path(plain_job(job), shortened))
    document = tomlkit.document()
    document.add(tomlkit.comment(HEAD))
    document.add("format", tomlkit.item(FORMAT))
    document.add(tomlkit.nl())
    _put(document, _KEYS, values, full)
    said = [words(trigger) for trigger in job.triggers] if words else []
    _put_tables(document, "triggers", values, said, _TRIGGERS if full else ())
    for name, keys in _SECTIONS:
        _put_section(document, name, keys, values, full)
    _put_tables(document, "allow", values, (), _ALLOW if full else ())
    return tomlkit.dumps(document)


def _plain(values: Table) -> Table:
    """Times of day as people write them."""
    quiet = values.get("policies", {}).get("quiet")
    if quiet is None:
        return values
    short = {key: _short(value) if isinstance(value, time) else value for key, value in quiet.items()}
    return {**values, "policies": {**values["policies"], "quiet": short}}


def _short(value: time) -> Any:
    return f"{value:%H:%M}" if value == value.replace(second=0, microsecond=0, tzinfo=None) else value


def _put(table: Any, keys: Sequence[tuple[str, str, str]], values: Table, full: bool) -> None:
    import tomlkit

    for key, default, about in keys:
        if key in values:
            item = _item(values[key])
            if about and full and "\n" in item.as_string():
                table.add(tomlkit.comment(about))
            elif about and full:
                item.comment(about)
            table.add(key, item)
        elif full:
            table.add(tomlkit.comment(f"{key} = {default} # {about}"))


def _put_section(
    document: TOMLDocument, name: str, keys: Sequence[tuple[str, str, str]], values: Table, full: bool
) -> None:
    import tomlkit

    if name not in values and not full:
        return
    table = tomlkit.table()
    _put(table, keys, values.get(name, {}), full)
    document.add(tomlkit.nl())
    document.add(name, table)


def _put_tables(
    document: TOMLDocument, name: str, values: Table, words: Sequence[str], examples: Sequence[str]
) -> None:
    import tomlkit

    found = values.get(name, ())
    if found:
        document.add(tomlkit.nl())
        document.add(name, _tables(found, words))
    elif examples:
        for lines in examples:
            document.add(tomlkit.nl())
            for line in lines.split("\n"):
                document.add(tomlkit.comment(line))


def _tables(found: Sequence[Table], words: Sequence[str]) -> Any:
    import tomlkit
    from tomlkit.items import AoT

    tables: list[TomlTable] = []
    for number, values in enumerate(found):
        table: TomlTable = tomlkit.table()
        if words:
            table.comment(" ".join(words[number].split()))
        for key, value in values.items():
            table.add(key, _item(value))
        tables.append(table)
    return AoT(tables)


def _item(value: Any) -> Any:
    import tomlkit

    if isinstance(value, str) and "\n" in value and "\r" not in value:
        return tomlkit.string(value, multiline=_stays(value))
    if isinstance(value, dict):
        inline = tomlkit.inline_table()
        for key, one in cast("Table", value).items():
            inline.add(key, _item(one))
        return inline
    return tomlkit.item(list(cast("Sequence[Any]", value)) if isinstance(value, tuple) else value)


def _stays(text: str) -> bool:
    """Whether a text is read as it is from between three quotes."""
    # WORKAROUND(tomlkit 0.15.2): a text that ends with a quote is not escaped there.
    import tomllib

    import tomlkit

    try:
        return tomllib.loads(tomlkit.dumps({"text": tomlkit.string(text, multiline=True)}))["text"] == text
    except ValueError:
        return False
