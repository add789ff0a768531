"""A long, coarse body with lungs where one wants them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ctviewer.domain.volume import Volume
from tests.support.volumes import volume

SHAPE = (48, 40, 40)


def body(lungs: slice, spacing_mm: tuple[float, float, float] = (12.0, 10.0, 10.0), **changes: Any) -> Volume:
    """A cylinder of soft tissue in air, with two lungs and a gas bubble in the belly."""
    made = volume(SHAPE, spacing_mm, **changes)
    j, i = np.ogrid[: SHAPE[1], : SHAPE[2]]
    hu = np.full(SHAPE, -1000, np.int16)
    hu[:, ((j - 20) / 12) ** 2 + ((i - 20) / 17) ** 2 < 1] = 40
    hu[5:20, 15:18, 18:21] = -990
    for level in range(*lungs.indices(SHAPE[0])):
        wide = min(level - lungs.start, 5)
        hu[level, 13:27, 9 : 11 + wide] = hu[level, 13:27, 28 - wide : 31] = -850
    return replace(made, hu=hu)
