"""All keys and mouse gestures on one page, made from the action table and the user's own keys; can be printed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMarginsF, Qt
from PySide6.QtGui import QAction, QKeySequence, QPageLayout, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ctviewer.gui import theme
from ctviewer.gui.action_table import ACTIONS, MENUS
from ctviewer.gui.actions import shown_keys, shown_text
from ctviewer.gui.mouse_table import MOUSE

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_COLUMNS = 3
MOST_KEYS = 2
"""Key sequences shown per action; further ones are for other keyboards."""

Group = tuple[str, list[tuple[str, str]]]
"""Title, and rows of keys and what they do."""


class CheatSheet(QDialog):
    """Non-modal page of keys; closes with Esc.

    Parameters
    ----------
    parent
        Window whose actions are listed, with the keys they have now.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.groups = key_groups(parent)
        screen = self.screen().availableGeometry()
        widest = round(screen.width() * 0.95)
        page = QWidget()
        page.setLayout(_columns(self.groups))
        if page.sizeHint().width() > widest - theme.GAP * 9:
            _let_wrap(page)
        wanted = page.sizeHint()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        printing = buttons.addButton(self.tr("Print…"), QDialogButtonBox.ButtonRole.ActionRole)
        printing.clicked.connect(self._print)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        outer.setSpacing(theme.GAP * 2)
        outer.addWidget(area)
        outer.addWidget(buttons)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.resize(
            min(wanted.width() + theme.GAP * 9, widest),
            min(wanted.height() + theme.GAP * 14, round(screen.height() * 0.9)),
        )

    def print_to(self, printer: QPrinter) -> None:
        """Print the page, two columns wide."""
        document = QTextDocument()
        document.setHtml(sheet_html(self.windowTitle(), self.groups))
        document.print_(printer)

    def _print(self) -> None:
        # Imported when first used: it asks the system for its printers.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageMargins(QMarginsF(12, 12, 12, 12), QPageLayout.Unit.Millimeter)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.print_to(printer)
        dialog.deleteLater()


def key_groups(window: QWidget) -> list[Group]:
    """Keys of a window's actions by menu, then the mouse."""
    groups = [(_translated(menu).replace("&", ""), _keys_of(menu, window)) for menu in MENUS]
    mouse = QCoreApplication.translate("CheatSheet", "Mouse")
    groups.append((mouse, [(_translated(how), _translated(what)) for how, what in MOUSE]))
    return [group for group in groups if group[1]]


def sheet_html(title: str, groups: list[Group]) -> str:
    """The page as HTML for paper: black on white, two groups side by side."""
    cells = [_group_html(name, rows) for name, rows in groups]
    pairs = [cells[n : n + 2] for n in range(0, len(cells), 2)]
    table = "".join(
        "<tr>" + "".join(f'<td width="50%" valign="top" style="padding: 6px;">{cell}</td>' for cell in pair) + "</tr>"
        for pair in pairs
    )
    return f'<h2>{escape(title)}</h2><table width="100%" style="font-size: 8pt;">{table}</table>'


def _group_html(title: str, rows: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><td style="padding-right: 10px;"><b>{escape(keys)}</b></td><td>{escape(what)}</td></tr>'
        for keys, what in rows
    )
    return f"<h4>{escape(title)}</h4><table>{lines}</table>"


def _columns(groups: list[Group]) -> QHBoxLayout:
    columns = [QVBoxLayout() for _ in range(_COLUMNS)]
    heights = [0] * _COLUMNS
    for title, rows in sorted(groups, key=lambda group: -len(group[1])):
        shortest = heights.index(min(heights))
        columns[shortest].addWidget(_group(title, rows))
        heights[shortest] += len(rows) + 2
    page = QHBoxLayout()
    page.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
    page.setSpacing(theme.GAP * 4)
    for column in columns:
        column.setSpacing(theme.GAP * 2)
        column.addStretch(1)
        page.addLayout(column, 1)
    return page


def _let_wrap(page: QWidget) -> None:
    """Give every column a third of a screen too narrow for all words side by side."""
    for label in page.findChildren(QLabel):
        if label.property("role") is None:
            label.setWordWrap(True)
            label.setMinimumWidth(1)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)


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
        grid.addWidget(key, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(QLabel(what), number, 1)
    grid.setColumnStretch(1, 1)
    return box


def _keys_of(menu: str, window: QWidget) -> list[tuple[str, str]]:
    rows = []
    for spec in ACTIONS:
        action = window.findChild(QAction, spec.id) if spec.menu == menu else None
        if action is not None and action.shortcuts():
            keys: list[QKeySequence] = action.shortcuts()[:MOST_KEYS]
            rows.append((shown_keys(key.toString() for key in keys), shown_text(spec).replace("&", "")))
    return rows


def _translated(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
