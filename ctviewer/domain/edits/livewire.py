"""A line that snaps to edges: the cheapest way between two points over a picture of its gradient."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.graph import MCP_Geometric

from ctviewer.domain.arrays import AnyArray, FloatArray

HU_LIMITS = (-1000.0, 400.0)
"""Beyond these only metal, bone and padding would decide where edges are."""
SMOOTHING_PX = 1.0
STRONG_EDGE_PERCENTILE = 92.0
FLAT_COST, EDGE_COST = 1.0, 0.04
"""Cost of a millimetre through flat tissue and along a strong edge."""
REACH_PX = 96
"""Half size of the window in which ways are looked for; it grows when the pointer leaves it."""


class Livewire:
    """Cheapest ways over one slice.

    Parameters
    ----------
    hu
        Slice, shape ``(rows, columns)``.
    spacing_mm
        Distance of rows and of columns.

    Notes
    -----
    Mortensen and Barrett, "Intelligent scissors for image composition", SIGGRAPH 1995.
    """

    def __init__(self, hu: AnyArray, spacing_mm: tuple[float, float]) -> None:
        self._spacing_mm = spacing_mm
        self._cost = edge_cost(hu, spacing_mm)
        self._ways: MCP_Geometric | None = None
        self._anchor = (0, 0)
        self._origin = (0, 0)
        self._window = (0, 0)

    def set_anchor(self, pixel: tuple[float, float]) -> None:
        """Begin all ways at a pixel ``(row, column)``."""
        self._anchor = self._inside(pixel)
        self._ways = None

    def path_to(self, pixel: tuple[float, float]) -> FloatArray:
        """Pixels of the cheapest way from the anchor, shape ``(N, 2)``, both ends included."""
        target = self._inside(pixel)
        reach = max(abs(target[0] - self._anchor[0]), abs(target[1] - self._anchor[1]))
        if self._ways is None or not self._covers(target):
            self._look_around(max(REACH_PX, reach + REACH_PX // 2))
        if self._ways is None:  # set by the line above
            raise RuntimeError("no ways were computed")
        local = (target[0] - self._origin[0], target[1] - self._origin[1])
        return np.array(self._ways.traceback(local), dtype=np.float64) + self._origin

    def _look_around(self, reach: int) -> None:
        low = [max(a - reach, 0) for a in self._anchor]
        high = [min(a + reach + 1, n) for a, n in zip(self._anchor, self._cost.shape, strict=True)]
        self._origin = (low[0], low[1])
        self._window = (high[0] - low[0], high[1] - low[1])
        self._ways = MCP_Geometric(self._cost[low[0] : high[0], low[1] : high[1]], sampling=self._spacing_mm)
        self._ways.find_costs([(self._anchor[0] - low[0], self._anchor[1] - low[1])])

    def _covers(self, pixel: tuple[int, int]) -> bool:
        return all(0 <= p - o < n for p, o, n in zip(pixel, self._origin, self._window, strict=True))

    def _inside(self, pixel: tuple[float, float]) -> tuple[int, int]:
        rows, columns = self._cost.shape
        return (min(max(round(pixel[0]), 0), rows - 1), min(max(round(pixel[1]), 0), columns - 1))


def edge_cost(hu: AnyArray, spacing_mm: tuple[float, float]) -> FloatArray:
    """Cost of a millimetre at each pixel: low on edges, high where the picture is flat."""
    clipped = np.clip(hu.astype(np.float64), *HU_LIMITS)
    along = [ndimage.gaussian_filter1d(clipped, SMOOTHING_PX, axis, order=1) / spacing_mm[axis] for axis in (0, 1)]
    across = [ndimage.gaussian_filter1d(part, SMOOTHING_PX, 1 - axis) for axis, part in enumerate(along)]
    strength = np.hypot(across[0], across[1])
    strong = float(np.percentile(strength, STRONG_EDGE_PERCENTILE))
    if strong <= 0:
        return np.full(hu.shape, FLAT_COST)
    share = np.minimum(strength / strong, 1.0)
    return np.asarray(FLAT_COST + (EDGE_COST - FLAT_COST) * share)
