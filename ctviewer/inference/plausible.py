"""Post-processing step that drops what cannot be lung or trachea because of where it lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ctviewer.inference.draft import LEFT_LUNG, RIGHT_LUNG, TRACHEA, Draft
from ctviewer.inference.morphology import box_around, components
from ctviewer.inference.preprocess import trunk_mask


def chest_only(draft: Draft, inside_share: float, lung_share: float, trachea_top: float) -> list[str]:
    """Drop parts outside the body, bowel gas below the lungs, and a "trachea" that lies too low to be one.

    Parameters
    ----------
    inside_share
        A part of a lung with less than this share of its voxels inside the patient's trunk is dropped (air in folds of
        blankets). Not checked where the field of view cuts the body off.
    lung_share
        A part of a lung that lies wholly below the middle of the lung's largest part must have at least this share of
        its size: below the lungs there is gas in stomach and colon.
    trachea_top
        Every part of the trachea must reach this share of the height of the lungs in the scan, 0 at their lower and 1
        at their upper end; the upper end of a real one leaves the lungs behind or is cut off together with them.
    """
    lungs = [draft.value_of[key] for key in (LEFT_LUNG, RIGHT_LUNG) if key in draft.value_of]
    trunk = trunk_mask(draft.hu, draft.spacing_mm)
    heights: list[tuple[int, int]] = []
    for value in lungs:
        draft.cancel.raise_if_cancelled()
        box = box_around(draft.labels == value)
        if box is None:
            continue
        labels = draft.labels[box]
        parts, sizes = components(labels == value)
        keep = np.ones(len(sizes), dtype=bool)
        where = np.nonzero(parts)
        numbers = parts[where]
        main = where[0][numbers == sizes.argmax()]
        heights.append((int(main.min()) + box[0].start, int(main.max()) + box[0].start))
        if trunk is not None:
            places = tuple(index + s.start for index, s in zip(where, box, strict=True))
            inside = trunk.holds((places[0], places[1], places[2]))
            keep &= np.bincount(numbers, weights=inside, minlength=len(sizes)) >= inside_share * sizes
            # A lung as empty as air (pneumothorax) may look like outside: the largest part is never given up.
            keep[sizes.argmax()] = True
        keep &= ~_gas_below(where[0], numbers, np.where(keep, sizes, 0), lung_share)
        keep[0] = True
        if not keep.all():
            labels[(parts > 0) & ~keep[parts]] = 0
    _check_trachea(draft, heights, trachea_top)
    return []


def _gas_below(
    slices: NDArray[np.intp], numbers: NDArray[np.int32], sizes: NDArray[np.int64], share: float
) -> NDArray[np.bool_]:
    """Which parts lie wholly below the middle of the largest part and are much smaller than it."""
    largest = int(sizes.argmax())
    if not sizes[largest]:
        return np.zeros(len(sizes), dtype=bool)
    top = np.zeros(len(sizes), dtype=np.intp)
    np.maximum.at(top, numbers, slices)
    middle = slices[numbers == largest].mean()
    return np.asarray((top < middle) & (sizes < share * sizes[largest]))


def _check_trachea(draft: Draft, heights: list[tuple[int, int]], trachea_top: float) -> None:
    """Drop parts of the trachea by the first and last slice of the largest part of each lung.

    Crumbs of lung above the apex do not count: one would make every trachea too low.
    """
    value = draft.value_of.get(TRACHEA)
    box = None if value is None else box_around(draft.labels == value)
    if box is None or not heights:
        return
    lowest, highest = min(low for low, _ in heights), max(high for _, high in heights)
    lowest_top = lowest + trachea_top * (highest - lowest)
    labels = draft.labels[box]
    parts, sizes = components(labels == value)
    for number, place in enumerate(ndimage.find_objects(parts), start=1):
        if sizes[number] and box[0].start + place[0].stop - 1 < lowest_top:
            part = labels[place]
            part[parts[place] == number] = 0
