"""Name, colour and code of a new segment."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.segment import PALETTE, free_color
from ctviewer.domain.terms import TERMS, Term
from ctviewer.gui import theme
from ctviewer.gui.sentences import said

LIST_SIZE_PX = (380, 300)


class NewSegmentDialog(QDialog):
    """A list of structures to choose from, or a name of one's own.

    Parameters
    ----------
    used_colors
        Colours of the segments there are.
    """

    def __init__(self, used_colors: Sequence[tuple[int, int, int]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New segment"))
        self.color: tuple[int, int, int] = free_color(used_colors)
        self._list = QListWidget()
        self._list.setMinimumSize(*LIST_SIZE_PX)
        self._list.setSpacing(1)
        self._list.setAccessibleName(self.tr("Structure"))
        self._add_items()
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search structures"))
        self._search.setAccessibleName(self._search.placeholderText())
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self._name = QLineEdit()
        self._name.setAccessibleName(self.tr("Name"))
        self._swatch = QPushButton(self.tr("Colour…"))
        self._swatch.setAutoDefault(False)
        self._swatch.clicked.connect(self._choose_color)
        self._code = QLabel("")
        self._code.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(self.tr("Add"))
        self._ok.setProperty("primary", "true")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        named = QHBoxLayout()
        named.addWidget(self._name, 1)
        named.addWidget(self._swatch)
        form.addRow(self.tr("Name"), named)
        form.addRow(self.tr("Code"), self._code)
        column = QVBoxLayout(self)
        column.setSpacing(theme.GAP)
        column.addWidget(self._search)
        column.addWidget(self._list, 1)
        column.addLayout(form)
        column.addWidget(buttons)
        self._list.currentItemChanged.connect(self._take_term)
        self._list.itemDoubleClicked.connect(self.accept)
        self._name.textChanged.connect(lambda text: self._ok.setEnabled(bool(text.strip())))
        self._show_color()
        self._list.setCurrentRow(0)
        self._search.setFocus()

    @property
    def name(self) -> str:
        """Name that was typed or chosen."""
        return self._name.text().strip()

    @property
    def term(self) -> Term | None:
        """Structure that was chosen; None for one without a code."""
        item = self._list.currentItem()
        term = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return term if isinstance(term, Term) else None

    def _add_items(self) -> None:
        own = QListWidgetItem(self.tr("Another structure, without a code"))
        self._list.addItem(own)
        for term in TERMS:
            item = QListWidgetItem(said(term.name))
            item.setData(Qt.ItemDataRole.UserRole, term)
            item.setToolTip(_code_text(term))
            self._list.addItem(item)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().strip()
        first: QListWidgetItem | None = None
        for row in range(self._list.count()):
            item = self._list.item(row)
            term = item.data(Qt.ItemDataRole.UserRole)
            words = f"{item.text()} {_code_text(term) if isinstance(term, Term) else ''}".casefold()
            item.setHidden(bool(wanted) and wanted not in words)
            if first is None and wanted and isinstance(term, Term) and not item.isHidden():
                first = item
        self._list.setCurrentItem(first or self._list.item(0))

    def _take_term(self, _: object = None) -> None:
        term = self.term
        self._code.setText(_code_text(term) if term is not None else "–")
        self._name.setText(term.name if term is not None else self._search.text().strip() or self.tr("Segment"))

    def _choose_color(self) -> None:
        for place, color in enumerate(PALETTE[: QColorDialog.customCount()]):
            QColorDialog.setCustomColor(place, QColor(*color))
        chosen = QColorDialog.getColor(QColor(*self.color), self, self.tr("Colour"))
        if chosen.isValid():
            self.color = (chosen.red(), chosen.green(), chosen.blue())
            self._show_color()

    def _show_color(self) -> None:
        pixmap = QPixmap(16, 16)
        pixmap.fill(QColor(*self.color))
        self._swatch.setIcon(QIcon(pixmap))


def _code_text(term: Term) -> str:
    side = f", {term.laterality.meaning} ({term.laterality.value})" if term.laterality is not None else ""
    return f"SNOMED CT {term.code.value}, {term.code.meaning}{side}"
