"""Loading one DICOM stack: decode every slice into one preallocated array, then straighten what is not upright."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ctviewer.domain.arrays import BoolArray, HUArray
from ctviewer.domain.errors import UnreadableFileError, UnreadableSeriesError
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.io.canonical import SourceImage
from ctviewer.io.codecs import LOSSY_SYNTAXES
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_pixels import read_slice
from ctviewer.io.dicom_stack import StackPlan, plan_stack
from ctviewer.io.dicom_walk import HeaderError
from ctviewer.io.limits import check_volume_size
from ctviewer.io.resample import OUTSIDE_HU, interpolate_slices, shift_slices

NOT_HU_NOTE = "The file does not say that its values are Hounsfield units: shown, but not measured or analysed."


def load_stack(
    instances: Sequence[Instance],
    label: str,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> SourceImage:
    """Decode a stack of images.

    Parameters
    ----------
    instances
        Images of one sub-series.
    label
        Name of the series, for messages.

    Raises
    ------
    GeometryError
        If the images are not one volume.
    UnreadableFileError
        If a file is damaged.
    UnreadableSeriesError
        If two different images claim the same place.
    """
    plan = plan_stack(instances)
    check_volume_size(plan.geometry.shape, label)
    check_volume_size(plan.stack_shape, label)
    stack = _Stack(plan, label)
    for k, slot in enumerate(plan.slots):
        if cancel is not None:
            cancel.raise_if_cancelled()
        stack.fill(k, slot)
        progress(Progress(k + 1, len(plan.slots), "Reading slices"))
    return stack.finish()


class _Stack:
    """The array being filled, with what was noticed on the way."""

    def __init__(self, plan: StackPlan, label: str) -> None:
        self._plan = plan
        self._label = label
        self._hu: HUArray = np.empty(plan.stack_shape, dtype=np.int16)
        self._padding: BoolArray | None = None
        self._saturated = 0
        self._dropped = 0
        self._uids: list[str] = []

    def fill(self, k: int, slot: tuple[Instance, ...]) -> None:
        """Decode the image of slot ``k``; duplicates must show the same pixels."""
        if not slot:
            self._hu[k] = OUTSIDE_HU
            self._padding_array()[k] = True
            self._uids.append("")
            return
        padding = self._read(slot[0], self._hu[k])
        if padding is not None:
            self._padding_array()[k] = padding
        self._uids.append(slot[0].sop_uid)
        for other in slot[1:]:
            self._compare(k, slot[0], other)

    def _read(self, instance: Instance, out: HUArray) -> BoolArray | None:
        try:
            result = read_slice(instance, out)
        except HeaderError as error:
            raise UnreadableFileError(
                instance.path, str(error), "Copy it again from its source, or leave it out of the folder."
            ) from error
        except OSError as error:
            raise UnreadableFileError(instance.path, error.strerror or str(error)) from error
        self._saturated += result.saturated
        return result.padding

    def _compare(self, k: int, first: Instance, other: Instance) -> None:
        again = np.empty_like(self._hu[k])
        self._read(other, again)
        if not np.array_equal(again, self._hu[k]):
            where = ", ".join(f"{value:.1f}" for value in first.position or ())
            raise UnreadableSeriesError(
                self._label,
                f"two different images lie at the same position ({where} mm): {first.path.name} and {other.path.name}",
                "Which one belongs to the scan? Move the other one out of the folder and open it again.",
                (first.path, other.path),
            )
        self._dropped += 1

    def _padding_array(self) -> BoolArray:
        if self._padding is None:
            self._padding = np.zeros(self._hu.shape, dtype=np.bool_)
        return self._padding

    def finish(self) -> SourceImage:
        """Straighten, and say what was found."""
        plan = self._plan
        notes = [*plan.notes, *self._notes()]
        hu, padding, uids = self._hu, self._padding, tuple(self._uids)
        if plan.shifts_px is not None:
            hu, padding = shift_slices(hu, padding, plan.shifts_px, plan.geometry.shape[1:])
        if plan.resample_to_mm is not None:
            hu, padding = interpolate_slices(hu, padding, plan.positions_mm, plan.resample_to_mm)
            uids = ()
        first = next(slot[0] for slot in plan.slots if slot)
        is_hu = says_hu([i for slot in plan.slots for i in slot])
        if not is_hu:
            notes.append(NOT_HU_NOTE)
        resampled = plan.shifts_px is not None or plan.resample_to_mm is not None
        if first.transfer_syntax in LOSSY_SYNTAXES:
            notes.append("The images were compressed with loss.")
        return SourceImage(hu, plan.geometry, padding, uids, resampled, is_hu and plan.has_positions, tuple(notes))

    def _notes(self) -> list[str]:
        notes = []
        if self._dropped:
            images = "image is" if self._dropped == 1 else "images are"
            notes.append(f"{self._dropped} {images} there twice with the same pixels: used once.")
        if self._saturated:
            notes.append(f"Values beyond ±32767 HU on {self._saturated} slices were clipped.")
        return notes


def says_hu(instances: Sequence[Instance]) -> bool:
    """Whether the headers say that the rescaled values are Hounsfield units.

    For an original CT image a missing RescaleType means HU (PS3.3 C.11.1.1.2).
    """
    return all(
        i.modality == "CT" and i.slope not in (None, 0.0) and i.intercept is not None and i.rescale_type in ("", "HU")
        for i in instances
    )
