"""Floats over the views while a prediction waits: whose it is, accept, reject."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ctviewer.domain.prediction import Prediction
from ctviewer.gui import theme
from ctviewer.session.segmentation_document import SegmentationDocument

BOTTOM_PX = 48
"""Above the orientation letter of the view."""


class PreviewBar(QFrame):
    """Stays until the user decides.

    Parameters
    ----------
    parent
        Widget it floats over.
    accept, reject
        What its buttons do.
    """

    def __init__(self, parent: QWidget, accept: QAction, reject: QAction) -> None:
        super().__init__(parent)
        self._document: SegmentationDocument | None = None
        self.setObjectName("preview")
        self.setStyleSheet(
            f"#preview {{ background: {theme.RAISED}; border: 1px solid {theme.ACCENT}; border-radius: 6px; }}"
            f'#preview QPushButton[primary="false"] {{ border-color: {theme.FAINT}; }}'
        )
        self._text = QLabel()
        self._accept = QPushButton(self.tr("Accept  ↵"))
        self._accept.setProperty("primary", "true")
        self._accept.clicked.connect(accept.trigger)
        self._reject = QPushButton(self.tr("Reject  Esc"))
        self._reject.setProperty("primary", "false")
        self._reject.clicked.connect(reject.trigger)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP * 2, theme.GAP, theme.GAP, theme.GAP)
        row.setSpacing(theme.GAP)
        row.addWidget(self._text)
        row.addSpacing(theme.GAP)
        for button in (self._accept, self._reject):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        self.hide()
        parent.installEventFilter(self)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Follow another document."""
        if self._document is not None:
            self._document.preview_changed.disconnect(self._show)
        self._document = document
        if document is not None:
            document.preview_changed.connect(self._show)
        self._show(document.preview if document is not None else None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom of the parent."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _show(self, prediction: Prediction | None) -> None:
        self.setVisible(prediction is not None)
        if prediction is None:
            return
        model = prediction.model
        self._text.setText(self.tr("Preview by {}").format(f"{model.name or model.model_id} {model.version}"))
        self._place()
        self.raise_()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.adjustSize()
            self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - BOTTOM_PX)
