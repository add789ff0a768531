"""A titled part of a side panel that can be folded away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.icons import icon


class Section(QWidget):
    """Header that folds its content.

    Parameters
    ----------
    title
        Words in the header.
    content
        What is below it.
    """

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self._header = QToolButton()
        self._header.setText(title)
        self._header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._header.setCheckable(True)
        self._header.setChecked(True)
        self._header.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._header.setStyleSheet(
            f"QToolButton {{ background: {theme.WINDOW}; border: none; border-radius: 0; padding: 6px 8px;"
            f" color: {theme.MUTED}; font-weight: 600; text-align: left; }}"
            f"QToolButton:hover {{ color: {theme.TEXT}; }}"
        )
        self._header.toggled.connect(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(content)
        self._fold(True)

    def _fold(self, is_open: bool) -> None:
        self.content.setVisible(is_open)
        self._header.setIcon(icon("chevron-down" if is_open else "chevron-right", theme.MUTED, theme.MUTED))


class SectionColumn(QScrollArea):
    """Sections one below the other; scrolls where the window is too low for all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self.setWidget(inner)

    def add(self, title: str, content: QWidget) -> Section:
        """Add a section at the end."""
        section = Section(title, content)
        self._column.insertWidget(self._column.count() - 1, section)
        return section
