"""Whether a mask lies where the scan lies; if not, the sentence that says what is wrong with it."""

from __future__ import annotations

from typing import NoReturn

import numpy as np

from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.geometry import VolumeGeometry

GRID_TOLERANCE_MM = 0.05
"""Corner displacement accepted for a mask file; NIfTI stores single-precision numbers."""

HINT = "Choose the mask that was made from the scan that is open."

_SIDES = ("left and right", "front and back", "head and feet")


def same_place(found: VolumeGeometry, expected: VolumeGeometry) -> bool:
    """Whether every voxel of two grids lies at the same place, as far as a mask file can tell."""
    return found.shape == expected.shape and found.same_grid(expected, GRID_TOLERANCE_MM)


def check_grid(name: str, found: VolumeGeometry, scan: VolumeGeometry) -> None:
    """Raise unless a mask's grid is the scan's.

    Parameters
    ----------
    name
        Of the file, for the sentence.
    found, scan
        Both in canonical order.

    Raises
    ------
    GeometryMismatchError
        With a sentence of its own for another frame of reference, another number of voxels, another voxel size, another
        direction, a mirrored and a shifted mask.
    """
    problem = _problem(found, scan)
    if problem:
        refuse(name, problem)


def refuse(name: str, what: str) -> NoReturn:
    """Raise `GeometryMismatchError` for a mask file that is not of this scan; ``what`` completes “NAME …”."""
    raise GeometryMismatchError(f"{name} {what}.", HINT)


def _problem(found: VolumeGeometry, scan: VolumeGeometry) -> str:
    frames = (found.frame_of_reference_uid, scan.frame_of_reference_uid)
    if all(frames) and frames[0] != frames[1]:
        return "lies in another frame of reference"
    if found.shape != scan.shape:
        return f"has {_size(found.shape)} voxels, the scan {_size(scan.shape)}"
    if same_place(found, scan):
        return ""
    if not np.allclose(found.spacing_mm, scan.spacing_mm, rtol=1e-3, atol=1e-4):
        return f"has voxels of {_mm(found.spacing_mm)} mm, the scan of {_mm(scan.spacing_mm)} mm"
    mirrored = _mirrored(found, scan)
    if mirrored:
        return f"is mirrored against the scan ({' and '.join(mirrored)} exchanged)"
    if not np.allclose(found.directions, scan.directions, atol=1e-3):
        cosines = np.clip((found.directions * scan.directions).sum(axis=0), -1, 1)
        return f"is turned against the scan by {float(np.degrees(np.arccos(cosines.min()))):.1f}°"
    moved = found.affine[:3, 3] - scan.affine[:3, 3]
    x, y, z = (float(v) for v in moved)
    return (
        f"is shifted against the scan by {float(np.linalg.norm(moved)):.1f} mm "
        f"({x:+.1f} to the left, {y:+.1f} to the back, {z:+.1f} to the head)"
    )


def _mirrored(found: VolumeGeometry, scan: VolumeGeometry) -> list[str]:
    """Patient axes along which the file's numbers have the wrong sign (LPS taken for RAS and the like)."""
    ends, expected = _ends(found), _ends(scan)
    tolerance = 0.5 * min(scan.spacing_mm)
    wrong = [axis for axis in range(3) if np.abs(ends[:, axis] - expected[:, axis]).max() > tolerance]
    flipped = [axis for axis in wrong if np.abs(np.sort(-ends[:, axis]) - expected[:, axis]).max() <= tolerance]
    # The axis turned about the first voxel: the mask occupies the place beside the scan.
    beside = [
        axis
        for axis in wrong
        if abs(ends[0, axis] - expected[1, axis]) <= tolerance or abs(ends[1, axis] - expected[0, axis]) <= tolerance
    ]
    return [_SIDES[axis] for axis in wrong] if wrong and set(wrong) <= {*flipped, *beside} else []


def _ends(geometry: VolumeGeometry) -> np.ndarray:
    corners = geometry.corners_lps()
    return np.stack([corners.min(axis=0), corners.max(axis=0)])


def _size(shape: tuple[int, int, int]) -> str:
    return "×".join(str(n) for n in reversed(shape))


def _mm(spacing: tuple[float, float, float]) -> str:
    return "×".join(f"{value:.4g}" for value in reversed(spacing))
