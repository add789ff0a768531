"""Stored pixel values to Hounsfield units, in place where the numbers allow it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import AnyArray, BoolArray
from ctviewer.io.dicom_instance import Instance
from ctviewer.io.dicom_walk import HeaderError
from ctviewer.io.resample import OUTSIDE_HU

INT16 = np.iinfo(np.int16)


def stored_to_hu(stored: AnyArray, instance: Instance, out: NDArray[np.int16]) -> tuple[BoolArray | None, bool]:
    """Write HU of one slice into ``out``.

    Values beyond int16 saturate (they are padding or metal far outside the HU scale); MONOCHROME1 is a display hint and
    never inverts.

    Parameters
    ----------
    stored
        Shape ``(rows, columns)``, integers as stored. May share memory with ``out``.
    instance
        Sign, bits, rescale and padding values; a missing slope or intercept leaves the numbers as they are.
    out
        Shape ``(rows, columns)``.

    Returns
    -------
    tuple
        Mask of padding pixels (None if there are none), and whether anything saturated that is not padding.

    Raises
    ------
    HeaderError
        If the header misplaces the stored bits.
    """
    beyond = _padding_beyond_stored_bits(stored, instance)
    stored = significant_bits(stored, instance)
    padding, saturated = _rescaled(stored, instance, out)
    if beyond is not None:
        out[beyond] = OUTSIDE_HU
        padding = beyond if padding is None else padding | beyond
    return padding, saturated


def _rescaled(stored: AnyArray, instance: Instance, out: NDArray[np.int16]) -> tuple[BoolArray | None, bool]:
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
    if padding is not None:
        out[padding & (exact > INT16.max)] = OUTSIDE_HU  # written without its sign: no bright frame
    return padding, bool(saturated.any())


def _padding_beyond_stored_bits(stored: AnyArray, instance: Instance) -> BoolArray | None:
    """Pixels with a padding value that only fits all allocated bits; some scanners use one beside 12-bit pixels."""
    bits, width = instance.bits_stored, stored.dtype.itemsize * 8
    if instance.padding is None or bits >= width:
        return None
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if instance.is_signed else (0, (1 << bits) - 1)
    if low <= instance.padding[0] and instance.padding[1] <= high:
        return None
    kind = "i" if instance.is_signed else "u"
    return padding_mask(stored.view(f"{kind}{stored.dtype.itemsize}"), instance.padding)


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

    Raises
    ------
    HeaderError
        If values lie above unused bits, as the header says, but use those too.
    """
    width = values.dtype.itemsize * 8
    kind = "i" if instance.is_signed else "u"
    values = values.view(f"{kind}{values.dtype.itemsize}")
    unused_above = width - 1 - min(instance.high_bit, width - 1)
    unused = width - min(instance.bits_stored, width)
    if unused == 0:
        return values
    unused_below = unused - unused_above
    if unused_below > 0 and (values & ((1 << unused_below) - 1)).any():
        raise HeaderError(
            f"its header says that {instance.bits_stored} bits are stored up to bit {instance.high_bit}, "
            "but its pixels use the bits below too"
        )
    if unused_above == unused and _fits(values, instance):
        return values
    return (values << unused_above) >> unused


def _fits(values: AnyArray, instance: Instance) -> bool:
    if instance.is_signed:
        half = 1 << (instance.bits_stored - 1)
        return int(values.min()) >= -half and int(values.max()) < half
    return int(values.max()) < 1 << instance.bits_stored
