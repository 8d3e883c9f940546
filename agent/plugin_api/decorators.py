"""The marks by which a plugin says what its functions are. They change nothing about a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, overload

from agent.safety.declared import Declaration

F = TypeVar("F", bound=Callable[..., Any])
Kind = Literal["tool", "trigger", "on", "output", "provider"]


@dataclass(frozen=True)
class Marked:
    """A function with its mark."""

    kind: Kind
    function: Callable[..., Any]
    name: str
    title: str = ""
    timeout_s: float = 60.0
    reading: bool = False
    declaration: Declaration | None = None
    every_s: float = 0.0
    """Of a trigger: how often it is asked; 0: it runs for as long as jobs wait for it."""
    events: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


_marked: list[Marked] = []


def marked_in(package: str) -> list[Marked]:
    """All that modules of a package marked, in the order of the source; of a function marked twice the last counts."""
    found = {(one.kind, one.name): one for one in _marked if f"{one.function.__module__}.".startswith(f"{package}.")}
    return list(found.values())


def forget(package: str) -> None:
    """Forget what a package marked, for it is about to be imported anew."""
    _marked[:] = [one for one in _marked if not f"{one.function.__module__}.".startswith(f"{package}.")]


@overload
def tool(function: F, /) -> F: ...
@overload
def tool(
    *,
    name: str = "",
    title: str = "",
    timeout_s: float = 60.0,
    reading: bool = False,
    declaration: Declaration | None = None,
) -> Callable[[F], F]: ...
def tool(
    function: F | None = None,
    /,
    *,
    name: str = "",
    title: str = "",
    timeout_s: float = 60.0,
    reading: bool = False,
    declaration: Declaration | None = None,
) -> F | Callable[[F], F]:
    """Make a function a tool that a model can call.

    Its parameters and their types become the schema; its docstring the description, where a line `name: text` says
    what a parameter is. It may be async. It returns a text, plain data, or a Result; it raises ToolRetry when other
    arguments would help, ToolFailed when they would not. `reading`: it changes nothing and may run beside others.
    `declaration`: what it does outside this machine; without one, a tool of a plugin that has a host granted counts as
    one that may do anything there. A tool that reaches nobody can say by `Declaration("read", output=Output("others"))`
    that others wrote what it gives back.
    """

    def mark(marked: F) -> F:
        _marked.append(
            Marked(
                "tool",
                marked,
                name or marked.__name__,
                title=title,
                timeout_s=timeout_s,
                reading=reading,
                declaration=declaration,
            )
        )
        return marked

    return mark if function is None else mark(function)


@overload
def trigger(function: F, /) -> F: ...
@overload
def trigger(*, name: str = "", title: str = "", every_s: float = 0.0) -> Callable[[F], F]: ...
def trigger(
    function: F | None = None, /, *, name: str = "", title: str = "", every_s: float = 0.0
) -> F | Callable[[F], F]:
    """Make a function one that starts jobs: it calls `context.fire(name, key, text)` for each thing that happened.

    It runs only while a job waits for it: called each `every_s` seconds, or, at 0, once, to run until it is cancelled.
    """

    def mark(marked: F) -> F:
        _marked.append(Marked("trigger", marked, name or marked.__name__, title=title, every_s=every_s))
        return marked

    return mark if function is None else mark(function)


def on(*events: str) -> Callable[[F], F]:
    """Call a function for each event of these names (`RunFinished`), with the event as a dict. Must be granted."""

    def mark(marked: F) -> F:
        _marked.append(Marked("on", marked, marked.__name__, events=events))
        return marked

    return mark


@overload
def output(function: F, /) -> F: ...
@overload
def output(*, name: str = "", title: str = "") -> Callable[[F], F]: ...
def output(function: F | None = None, /, *, name: str = "", title: str = "") -> F | Callable[[F], F]:
    """Make a function a place where the reports of jobs can go. It is called with `title` and `text`."""

    def mark(marked: F) -> F:
        _marked.append(Marked("output", marked, name or marked.__name__, title=title))
        return marked

    return mark if function is None else mark(function)


def provider(*, models: Sequence[str], name: str = "", title: str = "") -> Callable[[F], F]:
    """Make an async generator a provider of models: it gets a ModelRequest and yields text and ModelCalls."""

    def mark(marked: F) -> F:
        _marked.append(Marked("provider", marked, name or marked.__name__, title=title, models=tuple(models)))
        return marked

    return mark
