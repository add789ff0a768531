"""How much a file may make this program allocate, checked before anything is."""

from __future__ import annotations

import os

from ctviewer.domain.errors import UnreadableSeriesError

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
