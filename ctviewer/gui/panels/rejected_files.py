"""The files that could not be used, each with its reason; folded away until asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from ctviewer.domain.study import RejectedFile
from ctviewer.gui import theme
from ctviewer.gui.icons import icon

MOST_SHOWN = 2000
HEIGHT_PX = 200


class RejectedFiles(QWidget):
    """A line with the number of files, which unfolds to the list; the list can be copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._toggle = QToolButton()
        self._toggle.setCheckable(True)
        self._toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._toggle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._toggle.setStyleSheet("QToolButton, QToolButton:checked { background: transparent; text-align: left; }")
        self._copy = QToolButton()
        self._copy.setIcon(icon("content-copy", theme.MUTED))
        self._copy.setToolTip(self.tr("Copy the list"))
        self._copy.setAccessibleName(self.tr("Copy the list of files that could not be used"))
        self._copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setMaximumHeight(HEIGHT_PX)
        self._text.setAccessibleName(self.tr("Files that could not be used"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._toggle)
        row.addStretch(1)
        row.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._text)
        self._toggle.toggled.connect(self._text.setVisible)
        self._toggle.toggled.connect(self._copy.setVisible)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        self.set_files(())

    @property
    def text(self) -> str:
        """The list as it is shown and copied."""
        return self._text.toPlainText()

    def set_files(self, files: Sequence[RejectedFile]) -> None:
        """Show other files; nothing at all where there are none."""
        surprising = sum(item.is_surprising for item in files)
        lines = [f"{item.path.name}: {item.reason}" for item in sorted(files, key=lambda item: not item.is_surprising)]
        if len(lines) > MOST_SHOWN:
            lines[MOST_SHOWN:] = [self.tr("… and {} more").format(len(lines) - MOST_SHOWN)]
        self._text.setPlainText("\n".join(lines))
        self._toggle.setText(
            self.tr("1 file not used") if len(files) == 1 else self.tr("{} files not used").format(len(files))
        )
        glyph, color = ("alert-outline", theme.WARNING) if surprising else ("file-outline", theme.MUTED)
        self._toggle.setIcon(icon(glyph, color, color))
        self._toggle.setChecked(False)
        self._text.setVisible(False)
        self._copy.setVisible(False)
        self.setVisible(bool(files))
