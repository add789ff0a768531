"""What the user accepts of a prediction, and what that would do to the mask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from ctviewer.domain.arrays import BBox
from ctviewer.domain.planes import Plane
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.preview_outcome import PreviewChoice, PreviewOutcome, Scope, preview_outcome
from ctviewer.session.segmentation_document import SegmentationDocument

Point = tuple[float, float, float]


class PreviewReview(QObject):
    """Follows the preview of the current document: choice, consequences, and the picture of them.

    Parameters
    ----------
    runner
        Where consequences are computed.
    """

    changed = Signal()
    """Choice or consequences changed."""

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._document: SegmentationDocument | None = None
        self._choice = PreviewChoice()
        self._outcome: PreviewOutcome | None = None
        self._running: JobHandle | None = None
        self._is_stale = False

    @property
    def choice(self) -> PreviewChoice:
        """What is accepted of the prediction."""
        return self._choice

    @property
    def outcome(self) -> PreviewOutcome | None:
        """What accepting would do; None while it is being computed."""
        return self._outcome

    @property
    def structures(self) -> tuple[int, ...]:
        """Labels the prediction can hold."""
        preview = self._document.preview if self._document is not None else None
        return () if preview is None else tuple(s.label for s in preview.segments)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Follow another document."""
        if self._document is not None:
            self._document.preview_changed.disconnect(self._begin)
        self._document = document
        if document is not None:
            document.preview_changed.connect(self._begin)
        self._begin()

    def choose(self, **changes: Any) -> None:
        """Change fields of the `PreviewChoice`."""
        choice = replace(self._choice, **changes)
        if choice != self._choice:
            self._choice = choice
            self._compute()

    def toggle_structure(self, label: int) -> None:
        """Reject a structure of the prediction, or take it again."""
        if label in self.structures:
            self.choose(rejected=self._choice.rejected ^ {label})

    def draw_box(self, drawn: tuple[Plane, Point, Point]) -> None:
        """Accept inside a box only.

        Parameters
        ----------
        drawn
            Plane and two opposite corners. Along the normal of the plane the box keeps what an earlier drawing on
            another plane said, at first everything.
        """
        document = self._document
        if document is None or document.preview is None:
            return
        plane, first, second = drawn
        shape = document.volume.geometry.shape
        box: list[slice] = list(self._choice.box or tuple(slice(0, n) for n in shape))
        for axis in (plane.row_axis, plane.column_axis):
            low, high = sorted((first[axis], second[axis]))
            start = min(max(int(np.floor(low + 0.5)), 0), shape[axis] - 1)
            stop = min(max(int(np.floor(high + 0.5)), start), shape[axis] - 1) + 1
            box[axis] = slice(start, stop)
        self.choose(scope=Scope.BOX, box=(box[0], box[1], box[2]))

    @property
    def box(self) -> BBox | None:
        """Box that is in force."""
        has_preview = self._document is not None and self._document.preview is not None
        return self._choice.box if has_preview and self._choice.scope is Scope.BOX else None

    def _begin(self, _: object = None) -> None:
        self._choice = PreviewChoice()
        self._outcome = None
        if self._document is not None and self._document.preview is not None:
            self._compute()
        else:
            self.changed.emit()

    def _compute(self) -> None:
        self._outcome = None
        self.changed.emit()
        if self._running is not None:
            self._is_stale = True
            return
        document = self._document
        if document is None or document.preview is None:
            return
        prediction, choice = document.preview, self._choice
        current, gestures = document.labels, document.gestures_in_effect  # neither changes while a preview waits
        locked, reviewed = document.segments.locked, document.slices.reviewed
        job = self._runner.submit(
            lambda _progress, _cancel: preview_outcome(current, prediction.labels, locked, choice, gestures, reviewed),
            Lane.CPU,
            document.document_id,
        )
        self._running = job
        job.succeeded.connect(lambda outcome: self._on_outcome(document, prediction, choice, outcome))
        job.ended.connect(self._on_ended)

    def _on_outcome(
        self, document: SegmentationDocument, prediction: object, choice: PreviewChoice, outcome: PreviewOutcome
    ) -> None:
        if document is self._document and document.preview is prediction and choice == self._choice:
            self._outcome = outcome
            document.show_preview_labels(outcome.labels)
            self.changed.emit()

    def _on_ended(self) -> None:
        self._running = None
        if self._is_stale:
            self._is_stale = False
            self._compute()
