"""Volume files written and read by other programs, on a grid along any patient axes."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import nibabel
import numpy as np
import SimpleITK as sitk  # noqa: N813 - its own documentation calls it so

AXES = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
ORIENTATIONS = [(axes, flips) for axes in permutations(range(3)) for flips in product((1, -1), repeat=3)]
SPACING_MM = (3.0, 2.5, 2.0)
EXTENT_MM = (124.0, 118.0, 126.0)


def source_affine(axes: tuple[int, ...], flips: tuple[int, ...]) -> tuple[np.ndarray, tuple[int, int, int]]:
    """``(k, j, i)`` to LPS with array axis ``n`` along patient axis ``axes[n]``, centred on the patient's origin."""
    affine = np.eye(4)
    shape = []
    for n, (axis, flip) in enumerate(zip(axes, flips, strict=True)):
        affine[:3, n] = AXES[axis] * flip * SPACING_MM[n]
        shape.append(round(EXTENT_MM[axis] / SPACING_MM[n]))
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    return affine, (shape[0], shape[1], shape[2])


def write_image(folder: Path, kind: str, affine: np.ndarray, hu: np.ndarray) -> Path:
    if kind == "nifti":
        fastest_first = affine[:, [2, 1, 0, 3]]
        image = nibabel.Nifti1Image(hu.transpose(2, 1, 0), np.diag([-1.0, -1.0, 1.0, 1.0]) @ fastest_first)
        path = folder / "scan.nii"
        nibabel.save(image, path)
        return path
    image = sitk.GetImageFromArray(hu)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing([float(v) for v in spacing[::-1]])
    image.SetOrigin([float(v) for v in affine[:3, 3]])
    image.SetDirection([float(v) for v in (affine[:3, :3] / spacing)[:, ::-1].ravel()])
    path = folder / f"scan.{kind}"
    sitk.WriteImage(image, str(path))
    return path


def read_with_sitk(path: Path) -> tuple[np.ndarray, np.ndarray]:
    image = sitk.ReadImage(str(path))
    return sitk.GetArrayFromImage(image), sitk_affine(image)


def sitk_affine(image: sitk.Image) -> np.ndarray:
    """Affine by asking for the physical points of voxels, not by matrix algebra."""
    origin = np.array(image.TransformIndexToPhysicalPoint((0, 0, 0)))
    affine = np.eye(4)
    affine[:3, 3] = origin
    for n, index in enumerate([(0, 0, 1), (0, 1, 0), (1, 0, 0)]):
        affine[:3, n] = np.array(image.TransformIndexToPhysicalPoint(index)) - origin
    return affine


def read_with_nibabel(path: Path) -> tuple[np.ndarray, np.ndarray]:
    image = nibabel.load(path)
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.affine
    return np.asarray(image.dataobj).transpose(2, 1, 0), lps[:, [2, 1, 0, 3]]
