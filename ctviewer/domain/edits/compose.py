"""From "where" to "what": apply the paint rule to a region and keep only voxels that really change."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ctviewer.domain.arrays import AnyArray, LabelArray
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.edits.region import Region


@dataclass(frozen=True, slots=True)
class PaintRule:
    """Which voxels an operation may change.

    Parameters
    ----------
    locked
        Labels that never change and are never painted over.
    only_over
        If given, only voxels that hold one of these labels may change (``{0}``: background only).
    hu_range
        If given, only voxels with ``low <= HU <= high`` may change.
    """

    locked: frozenset[int] = field(default_factory=frozenset)
    only_over: frozenset[int] | None = None
    hu_range: tuple[float, float] | None = None


def compose(
    region: Region, label: int, labels: LabelArray, rule: PaintRule | None = None, hu: AnyArray | None = None
) -> MaskEdit | None:
    """The edit that gives a region a label, as far as the rule allows.

    Parameters
    ----------
    region
        Where to paint.
    label
        New label value; 0 erases.
    labels
        Whole label array, ``(k, j, i)``; not changed.
    rule
        Limits; default none.
    hu
        Whole HU array; needed when the rule has an HU range.

    Returns
    -------
    MaskEdit or None
        None when no voxel would change.
    """
    rule = rule or PaintRule()
    if label in rule.locked:
        return None
    current = labels[region.bbox]
    changed = region.mask & (current != label)
    if rule.locked:
        changed &= ~np.isin(current, list(rule.locked))
    if rule.only_over is not None:
        changed &= np.isin(current, list(rule.only_over))
    if rule.hu_range is not None:
        if hu is None:
            raise ValueError("Argument 'hu' is needed when the rule has an HU range.")
        low, high = rule.hu_range
        inside = hu[region.bbox]
        changed &= (inside >= low) & (inside <= high)
    if not changed.any():
        return None
    before = current[changed]
    return MaskEdit.from_mask(region.bbox, changed, before, np.full(before.shape, label, np.uint8))
