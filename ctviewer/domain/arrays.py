"""Array types used in signatures, named once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
"""Float64 array; the docstring of the function says shape, unit and space."""

Points = NDArray[np.float64]
"""Shape ``(N, 3)``."""

HUArray = NDArray[np.int16]
"""Shape ``(slices, rows, columns)``, Hounsfield units."""

LabelArray = NDArray[np.uint8]
"""Shape ``(slices, rows, columns)``, label values; 0 is background."""

BoolArray = NDArray[np.bool_]

AnyArray = NDArray[Any]

BBox = tuple[slice, slice, slice]
"""Half-open index box, order ``(k, j, i)``; every slice has explicit start and stop and no step."""


def read_only(array: AnyArray) -> AnyArray:
    """Return a non-writeable view of an array (the caller's own reference stays writeable)."""
    view = array.view()
    view.flags.writeable = False
    return view
