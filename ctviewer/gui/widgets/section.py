"""A titled part of a side panel that can be folded away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QLayout, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

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
        self._fold(is_open=True)

    @property
    def name(self) -> str:
        """What the section is called in the settings, whatever language its title is in."""
        return type(self.content).__name__

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return self._header.isChecked()

    @is_open.setter
    def is_open(self, is_open: bool) -> None:
        self._header.setChecked(is_open)

    def _fold(self, is_open: bool) -> None:
        self.content.setVisible(is_open)
        self._header.setIcon(icon("chevron-down" if is_open else "chevron-right", theme.MUTED, theme.MUTED))


REVEAL_MS = 50
WIDEST_PX = 420
"""The column grows with its content up to here: words are longer in other languages and at larger text sizes."""


class SectionColumn(QScrollArea):
    """Sections one below the other; scrolls where the window is too low, and is as wide as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sections: list[Section] = []
        inner = self._inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        # Without it a section that grows squeezes its neighbours until the scroll area follows, one frame later.
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        self._column.addStretch(1)
        self.setWidget(inner)
        self._least_px = 0
        inner.installEventFilter(self)

    @property
    def folded(self) -> list[str]:
        """Names of the sections that are folded away."""
        return [section.name for section in self._sections if not section.is_open]

    @folded.setter
    def folded(self, names: list[str]) -> None:
        for section in self._sections:
            section.is_open = section.name not in names

    def reveal(self, content: QWidget) -> None:
        """Open the section of a panel and scroll to it, because it has something new to show."""
        section = next((section for section in self._sections if section.content is content), None)
        if section is not None:
            section.is_open = True
            # Later: the section is not yet as high as its new content.
            QTimer.singleShot(REVEAL_MS, section, lambda: self.verticalScrollBar().setValue(section.y()))

    def set_least_width(self, px: int) -> None:
        """Never be narrower than this."""
        self._least_px = px
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the width the content needs."""
        if watched is self._inner and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        needed = self._inner.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(max(self._least_px, min(needed, theme.scaled(WIDEST_PX))))

    def add(self, title: str, content: QWidget) -> Section:
        """Add a section at the end."""
        section = Section(title, content)
        self._sections.append(section)
        self._column.insertWidget(self._column.count() - 1, section)
        return section
