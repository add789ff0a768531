"""Orthogonal slice planes of a canonical volume: which array axes are drawn where."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import direction_letters


class Plane(StrEnum):
    """A viewing plane; the screen shows rows downwards and columns to the right."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"

    @property
    def normal_axis(self) -> int:
        """Array axis that is scrolled through."""
        return {Plane.AXIAL: 0, Plane.CORONAL: 1, Plane.SAGITTAL: 2}[self]

    @property
    def row_axis(self) -> int:
        """Array axis drawn downwards."""
        return {Plane.AXIAL: 1, Plane.CORONAL: 0, Plane.SAGITTAL: 0}[self]

    @property
    def column_axis(self) -> int:
        """Array axis drawn to the right."""
        return {Plane.AXIAL: 2, Plane.CORONAL: 2, Plane.SAGITTAL: 1}[self]

    @property
    def row_is_flipped(self) -> bool:
        """Whether the row axis is drawn upwards (head up in coronal and sagittal planes)."""
        return self is not Plane.AXIAL


def extract_slice(array: AnyArray, plane: Plane, index: int) -> AnyArray:
    """The 2-D array drawn on screen: row 0 at the top, column 0 at the left (a view).

    Parameters
    ----------
    array
        Shape ``(k, j, i)``, canonical order.
    plane
        Which plane.
    index
        Index along ``plane.normal_axis``.
    """
    selection: list[slice | int] = [slice(None)] * 3
    selection[plane.normal_axis] = index
    cut = np.asarray(array[tuple(selection)])
    return cut[::-1] if plane.row_is_flipped else cut


def pixel_to_index(
    plane: Plane, slice_index: int, row: float, column: float, shape: tuple[int, int, int]
) -> tuple[float, float, float]:
    """Array index ``(k, j, i)`` under an on-screen pixel centre (fractional pixels allowed)."""
    index = [0.0, 0.0, 0.0]
    index[plane.normal_axis] = float(slice_index)
    last_row = shape[plane.row_axis] - 1
    index[plane.row_axis] = last_row - row if plane.row_is_flipped else row
    index[plane.column_axis] = column
    return (index[0], index[1], index[2])


def index_to_pixel(
    plane: Plane, index_kji: tuple[float, float, float], shape: tuple[int, int, int]
) -> tuple[float, float]:
    """On-screen ``(row, column)`` of an array index; inverse of `pixel_to_index`."""
    row = index_kji[plane.row_axis]
    if plane.row_is_flipped:
        row = shape[plane.row_axis] - 1 - row
    return (row, index_kji[plane.column_axis])


def edge_letters(geometry: VolumeGeometry, plane: Plane, flips: tuple[bool, bool] = (False, False)) -> dict[str, str]:
    """Orientation letters for the four edges, computed from the displayed directions.

    Parameters
    ----------
    flips
        Whether the view is mirrored, top to bottom and left to right.

    Returns
    -------
    dict
        Keys ``"left"``, ``"right"``, ``"top"``, ``"bottom"``.
    """
    right = np.array(geometry.directions[:, plane.column_axis])
    down = np.array(geometry.directions[:, plane.row_axis])
    if plane.row_is_flipped != flips[0]:
        down = -down
    if flips[1]:
        right = -right
    return {
        "left": direction_letters(-right),
        "right": direction_letters(right),
        "top": direction_letters(-down),
        "bottom": direction_letters(down),
    }
