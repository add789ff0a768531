"""Floats over the views while something waits to become part of the mask: what it would do, accept, reject."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QRect, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.sentences import said, unit
from ctviewer.gui.widgets.clear_place import clear_place
from ctviewer.gui.widgets.floating import Floating
from ctviewer.gui.widgets.prediction_choices import PredictionChoices
from ctviewer.gui.widgets.proposal_controls import ProposalControls
from ctviewer.session.preview_review import PreviewReview
from ctviewer.session.proposal import Proposal
from ctviewer.session.segmentation_document import SegmentationDocument

BOTTOM_PX = 48
"""Above the orientation letter of the view."""


class PreviewBar(Floating):
    """Stays until the user decides.

    Parameters
    ----------
    parent
        Widget it floats over.
    review
        Choice for predictions.
    accept, reject
        What its buttons do.
    box
        Chooses the tool that draws a box.
    marks
        Tells what it must not hide, in coordinates of the parent: sides and warnings.
    pictures
        Tells what it should hide as little of as possible.
    """

    def __init__(
        self,
        parent: QWidget,
        review: PreviewReview,
        accept: QAction,
        reject: QAction,
        box: QAction,
        marks: Callable[[], Sequence[QRect]] = tuple,
        pictures: Callable[[], Sequence[QRect]] = tuple,
    ) -> None:
        super().__init__(parent)
        self._marks = marks
        self._pictures = pictures
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
        self._choices = PredictionChoices(review, box)
        self._controls = ProposalControls()
        first = QHBoxLayout()
        first.setSpacing(theme.GAP)
        first.addWidget(self._text, 1)
        first.addSpacing(theme.GAP)
        for button in (self._accept, self._reject):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            first.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP * 2, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP // 2)
        column.addLayout(first)
        column.addWidget(self._controls)
        column.addWidget(self._choices)
        self._choices.resized.connect(self.place_soon)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    @property
    def choices(self) -> PredictionChoices:
        """How much of a prediction is accepted."""
        return self._choices

    @property
    def controls(self) -> ProposalControls:
        """What can be adjusted of a proposal."""
        return self._controls

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Follow another document."""
        if self._document is not None:
            self._document.preview_changed.disconnect(self._show)
            self._document.proposal_changed.disconnect(self._show)
        self._document = document
        if document is not None:
            document.preview_changed.connect(self._show)
            document.proposal_changed.connect(self._show)
        self._choices.set_document(document)
        self._show()

    def place(self) -> None:
        """Near the bottom of the parent."""
        parent = self.parentWidget()
        if parent is not None:
            self.adjustSize()
            height, marks, pictures = self.height(), self._marks(), self._pictures()
            place = clear_place(
                parent.size(), [self.width()], lambda _: height, BOTTOM_PX, marks, pictures, at_bottom=True,
                now=self.geometry(),
            )  # fmt: skip
            self.move(place.topLeft())

    def _show(self, _: object = None) -> None:
        document = self._document
        prediction = document.preview if document is not None else None
        proposal = document.proposal if document is not None else None
        self._controls.set_proposal(proposal)
        self._choices.setVisible(prediction is not None)
        self.setVisible(prediction is not None or proposal is not None)
        if document is not None and prediction is not None:
            model = prediction.model
            self._text.setText(self.tr("Preview by {}").format(f"{said(model.name) or model.model_id} {model.version}"))
        elif document is not None and proposal is not None:
            voxel_ml = document.volume.geometry.voxel_volume_ml
            self._text.setText(f"{said(proposal.recipe.title)}   {change_text(proposal, voxel_ml)}")
        else:
            return
        self.place_soon()
        self.raise_()

    def place_soon(self) -> None:
        """Find the place now, and again after the layout knows what its new children need."""
        self.place()
        QTimer.singleShot(0, self, self.place)


def change_text(proposal: Proposal, voxel_ml: float) -> str:
    """What a proposal would do, in millilitres."""
    translate = QCoreApplication.translate
    parts = [
        text.format(volume_text(count * voxel_ml))
        for count, text in (
            (proposal.n_added, "+{}"),
            (proposal.n_removed, "−{}"),
            (proposal.n_relabelled, translate("PreviewBar", "{} relabelled")),
        )
        if count
    ]
    return ", ".join(parts) if parts else translate("PreviewBar", "no change")


def volume_text(volume_ml: float) -> str:
    """Millilitres with as many digits as say something."""
    if volume_ml >= 100:
        number = f"{volume_ml:,.0f}".replace(",", " ")
    else:
        number = f"{volume_ml:.1f}" if volume_ml >= 1 else f"{volume_ml:.2g}"
    return f"{number} {unit('ml')}"
