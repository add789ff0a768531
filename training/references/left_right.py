"""Part the lungs: one marker on each side, a watershed on the HU so that they meet on the junction line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.segmentation import watershed

from training.references.morphology import Mask, Spacing, erode

RIGHT, LEFT = 2, 1


def part(
    air: Mask, hu: NDArray[np.int16], spacing_mm: Spacing, middle_i: float, least_share: float = 0.12
) -> NDArray[np.uint8]:
    """Label lung air as left (1) and right (2).

    Parameters
    ----------
    air : ndarray of bool
        Lung air of both sides, (k, j, i).
    hu : ndarray of int16
        The CT.
    spacing_mm : sequence of float
        Voxel size along k, j, i.
    middle_i : float
        Column of the midline; a part belongs to the side its centroid lies on.
    least_share : float
        Share of the air that the smaller lung must have for the parts to count as separated.
    """
    for radius_mm in (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0):
        core = erode(air, radius_mm, spacing_mm) if radius_mm else air
        markers = _side_markers(core, middle_i, least_share)
        if markers is not None:
            break
    else:
        columns = np.arange(air.shape[2])[None, None, :]
        return np.where(air, np.where(columns > middle_i, LEFT, RIGHT), 0).astype(np.uint8)
    landscape = ndimage.gaussian_filter(hu.astype(np.float32), [0.5, 0.7, 0.7])
    labels: NDArray[np.uint8] = watershed(landscape, markers, mask=air).astype(np.uint8)
    return labels


def _side_markers(core: Mask, middle_i: float, least_share: float) -> NDArray[np.int32] | None:
    """Large parts of `core` labelled by side, or None while the lungs still hang together."""
    labels, count = ndimage.label(core)
    if count == 0:
        return None
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    total = sizes.sum()
    lookup = np.zeros(count + 1, dtype=np.int32)
    share = {LEFT: 0.0, RIGHT: 0.0}
    for label in np.flatnonzero(sizes > 0.005 * total):
        columns = np.flatnonzero((labels == label).any(axis=(0, 1)))
        weights = (labels == label).sum(axis=(0, 1))[columns]
        side = LEFT if float(np.average(columns, weights=weights)) > middle_i else RIGHT
        lookup[label] = side
        share[side] += sizes[label] / total
    if min(share.values()) < least_share:
        return None
    return lookup[labels]
