"""What lies under the pointer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctviewer.domain.volume import Volume
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.pointer import PointerEvent


@dataclass(frozen=True, slots=True)
class ProbeReading:
    """The stored voxel nearest to a point.

    Parameters
    ----------
    index_kji
        Voxel.
    point_lps
        Its centre, LPS millimetres; None where the images carry no positions.
    value
        Stored value; None where the scanner delivered no data.
    is_hu
        Whether the value is in Hounsfield units.
    label
        Displayed label.
    label_name
        Its name, empty for background.
    """

    index_kji: tuple[int, int, int]
    point_lps: tuple[float, float, float] | None
    value: int | None
    is_hu: bool
    label: int = 0
    label_name: str = ""


def probe(document: SegmentationDocument, event: PointerEvent) -> ProbeReading | None:
    """Reading at the pointer; None outside the volume. Never interpolated: the number is one the scanner made."""
    volume: Volume = document.volume
    index = tuple(round(v) for v in event.index_kji)
    if not event.is_inside or any(not 0 <= v < n for v, n in zip(index, volume.hu.shape, strict=True)):
        return None
    voxel = (index[0], index[1], index[2])
    point = volume.geometry.index_to_lps(np.array([voxel], dtype=np.float64))[0]
    is_padding = volume.padding is not None and bool(volume.padding[voxel])
    label = int(document.displayed_labels[voxel])
    return ProbeReading(
        voxel,
        (float(point[0]), float(point[1]), float(point[2])) if volume.has_positions else None,
        None if is_padding else int(volume.hu[voxel]),
        volume.is_hu,
        label,
        document.segments.name(label),
    )
