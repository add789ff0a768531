"""A chest with an ascending aorta and a dividing pulmonary trunk of known diameters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import ndimage

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.study import PatientInfo, SeriesRef, SourceFormat
from ctviewer.domain.volume import SourceGrid, Volume

AORTA_MM, TRUNK_MM, RIGHT_MM = 32.0, 26.0, 18.0
AXIS_MM = 90.0
"""Width and depth of the slices are twice this."""
AORTA_AT = (-24.0, -8.0)
"""Middle of the aorta: millimetres behind and to the left of the middle of the slice."""
LEVEL_MM = 45.0
"""Height of the bifurcation above the lowest slice."""


def vessel_volume(
    spacing_mm=(3.0, 1.6, 1.4),
    blood_hu=(350, 400),
    noise_hu=0.0,
    height_mm=90.0,
    directions=None,
    sex="M",
    turn_deg=0.0,
) -> Volume:
    """The phantom on a grid.

    Parameters
    ----------
    blood_hu
        Pulmonary arteries, aorta.
    directions
        Columns are the LPS directions of ``(k, j, i)``; default head, back, left.
    turn_deg
        How far the trunk is turned about the patient's long axis.
    """
    shape = tuple(round(length / step) for length, step in zip((height_mm, 180, 180), spacing_mm, strict=True))
    z = np.arange(shape[0])[:, None, None] * spacing_mm[0]
    y = (np.arange(shape[1]) - (shape[1] - 1) / 2)[None, :, None] * spacing_mm[1]
    x = (np.arange(shape[2]) - (shape[2] - 1) / 2)[None, None, :] * spacing_mm[2]
    hu = np.full(shape, -1000.0)
    hu[np.broadcast_to((x / 88) ** 2 + (y / 80) ** 2 < 1, shape)] = 40.0
    lungs = ((np.abs(x) - 50) / 26) ** 2 + (y / 55) ** 2 < 1
    hu[np.broadcast_to(lungs, shape)] = -850.0
    hu[np.broadcast_to((np.hypot(x, y - 42) < 15), shape)] = 250.0  # spine
    hu[np.broadcast_to((np.hypot(x, y - 42) < 15) & (np.hypot(x, y - 42) > 12), shape)] = 700.0
    hu[_arteries(x, y, z, turn_deg)] = blood_hu[0]
    hu[np.broadcast_to(np.hypot(y - AORTA_AT[0], x - AORTA_AT[1]) < AORTA_MM / 2, shape)] = blood_hu[1]
    hu = ndimage.gaussian_filter(hu, [0, 0.6 / spacing_mm[1], 0.6 / spacing_mm[2]])
    hu += np.random.default_rng(5).normal(0, noise_hu, shape) if noise_hu else 0.0
    affine = np.eye(4)
    axes = np.array([(0, 0, 1), (0, 1, 0), (1, 0, 0)], float).T if directions is None else directions
    affine[:3, :3] = axes * np.array(spacing_mm)
    geometry = VolumeGeometry(shape, affine)
    series = SeriesRef(
        (Path("/nowhere/vessels.dcm"),), SourceFormat.DICOM, shape, spacing_mm, series_uid="1.2.9", modality="CT",
        series_description="Vessels", patient=PatientInfo("P-2", "VESSEL^PHANTOM", "19600102", sex),
    )  # fmt: skip
    return Volume(np.round(hu).astype(np.int16), geometry, series, SourceGrid(geometry))


def _arteries(x, y, z, turn_deg):
    """Trunk beside the aorta, and at the bifurcation the right artery behind it."""
    turn = np.radians(turn_deg)
    middle_y, middle_x = AORTA_AT[0] + 4.0, AORTA_AT[1] + AORTA_MM / 2 + TRUNK_MM / 2 + 4.0
    along = (y - middle_y) * np.cos(turn) + (x - middle_x) * np.sin(turn)
    across = -(y - middle_y) * np.sin(turn) + (x - middle_x) * np.cos(turn)
    trunk = (np.abs(across) < TRUNK_MM / 2) & (along > -24) & (along < 24)
    behind = AORTA_AT[0] + AORTA_MM / 2 + 4.0 + RIGHT_MM / 2
    right = (np.abs(y - behind) < RIGHT_MM / 2) & (x > -34) & (x < middle_x)
    at_level = np.abs(z - LEVEL_MM) <= 7.0
    return (trunk & (z <= LEVEL_MM + 7.0)) | (right & at_level)
