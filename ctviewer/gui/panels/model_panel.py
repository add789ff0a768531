"""The segmentation model in use, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ctviewer.domain.model_version import ModelVersion
from ctviewer.gui import theme
from ctviewer.gui.sentences import said
from ctviewer.session.model_session import SEGMENTATION, ModelSession


class ModelPanel(QWidget):
    """Choice of the version, and the buttons Segment, Card and Retrain.

    Parameters
    ----------
    models
        What is installed and in use.
    """

    segment_requested = Signal()
    card_requested = Signal()
    retrain_requested = Signal()

    def __init__(self, models: ModelSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._versions = QComboBox()
        self._versions.setAccessibleName(self.tr("Segmentation model"))
        self._versions.setMinimumContentsLength(14)
        self._versions.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._versions.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._versions.activated.connect(self._activate)
        self._note = QLabel()
        self._note.setProperty("role", "faint")
        self._note.setWordWrap(True)
        self._segment = QPushButton(self.tr("Segment"))
        self._segment.setProperty("primary", "true")
        self._segment.clicked.connect(self.segment_requested)
        card, retrain = QPushButton(self.tr("Card")), QPushButton(self.tr("Retrain…"))
        card.clicked.connect(self.card_requested)
        retrain.clicked.connect(self.retrain_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.GAP // 2)
        buttons.addWidget(self._segment, 1)
        buttons.addWidget(retrain)
        buttons.addWidget(card)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP // 2, theme.GAP, theme.GAP)
        column.setSpacing(6)
        column.addWidget(self._versions)
        column.addWidget(self._note)
        column.addLayout(buttons)
        models.changed.connect(self.refresh)
        self.refresh()

    def set_ready(self, ready: bool) -> None:
        """Whether segmenting is possible now."""
        self._segment.setEnabled(ready and self._models.segmentation is not None)

    def refresh(self) -> None:
        """Show the installed versions again."""
        active = self._models.segmentation
        self._versions.clear()
        for version in self._models.versions(SEGMENTATION):
            self._versions.addItem(version_text(version), version)
            if active is not None and version.ref == active.ref:
                self._versions.setCurrentIndex(self._versions.count() - 1)
        self._versions.setVisible(active is not None)
        if active is None:
            self._note.setText(self.tr("No segmentation model is installed."))
        else:
            self._note.setText(said(_origin(active)))

    def _activate(self, row: int) -> None:
        version: ModelVersion = self._versions.itemData(row)
        active = self._models.segmentation
        if active is None or version.ref != active.ref:
            self._models.activate(version)


def version_text(version: ModelVersion) -> str:
    """Name and version."""
    return f"{said(version.manifest.name)}  {version.manifest.version}"


def _origin(version: ModelVersion) -> str:
    if version.is_bundled:
        return "Came with the program"
    learned = len(version.manifest.annotations)
    parent = f" from {version.manifest.parent}" if version.manifest.parent else ""
    cases = f" on {learned} accepted case{'s' if learned != 1 else ''}" if learned else ""
    return f"Retrained here{parent}{cases}"
