"""Dataclasses of plain values as JSON and back: amounts and dates keep their exact text."""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, get_args, get_type_hints

FROM_TEXT: dict[Any, Callable[[str], Any]] = {
    Decimal: Decimal,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


def freeze(value: Any) -> Any:
    """What the JSON encoder takes; the type of each field says how to read it back."""
    if is_dataclass(value):
        return {field.name: freeze(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [freeze(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def thaw(kind: Any, value: Any) -> Any:
    """The value of this type that was frozen; a field younger than it takes its default.

    KeyError when a field without default is missing.
    """
    if value is None:
        return None
    if isinstance(kind, type) and is_dataclass(kind):
        names = [f.name for f in fields(kind) if f.name in value or f.default is MISSING]
        return kind(**{name: thaw(_hints(kind)[name], value[name]) for name in names})
    arguments = get_args(kind)
    if not arguments:
        return FROM_TEXT[kind](value) if kind in FROM_TEXT else value
    if NoneType in arguments:
        return thaw(arguments[0], value)
    kinds = arguments[:1] * len(value) if Ellipsis in arguments else arguments
    return tuple(thaw(of, item) for of, item in zip(kinds, value, strict=True))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
