from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from agent.api import Context, ReadFile, WriteFile
from agent.plugin_api.signature import SignatureError, signature_of


class Line(msgspec.Struct):
    text: str
    tags: list[str] = []


class Tree(msgspec.Struct):
    children: list[Tree] = []


def search(context: Context, words: str, kind: Literal["note", "task"] = "note", line: Line | None = None) -> None:
    """Search the notes
    of the folder.

    words: what to look for;
        all of them must be there
    kind: of what

    Returns:
        words: not this
    """


def test_hints_and_docstring_become_what_a_model_is_told() -> None:
    signature = signature_of(search)
    assert (signature.context, signature.files) == ("context", {})
    assert signature.description == "Search the notes of the folder."
    line = {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}, "default": []},
        },
        "required": ["text"],
    }
    assert signature.schema == {
        "type": "object",
        "properties": {
            "words": {"type": "string", "description": "what to look for; all of them must be there"},
            "kind": {"enum": ["note", "task"], "default": "note", "description": "of what"},
            "line": {"anyOf": [line, {"type": "null"}]},
        },
        "required": ["words"],
        "additionalProperties": False,
    }


def test_files_are_told_as_paths_and_come_as_paths() -> None:
    def convert(source: ReadFile, to: WriteFile, like: ReadFile | None = None) -> None:
        """Convert."""

    signature = signature_of(convert)
    assert signature.files == {"source": "read", "to": "write", "like": "read"}
    assert signature.schema["properties"]["source"] == {"type": "string"}
    taken = signature.taken({"source": "/a", "to": "/b"})
    assert taken == {"source": Path("/a"), "to": Path("/b"), "like": None}


def test_arguments_that_do_not_fit_are_refused_in_words() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `word`"):
        signature_of(search).taken({"word": "milk"})
    with pytest.raises(msgspec.ValidationError, match=r"Invalid enum value 'book' - at `\$.kind`"):
        signature_of(search).taken({"words": "milk", "kind": "book"})


def test_a_mutable_default_is_each_call_s_own() -> None:
    def add(tags: list[str] = []) -> None:  # noqa: B006
        """Add."""

    signature = signature_of(add)
    signature.taken({})["tags"].append("x")
    assert signature.taken({}) == {"tags": []}


def no_docstring(words: str) -> None: ...


def no_type(words) -> None:  # type: ignore[no-untyped-def]  # pyright: ignore
    """Search."""


def many(*words: str) -> None:
    """Search."""


def a_path(place: Path) -> None:
    """Search."""


def several(places: list[ReadFile]) -> None:
    """Search."""


def endless(tree: Tree) -> None:
    """Search."""


def no_json(words: type[int]) -> None:
    """Search."""


def unknown(words: Missing) -> None:  # type: ignore[name-defined] # noqa: F821 # pyright: ignore
    """Search."""


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (no_docstring, "no_docstring has no docstring"),
        (no_type, "words of no_type has no type"),
        (many, r"many takes \*words: 'str'; a model names each argument"),
        (a_path, "place of a_path is a path that says not what for. Write ReadFile"),
        (several, "places of several is a path that says not what for"),
        (endless, "nested more than 8 deep, or holds itself"),
        (no_json, "The parameters of no_json cannot be given as JSON"),
        (unknown, "The type hints of unknown cannot be read: name 'Missing' is not defined"),
    ],
)
def test_what_cannot_be_a_tool_says_why(function: Any, words: str) -> None:
    with pytest.raises(SignatureError, match=words):
        signature_of(function)
