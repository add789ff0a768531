"""The synthetic thorax on small grids, made once per test run."""

from __future__ import annotations

from functools import lru_cache

from ctviewer.io.phantom import Phantom, PhantomGrid, thorax_phantom

SMALL = PhantomGrid.covering_chest(slices=50, size=96)
"""About 3.7 × 3.7 × 6 mm: everything is there, in a second."""

TINY = PhantomGrid.covering_chest(slices=20, size=48)


@lru_cache(maxsize=4)
def phantom(grid: PhantomGrid = SMALL, seed: int = 7) -> Phantom:
    """The phantom on a grid; treat it as read-only."""
    result = thorax_phantom(grid, seed)
    result.hu.flags.writeable = False
    result.labels.flags.writeable = False
    return result
