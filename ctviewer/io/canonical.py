"""Source arrays into volumes in the one canonical order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import BoolArray, HUArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import canonical_order, reorder_geometry
from ctviewer.domain.study import SeriesRef
from ctviewer.domain.volume import SourceGrid, Volume


@dataclass(slots=True)
class SourceImage:
    """A decoded image in its source's own array order; turned into a `Volume` by `to_volume`."""

    hu: HUArray
    geometry: VolumeGeometry
    padding: BoolArray | None = None
    sop_instance_uids: tuple[str, ...] = ()
    resampled: bool = False
    is_hu: bool = True
    notes: tuple[str, ...] = ()


def to_volume(image: SourceImage, series: SeriesRef) -> Volume:
    """Volume in canonical order; the array is only copied where its axes have to be turned."""
    order = canonical_order(image.geometry)
    geometry = reorder_geometry(image.geometry, order)
    padding = image.padding
    if padding is not None:
        padding = np.ascontiguousarray(order.to_canonical(padding))
    return Volume(
        hu=np.ascontiguousarray(order.to_canonical(image.hu)),
        geometry=geometry,
        series=series,
        source=SourceGrid(image.geometry, order, image.sop_instance_uids, image.resampled),
        padding=padding,
        is_hu=image.is_hu,
        notes=image.notes,
    )
