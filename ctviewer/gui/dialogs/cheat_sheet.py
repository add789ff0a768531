"""All keys and mouse gestures on one page, made from the action table."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.action_table import ACTIONS, MENUS, MOUSE
from ctviewer.gui.actions import shown_text

_COLUMNS = 3


class CheatSheet(QDialog):
    """Non-modal page of keys; closes with Esc or F1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        groups = [(QCoreApplication.translate("Actions", menu).replace("&", ""), _keys_of(menu)) for menu in MENUS]
        groups.append((self.tr("Mouse"), [(_translated(how), _translated(what)) for how, what in MOUSE]))
        groups = [group for group in groups if group[1]]
        columns = [QVBoxLayout() for _ in range(_COLUMNS)]
        heights = [0] * _COLUMNS
        for title, rows in sorted(groups, key=lambda group: -len(group[1])):
            shortest = heights.index(min(heights))
            columns[shortest].addWidget(_group(title, rows))
            heights[shortest] += len(rows) + 2
        page = QHBoxLayout()
        page.setSpacing(theme.GAP * 4)
        for column in columns:
            column.setSpacing(theme.GAP * 2)
            column.addStretch(1)
            page.addLayout(column)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        outer.setSpacing(theme.GAP * 2)
        outer.addLayout(page)
        outer.addWidget(close)


def _group(title: str, rows: list[tuple[str, str]]) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.GAP * 2)
    grid.setVerticalSpacing(3)
    heading = QLabel(title)
    heading.setStyleSheet(f"color: {theme.ACCENT}; font-weight: 600;")
    grid.addWidget(heading, 0, 0, 1, 2)
    for number, (keys, what) in enumerate(rows, start=1):
        key = QLabel(keys)
        key.setProperty("role", "muted")
        grid.addWidget(key, number, 0)
        grid.addWidget(QLabel(what), number, 1)
    grid.setColumnStretch(1, 1)
    return box


def _keys_of(menu: str) -> list[tuple[str, str]]:
    native = QKeySequence.SequenceFormat.NativeText
    return [
        (", ".join(QKeySequence(key).toString(native) for key in spec.keys[:2]), shown_text(spec))
        for spec in ACTIONS
        if spec.menu == menu and spec.keys
    ]


def _translated(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
