"""Reads a written mask file back as labels."""

from collections.abc import Sequence
from pathlib import Path

from ctviewer.domain.arrays import LabelArray
from ctviewer.domain.found_structure import labels_of, matching_segment
from ctviewer.domain.segment import CHEST_SEGMENTS, Segment
from ctviewer.domain.volume import Volume
from ctviewer.services.importing import read_mask


def import_labels(path: Path, volume: Volume, segments: Sequence[Segment] = CHEST_SEGMENTS) -> LabelArray:
    """The mask of a file whose structures are all in the label table, in canonical order."""
    found = read_mask(path, volume, segments).structures
    chosen = [matching_segment(structure, segments) for structure in found]
    assert all(target is not None or not s.region for s, target in zip(found, chosen, strict=True))
    return labels_of(found, chosen, volume.geometry.shape)
