"""The actions of a window, made from the table of `ctviewer.gui.action_table`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from ctviewer.gui.action_table import ACTIONS, MENUS, ActionSpec, Need
from ctviewer.gui.icons import icon


def shown_text(spec: ActionSpec) -> str:
    """The words of an action in the user's language."""
    return QCoreApplication.translate("Actions", spec.text)


def key_conflicts(specs: Iterable[ActionSpec]) -> list[tuple[str, str, str]]:
    """Keys used twice: key, first action, second action."""
    owners: dict[str, str] = {}
    conflicts = []
    for spec in specs:
        for key in spec.keys:
            portable = QKeySequence(key).toString()
            if portable in owners:
                conflicts.append((portable, owners[portable], spec.id))
            owners[portable] = spec.id
    return conflicts


class ActionSet(QObject):
    """The actions of a window.

    Parameters
    ----------
    window
        Its keys work whichever of its widgets has the focus; a text field being edited keeps its own.
    handlers
        What each action does, by id; called with ``checked`` if it is checkable.
    """

    def __init__(self, window: QWidget, handlers: Callable[[str], Callable[..., object]]) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(shown_text(spec), window)
            action.setObjectName(spec.id)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(spec.checkable)
            action.setToolTip(_tool_tip(spec))
            if spec.icon:
                action.setIcon(icon(spec.icon))
            handler = handlers(spec.id)
            if spec.checkable:
                action.triggered.connect(handler)
            else:
                action.triggered.connect(lambda _checked=False, handler=handler: handler())
            window.addAction(action)
            self._actions[spec.id] = action

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def enable(self, facts: frozenset[Need]) -> None:
        """Make possible what the facts allow."""
        for spec in ACTIONS:
            self._actions[spec.id].setEnabled(spec.need in facts)

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Add all menus."""
        for name in MENUS:
            menu = QMenu(QCoreApplication.translate("Actions", name), bar)
            for spec in ACTIONS:
                if spec.menu == name:
                    if spec.separated:
                        menu.addSeparator()
                    menu.addAction(self._actions[spec.id])
            bar.addMenu(menu)

    def fill_tool_bar(self, bar: QToolBar) -> None:
        """Add the actions that have a button."""
        menu = ""
        for spec in ACTIONS:
            if not spec.on_toolbar:
                continue
            if menu and (spec.separated or spec.menu != menu):
                bar.addSeparator()
            menu = spec.menu
            bar.addAction(self._actions[spec.id])


def _tool_tip(spec: ActionSpec) -> str:
    if not spec.keys:
        return shown_text(spec)
    native = QKeySequence.SequenceFormat.NativeText
    return f"{shown_text(spec)}  ({QKeySequence(spec.keys[0]).toString(native)})"
