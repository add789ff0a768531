"""Where the scanner delivered no data, as one mask for all slices as long as they agree.

Outside a round field of view every slice has the same mask; a byte per voxel would be half the volume again.
"""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import BoolArray


class PaddingMask:
    """Padding of a stack that is filled slice by slice, in any order.

    Parameters
    ----------
    shape
        Of the stack.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self._shape = shape
        self._common: BoolArray | None = None
        self._set: set[int] = set()
        self._whole: BoolArray | None = None

    def set_slice(self, k: int, mask: BoolArray | np.bool_ | None) -> None:
        """Say which pixels of a slice are padding; None for none, ``True`` for all."""
        if self._whole is None:
            if mask is None:
                return
            if isinstance(mask, np.ndarray) and (self._common is None or np.array_equal(mask, self._common)):
                self._common = np.array(mask) if self._common is None else self._common
                self._set.add(k)
                return
            self._whole = self._spread()
        self._whole[k] = False if mask is None else mask

    def slice_at(self, k: int) -> BoolArray | None:
        """Padding of one slice; None if there is none."""
        if self._whole is not None:
            return np.asarray(self._whole[k])
        return self._common if k in self._set else None

    def array(self, slices: int) -> BoolArray | None:
        """Padding of the first slices, shape ``(slices, rows, columns)``; None if there is none. May be read-only."""
        if self._whole is None and self._common is not None:
            if self._set >= set(range(slices)):
                return np.broadcast_to(self._common, (slices, *self._shape[1:]))
            self._whole = self._spread()
        return None if self._whole is None else self._whole[:slices]

    def _spread(self) -> BoolArray:
        whole = np.zeros(self._shape, dtype=np.bool_)
        for k in self._set:
            whole[k] = self._common
        return whole
