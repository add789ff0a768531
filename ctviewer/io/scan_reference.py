"""What a DICOM mask has to agree with to belong to a scan, and the structures found in it, as plain values.

Masks of other programs are read in the decoding process; these values go there and come back.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ctviewer.domain.edits.region import Region
from ctviewer.domain.found_structure import FoundStructure
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import AxisOrder
from ctviewer.domain.segment import CodedConcept
from ctviewer.domain.volume import Volume

MOST_FILLINGS = 20
"""Boxes around all structures together may be this many times the scan; more would fill the memory."""


@dataclass(frozen=True, eq=False, slots=True)
class ScanReference:
    """The identity and the grid of a scan.

    Parameters
    ----------
    geometry
        Of the source: slices, rows, columns.
    order
        From the source to canonical order.
    sop_uids
        Of the slices, along source axis 0.
    """

    geometry: VolumeGeometry
    order: AxisOrder
    sop_uids: tuple[str, ...]
    patient_id: str
    series_uid: str

    @classmethod
    def of(cls, volume: Volume) -> ScanReference:
        """The reference of a loaded scan."""
        source, series = volume.source, volume.series
        return cls(
            source.geometry, source.order, source.sop_instance_uids, series.patient.patient_id, series.series_uid
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the decoding worker."""
        return {
            "shape": list(self.geometry.shape),
            "affine": self.geometry.affine.tolist(),
            "frame": self.geometry.frame_of_reference_uid,
            "axes": list(self.order.axes),
            "flipped": list(self.order.flipped),
            "sop_uids": list(self.sop_uids),
            "patient_id": self.patient_id,
            "series_uid": self.series_uid,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> ScanReference:
        """Inverse of `to_json`."""
        return cls(
            VolumeGeometry(tuple(values["shape"]), np.array(values["affine"]), values["frame"]),
            AxisOrder(tuple(values["axes"]), tuple(values["flipped"])),
            tuple(values["sop_uids"]),
            values["patient_id"],
            values["series_uid"],
        )


def structure_to_json(structure: FoundStructure) -> dict[str, Any]:
    """A structure as plain values; its voxels packed."""
    region = structure.region
    return {
        "name": structure.name,
        "label": structure.label,
        "color": structure.color,
        "code": structure.code and structure.code.to_list(),
        "laterality": structure.laterality and structure.laterality.to_list(),
        "box": None if region is None else [[part.start, part.stop] for part in region.bbox],
        "voxels": "" if region is None else _packed(region.mask),
    }


def structures_from_json(found: list[dict[str, Any]], shape: tuple[int, int, int]) -> tuple[FoundStructure, ...]:
    """Inverse of `structure_to_json` for all structures of a file; ``shape`` is that of the scan, canonical order.

    Raises
    ------
    ValueError
        If the structures lie outside the scan, or are too many to be held.
    """
    left = MOST_FILLINGS * int(np.prod(shape, dtype=np.int64))
    structures = []
    for values in found:
        region = None
        if values["box"] is not None:
            box = tuple(slice(int(start), int(stop)) for start, stop in values["box"])
            if any(not 0 <= part.start < part.stop <= n for part, n in zip(box, shape, strict=True)):
                raise ValueError("its structures lie outside the scan")
            size = [part.stop - part.start for part in box]
            left -= int(np.prod(size, dtype=np.int64))
            if left < 0:
                raise ValueError(f"its structures fill the scan more than {MOST_FILLINGS} times")
            region = Region((box[0], box[1], box[2]), _unpacked(values["voxels"], (size[0], size[1], size[2])))
        color = tuple(int(part) for part in values["color"]) if values["color"] else None
        structures.append(
            FoundStructure(
                str(values["name"]),
                region,
                int(values["label"]),
                (color[0], color[1], color[2]) if color else None,
                _concept_from_json(values["code"]),
                _concept_from_json(values["laterality"]),
            )
        )
    return tuple(structures)


def _packed(mask: np.ndarray) -> str:
    return base64.b64encode(zlib.compress(np.packbits(mask).tobytes(), 1)).decode("ascii")


def _unpacked(text: str, shape: tuple[int, int, int]) -> np.ndarray:
    count = shape[0] * shape[1] * shape[2]
    data = zlib.decompressobj().decompress(base64.b64decode(text), (count + 7) // 8)
    return np.unpackbits(np.frombuffer(data, np.uint8), count=count).view(np.bool_).reshape(shape)


def _concept_from_json(values: list[str] | None) -> CodedConcept | None:
    return None if values is None else CodedConcept(*values)
