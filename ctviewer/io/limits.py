"""What is believed of a header, and how much a file may make this program allocate, checked before anything is."""

from __future__ import annotations

import os

import numpy as np

from ctviewer.domain.errors import UnreadableSeriesError
from ctviewer.domain.geometry import VolumeGeometry

AIR_HU, LOWEST_AIR_HU = -500, -1100
"""A CT has something between these (air around or in the patient); below lies only what was never scanned."""

MIN_SLOPE, MAX_SLOPE, MAX_INTERCEPT = 1e-3, 100.0, 1e5
"""Beyond these a rescale is a damaged header, not a CT."""

MAX_EXTENT_MM = 5000.0
"""Longer than any scanner's table; a header beyond it is damaged or in other units…"""

MIN_EXTENT_MM = 1.0
"""…and so is one whose longest side is below this."""

MAX_POSITION_MM = 1e5

MAX_VOXELS = 4 * 10**9
"""More than any CT: 1024 × 1024 × 3,800."""

BYTES_PER_VOXEL = 2
SHARE_OF_MEMORY = 0.5
"""A volume may take this share of the machine's memory."""


def memory_bytes() -> int:
    """Physical memory of the machine; 8 GB where it cannot be asked."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30


def place_problem(geometry: VolumeGeometry) -> str:
    """Why a volume cannot be as large or lie where its header says; empty if it can. Completes “cannot be read: …”."""
    longest = max(n * mm for n, mm in zip(geometry.shape, geometry.spacing_mm, strict=True))
    if not MIN_EXTENT_MM <= longest <= MAX_EXTENT_MM:
        spacing = "×".join(f"{mm:.4g}" for mm in reversed(geometry.spacing_mm))
        length = f"{longest / 1000:.3g} m" if longest > 1000 else f"{longest:.3g} mm"
        return f"its voxels of {spacing} mm would make it {length} long"
    origin = geometry.affine[:3, 3]
    if np.abs(origin).max() > MAX_POSITION_MM:
        return f"its position {', '.join(f'{v:.4g}' for v in origin)} mm is not possible"
    return ""


def check_volume_size(shape: tuple[int, int, int], label: str) -> None:
    """Raise `UnreadableSeriesError` if a volume of this shape is absurd or does not fit into memory."""
    voxels = int(shape[0]) * int(shape[1]) * int(shape[2])
    needed = voxels * BYTES_PER_VOXEL
    allowed = SHARE_OF_MEMORY * memory_bytes()
    if voxels > MAX_VOXELS or needed > allowed:
        size = "×".join(str(n) for n in reversed(shape))
        raise UnreadableSeriesError(
            label,
            f"it claims {size} voxels, {needed / 2**30:.1f} GB of values, "
            f"and {allowed / 2**30:.1f} GB may be used here",
            "The header is probably damaged; if the scan is really that large, use a machine with more memory.",
        )
