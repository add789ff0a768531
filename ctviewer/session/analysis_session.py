"""Ask the models, and decide what becomes of their answer."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, SignalInstance

from ctviewer.domain.arrays import FloatArray
from ctviewer.domain.edits.mask_edit import MaskEdit, edit_between
from ctviewer.domain.errors import CTViewerError, NotApplicableError
from ctviewer.domain.prediction import Classification, Prediction
from ctviewer.domain.progress import CancelToken, ProgressCallback
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.session.model_session import ModelSession
from ctviewer.session.preview_outcome import preview_outcome
from ctviewer.session.preview_review import PreviewReview
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.workspace import Workspace


class AnalysisSession(QObject):
    """Segmentation with preview, and classification, of the current document.

    Parameters
    ----------
    workspace
        What is open.
    models
        What is installed and in use.
    """

    segmenting_changed = Signal(bool)
    classifying_changed = Signal(bool)
    classification_changed = Signal(object)
    """The `Classification` of the current document, or None."""
    loss_changed = Signal(object)
    """What hiding each place of the classified picture costs; None: not known for this classification."""

    def __init__(self, workspace: Workspace, models: ModelSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._models = models
        self.device = "auto"
        self.review = PreviewReview(workspace.runner, self)
        workspace.toolbox.box_drawn.connect(self.review.draw_box)
        self._segmenting: dict[str, JobHandle] = {}
        self._classifying: dict[str, JobHandle] = {}
        self._accepting: set[str] = set()
        self._classifications: dict[str, Classification] = {}
        workspace.document_changed.connect(self._on_document_changed)

    @property
    def is_segmenting(self) -> bool:
        """Whether the current document is being segmented."""
        return self._key in self._segmenting

    @property
    def is_classifying(self) -> bool:
        """Whether the current document is being classified."""
        return self._key in self._classifying

    @property
    def classification(self) -> Classification | None:
        """Last classification of the current document."""
        return self._classifications.get(self._key)

    def segment(self) -> JobHandle | None:
        """Run the active segmentation model; its answer becomes a preview. None if it cannot start."""
        document = self._ready_document(self._segmenting)
        if document is None:
            return None
        volume, registry, device = document.volume, self._models.registry, self.device

        def run(progress: ProgressCallback, cancel: CancelToken) -> Prediction:
            from ctviewer.services import segmenting

            return segmenting.segment_volume(volume, registry, device=device, progress=progress, cancel=cancel)

        job = self._workspace.runner.submit(run, Lane.GPU, document.document_id, "Segmenting")
        job.succeeded.connect(lambda prediction: self._show_preview(document, prediction))
        job.failed.connect(lambda error: self._workspace.messages.report(error, "The segmentation"))
        self._follow(job, self._segmenting, document, self.segmenting_changed)
        return job

    def cancel_segmenting(self) -> None:
        """Stop segmenting the current document."""
        if self._key in self._segmenting:
            self._segmenting[self._key].cancel()

    def accept_preview(self) -> JobHandle | None:
        """Make the chosen part of the previewed prediction the mask, as one undo step (see `PreviewReview`)."""
        document = self._workspace.document
        if document is None or document.preview is None or document.document_id in self._accepting:
            return None
        self._accepting.add(document.document_id)
        prediction, current, locked = document.preview, document.labels, document.segments.locked
        choice, gestures, reviewed = self.review.choice, document.gestures_in_effect, document.slices.reviewed

        def make(_progress: ProgressCallback, _cancel: CancelToken) -> MaskEdit | None:
            outcome = preview_outcome(current, prediction.labels, locked, choice, gestures, reviewed)
            return edit_between(current, outcome.labels)

        job = self._workspace.runner.submit(make, Lane.CPU, document.document_id, "Accepting the prediction")
        job.succeeded.connect(lambda edit: self._finish_accept(document, prediction, edit))
        job.failed.connect(lambda error: self._workspace.messages.report(error, "Accepting the prediction"))
        job.ended.connect(lambda: self._accepting.discard(document.document_id))
        return job

    def reject_preview(self) -> None:
        """Drop the preview; the mask stays as it was."""
        document = self._workspace.document
        if document is not None and document.document_id not in self._accepting:
            document.reject_preview()

    def classify(self, slice_index: int | None = None) -> JobHandle | None:
        """Run the active classification model.

        Parameters
        ----------
        slice_index
            Axial index ``k`` to look at; default: the program finds the level of the pulmonary trunk.
        """
        document = self._ready_document(self._classifying)
        if document is None:
            return None
        volume, registry, device = document.volume, self._models.registry, self.device
        labels = document.displayed_labels if document.has_mask or document.preview else None

        def run(progress: ProgressCallback, cancel: CancelToken) -> Classification:
            from ctviewer.services import classifying

            return classifying.classify_volume(
                volume,
                registry,
                labels=labels,
                slice_index=slice_index,
                device=device,
                progress=progress,
                cancel=cancel,
            )

        job = self._workspace.runner.submit(run, Lane.GPU, document.document_id, "Classifying")
        job.succeeded.connect(lambda result: self._keep_classification(document, result))
        job.failed.connect(lambda error: self._workspace.messages.report(error, "The classification"))
        self._follow(job, self._classifying, document, self.classifying_changed)
        return job

    def explain(self) -> JobHandle | None:
        """Compute where the last classification rests; the answer comes by `loss_changed`."""
        document, found = self._workspace.document, self.classification
        if document is None or found is None:
            return None
        registry, device = self._models.registry, self.device

        def run(progress: ProgressCallback, cancel: CancelToken) -> FloatArray:
            from ctviewer.services import saliency

            return saliency.occlusion_map(found, registry, device, progress, cancel)

        def show(loss: FloatArray) -> None:
            if self.classification is found:
                self.loss_changed.emit(loss)

        job = self._workspace.runner.submit(run, Lane.GPU, document.document_id, "Explaining the class")
        job.succeeded.connect(show)
        job.failed.connect(lambda error: self._workspace.messages.report(error, "The explanation"))
        return job

    # -- inside --------------------------------------------------------------------------------------------------------

    @property
    def _key(self) -> str:
        document = self._workspace.document
        return document.document_id if document is not None else ""

    def _ready_document(self, running: dict[str, JobHandle]) -> SegmentationDocument | None:
        document = self._workspace.document
        if document is None or document.document_id in running:
            return None
        problem = _reason_against(document)
        if problem is not None:
            self._workspace.messages.report(problem)
            return None
        return document

    def _follow(
        self, job: JobHandle, running: dict[str, JobHandle], document: SegmentationDocument, changed: SignalInstance
    ) -> None:
        key = document.document_id
        running[key] = job

        def on_ended() -> None:
            running.pop(key, None)
            changed.emit(self._key in running)

        job.ended.connect(on_ended)
        changed.emit(self._key in running)

    def _show_preview(self, document: SegmentationDocument, prediction: Prediction) -> None:
        self._workspace.toolbox.cancel()
        self._workspace.proposals.reject(document)
        try:
            document.show_preview(prediction)
        except CTViewerError as error:
            self._workspace.messages.report(error)
            return
        seconds = sum(prediction.seconds.values())
        name, device = prediction.model.name or prediction.model.model_id, prediction.device
        took = f"{name} finished in {seconds:.0f} s on {device}." if seconds >= 1 else f"{name} finished on {device}."
        self._workspace.messages.info(took)
        for note in prediction.notes:
            self._workspace.messages.warn(note)

    def _finish_accept(self, document: SegmentationDocument, prediction: Prediction, edit: MaskEdit | None) -> None:
        if document.preview is prediction:
            document.accept_preview(edit)

    def _keep_classification(self, document: SegmentationDocument, result: Classification) -> None:
        self._classifications[document.document_id] = result
        if document is self._workspace.document:
            self.loss_changed.emit(None)
            self.classification_changed.emit(result)

    def _on_document_changed(self, document: SegmentationDocument | None) -> None:
        self.review.set_document(document)
        self.segmenting_changed.emit(self.is_segmenting)
        self.classifying_changed.emit(self.is_classifying)
        self.loss_changed.emit(None)
        self.classification_changed.emit(self.classification)


def _reason_against(document: SegmentationDocument) -> CTViewerError | None:
    """Why a model's answer for this scan would be meaningless; None if it would not."""
    volume = document.volume
    if volume.series.ai_exclusion:
        return NotApplicableError(
            f"The models are not used on “{volume.series.label}”: {volume.series.ai_exclusion}.",
            "Choose another series.",
        )
    if not volume.is_hu:
        return NotApplicableError(
            f"The values of “{volume.series.label}” are not Hounsfield units, so the models cannot be used on it.",
            "Open the original CT series.",
        )
    if not volume.has_positions:
        return NotApplicableError(
            f"The images of “{volume.series.label}” carry no positions, so the models cannot be used on them.",
            "Open the original CT series.",
        )
    return None
