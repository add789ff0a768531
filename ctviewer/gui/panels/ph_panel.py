"""Pulmonary hypertension: class probabilities, and the slice and picture they rest on. Never a diagnosis in words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.planes import Plane
from ctviewer.domain.prediction import Classification
from ctviewer.gui import theme
from ctviewer.gui.panels.evidence_view import EvidenceView
from ctviewer.gui.panels.ph_picture import PhPicture
from ctviewer.gui.sentences import said
from ctviewer.session.reading_session import ReadingSession
from ctviewer.session.viewport import slice_number


class PhPanel(QWidget):
    """Shows the `Classification` of the current document.

    Parameters
    ----------
    session
        Analysis, position and models of the window.
    """

    card_requested = Signal()
    assessed = Signal()
    """A classification that was asked for has come."""

    def __init__(self, session: ReadingSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._was_classifying = False
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
        column.addWidget(EvidenceView(session.evidence, session.workspace))
        for button in (self._assess, self._this_slice, self._card):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._assess.clicked.connect(lambda: session.analysis.classify())
        self._this_slice.clicked.connect(self._classify_shown_slice)
        self._card.clicked.connect(self.card_requested)
        self._result.slice_requested.connect(self._go_to_slice)
        self._result.neighbour_requested.connect(self._classify_neighbour)
        self._result.loss_requested.connect(session.analysis.explain)
        session.analysis.loss_changed.connect(self._result.show_loss)
        session.analysis.classification_changed.connect(self._show)
        session.analysis.classifying_changed.connect(self._follow)
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

    def _follow(self, is_classifying: bool) -> None:
        if self._was_classifying and not is_classifying and self._session.analysis.classification is not None:
            self.assessed.emit()
        self._was_classifying = is_classifying
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

    def _classify_neighbour(self, k: int) -> None:
        position = self._session.workspace.position
        if 0 <= k < position.shape[0]:
            position.set_slice(Plane.AXIAL, k)
            self._session.analysis.classify(k)

    def _go_to_slice(self, k: int) -> None:
        self._session.workspace.position.set_slice(Plane.AXIAL, k)


class _ResultView(QWidget):
    """Bars, picture and notes of one classification."""

    slice_requested = Signal(int)
    neighbour_requested = Signal(int)
    """Classify the slice with this axial index instead."""
    loss_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._slice_index = 0
        self._classification: Classification | None = None
        self._loss: FloatArray | None = None
        self._bars = QGridLayout()
        self._bars.setHorizontalSpacing(theme.GAP)
        self._bars.setVerticalSpacing(4)
        self._bars.setColumnStretch(1, 1)
        self._picture = PhPicture()
        self._caption = _label("muted")
        self._go = QPushButton(self.tr("Go to slice"))
        self._go.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._go.clicked.connect(lambda: self.slice_requested.emit(self._slice_index))
        self._glow = QPushButton(self.tr("What it rests on"))
        self._glow.setCheckable(True)
        self._glow.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._glow.setToolTip(
            self.tr("Tint the places whose hiding lowers the probability of the class most (occlusion).")
        )
        self._glow.toggled.connect(self._on_glow_toggled)
        self._meaning = _label("faint")
        self._origin = _label("muted")
        self._notes = _label("warning")
        beside = QVBoxLayout()
        beside.addWidget(self._caption)
        beside.addStretch(1)
        beside.addWidget(self._go)
        beside.addLayout(self._neighbour_buttons())
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
        column.addWidget(self._glow)
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
            self._add_bar(number, name, probability, is_best=number == classification.best)
        self._explain(classification.class_names, meanings)
        self._slice_index = classification.slice_index
        shown = slice_number(Plane.AXIAL, classification.slice_index, slices)
        text = self.tr("What the model saw:\nslice {number} of {count}\n\n{model}")
        model = f"{said(classification.model.name) or classification.model.model_id} {classification.model.version}"
        self._caption.setText(text.format(number=shown, count=slices, model=model))
        self._classification = classification
        self._glow.setChecked(False)
        self._draw_picture()
        # The first note says how the slice was chosen, which is no warning.
        self._origin.setText(said(classification.notes[0]) if classification.notes else "")
        self._origin.setVisible(bool(classification.notes))
        self._notes.setText("\n".join(map(said, classification.notes[1:])))
        self._notes.setVisible(len(classification.notes) > 1)

    def _explain(self, names: tuple[str, ...], meanings: tuple[str, ...]) -> None:
        self._meaning.setText(
            "\n".join(f"{said(name)}: {said(meaning)}" for name, meaning in zip(names, meanings, strict=False))
        )
        self._meaning.setVisible(bool(meanings))

    def show_loss(self, loss: FloatArray | None) -> None:
        """Keep a map of `ctviewer.services.saliency.occlusion_map` for this result, and draw it if asked for."""
        self._loss = loss
        self._draw_picture()

    def _neighbour_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for text, step, words in (
            ("▲", 1, self.tr("Classify the next slice towards the head instead")),
            ("▼", -1, self.tr("Classify the next slice towards the feet instead")),
        ):
            button = QPushButton(text)
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, d=step: self.neighbour_requested.emit(self._slice_index + d))
            row.addWidget(button)
        return row

    def _on_glow_toggled(self, on: bool) -> None:
        if on and self._loss is None:
            self.loss_requested.emit()
        self._draw_picture()

    def _draw_picture(self) -> None:
        if self._classification is not None:
            loss = self._loss if self._glow.isChecked() else None
            self._picture.show_picture(self._classification.fed_image, loss)

    def _add_bar(self, row: int, name: str, probability: float, *, is_best: bool) -> None:
        label = _label("" if is_best else "muted", said(name))
        label.setWordWrap(False)
        bar = QProgressBar()
        bar.setRange(0, 1000)
        bar.setValue(round(1000 * probability))
        bar.setTextVisible(False)
        bar.setAccessibleName(f"{said(name)} {probability:.0%}")
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
