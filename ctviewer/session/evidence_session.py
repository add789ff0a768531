"""Evidence for pulmonary hypertension of the current document: asked for, drawn by hand, and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.measurement import MeasurementRole
from ctviewer.domain.ph_evidence import Agreement, Evidence, agreement, elevated_probability, gather
from ctviewer.domain.planes import Plane
from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.analysis_session import AnalysisSession
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.tool_settings import ToolKind
from ctviewer.session.workspace import Workspace

if TYPE_CHECKING:
    from ctviewer.services.evidence import EvidenceProposal

ROLE_TOOLS: dict[MeasurementRole, ToolKind] = {
    MeasurementRole.TRUNK_TO_AORTA: ToolKind.MEASURE_RATIO,
    MeasurementRole.RIGHT_PULMONARY_ARTERY: ToolKind.MEASURE_LENGTH,
    MeasurementRole.LEFT_PULMONARY_ARTERY: ToolKind.MEASURE_LENGTH,
    MeasurementRole.VENTRICLES: ToolKind.MEASURE_RATIO,
}
"""With which tool each piece of evidence is drawn by hand."""


class EvidenceSession(QObject):
    """Proposals, values and their relation to the classifier.

    Parameters
    ----------
    workspace
        What is open; its measurements hold the calipers.
    analysis
        What the classifier said.
    """

    changed = Signal()
    """Values, the classification, or whether a proposal is being computed."""

    def __init__(self, workspace: Workspace, analysis: AnalysisSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._measuring = workspace.measuring
        self._analysis = analysis
        self._job: JobHandle | None = None
        self._measuring.changed.connect(self.changed)
        self._measuring.hand.draft_changed.connect(self._on_draft)
        analysis.classification_changed.connect(lambda _: self.changed.emit())

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Measured values of the current document."""
        volume = self._measuring.volume
        return () if volume is None else gather(self._measuring.measurements, volume.series.patient.sex)

    @property
    def elevated_probability(self) -> float | None:
        """Probability the classifier gives to the classes above the control class; None before it was asked."""
        return elevated_probability(self._analysis.classification)

    @property
    def agreement(self) -> Agreement:
        """How the cut-offs stand to the classifier."""
        return agreement(self.evidence, self.elevated_probability)

    @property
    def is_proposing(self) -> bool:
        """Whether a proposal is being computed."""
        return self._job is not None

    def propose(self) -> JobHandle | None:
        """Let the program draw the calipers it can; None if it cannot start."""
        document = self._workspace.document
        if document is None or self._job is not None:
            return None
        volume = document.volume
        labels = document.displayed_labels if document.has_mask or document.preview else None

        def run(progress: ProgressCallback, cancel: CancelToken) -> EvidenceProposal:
            from ctviewer.services import evidence

            return evidence.propose_evidence(volume, labels, progress, cancel)

        job = self._workspace.runner.submit(run, Lane.CPU, document.document_id, "Measuring vessels")
        job.succeeded.connect(lambda proposal: self._draw(document, proposal))
        job.failed.connect(lambda error: self._workspace.messages.report(error, "Measuring the vessels"))
        job.ended.connect(self._on_ended)
        self._job = job
        self.changed.emit()
        return job

    def draw_by_hand(self, role: MeasurementRole) -> None:
        """The next measurement that is drawn is this piece of evidence."""
        self._measuring.hand.draw_as(role, ROLE_TOOLS[role])

    def _draw(self, document: SegmentationDocument, proposal: EvidenceProposal) -> None:
        if document is not self._workspace.document:
            return
        from ctviewer.services.evidence import PROGRAM

        for calipers in reversed(proposal.calipers):  # the first one last, so that it is the selected one
            drawn = self._measuring.add(
                calipers.kind, Plane.AXIAL, calipers.points_lps, role=calipers.role, author=PROGRAM
            )
            if drawn is not None:
                self._measuring.go_to(drawn.measurement_id)
        self._workspace.messages.info(proposal.note)

    def _on_draft(self) -> None:
        if self._measuring.hand.dragged is not None:
            self.changed.emit()

    def _on_ended(self) -> None:
        self._job = None
        self.changed.emit()
