"""Fields from the schema: all of it, in plain words, with every bound told."""

from typing import Any

import msgspec
import pytest

from agent.settings import Settings, settings_schema
from agent.settings_file import plain
from app.viewmodels.settings_fields import Field, parse, read_fields, shown
from app.viewmodels.settings_words import field_words, section_of

TOML = """
[providers.x]
base_url = "http://127.0.0.1:9/v1"
[providers.x.models."m.1"]
price = { input = 1.5, output = 2 }
"""


def fields(toml: str = TOML) -> dict[str, Field]:
    settings = msgspec.toml.decode(toml, type=Settings)
    return {field.name: field for field in read_fields(settings_schema(), plain(settings))}


def test_every_leaf_of_the_schema_is_a_field() -> None:
    """A setting that is added later appears by itself, with words or without."""
    made = fields()
    kinds = {
        "LimitSettings": "limits",
        "EngineSettings": "engine",
        "AppSettings": "app",
        "AutomationSettings": "automation",
    }
    for kind, prefix in kinds.items():
        for name in settings_schema()["$defs"][kind]["properties"]:
            assert f"{prefix}.{name}" in made
    assert {"model", "grants", "providers.x.key", "providers.x.models.m.1.price.cached"} < set(made)


def test_what_holds_for_all_jobs_is_told_in_words() -> None:
    made = [field for name, field in fields().items() if name.startswith("automation.")]
    assert made and all(section_of(field.path) == "automation" for field in made)
    assert all((words := field_words(field.path)) is not None and words.title and words.help for field in made)


def test_values_defaults_and_kinds() -> None:
    made = fields()
    assert {name: (made[name].kind, made[name].value, made[name].is_default) for name in KINDS} == KINDS


KINDS = {
    "app.theme": ("choice", "system", True),
    "app.text_scale": ("choice", 1.0, True),
    "app.start_at_login": ("switch", False, True),
    "app.chat_folder": ("folder", "", True),
    "limits.max_turns": ("integer", 60, True),
    "limits.max_time_s": ("decimal", 3600.0, True),
    "grants": ("lines", [], True),
    "providers.x.base_url": ("text", "http://127.0.0.1:9/v1", False),
    "providers.x.models.m.1.window": ("integer", None, True),
    "providers.x.models.m.1.vision": ("choice", None, True),
    "providers.x.models.m.1.price.input": ("decimal", 1.5, False),
    "providers.x.models.m.1.extra": ("json", {}, True),
}


def test_a_size_between_the_usual_ones_is_kept() -> None:
    field = fields("[app]\ntext_scale = 1.3")["app.text_scale"]
    assert 1.3 in [choice.value for choice in field.choices]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("limits.max_turns", " 30 ", 30),
        ("limits.max_tokens", "2,000,000", 2_000_000),
        ("limits.max_tokens", "2.000.000", 2_000_000),
        ("limits.max_tokens", "2 000 000", 2_000_000),
        ("limits.max_time_s", "1,5", 1.5),
        ("providers.x.models.m.1.window", "", None),
        ("grants", "/a\n\n  /b  ", ["/a", "/b"]),
        ("providers.x.models.m.1.extra", '{"top_k": 4}', {"top_k": 4}),
        ("providers.x.models.m.1.extra", "", {}),
        ("app.start_at_login", True, True),
        ("model", "a/b", "a/b"),
    ],
)
def test_what_an_entry_means(name: str, raw: Any, value: Any) -> None:
    assert parse(fields()[name], raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("limits.max_turns", "0", "at least 1"),
        ("limits.max_turns", "many", "whole number"),
        ("limits.max_turns", "1.5", "whole number"),
        ("limits.max_turns", "9" * 40, "whole number"),
        ("limits.max_time_s", "0", "more than 0"),
        ("limits.max_time_s", "nan", "number"),
        ("limits.max_time_s", "inf", "number"),
        ("model", "no-slash", "provider/model"),
        ("providers.x.key", "sk-secret", "keyring:NAME"),
        ("providers.x.models.m.1.extra", "[1]", "JSON object"),
        ("limits.max_tokens", "", "whole number"),
    ],
)
def test_what_is_wrong_with_an_entry(name: str, raw: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as error:
        parse(fields()[name], raw)
    assert "secret" not in str(error.value)


def test_what_is_shown_is_what_is_meant() -> None:
    for field in fields().values():
        if field.kind not in ("switch", "choice") and (field.value is not None or field.optional):
            assert parse(field, shown(field)) == field.value


def test_each_cap_of_money_and_tokens_is_told_in_words_for_all_providers_and_for_one() -> None:
    made = [field for name, field in fields().items() if ".budget." in f".{name}"]
    assert len(made) == 24 and all(field.optional and field.minimum == 0 for field in made)
    words = {field.path: field_words(field.path) for field in made}
    assert all(told is not None and told.title for told in words.values())
    assert {field.placeholder for field in made} == {"no cap"}
    assert {path[-1] for path, told in words.items() if told is not None and told.help} == {
        "usd_per_call", "tokens_per_call",
    }  # fmt: skip
    assert {section_of(field.path) for field in made if field.path[0] == "budget"} == {"limits"}
