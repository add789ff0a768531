"""What needs a real decoder or a general parser: asked of the decoding process (`io.sandbox`), and checked here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.arrays import BoolArray, HUArray, LabelArray
from ctviewer.domain.errors import GeometryMismatchError, UnreadableFileError
from ctviewer.domain.found_structure import FoundStructure
from ctviewer.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from ctviewer.io import dicom_file
from ctviewer.io.dicom_file import DeflatedFileError
from ctviewer.io.dicom_instance import ENHANCED_CT_STORAGES, Instance, tuples_for_lists
from ctviewer.io.dicom_walk import HeaderError
from ctviewer.io.dicomdir import existing_files
from ctviewer.io.folders import OnSkipped
from ctviewer.io.header_cache import headers
from ctviewer.io.sandbox.decoder_process import Failure, Request
from ctviewer.io.sandbox.pool import decode_pool
from ctviewer.io.sandbox.shared_array import SharedArray
from ctviewer.io.sandbox.tasks import MISMATCH
from ctviewer.io.scan_reference import ScanReference, structures_from_json
from ctviewer.io.volume_file import VolumeHeader

SLICES_PER_REQUEST = 6
"""Enough to hide the message, few enough that two processes end together and a cancel is quick."""

MASK_DEADLINE_S, MASK_VOXELS_PER_S, MASK_BYTES_PER_VOXEL = 60.0, 2e6, 16
"""A mask of a scan of 512×512×300 has three and a half minutes and 2.5 GB."""

SLOWEST_BYTES_PER_S = 2 * 2**20
"""A volume file that inflates slower than this is given up."""


def read_instance(path: Path) -> Instance:
    """The image in a DICOM file; like `ctviewer.io.dicom_file.read_instance`, deflated files included.

    A file that was indexed a moment ago and has not changed is not read again.
    """
    known = headers.recall(path)
    if known is not None:
        return known
    try:
        return dicom_file.read_instance(path)
    except DeflatedFileError:
        return deflated_instance(path)


def deflated_instance(path: Path) -> Instance:
    """The image in a deflated DICOM file.

    Raises
    ------
    HeaderError
        If it cannot be used.
    """
    result = _run("deflated", {"path": str(path)}, extra_bytes=2 * dicom_file.MAX_INFLATED_BYTES)
    instance = Instance.from_json(result["instance"])
    instance.raw = {int(tag): bytes.fromhex(value) for tag, value in result["raw"].items()}
    return instance


def expand_frames(instance: Instance) -> list[Instance]:
    """The frames of a file as separate images; a plain single-frame file comes back as it is.

    Raises
    ------
    HeaderError
        If the description of the frames is damaged.
    """
    if instance.sop_class not in ENHANCED_CT_STORAGES and instance.frame_count == 1:
        return [instance]
    if instance.sop_class not in ENHANCED_CT_STORAGES:
        return [dataclasses.replace(instance, frame=n, instance_number=n) for n in range(instance.frame_count)]
    changes = _run("frames", {"instance": instance.to_json()})
    return [dataclasses.replace(instance, **tuples_for_lists(change)) for change in changes]


def dicomdir_files(path: Path, on_skipped: OnSkipped) -> list[Path]:
    """The files a DICOMDIR lists that exist below its folder; ``on_skipped`` is told of the others.

    Raises
    ------
    UnreadableFileError
        If it is damaged or lists nothing that is there.
    """
    try:
        return existing_files(path, _run("dicomdir", {"path": str(path)}), on_skipped)
    except HeaderError as error:
        raise UnreadableFileError(path, str(error), "Open the folder beside it instead.") from error


@dataclasses.dataclass(slots=True)
class DecodedSlices:
    """HU of decoded images in shared memory, and which slices have padding or were clipped.

    Parameters
    ----------
    padding
        Masks, only in the slices that ``padding_at`` names.
    padding_at
        For each slice with padding, the slice of ``padding`` that holds its mask.
    """

    hu: HUArray
    padding: BoolArray
    padding_at: dict[int, int] = dataclasses.field(default_factory=dict)
    saturated: set[int] = dataclasses.field(default_factory=set)


OnFailure = Callable[[int, UnreadableFileError], None]


def decode_slices(
    slots: Sequence[tuple[int, Instance]],
    shape: tuple[int, int, int],
    on_slice: Callable[[int], None],
    on_failure: OnFailure,
    cancel: CancelToken | None = None,
) -> DecodedSlices:
    """Decode images into slices of one new array.

    Parameters
    ----------
    slots
        Slice number and image.
    shape
        Of the array.
    on_slice
        Called with the slice number as each is ready.
    on_failure
        Called with the slice number and the reason for each image that cannot be decoded; what it raises ends it all.
    """
    hu, padding = SharedArray.create(shape, "<i2"), SharedArray.create(shape, "|b1")
    decoded = DecodedSlices(hu.array, padding.array)
    groups = [slots[n : n + SLICES_PER_REQUEST] for n in range(0, len(slots), SLICES_PER_REQUEST)]
    requests = [
        Request(
            "slice",
            [{"slot": slot, "first": group[0][0], "instance": instance.to_json()} for slot, instance in group],
            {"hu": hu, "padding": padding},
            extra_bytes=_scratch_bytes(group),
        )
        for group in groups
    ]
    images = {id(request): group for request, group in zip(requests, groups, strict=True)}

    def take(request: Request, number: int, result: Any) -> None:
        slot, instance = images[id(request)][number]
        if isinstance(result, Failure):
            hint = result.hint or "Copy it again from its source, or leave it out of the folder."
            on_failure(slot, UnreadableFileError(instance.path, result.reason, hint))
            return
        if result["padding"] is not None:
            decoded.padding_at[slot] = int(result["padding"])
        if result["saturated"]:
            decoded.saturated.add(slot)
        on_slice(slot)

    try:
        decode_pool().run(requests, take, cancel)
    finally:
        hu.close()
        padding.close()
    return decoded


def decode_volume(
    header: VolumeHeader, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
) -> tuple[HUArray, BoolArray, dict[str, Any]]:
    """HU, padding and what was found (see `ctviewer.io.volume_values.fill_hu`) of a volume file.

    Raises
    ------
    UnreadableFileError
        If its data are damaged.
    """
    shape = header.geometry.shape
    arrays = {
        "hu": SharedArray.create(shape, "<i2"),
        "padding": SharedArray.create(shape, "|b1"),
        "done": SharedArray.create((1,), "<i8"),
    }
    done = arrays["done"].array

    def report() -> None:
        progress(Progress(int(done[0]), shape[0], "Reading voxels"))

    found = _run_on_arrays("volume", header, arrays, cancel, report)
    return arrays["hu"].array, arrays["padding"].array, found


def decode_labels(header: VolumeHeader) -> LabelArray:
    """The labels in a mask file, in file order.

    Raises
    ------
    UnreadableFileError
        If its data are damaged or are no labels.
    """
    labels = SharedArray.create(header.geometry.shape, "|u1")
    _run_on_arrays("labels", header, {"labels": labels}, None, None)
    return np.asarray(labels.array)


def mask_structures(
    kind: str, path: Path, scan: ScanReference, shape: tuple[int, int, int]
) -> tuple[FoundStructure, ...]:
    """The structures of a DICOM object on a scan.

    Parameters
    ----------
    kind
        ``"segmentation"`` or ``"structure set"``.
    shape
        Of the scan, canonical order.

    Raises
    ------
    UnreadableFileError
        If it is damaged, or cannot be read in the time and memory a mask of this scan may take.
    GeometryMismatchError
        If it does not belong to the scan.
    """
    item = {"kind": kind, "path": str(path), "scan": scan.to_json()}
    voxels = shape[0] * shape[1] * shape[2]
    deadline_s = MASK_DEADLINE_S + voxels / MASK_VOXELS_PER_S
    result = decode_pool().run_one(Request("structures", [item], {}, deadline_s, MASK_BYTES_PER_VOXEL * voxels))
    if isinstance(result, Failure):
        if result.kind == MISMATCH:
            raise GeometryMismatchError(result.reason, result.hint)
        raise UnreadableFileError(path, result.reason, result.hint)
    try:
        return structures_from_json(result, shape)
    except ValueError as error:
        raise UnreadableFileError(path, str(error)) from error


def _run_on_arrays(
    task: str,
    header: VolumeHeader,
    arrays: dict[str, SharedArray],
    cancel: CancelToken | None,
    on_tick: Callable[[], None] | None,
) -> Any:
    deadline_s = 30.0 + header.data_bytes / SLOWEST_BYTES_PER_S
    request = Request(task, [{"header": header.to_json()}], arrays, deadline_s)
    results: list[Any] = []
    try:
        decode_pool().run([request], lambda _, __, result: results.append(result), cancel, on_tick)
    finally:
        for shared in arrays.values():
            shared.close()
    if isinstance(results[0], Failure):
        raise UnreadableFileError(header.path, results[0].reason, results[0].hint)
    return results[0]


def _run(task: str, item: dict[str, Any], extra_bytes: int = 0) -> Any:
    result = decode_pool().run_one(Request(task, [item], extra_bytes=extra_bytes))
    if isinstance(result, Failure):
        raise HeaderError(result.reason)
    return result


def _scratch_bytes(group: Sequence[tuple[int, Instance]]) -> int:
    return max(8 * instance.frame_bytes + 2 * instance.file_size for _, instance in group)
