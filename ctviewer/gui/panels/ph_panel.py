"""Pulmonary hypertension: class probabilities, and the slice and picture they rest on. Never a diagnosis in words."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import Classification
from ctviewer.gui import theme
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.viewport import slice_number

PICTURE_PX = 160


class PhPanel(QWidget):
    """Shows the `Classification` of the current document.

    Parameters
    ----------
    session
        Analysis, position and models of the window.
    """

    card_requested = Signal()

    def __init__(self, session: ReadingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._assess = QPushButton(self.tr("Assess"))
        self._assess.setToolTip(self.tr("Classify the slice through the pulmonary trunk, found automatically (P)."))
        self._this_slice = QPushButton(self.tr("Use this slice"))
        self._this_slice.setToolTip(self.tr("Classify the axial slice on screen instead."))
        self._card = QPushButton(self.tr("Card"))
        self._result = _ResultView()
        self._caveat = _label("faint", self.tr("Research use: class probabilities of a model, not a diagnosis."))
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.GAP // 2)
        buttons.addWidget(self._assess, 1)
        buttons.addWidget(self._this_slice)
        buttons.addWidget(self._card)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP // 2, theme.GAP, theme.GAP)
        column.setSpacing(6)
        column.addWidget(self._result)
        column.addWidget(self._caveat)
        column.addLayout(buttons)
        for button in (self._assess, self._this_slice, self._card):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._assess.clicked.connect(lambda: session.analysis.classify())
        self._this_slice.clicked.connect(self._classify_shown_slice)
        self._card.clicked.connect(self.card_requested)
        self._result.slice_requested.connect(self._go_to_slice)
        session.analysis.classification_changed.connect(self._show)
        session.analysis.classifying_changed.connect(lambda _: self._enable())
        session.workspace.document_changed.connect(lambda _: self._enable())
        session.models.changed.connect(self._enable)
        self._show(session.analysis.classification)

    def _show(self, classification: Classification | None) -> None:
        document = self._session.workspace.document
        self._result.setVisible(classification is not None)
        if classification is not None and document is not None:
            self._result.show_classification(
                classification, document.volume.hu.shape[0], self._meanings(classification)
            )
        self._enable()

    def _meanings(self, classification: Classification) -> tuple[str, ...]:
        """What each class stands for, where the model that gave the result says it."""
        version = self._session.models.classification
        if version is None or version.identity != classification.model:
            return ()
        return tuple(str(text) for text in version.manifest.provenance.get("class_meanings", ()))

    def _enable(self) -> None:
        installed = self._session.models.classification is not None
        ready = installed and self._session.workspace.document is not None and not self._session.analysis.is_classifying
        self._assess.setEnabled(ready)
        self._this_slice.setEnabled(ready)
        self._card.setEnabled(installed)

    def _classify_shown_slice(self) -> None:
        self._session.analysis.classify(self._session.workspace.viewports[Plane.AXIAL].slice_index)

    def _go_to_slice(self, k: int) -> None:
        self._session.workspace.position.set_slice(Plane.AXIAL, k)


class _ResultView(QWidget):
    """Bars, picture and notes of one classification."""

    slice_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._slice_index = 0
        self._bars = QGridLayout()
        self._bars.setHorizontalSpacing(theme.GAP)
        self._bars.setVerticalSpacing(4)
        self._bars.setColumnStretch(1, 1)
        self._picture = QLabel()
        self._picture.setFixedSize(PICTURE_PX, PICTURE_PX)
        self._picture.setAccessibleName(self.tr("Picture the model saw"))
        self._caption = _label("muted")
        self._go = QPushButton(self.tr("Go to slice"))
        self._go.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._go.clicked.connect(lambda: self.slice_requested.emit(self._slice_index))
        self._meaning = _label("faint")
        self._origin = _label("muted")
        self._notes = _label("warning")
        beside = QVBoxLayout()
        beside.addWidget(self._caption)
        beside.addWidget(self._go)
        beside.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self._picture)
        row.addLayout(beside, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(self._bars)
        column.addWidget(self._meaning)
        column.addLayout(row)
        column.addWidget(self._origin)
        column.addWidget(self._notes)

    def show_classification(self, classification: Classification, slices: int, meanings: tuple[str, ...] = ()) -> None:
        """Fill everything in.

        Parameters
        ----------
        slices
            Number of axial slices of the scan.
        meanings
            What the classes stand for, in their order; may be empty.
        """
        self._clear_bars()
        rows = zip(classification.class_names, classification.probabilities, strict=True)
        for number, (name, probability) in enumerate(rows):
            self._add_bar(number, name, probability, number == classification.best)
        self._explain(classification.class_names, meanings)
        self._slice_index = classification.slice_index
        shown = slice_number(Plane.AXIAL, classification.slice_index, slices)
        text = self.tr("What the model saw:\nslice {number} of {count}\n\n{model}")
        model = f"{classification.model.name or classification.model.model_id} {classification.model.version}"
        self._caption.setText(text.format(number=shown, count=slices, model=model))
        self._picture.setPixmap(_pixmap(classification.fed_image))
        # The first note says how the slice was chosen, which is no warning.
        self._origin.setText(classification.notes[0] if classification.notes else "")
        self._origin.setVisible(bool(classification.notes))
        self._notes.setText("\n".join(classification.notes[1:]))
        self._notes.setVisible(len(classification.notes) > 1)

    def _explain(self, names: tuple[str, ...], meanings: tuple[str, ...]) -> None:
        self._meaning.setText("\n".join(f"{name}: {meaning}" for name, meaning in zip(names, meanings, strict=False)))
        self._meaning.setVisible(bool(meanings))

    def _add_bar(self, row: int, name: str, probability: float, is_best: bool) -> None:
        label = _label("" if is_best else "muted", name)
        label.setWordWrap(False)
        bar = QProgressBar()
        bar.setRange(0, 1000)
        bar.setValue(round(1000 * probability))
        bar.setTextVisible(False)
        bar.setAccessibleName(f"{name} {probability:.0%}")
        figure = _label("" if is_best else "muted", f"{100 * probability:.0f} %")
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, widget in enumerate((label, bar, figure)):
            self._bars.addWidget(widget, row, column)

    def _clear_bars(self) -> None:
        while (item := self._bars.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()


def _label(role: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label


def _pixmap(picture: np.ndarray) -> QPixmap:
    grey = np.ascontiguousarray(picture, dtype=np.uint8)
    image = QImage(grey.data, grey.shape[1], grey.shape[0], grey.strides[0], QImage.Format.Format_Grayscale8)
    # copy(): the image must not outlive the array it was made on.
    pixmap = QPixmap.fromImage(image.copy())
    return pixmap.scaled(
        PICTURE_PX, PICTURE_PX, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
