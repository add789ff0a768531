"""Computes changes in jobs and shows them for a yes or a no."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.jobs.job import JobHandle, JobState, Lane
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.messages import MessageLog
from ctviewer.session.proposal import Recipe
from ctviewer.session.segmentation_document import SegmentationDocument


class Proposals(QObject):
    """From recipes to changes of a document; a newer recipe replaces one that still waits.

    Parameters
    ----------
    runner
        Where edits are computed.
    messages
        Where the reason goes if there is no edit.
    """

    def __init__(self, runner: JobRunner, messages: MessageLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._messages = messages
        self._base: tuple[SegmentationDocument, LabelArray] | None = None
        self._newest: Recipe | None = None
        self._running: JobHandle | None = None
        self._next: tuple[SegmentationDocument, Recipe] | None = None

    def start(self, document: SegmentationDocument, recipe: Recipe) -> JobHandle | None:
        """Compute a change; None if the mask cannot be edited now, or a newer value waits for a job to end."""
        if document.read_only_reason:
            self._messages.warn(document.read_only_reason, "This window is read-only.")
            _drop(recipe)
            return None
        if document.preview is not None or document.is_in_gesture:
            self._messages.warn(
                "The prediction is not part of the mask yet."
                if document.preview is not None
                else "A stroke is under way.",
                "Finish it first.",
            )
            _drop(recipe)
            return None
        self._newest = recipe
        if self._running is not None:
            self._next = (document, recipe)  # values come faster than results: only the last one counts
            return None
        return self._submit(document, recipe)

    def accept(self, document: SegmentationDocument) -> bool:
        """Make the waiting change part of the mask; False if there is none."""
        if document.proposal is None:
            return False
        self._forget()
        document.accept_proposal()
        return True

    def reject(self, document: SegmentationDocument) -> bool:
        """Drop the waiting change; False if there is none."""
        proposal = document.proposal
        if proposal is None:
            return False
        self._forget()
        document.reject_proposal()
        _drop(proposal.recipe)
        return True

    def leave(self, document: SegmentationDocument) -> None:
        """A document is being closed: what waits for it is not computed any more, and nothing keeps it in memory."""
        if self._next is not None and self._next[0] is document:
            _drop(self._next[1])
            self._next = None
        if self._base is not None and self._base[0] is document:
            self._base = None
        if self._next is None:
            self._newest = None

    def _submit(self, document: SegmentationDocument, recipe: Recipe) -> JobHandle:
        labels = self._base_of(document)
        job = self._runner.submit(
            lambda _progress, _cancel: recipe.compute(labels), Lane.CPU, document.document_id, recipe.title
        )
        self._running = job
        job.succeeded.connect(lambda edit: self._on_edit(document, recipe, edit))
        job.failed.connect(lambda error: self._on_failed(document, recipe, error))
        job.ended.connect(lambda: self._on_ended(job))
        return job

    def _base_of(self, document: SegmentationDocument) -> LabelArray:
        """Labels without the change that is being shown, as they are at this moment."""
        if document.proposal is not None and self._base is not None and self._base[0] is document:
            return self._base[1]
        # Copied on the thread that paints: the job must see one moment.
        labels = np.array(document.labels)
        self._base = (document, labels)
        return labels

    def _on_edit(self, document: SegmentationDocument, recipe: Recipe, edit: MaskEdit | None) -> None:
        if recipe is not self._newest:
            return
        former = document.proposal
        try:
            if edit is None and not recipe.controls:
                self._messages.info(f"{recipe.title}: nothing to change.")
                self._stop(document, recipe)
            elif recipe.is_previewed:
                document.propose(edit, recipe)
                if former is not None and former.recipe.on_dropped is not recipe.on_dropped:
                    _drop(former.recipe)
            elif edit is not None:
                self._stop(document, None)
                document.apply_edit(edit, recipe.title, recipe.tool)
        except ValueError:
            self._stop(document, recipe)
            self._messages.warn(f"{recipe.title} was not applied: the mask was changed meanwhile.", "Try it again.")

    def _on_failed(self, document: SegmentationDocument, recipe: Recipe, error: BaseException) -> None:
        if recipe is self._newest and not (document.proposal is not None and recipe.controls):
            self._stop(document, recipe)
        self._messages.report(error, recipe.title)

    def _on_ended(self, job: JobHandle) -> None:
        if self._running is job:
            self._running = None
            waiting, self._next = self._next, None
            if waiting is not None:
                self._submit(*waiting)
            elif job.state is JobState.CANCELLED and self._base is not None and self._base[0].proposal is None:
                self._forget()  # called off, and nothing is shown: the copy of the mask need not stay in the memory

    def _stop(self, document: SegmentationDocument, recipe: Recipe | None) -> None:
        """Nothing is shown any more, and a recipe came to nothing."""
        self.reject(document)
        self._forget()
        if recipe is not None:
            _drop(recipe)

    def _forget(self) -> None:
        self._base = None
        self._newest = None
        self._next = None


def _drop(recipe: Recipe) -> None:
    if recipe.on_dropped is not None:
        recipe.on_dropped()
