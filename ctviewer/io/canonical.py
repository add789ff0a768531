"""Source arrays into volumes in the one canonical order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import AnyArray, BoolArray, HUArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import AxisOrder, canonical_order, reorder_geometry
from ctviewer.domain.study import Mark, SeriesRef
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
    marks: frozenset[Mark] = frozenset()


def to_volume(image: SourceImage, series: SeriesRef) -> Volume:
    """Volume in canonical order; takes the arrays of ``image`` over and changes them in place where it can."""
    order = canonical_order(image.geometry)
    marks = image.marks | set(series.marks)
    return Volume(
        hu=_turned(image.hu, order),
        geometry=reorder_geometry(image.geometry, order),
        series=series,
        source=SourceGrid(image.geometry, order, image.sop_instance_uids, image.resampled),
        padding=None if image.padding is None else _turned(image.padding, order),
        is_hu=image.is_hu,
        notes=image.notes,
        marks=tuple(mark for mark in Mark if mark in marks),
        is_scaled=Mark.NO_POSITIONS not in marks,
    )


def _turned(array: AnyArray, order: AxisOrder) -> AnyArray:
    """An array in canonical order: flipped where it lies, copied only where its axes have to be exchanged.

    Most volume files and every prone or feet-first scan need flips; a second array of that size is what would not fit.
    """
    if order.axes == (0, 1, 2) and array.strides[0] == 0:  # one mask for all slices
        return np.broadcast_to(np.ascontiguousarray(order.to_canonical(array[:1])[0]), array.shape)
    if order.axes != (0, 1, 2) or not array.flags.writeable:
        return np.ascontiguousarray(order.to_canonical(array))
    rows, columns = (slice(None, None, -1 if flipped else 1) for flipped in order.flipped[1:])
    if order.flipped[1] or order.flipped[2]:
        for image in array:
            image[...] = image[rows, columns].copy()
    if order.flipped[0]:
        count = len(array)
        for k in range(count // 2):
            array[[k, count - 1 - k]] = array[[count - 1 - k, k]]
    return array
