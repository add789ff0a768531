"""How often each Hounsfield unit occurs, and the figures that follow: one definition for panel, report and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LOWEST_HU, HU_VALUES = -32768, 65536
"""Range of int16, in which volumes keep HU; the cells of a histogram."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class HUHistogram:
    """Number of voxels per whole HU.

    Parameters
    ----------
    counts
        Shape ``(HU_VALUES,)``; the first cell is `LOWEST_HU`. The figures need at least one voxel.
    """

    counts: Counts

    @property
    def voxels(self) -> int:
        """Number of voxels."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float:
        """Mean HU."""
        return float(self.counts @ _cells()) / self.voxels

    @property
    def deviation(self) -> float:
        """Standard deviation of all voxels (divided by their number), HU."""
        return float(np.sqrt(self.counts @ (_cells() - self.mean) ** 2 / self.voxels))

    @property
    def extremes(self) -> tuple[int, int]:
        """Smallest and largest HU."""
        present = np.flatnonzero(self.counts)
        return int(present[0]) + LOWEST_HU, int(present[-1]) + LOWEST_HU

    def percentiles(self, shares: Sequence[int]) -> tuple[int, ...]:
        """For each share in per cent, the smallest HU that at least so many voxels do not exceed.

        A value that occurs, as in numpy's method ``inverted_cdf``; never something between two voxels.
        """
        reached = np.cumsum(self.counts)
        ranks = np.ceil(np.asarray(shares) / 100 * reached[-1])
        return tuple(int(cell) + LOWEST_HU for cell in np.searchsorted(reached, ranks))

    def share_below(self, hu: int) -> float:
        """Share of the voxels below a HU, 0 to 1."""
        return int(self.counts[: hu - LOWEST_HU].sum()) / self.voxels


def hu_cells(hu: NDArray[np.int16]) -> Counts:
    """Numbers of the histogram cells that HU values belong to."""
    return hu.astype(np.int64) - LOWEST_HU


def _cells() -> NDArray[np.float64]:
    return np.arange(HU_VALUES, dtype=np.float64) + LOWEST_HU
