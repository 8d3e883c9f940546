"""Jobs to begin with: files of resources/templates, each with a title, what it is good for, and a job.

[template]
title = "File invoices"
about = "When a PDF settles in the folder: …"
[template.de] # title, about, name and prompt in another language
[job]         # as in a job's file
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import msgspec

from agent.automation.job_file import job_of, parse_table
from agent.errors import UsageError
from agent.jobs import Job
from agent.resources import resource


class Template(msgspec.Struct, frozen=True):
    """A job that a person takes and makes their own."""

    key: str
    """Names it on the command line, `invoices`."""
    title: str
    about: str
    """One or two sentences: what it does, what it needs."""
    job: Job
    """Its folders are examples; `job_paths.moved` puts it into another one."""


class _Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    about: str
    name: str = ""
    prompt: str = ""


class _Head(_Words, frozen=True, kw_only=True, forbid_unknown_fields=True):
    de: _Words | None = None


@cache
def templates(language: str = "en") -> tuple[Template, ...]:
    """All templates, in this language where they have it, by key. Reads some small files, once."""
    files = sorted(resource("templates").glob("*.toml"))
    return tuple(read_template(file.stem, file.read_text(encoding="utf-8"), language) for file in files)


def template(key: str, language: str = "en", more: Sequence[Template] = ()) -> Template:
    """The template of that key, of Homard's own or of `more`. Raises UsageError that says which there are."""
    every = (*templates(language), *more)
    found = [one for one in every if one.key == key.lower()]
    if not found:
        keys = ", ".join(one.key for one in every)
        raise UsageError(f"There is no template {key!r}. There are {keys}; `homard jobs templates` says what they do.")
    return found[0]


def read_template(key: str, text: str, language: str = "en") -> Template:
    """Read the text of a template. Raises UsageError that says what to mend."""
    values = parse_table(text)
    try:
        head = msgspec.convert(values.get("template"), _Head)
    except msgspec.ValidationError as error:
        raise UsageError(f"In [template]: {error}. Write title and about there.") from None
    words = head.de if language == "de" and head.de is not None else head
    plain: Any = values.get("job")
    if not isinstance(plain, dict):
        raise UsageError("It has no [job].")
    said = {name: text for name in ("name", "prompt") if (text := getattr(words, name))}
    return Template(key, words.title, words.about, job_of(cast("dict[str, Any]", plain) | said))
