"""Whether a slice is like what a PH classifier learned from; a class is only shown when it is."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ctviewer.domain.arrays import BoolArray, LabelArray
from ctviewer.domain.errors import NotApplicableError
from ctviewer.domain.trunk_level import ENHANCED_HU, MINIMUM_VESSEL_MM2, enhanced_vessel_mm2, lungs_on
from ctviewer.domain.volume import Volume

MOST_STEP_MM = 10.0
"""Slices further apart may miss the trunk (it is about 25 mm high) or blur it with its neighbours."""

FEWEST_SLICES = 10
MOST_CUT_MM = 25.0
"""Length of lung on the edge of the image from which the chest counts as cut off: its width is then unknown."""


def shown_number(volume: Volume, k: int) -> int:
    """Number of slice ``k`` as the axial view shows it: 1 is the most cranial."""
    return volume.hu.shape[0] - k


def check_volume(volume: Volume) -> None:
    """Raise `NotApplicableError` where no slice of the volume can be classified."""
    label, step_mm = volume.series.label, volume.geometry.spacing_mm[0]
    if not volume.is_hu:
        raise NotApplicableError(
            f"“{label}” was not classified: its values are not Hounsfield units.",
            "Choose a CT series with calibrated values.",
        )
    if not volume.has_positions:
        raise NotApplicableError(
            f"“{label}” was not classified: its images carry no positions, so left and right are unknown.",
            "Choose a CT series with positions.",
        )
    if volume.hu.shape[0] < FEWEST_SLICES:
        raise NotApplicableError(
            f"“{label}” was not classified: {volume.hu.shape[0]} slices are too few to find the pulmonary trunk.",
            f"At least {FEWEST_SLICES} axial slices are needed.",
        )
    if step_mm > MOST_STEP_MM:
        raise NotApplicableError(
            f"“{label}” was not classified: its slices are {step_mm:.1f} mm apart.",
            f"The pulmonary trunk needs slices at most {MOST_STEP_MM:.0f} mm apart.",
        )


def check_slice(volume: Volume, k: int, labels: LabelArray | None) -> None:
    """Raise `NotApplicableError` where slice ``k`` is unlike the training pictures: no lungs, cut off, no contrast."""
    refused = f"Slice {shown_number(volume, k)} was not classified"
    lungs = lungs_on(volume.hu, k, labels)
    if not lungs.any():
        raise NotApplicableError(
            f"{refused}: no lungs were found on it.",
            "Choose a slice through the pulmonary trunk.",
        )
    cut_mm = _lung_on_edge_mm(volume, k, lungs)
    if cut_mm > MOST_CUT_MM:
        raise NotApplicableError(
            f"{refused}: the chest is cut off by the field of view ({cut_mm:.0f} mm of lung lie on its edge).",
            "The classifier relates the vessels to the width of the chest; use a reconstruction of the whole chest.",
        )
    vessel_mm2 = enhanced_vessel_mm2(volume.hu[k], lungs, volume.geometry)
    if vessel_mm2 < MINIMUM_VESSEL_MM2:
        raise NotApplicableError(
            f"{refused}: only {vessel_mm2:.0f} mm² of blood above {ENHANCED_HU[0]} HU lie "
            "between the lungs, so the scan seems to be without contrast medium there.",
            f"The classifier learned from contrast-enhanced scans only (at least {MINIMUM_VESSEL_MM2:.0f} mm²).",
        )


def _lung_on_edge_mm(volume: Volume, k: int, lungs: BoolArray) -> float:
    inside = np.ones(lungs.shape, dtype=bool) if volume.padding is None else ~np.asarray(volume.padding[k])
    # Outside the array counts as outside the field of view.
    core = ndimage.binary_erosion(inside, iterations=1, border_value=0)
    _, dj, di = volume.geometry.spacing_mm
    return float((lungs & inside & ~core).sum() * (dj + di) / 2)
