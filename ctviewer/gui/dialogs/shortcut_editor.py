"""Keys of all actions: choose a row, press a key, see at once whether another action has it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ctviewer.gui import theme
from ctviewer.gui.action_spec import ActionSpec
from ctviewer.gui.action_table import ACTIONS
from ctviewer.gui.actions import RESERVED_KEYS, keys_of, shown_keys, shown_text
from ctviewer.gui.icons import icon

Shortcuts = Mapping[str, tuple[str, ...]]


class ShortcutEditor(QWidget):
    """Table of actions and their keys; nothing takes effect before the dialog is accepted.

    Parameters
    ----------
    shortcuts
        Keys the user has changed so far, by action id.
    """

    def __init__(self, shortcuts: Shortcuts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shortcuts = dict(shortcuts)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("Search actions and keys"))
        self._filter.setAccessibleName(self.tr("Search actions and keys"))
        self._filter.addAction(icon("magnify", theme.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self._table = QTableWidget(len(ACTIONS), 2)
        self._edit = QKeySequenceEdit()
        self._edit.setMaximumSequenceLength(1)
        self._edit.setAccessibleName(self.tr("New key"))
        self._set = QPushButton(self.tr("Use this key"))
        self._clear = QPushButton(self.tr("No key"))
        self._default = QPushButton(self.tr("Default"))
        self._all_defaults = QPushButton(self.tr("All defaults"))
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._build()
        self._connect()
        self._fill()
        self._table.setCurrentCell(0, 0)

    @property
    def shortcuts(self) -> dict[str, tuple[str, ...]]:
        """Keys that differ from the table's, by action id."""
        return dict(self._shortcuts)

    def _build(self) -> None:
        table = self._table
        table.setHorizontalHeaderLabels([self.tr("Action"), self.tr("Keys")])
        table.setAccessibleName(self.tr("Actions and their keys"))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + theme.GAP)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self._edit, 1)
        for button in (self._set, self._clear, self._default, self._all_defaults):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.GAP, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self._filter)
        column.addWidget(table, 1)
        column.addLayout(row)
        column.addWidget(self._note)

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._search)
        self._table.currentCellChanged.connect(lambda *_: self._choose())
        self._edit.keySequenceChanged.connect(lambda _: self._explain())
        self._set.clicked.connect(self._use_key)
        self._clear.clicked.connect(lambda: self._assign(self._spec, ()))
        self._default.clicked.connect(lambda: self._restore(self._spec))
        self._all_defaults.clicked.connect(self._restore_all)

    @property
    def _spec(self) -> ActionSpec:
        return ACTIONS[max(self._table.currentRow(), 0)]

    def _fill(self) -> None:
        for number, spec in enumerate(ACTIONS):
            keys = QTableWidgetItem(shown_keys(keys_of(spec, self._shortcuts)))
            font = keys.font()
            font.setBold(spec.id in self._shortcuts)
            keys.setFont(font)
            self._table.setItem(number, 0, QTableWidgetItem(shown_text(spec).replace("&", "")))
            self._table.setItem(number, 1, keys)
        self._explain()

    def _search(self, text: str) -> None:
        words = text.casefold().split()
        for number in range(self._table.rowCount()):
            cells = (self._table.item(number, column) for column in (0, 1))
            shown = " ".join(cell.text() for cell in cells if cell is not None).casefold()
            self._table.setRowHidden(number, not all(word in shown for word in words))

    def _choose(self) -> None:
        keys = keys_of(self._spec, self._shortcuts)
        self._edit.setKeySequence(QKeySequence(keys[0]) if keys else QKeySequence())
        self._explain()

    @property
    def _pressed(self) -> str:
        return self._edit.keySequence().toString()

    def _owner(self, key: str) -> ActionSpec | None:
        """The other action that has a key."""
        for spec in ACTIONS:
            if spec is not self._spec and key in _portable(keys_of(spec, self._shortcuts)):
                return spec
        return None

    def _explain(self) -> None:
        key, spec = self._pressed, self._spec
        owner = self._owner(key) if key else None
        is_own = key in _portable(keys_of(spec, self._shortcuts))
        is_reserved = key in RESERVED_KEYS
        self._note.setProperty("role", "warning" if owner is not None or is_reserved else "faint")
        self._note.style().polish(self._note)
        if is_reserved:
            self._note.setText(self.tr("{} has a fixed meaning and cannot be given to an action.").format(key))
        elif owner is not None:
            words = self.tr("{key} belongs to “{action}”. Using it here takes it away there.")
            self._note.setText(words.format(key=key, action=shown_text(owner).replace("&", "")))
        else:
            self._note.setText(self.tr("Press the new key in the field; changed rows are bold."))
        self._set.setEnabled(bool(key) and not is_own and not is_reserved)
        self._clear.setEnabled(bool(keys_of(spec, self._shortcuts)))
        self._default.setEnabled(spec.id in self._shortcuts)

    def _use_key(self) -> None:
        key, spec = self._pressed, self._spec
        owner = self._owner(key)
        if owner is not None:
            self._assign(owner, tuple(k for k in keys_of(owner, self._shortcuts) if QKeySequence(k).toString() != key))
        self._assign(spec, (key, *keys_of(spec, self._shortcuts)[1:]))

    def _assign(self, spec: ActionSpec, keys: tuple[str, ...]) -> None:
        if keys == spec.keys:
            self._shortcuts.pop(spec.id, None)
        else:
            self._shortcuts[spec.id] = keys
        self._fill()

    def _restore(self, spec: ActionSpec) -> None:
        self._shortcuts.pop(spec.id, None)
        # Its default may have been given away meanwhile: it is taken back.
        for other in ACTIONS:
            keys = keys_of(other, self._shortcuts)
            kept = tuple(k for k in keys if QKeySequence(k).toString() not in _portable(spec.keys))
            if other is not spec and kept != keys:
                self._assign(other, kept)
        self._fill()
        self._choose()

    def _restore_all(self) -> None:
        self._shortcuts.clear()
        self._fill()
        self._choose()


def _portable(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(QKeySequence(key).toString() for key in keys)
