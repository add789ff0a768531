"""Stored pixel values to Hounsfield units, in place where the numbers allow it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import AnyArray, BoolArray
from ctviewer.io.dicom_instance import Instance

INT16 = np.iinfo(np.int16)


def stored_to_hu(stored: AnyArray, instance: Instance, out: NDArray[np.int16]) -> tuple[BoolArray | None, bool]:
    """Write HU of one slice into ``out``.

    Values beyond int16 saturate (they are padding or metal far outside the HU scale); MONOCHROME1 is a display hint and
    never inverts.

    Parameters
    ----------
    stored
        Shape ``(rows, columns)``, integers as stored, sign and unused bits resolved. May share memory with ``out``.
    instance
        Rescale and padding values; a missing slope or intercept leaves the numbers as they are.
    out
        Shape ``(rows, columns)``.

    Returns
    -------
    tuple
        Mask of padding pixels (None if there are none), and whether anything saturated that is not padding.
    """
    padding = padding_mask(stored, instance.padding)
    slope = 1.0 if instance.slope is None else instance.slope
    intercept = 0.0 if instance.intercept is None else instance.intercept
    if slope == 1.0 and intercept == int(intercept) and _stays_int16(stored, int(intercept)):
        if stored.dtype.itemsize != 2:
            np.copyto(out, stored.astype(np.int32) + int(intercept), casting="unsafe")
        else:  # modular arithmetic in 16 bits is exact because the result fits
            np.add(stored.view(np.int16), np.int64(int(intercept)).astype(np.int16), out=out)
        return padding, False
    exact = np.rint(stored * np.float64(slope) + intercept)
    saturated = (exact < INT16.min) | (exact > INT16.max)
    if padding is not None:
        saturated &= ~padding
    np.copyto(out, np.clip(exact, INT16.min, INT16.max), casting="unsafe")
    return padding, bool(saturated.any())


def _stays_int16(stored: AnyArray, shift: int) -> bool:
    """Whether no value leaves int16 by a shift; looks only at the end of the range that can."""
    possible = np.iinfo(stored.dtype)
    low_fits = possible.min + shift >= INT16.min or int(stored.min()) + shift >= INT16.min
    return low_fits and (possible.max + shift <= INT16.max or int(stored.max()) + shift <= INT16.max)


def padding_mask(stored: AnyArray, padding: tuple[int, int] | None) -> BoolArray | None:
    """Where stored values mean “no data”; None if nowhere."""
    if padding is None:
        return None
    low, high = padding
    mask = stored == low if low == high else (stored >= low) & (stored <= high)
    return mask if mask.any() else None


def significant_bits(values: AnyArray, instance: Instance) -> AnyArray:
    """Integers of the stored width with the image's sign; bits outside the stored ones (old overlays) are dropped.

    Parameters
    ----------
    values
        Integer array of 8, 16 or 32 bits.
    """
    width = values.dtype.itemsize * 8
    kind = "i" if instance.is_signed else "u"
    values = values.view(f"{kind}{values.dtype.itemsize}")
    unused_above = width - 1 - min(instance.high_bit, width - 1)
    unused = width - min(instance.bits_stored, width)
    if unused == 0:
        return values
    if unused_above == unused and _fits(values, instance):
        return values
    return (values << unused_above) >> unused


def _fits(values: AnyArray, instance: Instance) -> bool:
    if instance.is_signed:
        half = 1 << (instance.bits_stored - 1)
        return int(values.min()) >= -half and int(values.max()) < half
    return int(values.max()) < 1 << instance.bits_stored
