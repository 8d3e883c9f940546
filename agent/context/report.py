"""What a first request costs, part by part: `homard prompt`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from agent.context.prompt import folder_instructions, system_prompt, volatile_tail
from agent.context.tokens import text_tokens
from agent.messages import ToolSpec
from agent.settings import ModelProfile


class PromptPart(msgspec.Struct, frozen=True):
    """One part of a request."""

    name: str
    tokens: int
    text: str


class PromptReport(msgspec.Struct, frozen=True):
    """A first request, taken apart."""

    model: str
    tokenizer: str
    """`cl100k_base`, or `estimate` where its file is not at hand."""
    parts: tuple[PromptPart, ...]
    tokens: int
    cost_usd: float | None
    """Of the input of one such request, nothing cached; None: price unknown."""
    window: int


def first_request(cwd: Path, model: ModelProfile, tools: Sequence[ToolSpec], skills: str = "") -> PromptReport:
    """Count the parts of a first request in a folder. Blocking: loads a tokenizer."""
    name, count = _tokenizer()
    instructions = folder_instructions(cwd)
    system = system_prompt(cwd)
    base = system.removesuffix(instructions) if instructions else system
    texts = [("system prompt", base)]
    if instructions:
        texts.append(("AGENTS.md of the folder", instructions))
    if skills:
        texts.append(("skills", skills))
    texts += [(f"tool {tool.name}", msgspec.json.encode(wire_form(tool)).decode()) for tool in tools]
    texts.append(("time and folder", volatile_tail(datetime.now(UTC), cwd, ())))
    parts = tuple(PromptPart(title, count(text), text) for title, text in texts)
    total = sum(part.tokens for part in parts)
    cost = None if model.price is None else total * model.price.input / 1e6
    return PromptReport(model.label, name, parts, total, cost, model.window)


def wire_form(tool: ToolSpec) -> dict[str, object]:
    """A tool as it stands in a request."""
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _count(encode: Callable[[str], list[int]], text: str) -> int:
    return len(encode(text))


def _tokenizer() -> tuple[str, Callable[[str], int]]:
    """cl100k_base from the file litellm ships; never from the network."""
    import importlib.util
    import os

    spec = importlib.util.find_spec("litellm")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "litellm_core_utils" / "tokenizers"
        if (folder / "9b5ad71b2ce5302211f9c61530b329a4922fc6a4").is_file():
            os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(folder))
            import tiktoken

            encode = tiktoken.get_encoding("cl100k_base").encode_ordinary
            return "cl100k_base", partial(_count, encode)
    return "estimate", text_tokens
