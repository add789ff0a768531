"""What the images of one stack must have in common, and the sentences where they do not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ctviewer.domain.errors import GeometryError
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_slots import Slot

MOST_REPEATS = 8
"""More different images at one and the same place are no duplicates: their positions are wrong."""

ORIENTATION_TOLERANCE = 5e-4
"""Largest difference of a direction cosine between images of one stack (0.03 degrees): headers round them."""


def check_same_matrix(instances: Sequence[Instance]) -> None:
    """Refuse images of different sizes."""
    sizes = sorted({(i.columns, i.rows) for i in instances})
    if len(sizes) > 1:
        listed = ", ".join(f"{c}×{r}" for c, r in sizes)
        raise GeometryError(f"The images have different sizes ({listed}).", "Open one size at a time.")


def check_not_all_in_one_place(instances: Sequence[Instance], slots: Sequence[Slot]) -> None:
    """Refuse a series whose images all claim one position."""
    if len(slots) == 1 and len(instances) > MOST_REPEATS:
        where = ", ".join(f"{value:.1f}" for value in instances[0].position or ())
        raise GeometryError(
            f"All {len(instances)} images of the series claim the same position ({where} mm).",
            "Their order cannot be known; export the series again with positions.",
        )


def check_same_orientation(instances: Sequence[Instance]) -> None:
    """Refuse images that are turned against each other."""
    cosines = np.array([i.orientation for i in instances], dtype=np.float64)
    worst = float(np.abs(cosines - cosines[0]).max())
    if worst > ORIENTATION_TOLERANCE:
        raise GeometryError(
            "The images of the series are turned against each other.", "Open one orientation at a time."
        )


def pixel_spacing(instances: Sequence[Instance]) -> tuple[float, float]:
    """Millimetres ``(between rows, between columns)``; refuses images that do not agree, or do not say."""
    spacings = {i.pixel_spacing for i in instances}
    known = sorted(s for s in spacings if s)
    if not known:
        raise GeometryError("The images do not say how large a pixel is (PixelSpacing).", "Export the series again.")
    low, high = np.min(known, axis=0), np.max(known, axis=0)
    if None in spacings or (high - low > 1e-4 * high).any():
        listed = ", ".join(f"{s[0]:g}×{s[1]:g}" for s in known[:3])
        raise GeometryError(
            f"The pixel size changes within the series ({listed} mm).",
            "The images do not form one volume; export one reconstruction at a time.",
        )
    return known[0]
