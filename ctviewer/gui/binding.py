"""Ties a widget to one attribute of a state object, in both directions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, SignalInstance
from PySide6.QtWidgets import QWidget


class Binding(QObject):
    """Lives and dies with the widget.

    Parameters
    ----------
    widget
        What shows the attribute; silent while it is being updated from the state.
    state, name
        Object and attribute; the object has a signal ``<name>_changed``.
    changed
        Signal of the widget.
    read
        Value the widget asks for.
    write
        Makes the widget show a value.
    """

    def __init__(
        self,
        widget: QWidget,
        state: QObject,
        name: str,
        changed: SignalInstance,
        read: Callable[[], Any],
        write: Callable[[Any], object],
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._state = state
        self._name = name
        self._read = read
        self._write = write
        self._show(getattr(state, name))
        getattr(state, f"{name}_changed").connect(self._show)
        changed.connect(self._assign)

    def _show(self, value: object) -> None:
        with QSignalBlocker(self._widget):
            self._write(value)

    def _assign(self, *_: object) -> None:
        setattr(self._state, self._name, self._read())
        # The state may have stored something else (clamped): show what is true.
        self._show(getattr(self._state, self._name))


def bind(
    widget: QWidget,
    state: QObject,
    name: str,
    changed: SignalInstance,
    read: Callable[[], Any],
    write: Callable[[Any], object],
) -> Binding:
    """Bind a widget to an attribute; see `Binding`."""
    return Binding(widget, state, name, changed, read, write)
