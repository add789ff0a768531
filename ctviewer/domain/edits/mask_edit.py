"""What changed: the smallest reversible description of one edit of a label map."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import BBox, BoolArray, LabelArray
from ctviewer.domain.edits.region import bounding_box, translated, union_box

_HEADER = struct.Struct("<6iI")


@dataclass(frozen=True, eq=False, slots=True)
class MaskEdit:
    """Voxels inside a box, with their labels before and after.

    Parameters
    ----------
    bbox
        Half-open box ``(k, j, i)``.
    packed
        ``numpy.packbits`` of the changed mask, C order over the box.
    before, after
        Shape ``(n_changed,)``, uint8, in C order of the changed voxels.
    """

    bbox: BBox
    packed: np.ndarray
    before: LabelArray
    after: LabelArray

    @classmethod
    def from_mask(cls, bbox: BBox, changed: BoolArray, before: LabelArray, after: LabelArray) -> MaskEdit:
        """Build from an unpacked mask of the box's shape; ``before`` and ``after`` are 1-D over its True voxels."""
        return cls(bbox, np.packbits(changed), np.ascontiguousarray(before), np.ascontiguousarray(after))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of the box."""
        return (
            self.bbox[0].stop - self.bbox[0].start,
            self.bbox[1].stop - self.bbox[1].start,
            self.bbox[2].stop - self.bbox[2].start,
        )

    @property
    def changed(self) -> BoolArray:
        """Boolean mask of the box's shape, True where a voxel changes."""
        count = int(np.prod(self.shape))
        return np.unpackbits(self.packed, count=count).astype(bool).reshape(self.shape)

    @property
    def n_changed(self) -> int:
        """Number of voxels that change."""
        return int(self.before.size)

    @property
    def nbytes(self) -> int:
        """Memory held by this edit."""
        return int(self.packed.nbytes + self.before.nbytes + self.after.nbytes)

    def inverse(self) -> MaskEdit:
        """The edit that undoes this one."""
        return MaskEdit(self.bbox, self.packed, self.after, self.before)

    def apply_to(self, labels: LabelArray) -> None:
        """Change the voxels of a whole label array in place.

        Raises
        ------
        ValueError
            If the box does not fit or the voxels do not hold what the edit says they hold; nothing is changed then.
        """
        part = labels[self.bbox]
        if part.shape != self.shape:
            raise ValueError(f"The edit's box {self.bbox} does not fit a mask of shape {labels.shape}.")
        changed = self.changed
        if not np.array_equal(part[changed], self.before):
            raise ValueError("The edit was made for another state of the mask.")
        part[changed] = self.after

    def to_bytes(self) -> bytes:
        """Compressed form for the journal: box, counts, packed mask, before, after."""
        box = [v for s in self.bbox for v in (s.start, s.stop)]
        head = _HEADER.pack(*box, self.n_changed)
        return zlib.compress(head + self.packed.tobytes() + self.before.tobytes() + self.after.tobytes(), 1)

    @classmethod
    def from_bytes(cls, blob: bytes) -> MaskEdit:
        """Inverse of `to_bytes`.

        Raises
        ------
        ValueError
            If the bytes are not a complete edit.
        """
        try:
            raw = zlib.decompress(blob)
            *box, count = _HEADER.unpack_from(raw)
        except (zlib.error, struct.error) as error:
            raise ValueError(f"Not a mask edit: {error}") from error
        bbox = (slice(box[0], box[1]), slice(box[2], box[3]), slice(box[4], box[5]))
        if not all(0 <= s.start < s.stop for s in bbox):
            raise ValueError(f"Not a mask edit: impossible box {box}")
        n_mask = (int(np.prod([s.stop - s.start for s in bbox])) + 7) // 8
        if len(raw) != _HEADER.size + n_mask + 2 * count:
            raise ValueError("Not a mask edit: wrong length")
        data = np.frombuffer(raw, np.uint8, offset=_HEADER.size)
        edit = cls(bbox, data[:n_mask], data[n_mask : n_mask + count], data[n_mask + count :])
        if np.count_nonzero(edit.changed) != count:
            raise ValueError("Not a mask edit: the mask does not have the stated number of voxels")
        return edit


def edit_between(before: LabelArray, after: LabelArray, bbox: BBox | None = None) -> MaskEdit | None:
    """The edit that turns one array into another of the same shape; None if they are equal.

    Parameters
    ----------
    before, after
        Whole label arrays, or the parts of them inside ``bbox``.
    bbox
        Where the arrays lie in the volume; default: they are the whole volume.
    """
    differs = before != after
    inner = bounding_box(differs)
    if inner is None:
        return None
    changed = differs[inner]
    offset = (0, 0, 0) if bbox is None else tuple(s.start for s in bbox)
    moved = [slice(s.start + o, s.stop + o) for s, o in zip(inner, offset, strict=True)]
    return MaskEdit.from_mask((moved[0], moved[1], moved[2]), changed, before[inner][changed], after[inner][changed])


def coalesce(edits: list[MaskEdit]) -> MaskEdit | None:
    """One edit with the effect of several applied in order (first-touch ``before``, last ``after``).

    Voxels that end as they began are dropped; None if nothing remains.
    """
    if not edits:
        return None
    if len(edits) == 1 and (edits[0].before != edits[0].after).all():
        return edits[0]
    box = edits[0].bbox
    for edit in edits[1:]:
        box = union_box(box, edit.bbox)
    shape = tuple(s.stop - s.start for s in box)
    touched = np.zeros(shape, bool)
    before = np.zeros(shape, np.uint8)
    after = np.zeros(shape, np.uint8)
    for edit in edits:
        inner = translated(edit.bbox, box)
        changed = edit.changed
        first = changed & ~touched[inner]
        before[inner][first] = edit.before[first[changed]]
        after[inner][changed] = edit.after
        touched[inner] |= changed
    return edit_between(
        np.where(touched, before, 0).astype(np.uint8), np.where(touched, after, 0).astype(np.uint8), box
    )
