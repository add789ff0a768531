"""A typed property that says when it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class Observed(Generic[T]):
    """Attribute of a QObject whose assignment compares, stores and emits, in this order.

    Parameters
    ----------
    default
        First value.
    signal
        Name of the object's signal, emitted with the new value.
    coerce
        ``coerce(owner, value)`` returns the value that is really stored (clamped, rounded).

    Examples
    --------
    >>> class State(QObject):
    ...     opacity_changed = Signal(object)
    ...     opacity = Observed(0.4, "opacity_changed", lambda _, v: min(max(v, 0.0), 1.0))
    """

    def __init__(self, default: T, signal: str, coerce: Callable[[Any, T], T] | None = None) -> None:
        self._default = default
        self._signal = signal
        self._coerce = coerce
        self._slot = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._slot = f"_observed_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> Observed[T]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> T: ...
    def __get__(self, instance: object | None, owner: type) -> Observed[T] | T:
        if instance is None:
            return self
        value: T = instance.__dict__.get(self._slot, self._default)
        return value

    def __set__(self, instance: object, value: T) -> None:
        if self._coerce is not None:
            value = self._coerce(instance, value)
        if value == instance.__dict__.get(self._slot, self._default):
            return
        instance.__dict__[self._slot] = value
        getattr(instance, self._signal).emit(value)
