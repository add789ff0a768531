"""The actions of a window, made from the table of `ctviewer.gui.action_table`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from ctviewer.gui.action_spec import ActionSpec, Need
from ctviewer.gui.action_table import ACTIONS, MENUS, WRITES
from ctviewer.gui.icons import icon
from ctviewer.gui.sentences import said

RESERVED_KEYS = ("Space", "Tab", "Shift+Tab", "Backtab", "Shift+Backtab", "Esc")
"""Keys with a meaning of their own that no action may take: hold to hide, moving the focus, cancelling."""


def keys_of(spec: ActionSpec, shortcuts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Keys of an action: the user's, else the table's."""
    return shortcuts.get(spec.id, spec.keys)


def shown_keys(keys: Iterable[str]) -> str:
    """Keys as they are written on this platform."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in keys)


def shown_text(spec: ActionSpec) -> str:
    """The words of an action in the user's language."""
    translated = QCoreApplication.translate("Actions", spec.text)
    return said(spec.text) if translated == spec.text else translated


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
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(spec.checkable)
            if spec.icon:
                action.setIcon(icon(spec.icon))
            handler = handlers(spec.id)
            if spec.checkable:
                action.triggered.connect(handler)
            else:
                action.triggered.connect(lambda _checked=False, handler=handler: handler())
            window.addAction(action)
            self._actions[spec.id] = action
        self.set_shortcuts({})

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def several(self, action_ids: Iterable[str]) -> tuple[QAction, ...]:
        """The actions of these ids, in order."""
        return tuple(self._actions[action_id] for action_id in action_ids)

    def set_shortcuts(self, shortcuts: Mapping[str, tuple[str, ...]]) -> None:
        """Give the actions the keys the user has chosen; the others have those of the table.

        Parameters
        ----------
        shortcuts
            Changed keys by action id; ids and keys this version of the program does not have are passed over.
        """
        for spec in ACTIONS:
            keys = [QKeySequence(key) for key in keys_of(spec, shortcuts)]
            shown = [key for key in keys if not key.isEmpty()]
            action = self._actions[spec.id]
            action.setShortcuts(shown)
            words = shown_text(spec).replace("&", "")
            action.setToolTip(f"{words}  ({shown_keys([shown[0].toString()])})" if shown else words)

    def enable(self, facts: frozenset[Need]) -> None:
        """Make possible what the facts allow."""
        for spec in ACTIONS:
            may_write = Need.WRITABLE in facts or spec.id not in WRITES
            self._actions[spec.id].setEnabled(spec.need in facts and may_write)

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
