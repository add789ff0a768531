"""The line below the study list: what is to be said about the chosen series, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ctviewer.domain.study_row import CaseStatus, StudyRow
from ctviewer.gui import theme
from ctviewer.gui.sentences import said


class StudyDetails(QWidget):
    """One sentence about the chosen series, and its buttons."""

    open_requested = Signal()
    locate_requested = Signal()
    remove_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._open = QPushButton(self.tr("Open"))
        self._open.setProperty("primary", "true")
        self._locate = QPushButton(self.tr("Locate…"))
        self._remove = QPushButton(self.tr("Take off the list"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._text, 1)
        for button, signal in (
            (self._remove, self.remove_requested),
            (self._locate, self.locate_requested),
            (self._open, self.open_requested),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(signal)
            row.addWidget(button)

    def show_row(self, row: StudyRow | None) -> None:
        """Say something about another series; None for none."""
        self._open.setEnabled(row is not None and not row.is_missing)
        self._locate.setVisible(row is not None and row.is_missing)
        self._remove.setVisible(row is not None and row.status is CaseStatus.NEW)
        self._text.setProperty("role", "warning" if row is not None and row.is_missing else "muted")
        self._text.style().polish(self._text)
        if row is None:
            self._text.setText(self.tr("Choose a series; Enter opens it."))
        elif row.is_missing:
            words = self.tr("The files are no longer in {}; the annotations are kept. Say where the files are now.")
            self._text.setText(words.format(row.source_path or "–"))
        elif row.exclusion:
            self._text.setText(self.tr("{} The models do not use this series.").format(said(row.exclusion)))
        else:
            self._text.setText(row.source_path)
