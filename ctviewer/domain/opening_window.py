"""The grey-value window a scan is shown with where the reader's own, made for HU, would show nothing."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import Window

_PERCENT = (1, 99)
_SAMPLES = 64
"""Voxels looked at along each axis."""


def opening_window(volume: Volume) -> Window | None:
    """The file's first window, else the range of its values; None where values are HU: the reader's window stays."""
    if volume.is_hu:
        return None
    if volume.series.windows:
        return volume.series.windows[0]
    parts = tuple(slice(None, None, max(n // _SAMPLES, 1)) for n in volume.hu.shape)
    low, high = (float(v) for v in np.percentile(volume.hu[parts], _PERCENT))
    return Window((low + high) / 2, max(high - low, 1.0))
