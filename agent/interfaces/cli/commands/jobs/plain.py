"""Jobs and slots as JSON: every field, defaults included; what is not known is null."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, time
from typing import Any, cast

import msgspec


def plain(value: Any) -> Any:
    """The value in plain types: a struct or dataclass is an object with all its fields, a moment is ISO 8601."""
    if isinstance(value, msgspec.Struct):
        config = value.__struct_config__
        kind = {config.tag_field: config.tag} if config.tag_field and config.tag is not None else {}
        return {**kind, **{name: plain(getattr(value, name)) for name in value.__struct_fields__}}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in cast("list[Any]", value)]
    return value
