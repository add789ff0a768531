"""Segment a volume with a registered model. Importing this module does not load torch; calling it does."""

from __future__ import annotations

from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.prediction import Prediction
from ctviewer.domain.progress import CancelToken, ProgressCallback, ignore_progress
from ctviewer.domain.volume import Volume
from ctviewer.store.model_registry import ModelRegistry

KIND = "segmentation"


def segment_volume(
    volume: Volume,
    registry: ModelRegistry,
    device: str = "auto",
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
    model_ref: str | None = None,
) -> Prediction:
    """Segment a volume with the active model, or with a named one.

    Parameters
    ----------
    model_ref
        ``"id@version"``; the active segmentation model if None.

    Raises
    ------
    NotApplicableError
        If the volume's values are not Hounsfield units, or nothing says how it lies in the patient.
    ModelError, CorruptArtefactError, DeviceError, OperationCancelled
        See `ctviewer.inference.segmenter.segment`.
    """
    if not volume.is_hu:
        raise NotApplicableError(
            f"“{volume.series.label}” was not segmented: its values are not Hounsfield units.",
            "Choose a CT series with calibrated values.",
        )
    if not volume.has_positions:
        raise NotApplicableError(
            f"“{volume.series.label}” was not segmented: its images carry no positions, so left and right are unknown.",
            "Choose a CT series with positions.",
        )
    model = registry.get(model_ref) if model_ref else registry.active(KIND)
    # Here, not above: torch takes seconds to load and the window starts without it.
    from ctviewer.inference.segmenter import segment

    return segment(volume, model, device, progress, cancel)
