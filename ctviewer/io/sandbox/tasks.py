"""What the decoding process can do: each task takes one item of plain values and the shared arrays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.errors import CTViewerError, GeometryMismatchError
from ctviewer.io.dicom_file import read_deflated_instance
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_pixels import read_slice
from ctviewer.io.dicom_walk import HeaderError
from ctviewer.io.volume_file import FormatError, VolumeHeader
from ctviewer.io.volume_values import fill_hu, fill_labels

MISMATCH = "mismatch"
"""Kind of a failure that is no fault of the file: it belongs to another scan."""

Item = dict[str, Any]
Arrays = dict[str, AnyArray]


def decode_slice(item: Item, arrays: Arrays) -> Item:
    """Decode one DICOM image into slice ``item["slot"]`` of ``hu``.

    Its padding goes into the same slice of ``padding``, unless slice ``item["first"]`` has the same already; the answer
    says where it is.
    """
    slot, first = int(item["slot"]), int(item["first"])
    result = read_slice(Instance.from_json(item["instance"]), arrays["hu"][slot])
    if result.padding is None:
        return {"padding": None, "saturated": result.saturated}
    if slot != first and np.array_equal(arrays["padding"][first], result.padding):
        return {"padding": first, "saturated": result.saturated}
    np.copyto(arrays["padding"][slot], result.padding)
    return {"padding": slot, "saturated": result.saturated}


def decode_volume(item: Item, arrays: Arrays) -> Item:
    """Read a NIfTI, NRRD or MetaImage file into ``hu`` and ``padding``."""
    done = arrays["done"]

    def report(slices: int) -> None:
        done[0] = slices

    return fill_hu(VolumeHeader.from_json(item["header"]), arrays["hu"], arrays["padding"], report)


def decode_labels(item: Item, arrays: Arrays) -> Item:
    """Read a mask file into ``labels``; values must be whole numbers from 0 to 255."""
    fill_labels(VolumeHeader.from_json(item["header"]), arrays["labels"])
    return {}


def read_deflated(item: Item, _: Arrays) -> Item:
    """Header of a deflated DICOM file."""
    instance = read_deflated_instance(Path(item["path"]))
    return {"instance": instance.to_json(), "raw": {str(tag): value.hex() for tag, value in instance.raw.items()}}


def list_frames(item: Item, _: Arrays) -> list[Item]:
    """Per-frame geometry of a multi-frame file."""
    from ctviewer.io.enhanced import parse_frames

    return parse_frames(Instance.from_json(item["instance"]))


def list_dicomdir(item: Item, _: Arrays) -> list[list[str]]:
    """File names a DICOMDIR lists, as path components."""
    from ctviewer.io.dicomdir import parse_dicomdir

    return parse_dicomdir(Path(item["path"]))


def list_structures(item: Item, _: Arrays) -> list[Item]:
    """Structures of a DICOM segmentation or structure set, matched to a scan."""
    from ctviewer.io.scan_reference import ScanReference, structure_to_json

    path, scan = Path(item["path"]), ScanReference.from_json(item["scan"])
    if item["kind"] == "segmentation":
        from ctviewer.io.dicom_seg_read import seg_structures

        found = seg_structures(path, scan)
    else:
        from ctviewer.io.rtstruct_read import rtstruct_structures

        found = rtstruct_structures(path, scan)
    return [structure_to_json(structure) for structure in found]


TASKS: dict[str, Callable[[Item, Arrays], Any]] = {
    "slice": decode_slice,
    "volume": decode_volume,
    "labels": decode_labels,
    "deflated": read_deflated,
    "frames": list_frames,
    "dicomdir": list_dicomdir,
    "structures": list_structures,
}


def describe_failure(error: BaseException) -> dict[str, str]:
    """Reason and hint for the viewer; completes “file X cannot be read: …”, or is a sentence about a wrong place."""
    if isinstance(error, GeometryMismatchError):
        return {"reason": error.message, "hint": error.hint, "kind": MISMATCH}
    if isinstance(error, FormatError):
        return {"reason": str(error), "hint": error.hint}
    if isinstance(error, HeaderError):
        return {"reason": str(error), "hint": ""}
    if isinstance(error, MemoryError):
        return {"reason": "decoding it needs more memory than it may use", "hint": "It is probably damaged."}
    if isinstance(error, CTViewerError):
        return {"reason": getattr(error, "reason", error.message), "hint": error.hint}
    if isinstance(error, OSError):
        return {"reason": (error.strerror or str(error)).lower(), "hint": ""}
    return {"reason": f"its content is damaged ({type(error).__name__})", "hint": "Copy it again from its source."}
