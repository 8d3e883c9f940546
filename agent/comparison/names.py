"""When two names mean the same model, and who sells it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[a-z]+|\d+[a-z]*")
_EDITION = re.compile(
    r"(?:[-_.:@]?(?:latest|preview|exp|instruct|chat|it|hf|free|nitro|floor|(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d"
    r"|\d{4}|\d\d-\d\d))+$"
)
"""What sellers append to the name of one and the same model: a date, a variant of the offer."""
_WEIGHTS = re.compile(r"[-_.:@]?(?:fp\d+|bf16|int\d|awq|gptq|gguf|q\d(?:_[a-z0-9]+)*|turbo-fp\d+)$")
"""How the numbers in it are kept."""


def same_model(asked: str, answered: str) -> bool:
    """Whether a seller's name of what answered is the model that was asked.

    `gpt-5.4-mini-2026-03-17` answers for `openai/gpt-5.4-mini`; `gpt-5.4-nano` does not, nor does one whose name says
    that its weights were made smaller.
    """
    first, second = _bare(asked), _bare(answered)
    if _words(_EDITION.sub("", first)) != _words(_EDITION.sub("", second)):
        return False
    dates = [re.findall(r"\d", "".join(found.group() for found in _EDITION.finditer(name))) for name in (first, second)]
    return not all(dates) or dates[0] == dates[1]


def kin(model: str) -> str:
    """What `provider/model` is called without seller, edition and kind of weights: equal for what should be equal."""
    bare = _bare(model)
    before = ""
    while bare != before:
        before, bare = bare, _EDITION.sub("", _WEIGHTS.sub("", bare))
    return "-".join(_words(bare))


def sellers(name: str, models: Iterable[str]) -> list[str]:
    """Those of some models (`provider/model`) that are the one that `name` names."""
    wanted = kin(name)
    return [model for model in models if kin(model) == wanted]


def _bare(model: str) -> str:
    return model.strip().lower().rpartition("/")[2]


def _words(name: str) -> list[str]:
    return _WORD.findall(name)
