"""What is known about each axial slice of a mask: who looked at it, and what the last prediction made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane
from ctviewer.domain.slice_priority import overruled_voxels
from ctviewer.session.journal import Journal


class SliceRecord(QObject):
    """Reviewed slices and the doubt of the accepted prediction; changes are written to the journal.

    Parameters
    ----------
    reviewed, doubt
        What the store had.
    """

    reviewed_changed = Signal()
    doubt_changed = Signal()
    """Another prediction's doubt is known."""

    def __init__(
        self, reviewed: Iterable[int] = (), doubt: Sequence[float] = (), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._reviewed = frozenset(reviewed)
        self._doubt = tuple(doubt)
        self._overruled: dict[int, int] = {}
        self._findings: int | None = None
        self._journal: Journal | None = None

    @property
    def reviewed(self) -> frozenset[int]:
        """Axial slices a person looked at, or changed, with a mask on them."""
        return self._reviewed

    @property
    def doubt(self) -> tuple[float, ...]:
        """How unsure the prediction accepted last is on each axial slice, cm²; empty if that is not known."""
        return self._doubt

    @property
    def overruled(self) -> Mapping[int, int]:
        """Voxels per axial slice that were labelled before the last prediction was accepted, and changed by it."""
        return self._overruled

    def attach_journal(self, journal: Journal) -> None:
        """Write every change from now on."""
        self._journal = journal

    def mark_reviewed(self, slices: Iterable[int]) -> None:
        """Add reviewed axial slices."""
        new = frozenset(slices) - self._reviewed
        if new:
            self._reviewed |= new
            if self._journal is not None:
                self._journal.review(new)
            self.reviewed_changed.emit()

    def forget_review(self, edit: MaskEdit) -> None:
        """Take back the review of the slices that a model or a file drew anew: they have to be looked at again."""
        start = edit.bbox[Plane.AXIAL.normal_axis].start
        changed = frozenset(int(k) + start for k in np.flatnonzero(edit.changed.any(axis=(1, 2))))
        stale = self._reviewed & changed
        if stale:
            self._reviewed -= stale
            if self._journal is not None:
                self._journal.review(stale, reviewed=False)
            self.reviewed_changed.emit()

    def keep_doubt(self, doubt: Sequence[float], edit: MaskEdit | None, geometry: VolumeGeometry) -> None:
        """Note how unsure a prediction accepted on a grid is, and what accepting it changed (None: nothing)."""
        self._doubt = tuple(doubt)
        self._overruled = {} if edit is None else overruled_voxels(edit)
        if self._journal is not None:
            changed_ml = {k: voxels * geometry.voxel_volume_ml for k, voxels in self._overruled.items()}
            self._journal.keep_doubt(self._doubt, geometry.spacing_mm[0], changed_ml)
        self.doubt_changed.emit()

    def keep_findings(self, count: int) -> None:
        """Note how many findings the check of the mask has, for the study list."""
        if self._journal is not None and count != self._findings:
            self._findings = count
            self._journal.keep_findings(count)
