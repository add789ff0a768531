"""Which model versions are in use, for everything that shows or needs them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ctviewer.domain.errors import ModelError
from ctviewer.domain.model_version import ModelVersion
from ctviewer.jobs.job import JobHandle, Lane
from ctviewer.jobs.runner import JobRunner
from ctviewer.session.messages import MessageLog
from ctviewer.store.model_registry import ModelRegistry

SEGMENTATION = "segmentation"
CLASSIFICATION = "classification"


class ModelSession(QObject):
    """Observable face of the model registry.

    Parameters
    ----------
    registry
        Installed versions.
    runner
        Verifying weights takes a moment, so switching models is a job.
    messages
        Where failures are told.
    """

    changed = Signal()
    """The list of versions, or one of the active ones, may have changed."""

    def __init__(
        self, registry: ModelRegistry, runner: JobRunner, messages: MessageLog, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.registry = registry
        self._runner = runner
        self._messages = messages
        self._active: dict[str, ModelVersion | None] = {}

    def active(self, kind: str) -> ModelVersion | None:
        """Version in use for a kind; None if none is installed."""
        if kind not in self._active:
            try:
                self._active[kind] = self.registry.active(kind)
            except ModelError:
                self._active[kind] = None
        return self._active[kind]

    @property
    def segmentation(self) -> ModelVersion | None:
        """Active segmentation model."""
        return self.active(SEGMENTATION)

    @property
    def classification(self) -> ModelVersion | None:
        """Active classification model."""
        return self.active(CLASSIFICATION)

    def versions(self, kind: str) -> tuple[ModelVersion, ...]:
        """All usable versions of a kind."""
        return self.registry.versions(kind)

    def refresh(self) -> None:
        """Look again (after a model was installed, promoted or rolled back elsewhere)."""
        self._active.clear()
        self.changed.emit()

    def activate(self, version: ModelVersion) -> JobHandle:
        """Put a version in use, after its weights were verified."""
        return self._switch(lambda: self.registry.activate(version), f"Checking {version.ref}")

    def roll_back(self, kind: str = SEGMENTATION) -> JobHandle:
        """Return to the version used before."""
        return self._switch(lambda: self.registry.rollback(kind), "Checking the earlier model")

    def _switch(self, change: Callable[[], ModelVersion], title: str) -> JobHandle:
        job = self._runner.submit(lambda _progress, _cancel: change(), Lane.IO, title=title)
        job.succeeded.connect(self._on_switched)
        job.failed.connect(lambda error: self._messages.report(error, "Switching the model"))
        return job

    def _on_switched(self, version: ModelVersion) -> None:
        self.refresh()
        self._messages.info(f"{version.manifest.name} ({version.ref}) is now in use.")
