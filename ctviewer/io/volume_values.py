"""Stored numbers of a volume file to int16 HU or to labels, slice by slice so that no second large array is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ctviewer.domain.arrays import BoolArray, HUArray, LabelArray
from ctviewer.io.limits import AIR_HU, LOWEST_AIR_HU
from ctviewer.io.resample import OUTSIDE_HU
from ctviewer.io.volume_file import FormatError, VolumeHeader
from ctviewer.io.voxel_source import VoxelSource

AIR_SHARE = 0.005
"""Least share of air in a CT; fewer voxels are the blurred rim of a background that was never scanned."""

FRACTION = 0.01
"""Distance from a whole number that is more than the rounding of single precision."""


def fill_hu(
    header: VolumeHeader, hu: HUArray, padding: BoolArray, on_slice: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Read a volume file as HU.

    Parameters
    ----------
    hu, padding
        Filled; shape of the header. ``padding`` must be False; voxels that are no number become True.
    on_slice
        Called with the number of slices done.

    Returns
    -------
    dict
        ``low``, ``high``: range of the values; ``has_air``; ``has_padding``; ``clipped``; ``fractional``.

    Raises
    ------
    FormatError
        If the data are damaged.
    """
    found = {"low": 32767, "high": -32768, "has_padding": False, "clipped": False, "fractional": False}
    air, enough = 0, AIR_SHARE * hu.size
    direct = header.dtype.newbyteorder("=") == np.int16 and header.is_unscaled
    stored = np.empty(hu.shape[1:], dtype=header.dtype)
    with VoxelSource(header) as source:
        for k in range(len(hu)):
            if direct:
                source.read_into(hu[k])
            else:
                source.read_into(stored)
                _convert(stored.view(stored.dtype.newbyteorder("=")), header, hu[k], padding[k], found)
            found["low"] = min(found["low"], int(hu[k].min()))
            found["high"] = max(found["high"], int(hu[k].max()))
            if air < enough:
                air += int(np.count_nonzero((hu[k] <= AIR_HU) & (hu[k] >= LOWEST_AIR_HU)))
            if on_slice is not None:
                on_slice(k + 1)
        source.check_end()
    found["has_air"] = air >= enough
    return found


def fill_labels(header: VolumeHeader, labels: LabelArray) -> None:
    """Read a mask file; raises `FormatError` if a value is no whole number from 0 to 255."""
    stored = np.empty(labels.shape[1:], dtype=header.dtype)
    with VoxelSource(header) as source:
        for k in range(len(labels)):
            source.read_into(stored)
            values = stored.view(stored.dtype.newbyteorder("="))
            if not header.is_unscaled:
                values = values * header.slope + header.intercept
            with np.errstate(invalid="ignore"):
                whole = values.astype(np.uint8)
            if (whole != values).any():
                raise FormatError("its values are no labels (whole numbers from 0 to 255)")
            labels[k] = whole
        source.check_end()


def _convert(stored: np.ndarray, header: VolumeHeader, hu: HUArray, padding: BoolArray, found: dict[str, Any]) -> None:
    values = _scaled(stored, header)
    if values.dtype.kind == "f":
        invalid = ~np.isfinite(values)
        if invalid.any():
            padding[invalid] = True
            values[invalid] = OUTSIDE_HU
            found["has_padding"] = True
        rounded = np.rint(values)
        if not found["fractional"]:  # said once for the file, so looked for until it is found
            found["fractional"] = bool(np.abs(rounded - values).max() > FRACTION)
        values = rounded
    if values.min() < -32768 or values.max() > 32767:
        found["clipped"] = True
        values = np.clip(values, -32768, 32767)
    np.copyto(hu, values, casting="unsafe")


def _scaled(stored: np.ndarray, header: VolumeHeader) -> np.ndarray:
    """Values of stored numbers, in double precision where anything has to be computed."""
    if header.is_unscaled:
        return stored.copy() if stored.dtype.kind == "f" else stored
    return stored.astype(np.float64) * header.slope + header.intercept
