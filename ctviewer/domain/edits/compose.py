"""From "where" to "what": apply the paint rule to a region and keep only voxels that really change."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ctviewer.domain.arrays import AnyArray, BoolArray, LabelArray
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

    def allows(self, current: LabelArray, hu: AnyArray | None = None) -> BoolArray:
        """Which of some voxels may change, by their present labels and their HU values (same shape)."""
        allowed = np.ones(current.shape, bool)
        if self.locked:
            allowed &= ~np.isin(current, list(self.locked))
        if self.only_over is not None:
            allowed &= np.isin(current, list(self.only_over))
        if self.hu_range is not None:
            if hu is None:
                raise ValueError("Argument 'hu' is needed when the rule has an HU range.")
            low, high = self.hu_range
            allowed &= (hu >= low) & (hu <= high)
        return allowed


@dataclass(frozen=True, slots=True)
class EditRules:
    """Rules for what a segment gains and for what it loses; they differ in what may be painted over."""

    paint: PaintRule = field(default_factory=PaintRule)
    erase: PaintRule = field(default_factory=PaintRule)


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
    changed &= rule.allows(current, None if hu is None else hu[region.bbox])
    if not changed.any():
        return None
    before = current[changed]
    return MaskEdit.from_mask(region.bbox, changed, before, np.full(before.shape, label, np.uint8))


def restricted(edit: MaskEdit | None, rule: PaintRule, hu: AnyArray | None = None) -> MaskEdit | None:
    """The part of an edit that a rule allows; None if nothing is left."""
    if edit is None:
        return None
    inside = None if hu is None else hu[edit.bbox][edit.changed]
    kept = rule.allows(edit.before, inside)
    if rule.locked:
        kept &= ~np.isin(edit.after, list(rule.locked))
    if kept.all():
        return edit
    if not kept.any():
        return None
    changed = edit.changed
    changed[changed] = kept
    return MaskEdit.from_mask(edit.bbox, changed, edit.before[kept], edit.after[kept])
