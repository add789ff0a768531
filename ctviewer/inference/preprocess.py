"""From HU slices to the picture a network sees, and from its logits back to labels: one implementation for all.

`InputSpec` says what happens, prediction and training call the same functions. Arrays are canonical ``(k, j, i)``.
Everything works on batches of axial slices, so a whole volume never exists as floating point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from ctviewer.domain.arrays import AnyArray, BoolArray, HUArray, LabelArray
from ctviewer.domain.manifest_parts import InputSpec

BODY_HU = -300
"""Above it: soft tissue, fat and bone. Lung, air, foam and blankets lie below."""

_COARSE_IN_PLANE_MM = 4.0
_COARSE_SLICES_MM = 8.0
_BRIDGE_MM = 8.0
"""Bridges thinner than twice this (couch shells, cables, touching arms) do not belong to the body."""

_HOLLOW_HU = -965
"""Median HU up to which an enclosed hole is plain air (couch, tubes); also lungs with severe emphysema lie above."""

_USUAL_SHARE = 0.25
"""Share of the slices a place must be body in to count: leaves out raised arms and a nose, never a lung."""

_TRUNCATED_SHARE = 0.15
"""Share of the image border covered by body from which a slice counts as cut off by the field of view."""


@dataclass(frozen=True, slots=True)
class CropBox:
    """A rectangle in the axial plane, the same for all slices of a volume, as half-open index ranges.

    It may reach beyond the image; what lies outside is air. It is square in millimetres (to half a pixel), so it has
    different numbers of rows and columns where pixels are not square.
    """

    row_start: int
    row_stop: int
    column_start: int
    column_stop: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.row_stop - self.row_start

    @property
    def columns(self) -> int:
        """Number of columns."""
        return self.column_stop - self.column_start


def crop_box(hu: HUArray, spacing_mm: tuple[float, float, float], spec: InputSpec) -> CropBox:
    """The box of a volume that ``spec`` asks for.

    Parameters
    ----------
    hu
        Shape ``(k, j, i)``.
    spacing_mm
        ``(k, j, i)``, millimetres.
    """
    if spec.crop == "body":
        return body_crop(hu, spacing_mm, spec.margin_mm)
    if spec.crop == "none":
        rows, columns = hu.shape[1:]
        return _square((0, rows), (0, columns), spacing_mm, margin_mm=0.0)
    raise ValueError(f"Crop rule {spec.crop!r} is not one for volumes.")


def body_crop(hu: HUArray, spacing_mm: tuple[float, float, float], margin_mm: float = 10.0) -> CropBox:
    """The square around the patient's trunk: without couch and arms, with every hole of the trunk, so with the lungs.

    Where the field of view cuts the body off (close-ups of heart or one lung), or no body is found, it is the whole
    image.

    Parameters
    ----------
    hu
        Shape ``(k, j, i)``; read only at about 4 × 4 × 8 mm.
    spacing_mm
        ``(k, j, i)``, millimetres.
    margin_mm
        Added on every side.
    """
    steps = _coarse_steps(spacing_mm)
    coarse = hu[:: steps[0], :: steps[1], :: steps[2]]
    trunk = _trunk(coarse, (steps[1] * spacing_mm[1], steps[2] * spacing_mm[2]))
    whole = (0, hu.shape[1]), (0, hu.shape[2])
    if not trunk.any() or _is_truncated(trunk):
        return _square(*whole, spacing_mm, margin_mm=0.0)
    slices = int(trunk.any(axis=(1, 2)).sum())
    lungs = trunk & (coarse <= BODY_HU)
    seen = (trunk.sum(axis=0) >= _USUAL_SHARE * slices) | lungs.any(axis=0)
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return _square(
        (int(rows[0]) * steps[1], int(rows[-1] + 1) * steps[1]),
        (int(columns[0]) * steps[2], int(columns[-1] + 1) * steps[2]),
        spacing_mm,
        margin_mm,
    )


@dataclass(frozen=True, eq=False)
class Trunk:
    """Where the patient's trunk is, lungs included, on a coarse grid: every ``steps``-th voxel along ``(k, j, i)``."""

    mask: BoolArray
    steps: tuple[int, int, int]

    def holds(self, places: tuple[AnyArray, AnyArray, AnyArray]) -> BoolArray:
        """For index arrays along ``(k, j, i)`` of the full grid: whether each place lies in the trunk."""
        coarse = tuple(
            np.minimum((index + step // 2) // step, size - 1)
            for index, step, size in zip(places, self.steps, self.mask.shape, strict=True)
        )
        return np.asarray(self.mask[coarse])


def trunk_mask(hu: HUArray, spacing_mm: tuple[float, float, float]) -> Trunk | None:
    """The trunk of a volume; None where there is no body or the field of view cuts it off."""
    steps = _coarse_steps(spacing_mm)
    coarse = hu[:: steps[0], :: steps[1], :: steps[2]]
    trunk = _trunk(coarse, (steps[1] * spacing_mm[1], steps[2] * spacing_mm[2]))
    return None if not trunk.any() or _is_truncated(trunk) else Trunk(trunk, steps)


def _coarse_steps(spacing_mm: tuple[float, float, float]) -> tuple[int, int, int]:
    wanted = (_COARSE_SLICES_MM, _COARSE_IN_PLANE_MM, _COARSE_IN_PLANE_MM)
    steps = [max(1, round(size / given)) for size, given in zip(wanted, spacing_mm, strict=True)]
    return (steps[0], steps[1], steps[2])


def _trunk(hu: HUArray, pixel_mm: tuple[float, float]) -> BoolArray:
    """The trunk with its lungs in every slice: thin bridges cut, largest component in 3-D, then in 2-D."""
    disc = _disc(_BRIDGE_MM, pixel_mm)
    margin = max(disc.shape)
    solid = np.zeros(hu.shape, dtype=bool)
    for k, slice_hu in enumerate(hu):
        # Fill before opening: a thin chest wall around a lung is not a bridge. The border counts as outside.
        filled = np.pad(_with_lungs(slice_hu), margin, mode="edge")
        solid[k] = ndimage.binary_opening(filled, disc)[margin:-margin, margin:-margin]
    solid = _largest(solid)
    return np.stack([_largest(slice_mask) for slice_mask in solid])


def _with_lungs(hu: AnyArray) -> BoolArray:
    """Tissue of a slice with those holes filled that hold something denser than air; a hollow couch stays hollow."""
    tissue = hu > BODY_HU
    holes, count = ndimage.label(ndimage.binary_fill_holes(tissue) & ~tissue)
    if not count:
        return np.asarray(tissue)
    dense = np.concatenate([[False], np.asarray(ndimage.median(hu, holes, np.arange(1, count + 1))) > _HOLLOW_HU])
    return np.asarray(tissue | dense[holes])


def _largest(mask: BoolArray) -> BoolArray:
    parts, count = ndimage.label(mask)
    if count <= 1:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return np.asarray(parts == sizes.argmax())


def _disc(radius_mm: float, pixel_mm: tuple[float, float]) -> BoolArray:
    reach = [int(radius_mm // size) for size in pixel_mm]
    rows, columns = np.ogrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    return np.asarray((rows * pixel_mm[0]) ** 2 + (columns * pixel_mm[1]) ** 2 <= radius_mm**2)


def _is_truncated(trunk: BoolArray) -> bool:
    """Whether in most slices the trunk covers a good part of the image border."""
    border = np.ones(trunk.shape[1:], dtype=bool)
    border[1:-1, 1:-1] = False
    covered = trunk[:, border].mean(axis=1)
    return bool(np.median(covered[trunk.any(axis=(1, 2))]) > _TRUNCATED_SHARE)


def _square(
    rows: tuple[int, int], columns: tuple[int, int], spacing_mm: tuple[float, float, float], margin_mm: float
) -> CropBox:
    """The box centred on an index rectangle that is square in millimetres and holds it with the margin."""
    side_mm = max((rows[1] - rows[0]) * spacing_mm[1], (columns[1] - columns[0]) * spacing_mm[2]) + 2 * margin_mm
    starts, stops = [], []
    for (start, stop), size in ((rows, spacing_mm[1]), (columns, spacing_mm[2])):
        length = max(1, round(side_mm / size))
        first = round((start + stop - length) / 2)
        starts.append(first)
        stops.append(first + length)
    return CropBox(starts[0], stops[0], starts[1], stops[1])


def to_input(hu_slices: AnyArray, spec: InputSpec, crop: CropBox) -> Tensor:
    """The network's input for a batch of slices.

    Parameters
    ----------
    hu_slices
        Shape ``(N, rows, columns)``, HU, any real type.
    crop
        From `crop_box` of the same volume.

    Returns
    -------
    Tensor
        Shape ``(N, channels, size_px, size_px)``, float32, 0 to 1, on the CPU. Shrinking averages (antialiased
        triangle filter), pixel centres at half indices.
    """
    inside = _cut(hu_slices, crop, fill=spec.hu_low)
    unit = torch.from_numpy(inside.astype(np.float32))
    unit.sub_(spec.hu_low).div_(spec.hu_high - spec.hu_low).clamp_(0.0, 1.0)
    size = (spec.size_px, spec.size_px)
    resized = functional.interpolate(unit[:, None], size, mode="bilinear", align_corners=False, antialias=True)
    return resized.expand(-1, spec.channels, -1, -1).clamp(0.0, 1.0)


def labels_to_input(labels: LabelArray, spec: InputSpec, crop: CropBox) -> Tensor:
    """Labels of a batch of slices at the network's resolution, by the nearest pixel centre.

    Parameters
    ----------
    labels
        Shape ``(N, rows, columns)``.

    Returns
    -------
    Tensor
        Shape ``(N, size_px, size_px)``, uint8.
    """
    inside = torch.from_numpy(_cut(labels, crop, fill=0))
    size = (spec.size_px, spec.size_px)
    return functional.interpolate(inside[:, None], size, mode="nearest-exact")[:, 0]


def from_output(logits: Tensor, crop: CropBox, shape: tuple[int, int]) -> LabelArray:
    """Labels at native resolution: logits upsampled bilinearly to the box, then the most probable class.

    Parameters
    ----------
    logits
        Shape ``(N, classes, S, S)``.
    shape
        Rows and columns of the volume's slices.

    Returns
    -------
    LabelArray
        Shape ``(N, *shape)``; 0 outside the box.
    """
    size = (crop.rows, crop.columns)
    # Channels last puts the classes of a pixel side by side, which makes the argmax seven times faster.
    coarse = logits.float().contiguous(memory_format=torch.channels_last)
    fine = functional.interpolate(coarse, size, mode="bilinear", align_corners=False)
    classes = fine.argmax(dim=1).to(torch.uint8).cpu().numpy()
    labels = np.zeros((len(classes), *shape), dtype=np.uint8)
    (rows, box_rows), (columns, box_columns) = _overlap(crop, shape)
    labels[:, rows, columns] = classes[:, box_rows, box_columns]
    return labels


def _cut(slices: AnyArray, crop: CropBox, fill: float) -> AnyArray:
    """The box cut out of every slice, a copy; ``fill`` where it reaches beyond the image."""
    (rows, box_rows), (columns, box_columns) = _overlap(crop, (slices.shape[1], slices.shape[2]))
    cut = np.full((len(slices), crop.rows, crop.columns), fill, dtype=slices.dtype)
    cut[:, box_rows, box_columns] = slices[:, rows, columns]
    return cut


def _overlap(crop: CropBox, shape: tuple[int, int]) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """For rows and columns: the part of the image inside the box, and the same part in the box's own indices."""
    ranges = ((crop.row_start, crop.row_stop, shape[0]), (crop.column_start, crop.column_stop, shape[1]))
    pairs = []
    for start, stop, length in ranges:
        first, last = max(start, 0), min(stop, length)
        last = max(first, last)
        pairs.append((slice(first, last), slice(first - start, last - start)))
    return pairs[0], pairs[1]
