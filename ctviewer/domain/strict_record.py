"""Reading JSON objects into frozen dataclasses, strictly: what does not fit is one sentence that names the field."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar

from ctviewer.domain.errors import TrainingError

T = TypeVar("T")


def read_record(cls: type[T], value: Any, where: str, special: Mapping[Any, Callable[[Any], Any]]) -> T:
    """Instance of a dataclass from a parsed JSON object.

    Annotations decide what is accepted: whole numbers are no texts, booleans are no numbers, fields without a default
    are required, and unknown fields are refused.

    Parameters
    ----------
    cls
        The dataclass.
    value
        Parsed JSON.
    where
        Name of the value in error sentences.
    special
        Own readers for types that are not read field by field.

    Raises
    ------
    TrainingError
        One sentence about the first thing that is wrong.
    """
    if not isinstance(value, dict):
        raise TrainingError(f"{where} must be an object with named fields, not {shown(value)}.")
    known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    unknown = sorted(set(value) - known)
    if unknown:
        raise TrainingError(f"{where} has the unknown field “{unknown[0]}”.", f"Known: {', '.join(sorted(known))}.")
    hints = typing.get_type_hints(cls)
    parsed = {name: _value(hints[name], item, f"{where}.{name}", special) for name, item in value.items()}
    try:
        return cls(**parsed)
    except TypeError as error:
        missing = str(error).rpartition(": ")[2]
        raise TrainingError(f"{where} lacks {missing}.") from error


def shown(value: Any) -> str:
    """A JSON value as short text for a sentence."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 40 else text[:37] + "…"


def _value(hint: Any, value: Any, where: str, special: Mapping[Any, Callable[[Any], Any]]) -> Any:
    """The value if it has the annotated type; lists, options and nested records are followed."""
    if hint in special:
        return special[hint](value)
    origin = typing.get_origin(hint)
    if origin is Literal:
        return _choice(hint, value, where)
    if origin in (types.UnionType, typing.Union):
        return _union(hint, value, where, special)
    if origin is list:
        return _list(hint, value, where, special)
    if is_dataclass(hint) and isinstance(hint, type):
        return read_record(hint, value, where, special)
    return _plain(origin or hint, value, where)


def _plain(hint: Any, value: Any, where: str) -> Any:
    if hint is Any:
        return value
    accepted = (int, float) if hint is float else hint
    if isinstance(value, accepted) and not (isinstance(value, bool) and hint is not bool):
        return float(value) if hint is float else value
    raise TrainingError(f"{where} must be {_NAMES.get(hint, hint)}, not {shown(value)}.")


def _choice(hint: Any, value: Any, where: str) -> Any:
    choices = typing.get_args(hint)
    if value not in choices:
        raise TrainingError(f"{where} is {shown(value)}.", f"Choose one of {', '.join(map(str, choices))}.")
    return value


def _union(hint: Any, value: Any, where: str, special: Mapping[Any, Callable[[Any], Any]]) -> Any:
    options = typing.get_args(hint)
    if value is None and type(None) in options:
        return None
    rest = [option for option in options if option is not type(None)]
    wanted = next((o for o in rest if isinstance(value, typing.get_origin(o) or o)), rest[0])
    return _value(wanted, value, where, special)


def _list(hint: Any, value: Any, where: str, special: Mapping[Any, Callable[[Any], Any]]) -> list[Any]:
    if not isinstance(value, list):
        raise TrainingError(f"{where} must be a list, not {shown(value)}.")
    (item,) = typing.get_args(hint)
    return [_value(item, one, f"{where}[{n}]", special) for n, one in enumerate(value)]


_NAMES = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", dict: "an object"}
