"""Straightening a stack: sideways shifts (gantry tilt) and uneven slice distances, by linear interpolation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import AnyArray, BoolArray, FloatArray, HUArray
from ctviewer.io.dicom_stack_notes import GAP_FACTOR

OUTSIDE_HU = -1024
"""Value of voxels for which the scanner delivered nothing; they are marked as padding too."""


def shift_slices(
    hu: HUArray, padding: BoolArray | None, shifts_px: FloatArray, shape: tuple[int, int]
) -> tuple[HUArray, BoolArray]:
    """Draw every slice at its own in-plane offset on a larger canvas.

    Parameters
    ----------
    hu
        Shape ``(slices, rows, columns)``.
    shifts_px
        Offset of each slice on the canvas in pixels ``(down, right)``, not negative, shape ``(slices, 2)``.
    shape
        Rows and columns of the canvas.

    Returns
    -------
    tuple
        HU and padding, shape ``(slices, *shape)``.
    """
    moved = np.full((len(hu), *shape), OUTSIDE_HU, dtype=np.int16)
    outside = np.ones((len(hu), *shape), dtype=np.bool_)
    for k, (down, right) in enumerate(shifts_px):
        j0, i0 = int(np.floor(down + 1e-9)), int(np.floor(right + 1e-9))
        weights = (max(down - j0, 0.0), max(right - i0, 0.0))
        invalid = None if padding is None else padding[k]
        values, holes = _shift_fraction(hu[k], invalid, weights)
        target = (k, slice(j0, j0 + values.shape[0]), slice(i0, i0 + values.shape[1]))
        fits = (slice(0, shape[0] - j0), slice(0, shape[1] - i0))
        moved[target] = values[fits]
        outside[target] = holes[fits]
    return moved, outside


def _shift_fraction(
    image: NDArray[np.int16], invalid: BoolArray | None, weights: tuple[float, float]
) -> tuple[NDArray[np.int16], BoolArray]:
    """Move an image down and right by less than a pixel; one row and column larger, edges invalid."""
    values: AnyArray = np.pad(image.astype(np.float32), ((0, 1), (0, 1)), mode="edge")
    holes = np.ones(values.shape, dtype=np.bool_)
    holes[:-1, :-1] = False if invalid is None else invalid
    for axis, weight in enumerate(weights):
        if weight < 1e-6:
            continue
        before_values, before_holes = _previous(values, axis), _previous(holes, axis)
        values = (1 - weight) * values + weight * before_values
        holes |= before_holes
        edge: list[slice | int] = [slice(None), slice(None)]
        edge[axis] = 0
        holes[tuple(edge)] = True
    result = np.rint(values).astype(np.int16)
    result[holes] = OUTSIDE_HU
    return result, holes


def _previous(array: AnyArray, axis: int) -> AnyArray:
    return np.roll(array, 1, axis=axis)


def interpolate_slices(
    hu: HUArray, padding: BoolArray | None, positions_mm: FloatArray, targets_mm: FloatArray
) -> tuple[HUArray, BoolArray | None]:
    """Slices at uniform positions from slices at uneven ones; positions inside a gap become padding.

    Parameters
    ----------
    hu
        Shape ``(slices, rows, columns)``.
    positions_mm
        Sorted positions of the slices.
    targets_mm
        Positions wanted, inside the range of ``positions_mm``.
    """
    upper = np.clip(np.searchsorted(positions_mm, targets_mm, side="left"), 1, len(positions_mm) - 1)
    lower = upper - 1
    steps = positions_mm[upper] - positions_mm[lower]
    weights = (targets_mm - positions_mm[lower]) / steps
    longest = GAP_FACTOR * float(np.median(np.diff(positions_mm)))
    out = np.empty((len(targets_mm), *hu.shape[1:]), dtype=np.int16)
    invalid = np.zeros(out.shape, dtype=np.bool_)
    for n, (low, high, weight) in enumerate(zip(lower, upper, weights, strict=True)):
        near = min(weight, 1 - weight) * steps[n]
        if steps[n] > longest and near > 1e-3:
            out[n], invalid[n] = OUTSIDE_HU, True
            continue
        out[n] = np.rint((1 - weight) * hu[low].astype(np.float32) + weight * hu[high].astype(np.float32))
        if padding is not None:
            invalid[n] = (padding[low] & (weight < 1)) | (padding[high] & (weight > 0))
    return out, invalid if invalid.any() else None
