"""Which voxels a person made: what a model must not change without being told to."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ctviewer.domain.arrays import BoolArray, LabelArray
from ctviewer.domain.edits.history import MODEL_TOOL, Commit


def human_voxels(labels: LabelArray, commits: Iterable[Commit]) -> BoolArray:
    """Voxels whose present label a person gave them, shape ``(k, j, i)``.

    Parameters
    ----------
    labels
        Present label array.
    commits
        Gestures in effect, oldest first. A voxel belongs to whoever touched it last. Labelled voxels that none of them
        touched (an imported mask, a history that was cut off) count as a person's, because nobody can say otherwise.
    """
    human = labels != 0
    for commit in commits:
        human[commit.edit.bbox][commit.edit.changed] = commit.tool != MODEL_TOOL
    return np.asarray(human)
