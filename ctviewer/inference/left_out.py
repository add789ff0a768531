"""Post-processing step that gives aerated tissue beside a lung, which the network left out, to that lung."""

from __future__ import annotations

import numpy as np

from ctviewer.inference.draft import LEFT_LUNG, RIGHT_LUNG, Draft
from ctviewer.inference.morphology import box_around, components, faces_by_label, grown, pixel_steps, shrunk, thinned

_AROUND_MM = 60.0
"""How far beside the labelled lungs left-out tissue is looked for."""

_COARSE_MM = 2.0
"""Largest pixel at which it is looked for, unless the scan's own are larger."""


def left_out_lung(
    draft: Draft, low_hu: float, high_hu: float, thickness_mm: float, minimum_ml: float, contact: float
) -> list[str]:
    """Label what has the HU of lung, is thick, and borders on a labelled lung.

    Networks give up where the field of view cuts a lung off: what lies at the edge of the picture looks like the air
    around a body. Nothing but lung is that aerated and shares a surface with lung: air outside of the body is behind
    the chest wall, bowel gas behind the diaphragm, and the rims of airways and vessels are thin.

    Parameters
    ----------
    low_hu, high_hu
        Between them an unlabelled voxel may be lung; air in airways, bowel and outside is darker.
    thickness_mm
        Tissue thinner than twice this in a slice is not looked at.
    minimum_ml
        Smaller pieces are left to the steps that look at borders and holes.
    contact
        Least share of a piece's surface that borders on one lung.
    """
    lungs = [draft.value_of[key] for key in (LEFT_LUNG, RIGHT_LUNG) if key in draft.value_of]
    margin = pixel_steps(_AROUND_MM, draft.spacing_mm)
    box = box_around(np.isin(draft.labels, lungs), (1, *margin))
    if box is None:
        return []
    # What is looked for is thick: every second or third pixel of a fine scan shows it as well and much faster.
    skips, spacing_mm = thinned(draft.spacing_mm, _COARSE_MM)
    coarse = (slice(None), slice(None, None, skips[0]), slice(None, None, skips[1]))
    labels, hu = draft.labels[box], draft.hu[box]
    seen = labels[coarse]
    draft.cancel.raise_if_cancelled()
    tissue = (seen == 0) & (hu[coarse] > low_hu) & (hu[coarse] < high_hu)
    steps = pixel_steps(thickness_mm, spacing_mm)
    parts, sizes = components(grown(shrunk(tissue, steps), steps) & tissue)
    draft.cancel.raise_if_cancelled()
    large = sizes * np.prod(spacing_mm) / 1000.0 >= minimum_ml
    parts[~large[parts]] = 0
    faces = faces_by_label(seen, parts, len(sizes))
    shared = faces[:, lungs]
    beside = shared.max(axis=1) > contact * faces.sum(axis=1)
    becomes = np.where(beside, np.array(lungs, dtype=np.uint8)[shared.argmax(axis=1)], 0).astype(np.uint8)[parts]
    for k in np.flatnonzero(becomes.any(axis=(1, 2))):
        fine = becomes[k].repeat(skips[0], axis=0).repeat(skips[1], axis=1)[: hu.shape[1], : hu.shape[2]]
        free = (fine > 0) & (labels[k] == 0) & (hu[k] > low_hu) & (hu[k] < high_hu)
        labels[k][free] = fine[free]
    return []
