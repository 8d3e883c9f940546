"""When two names mean the same model, and who sells it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+|\d+[^\W\d_]*")
_EDITION = re.compile(
    r"[-_.:@]?(?:latest|preview|exp|instruct|chat|it|hf|free|nitro|floor|(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d"
    r"|\d{4}|\d\d-\d\d)$"
)
"""What sellers append to the name of one and the same model: a date, a variant of the offer. One of them: to try each
way in which a stranger's name may be made of many takes for ever."""
_WEIGHTS = re.compile(r"[-_.:@]?(?:fp\d+|bf16|int\d|awq|gptq|gguf|q\d(?:_[a-z0-9]+)*|turbo-fp\d+)$")
"""How the numbers in it are kept."""


def same_model(asked: str, answered: str) -> bool:
    """Whether a seller's name of what answered is the model that was asked.

    `gpt-5.4-mini-2026-03-17` answers for `openai/gpt-5.4-mini`; `gpt-5.4-nano` does not, nor does one whose name says
    that its weights were made smaller.
    """
    (first, first_date), (second, second_date) = map(_without_edition, (_bare(asked), _bare(answered)))
    if _words(first) != _words(second):
        return False
    return not (first_date and second_date) or first_date == second_date


def kin(model: str) -> str:
    """What `provider/model` is called without seller, edition and kind of weights: equal for what should be equal."""
    bare = _bare(model)
    before = ""
    while bare != before:
        before, bare = bare, _without_edition(_WEIGHTS.sub("", bare))[0]
    return "-".join(_words(bare)) or _bare(model)


def sellers(name: str, models: Iterable[str]) -> list[str]:
    """Those of some models (`provider/model`) that are the one that `name` names."""
    wanted = kin(name)
    return [model for model in models if kin(model) == wanted]


def _bare(model: str) -> str:
    return model.strip().lower().rpartition("/")[2]


def _without_edition(bare: str) -> tuple[str, str]:
    """What stands before the editions at the end of a name, and the digits in these."""
    left = bare
    while found := _EDITION.search(left):
        left = left[: found.start()]
    return left, "".join(re.findall(r"\d", bare[len(left) :]))


def _words(name: str) -> list[str]:
    return _WORD.findall(name)
