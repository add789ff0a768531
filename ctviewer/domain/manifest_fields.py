"""Strict reading of JSON objects: a wrong field is one sentence that names it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ctviewer.domain.errors import ModelError

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MISSING: Any = object()


class FieldReader:
    """Typed access to the fields of one JSON object.

    Parameters
    ----------
    values
        What was parsed; must be an object.
    where
        Its name in error sentences.
    required, optional
        Field names; any other field is refused, because it would be silently ignored otherwise.
    """

    def __init__(self, values: Any, where: str, required: Iterable[str], optional: Iterable[str] = ()) -> None:
        self._where = where
        if not isinstance(values, dict):
            raise ModelError(f"In the manifest, “{where}” is not an object.")
        self._values: dict[str, Any] = values
        required = tuple(required)
        missing = [name for name in required if name not in values]
        if missing:
            raise ModelError(f"In the manifest, “{where}” lacks the field “{missing[0]}”.")
        unknown = sorted(set(values) - set(required) - set(optional))
        if unknown:
            raise ModelError(f"In the manifest, “{where}” has the unknown field “{unknown[0]}”.")

    def integer(self, name: str, default: int = _MISSING) -> int:
        """A whole number (a boolean is none)."""
        value = self._get(name, default)
        return int(value) if type(value) is int else self._refuse(name, "a whole number")

    def number(self, name: str, default: float = _MISSING) -> float:
        """A finite number."""
        value = self._get(name, default)
        if type(value) not in (int, float) or not math.isfinite(value):
            self._refuse(name, "a finite number")
        return float(value)

    def text(self, name: str, default: str = _MISSING) -> str:
        """A text that is not empty."""
        value = self._get(name, default)
        return value if isinstance(value, str) and value else self._refuse(name, "a text")

    def optional_text(self, name: str) -> str | None:
        """A text, or None where it is absent or null."""
        return None if self._values.get(name) is None else self.text(name)

    def mapping(self, name: str, default: Mapping[str, Any] = _MISSING) -> dict[str, Any]:
        """An object."""
        value = self._get(name, default)
        return value if isinstance(value, dict) else self._refuse(name, "an object")

    def items(self, name: str) -> list[Any]:
        """A list; empty where absent."""
        value = self._get(name, [])
        return value if isinstance(value, list) else self._refuse(name, "a list")

    def texts(self, name: str) -> list[str]:
        """A list of texts; empty where absent."""
        values = self.items(name)
        return values if all(isinstance(v, str) and v for v in values) else self._refuse(name, "a list of texts")

    def _get(self, name: str, default: Any = _MISSING) -> Any:
        return self._values[name] if default is _MISSING else self._values.get(name, default)

    def _refuse(self, name: str, wanted: str) -> Any:
        raise ModelError(f"In the manifest, “{self._where}.{name}” is {self._values.get(name)!r}, not {wanted}.")


def check_word(name: str, value: str) -> None:
    """Raise `ModelError` unless the value can be a folder name on every system."""
    if not isinstance(value, str) or not _WORD.fullmatch(value) or value.endswith("."):
        raise ModelError(
            f"In the manifest, “{name}” is {value!r}.", "Use up to 80 letters, digits, dots, hyphens and underscores."
        )


def check_plain_name(name: str, value: str, suffix: str) -> None:
    """Raise `ModelError` unless the value is a file name without any path, with the given ending."""
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise ModelError(f"In the manifest, “{name}” is {value!r}, not a plain file name.")
    if not value.endswith(suffix):
        raise ModelError(f"In the manifest, “{name}” is {value!r}; only {suffix} files are accepted.")


def check_sha256(name: str, value: str) -> None:
    """Raise `ModelError` unless the value is 64 lower-case hex digits."""
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise ModelError(f"In the manifest, “{name}” is not a SHA-256 (64 hex digits).")
