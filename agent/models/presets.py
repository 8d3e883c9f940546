"""Providers that `homard provider add NAME` knows: a start, copied into the settings file."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from agent.settings import Transport


class Preset(msgspec.Struct, frozen=True):
    """What is suggested for one provider."""

    title: str
    transport: Transport = "direct"
    base_url: str = ""
    key_variable: str = ""
    """The environment variable in which this provider's users usually keep the key; empty: it needs none."""
    litellm_provider: str = ""
    """The provider's name in litellm and in its price map, where it differs from ours."""
    example: str = ""
    """A model to show in `homard provider add`, as the provider names it."""


PRESETS: dict[str, Preset] = {
    "openai": Preset(
        "OpenAI",
        base_url="https://api.openai.com/v1",
        key_variable="OPENAI_API_KEY",
        example="gpt-5.4-mini",
    ),
    "anthropic": Preset(
        "Anthropic",
        "litellm",
        key_variable="ANTHROPIC_API_KEY",
        example="claude-sonnet-5-5",
    ),
    "gemini": Preset(
        "Google Gemini",
        "litellm",
        key_variable="GEMINI_API_KEY",
        example="gemini-3.8-flash",
    ),
    "openrouter": Preset(
        "OpenRouter",
        base_url="https://openrouter.ai/api/v1",
        key_variable="OPENROUTER_API_KEY",
        example="qwen/qwen3-coder",
    ),
    "deepseek": Preset(
        "DeepSeek",
        base_url="https://api.deepseek.com/v1",
        key_variable="DEEPSEEK_API_KEY",
        example="deepseek-v4-flash",
    ),
    "moonshot": Preset(
        "Moonshot (Kimi)",
        base_url="https://api.moonshot.ai/v1",
        key_variable="MOONSHOT_API_KEY",
        example="kimi-k2.5",
    ),
    "zai": Preset(
        "Z.ai (GLM)",
        base_url="https://api.z.ai/api/paas/v4",
        key_variable="ZAI_API_KEY",
        example="glm-4.6",
    ),
    "dashscope": Preset(
        "Alibaba DashScope (Qwen)",
        base_url="https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        key_variable="DASHSCOPE_API_KEY",
        example="qwen-plus",
    ),
    "mistral": Preset(
        "Mistral",
        base_url="https://api.mistral.ai/v1",
        key_variable="MISTRAL_API_KEY",
        example="mistral-large-latest",
    ),
    "groq": Preset(
        "Groq",
        base_url="https://api.groq.com/openai/v1",
        key_variable="GROQ_API_KEY",
        example="openai/gpt-oss-120b",
    ),
    "xai": Preset(
        "xAI",
        base_url="https://api.x.ai/v1",
        key_variable="XAI_API_KEY",
        example="grok-4.5",
    ),
    "ollama": Preset(
        "Ollama, on this computer",
        base_url="http://127.0.0.1:11434/v1",
        example="qwen3:8b",
    ),
    "lmstudio": Preset("LM Studio, on this computer", base_url="http://127.0.0.1:1234/v1"),
    "llamacpp": Preset("llama.cpp server, on this computer", base_url="http://127.0.0.1:8080/v1"),
    "vllm": Preset("vLLM, on this computer", base_url="http://127.0.0.1:8000/v1"),
    "jan": Preset("Jan, on this computer", base_url="http://127.0.0.1:1337/v1"),
}

ALIASES = {
    "claude": "anthropic",
    "google": "gemini",
    "kimi": "moonshot",
    "glm": "zai",
    "zhipu": "zai",
    "qwen": "dashscope",
    "llama.cpp": "llamacpp",
    "lm-studio": "lmstudio",
}

_OTHER_HOSTS = {
    "dashscope.aliyuncs.com": "dashscope",
    "api.moonshot.cn": "moonshot",
    "open.bigmodel.cn": "zai",
    "generativelanguage.googleapis.com": "gemini",
    "api.anthropic.com": "anthropic",
    "api.together.xyz": "together_ai",
    "api.fireworks.ai": "fireworks_ai",
    "api.deepinfra.com": "deepinfra",
}


def find_preset(name: str) -> Preset | None:
    """The preset of that name or of a name people also use for it."""
    return PRESETS.get(ALIASES.get(name, name))


def provider_at(base_url: str) -> str:
    """Name in litellm's price map of the provider that serves at this address; empty if unknown."""
    host = host_of(base_url)
    if not host:
        return ""
    for name, preset in PRESETS.items():
        if host == host_of(preset.base_url):
            return preset.litellm_provider or name
    return _OTHER_HOSTS.get(host, "")


def host_of(base_url: str) -> str:
    """Lower-case host of an address; empty if it has none."""
    try:
        return (urlsplit(base_url).hostname or "").lower()
    except ValueError:
        return ""


def is_local(base_url: str) -> bool:
    """Whether the address is this computer: loopback or a UNIX socket."""
    if base_url.startswith(("unix:", "http+unix:")):
        return True
    host = host_of(base_url)
    return host in ("localhost", "::1") or host.endswith(".localhost") or _is_loopback_v4(host)


def _is_loopback_v4(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(part.isdecimal() for part in parts)
