"""Loading one DICOM stack: decode every slice into one preallocated array, then straighten what is not upright."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.errors import UnreadableFileError, shown
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.domain.study import Mark, SeriesRef
from ctviewer.io.canonical import SourceImage
from ctviewer.io.codecs import LOSSY_SYNTAXES
from ctviewer.io.decoding import decode_slices
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_pixels import SliceResult, is_native, read_slice, refusal
from ctviewer.io.dicom_repeats import undecided_repeats
from ctviewer.io.dicom_stack import StackPlan, plan_stack
from ctviewer.io.dicom_walk import HeaderError
from ctviewer.io.folders import open_reason
from ctviewer.io.limits import (
    AIR_HU,
    LOWEST_AIR_HU,
    MAX_INTERCEPT,
    MAX_SLOPE,
    MIN_SLOPE,
    check_volume_size,
)
from ctviewer.io.padding_mask import PaddingMask
from ctviewer.io.resample import OUTSIDE_HU, interpolate_slices, shift_slices

READING_THREADS, SLICES_PER_GROUP = min(4, os.cpu_count() or 1), 8

LEAST_TO_SPARE, SHARE_TO_SPARE = 5, 10
"""A stack of this many images opens without the one that is damaged, a large one without one in ten."""

SLICES_WITH_AIR = 10
"""A stack of this many images shows air somewhere."""

NO_AIR_NOTE = (
    f"No voxel is darker than {AIR_HU} HU, as air is: the header says Hounsfield units, but its rescale may be wrong."
)
NOT_HU_NOTE = "The file does not say that its values are Hounsfield units: shown, but not measured or analysed."


def load_stack(
    instances: Sequence[Instance],
    series: SeriesRef,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> SourceImage:
    """Decode a stack of images.

    Parameters
    ----------
    instances
        Images of one sub-series.
    series
        The series they are, for messages and for what can be answered.

    Raises
    ------
    GeometryError
        If the images are not one volume.
    UnreadableFileError
        If too many files are damaged; a few become gaps that are named.
    UndecidedSeriesError
        If two different images claim the same place.
    """
    plan = plan_stack(instances)
    check_volume_size(plan.geometry.shape, series.label)
    check_volume_size(plan.stack_shape, series.label)
    stack = _Stack(plan, series)
    stack.decode(progress, cancel)
    return stack.finish()


class _Stack:
    """The array being filled, with what was noticed on the way.

    Images at one place are decoded side by side: the first into its slot, the others into spare slices behind the
    stack, to be compared.
    """

    def __init__(self, plan: StackPlan, series: SeriesRef) -> None:
        self._plan = plan
        self._series = series
        self._images: list[tuple[int, Instance]] = []
        self._repeats: list[tuple[int, int, Instance]] = []
        for k, slot in enumerate(plan.slots):
            if slot:
                self._images.append((k, slot[0]))
            for other in slot[1:]:
                self._repeats.append((k, len(plan.slots) + len(self._repeats), other))
        self._shape = (len(plan.slots) + len(self._repeats), *plan.stack_shape[1:])
        self._padding = PaddingMask(self._shape)
        self._saturated: set[int] = set()
        self._lost: dict[int, UnreadableFileError] = {}

    def decode(self, progress: ProgressCallback, cancel: CancelToken | None) -> None:
        """Decode every image; plain ones here, the others in the decoding process."""
        wanted = self._images + [(spare, other) for _, spare, other in self._repeats]
        for _, instance in wanted:
            reason = refusal(instance)
            if reason:
                raise UnreadableFileError(instance.path, reason, "Leave it out of the folder.")
        total, done = len(wanted), 0

        def on_slice(_: int) -> None:
            nonlocal done
            done += 1
            progress(Progress(done, total, "Reading slices"))
            if cancel is not None:
                cancel.raise_if_cancelled()

        coded = [(k, instance) for k, instance in wanted if not is_native(instance)]
        if coded:
            decoded = decode_slices(coded, self._shape, on_slice, self._lose, cancel)
            self._hu, self._saturated = decoded.hu, decoded.saturated
            for k, at in decoded.padding_at.items():
                self._padding.set_slice(k, decoded.padding[at])
        else:
            self._hu = np.empty(self._shape, dtype=np.int16)
        native = [(k, instance) for k, instance in wanted if is_native(instance)]
        groups = [native[n : n + SLICES_PER_GROUP] for n in range(0, len(native), SLICES_PER_GROUP)]
        with ThreadPoolExecutor(min(READING_THREADS, max(1, len(groups)))) as threads:
            try:
                for group, results in zip(groups, threads.map(self._read_native, groups), strict=True):
                    for (k, instance), result in zip(group, results, strict=True):
                        self._take(k, instance, result)
                        on_slice(k)
            except BaseException:
                threads.shutdown(wait=True, cancel_futures=True)
                raise

    def _read_native(self, group: Sequence[tuple[int, Instance]]) -> list[SliceResult | Exception]:
        """Runs in a thread: copying from the system and arithmetic on whole slices both leave the interpreter."""
        results: list[SliceResult | Exception] = []
        for k, instance in group:
            try:
                results.append(read_slice(instance, self._hu[k]))
            except (HeaderError, OSError) as error:
                results.append(error)
        return results

    def _take(self, k: int, instance: Instance, result: SliceResult | Exception) -> None:
        if isinstance(result, Exception):
            self._lose(k, unreadable_slice(instance.path, result))
            return
        self._padding.set_slice(k, result.padding)
        if result.saturated:
            self._saturated.add(k)

    def _lose(self, k: int, error: UnreadableFileError) -> None:
        """Go on without an image, unless too many are lost to call the rest a scan."""
        self._lost[k] = error
        check_losses(list(self._lost.values()), len(self._images) + len(self._repeats))

    def _compare_repeats(self) -> None:
        undecided: list[int] = []
        for k, spare, _ in self._repeats:
            if spare in self._lost:
                continue
            if k in self._lost:
                self._hu[k] = self._hu[spare]
                self._padding.set_slice(k, self._padding.slice_at(spare))
                del self._lost[k]
                continue
            if not np.array_equal(self._hu[k], self._hu[spare]):
                undecided.append(k)
        if undecided:
            slots = [self._plan.slots[k] for k in dict.fromkeys(undecided)]
            raise undecided_repeats(self._series, slots)

    def finish(self) -> SourceImage:
        """Straighten, and say what was found."""
        plan = self._plan
        self._compare_repeats()
        for k, slot in enumerate(plan.slots):
            if not slot or k in self._lost:
                self._hu[k] = OUTSIDE_HU
                self._padding.set_slice(k, np.True_)
        notes = [*plan.notes, *self._notes()]
        hu = self._hu[: len(plan.slots)]
        padding = self._padding.array(len(plan.slots))
        uids = tuple(slot[0].sop_uid if slot and k not in self._lost else "" for k, slot in enumerate(plan.slots))
        if plan.shifts_px is not None:
            hu, padding = shift_slices(hu, padding, plan.shifts_px, plan.geometry.shape[1:])
        if plan.resample_to_mm is not None:
            hu, padding = interpolate_slices(hu, padding, plan.positions_mm, plan.resample_to_mm)
            uids = ()
        first = next(slot[0] for slot in plan.slots if slot)
        is_hu = says_hu([i for slot in plan.slots for i in slot])
        if not is_hu:
            notes.append(NOT_HU_NOTE)
        elif len(self._images) >= SLICES_WITH_AIR and not any(_has_air(self._hu[k]) for k, _ in self._images):
            notes.append(NO_AIR_NOTE)
        resampled = plan.shifts_px is not None or plan.resample_to_mm is not None
        if first.transfer_syntax in LOSSY_SYNTAXES:
            notes.append("The images were compressed with loss.")
        return SourceImage(hu, plan.geometry, padding, uids, resampled, is_hu, tuple(notes), self._marks(is_hu=is_hu))

    def _marks(self, *, is_hu: bool) -> frozenset[Mark]:
        """What the plan says and what was found while decoding; repeats that are the same are settled."""
        marks = set(self._plan.marks) - {Mark.REPEATS}
        if not is_hu:
            marks.add(Mark.NOT_HU)
        if any(k < len(self._plan.slots) for k in self._lost):
            marks |= {Mark.GAPS, Mark.DAMAGED}
        return frozenset(marks)

    def _notes(self) -> list[str]:
        notes = []
        if self._repeats:
            images = "image is" if len(self._repeats) == 1 else "images are"
            notes.append(f"{len(self._repeats)} {images} there twice with the same pixels: used once.")
        if self._saturated:
            notes.append(f"Values beyond ±32767 HU on {len(self._saturated)} slices were clipped.")
        lost = [k for k in self._lost if k < len(self._plan.slots)]
        if lost:
            notes.append(f"{loss_note([self._lost[k] for k in lost])} Left empty: {self._plan.places(lost)}.")
        return notes


def _has_air(hu: NDArray[np.int16]) -> bool:
    return bool(((hu <= AIR_HU) & (hu >= LOWEST_AIR_HU)).any())


def unreadable_slice(path: Path, error: Exception) -> UnreadableFileError:
    """Why a file of a series cannot be read, as the user's error."""
    reason = open_reason(error) if isinstance(error, OSError) else str(error)
    return UnreadableFileError(path, reason, "Copy it again from its source, or leave it out of the folder.")


def check_losses(lost: Sequence[UnreadableFileError], total: int) -> None:
    """Raise the first of the errors if more of ``total`` images are lost than a scan can spare."""
    if len(lost) > (max(1, total // SHARE_TO_SPARE) if total >= LEAST_TO_SPARE else 0):
        raise lost[0]


def loss_note(lost: Sequence[UnreadableFileError]) -> str:
    """Sentence that names the files a stack goes without."""
    listed = "; ".join(f"{shown(error.path.name)}: {error.reason}" for error in lost[:3])
    more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
    files = "file" if len(lost) == 1 else "files"
    return f"{len(lost)} {files} cannot be read ({listed}{more})."


def says_hu(instances: Sequence[Instance]) -> bool:
    """Whether the headers say that the rescaled values are Hounsfield units.

    For an original CT image a missing RescaleType means HU (PS3.3 C.11.1.1.2).
    """
    return all(
        i.modality == "CT"
        and i.slope is not None
        and MIN_SLOPE <= i.slope <= MAX_SLOPE
        and i.intercept is not None
        and abs(i.intercept) <= MAX_INTERCEPT
        and i.rescale_type in ("", "HU")
        for i in instances
    )
