"""Where the voxels of an array lie in the patient.

One convention for the whole program: array index order is ``(k, j, i)`` = (slice, row, column); the affine maps
``(k, j, i, 1)`` to **LPS millimetres at voxel centres** (x to the patient's Left, y to Posterior, z to Superior). This
is highdicom's order, so results can be cross-checked against it. SimpleITK's reversed index order exists in
`ctviewer.io.sitk_bridge` and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import BBox, FloatArray, Points, read_only
from ctviewer.domain.errors import GeometryError

ORTHOGONALITY_TOLERANCE = 1e-3
"""Largest allowed cosine between two axes of a volume grid (0.06 degrees; a gantry tilt is far above it)."""

SAME_GRID_TOLERANCE_MM = 1e-2
"""Corner displacement up to which two grids are the same grid."""


@dataclass(frozen=True, eq=False)
class VolumeGeometry:
    """Shape and position of a voxel grid in the patient.

    Parameters
    ----------
    shape
        ``(slices, rows, columns)``, each at least 1.
    affine
        Shape ``(4, 4)``; maps ``(k, j, i, 1)`` to LPS millimetres at voxel centres.
    frame_of_reference_uid
        DICOM Frame of Reference UID, or None where the format has none.

    Raises
    ------
    GeometryError
        If the affine is not finite, has a zero spacing, a wrong last row or axes that are not orthogonal within
        `ORTHOGONALITY_TOLERANCE`.
    """

    shape: tuple[int, int, int]
    affine: FloatArray
    frame_of_reference_uid: str | None = None

    def __post_init__(self) -> None:
        affine = np.array(self.affine, dtype=np.float64)
        _validate(self.shape, affine)
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))
        object.__setattr__(self, "affine", read_only(affine))

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance between neighbouring voxel centres along ``(k, j, i)``, millimetres."""
        lengths = np.linalg.norm(self.affine[:3, :3], axis=0)
        return (float(lengths[0]), float(lengths[1]), float(lengths[2]))

    @property
    def directions(self) -> FloatArray:
        """Unit LPS vectors of the array axes as columns ``(k, j, i)``, shape ``(3, 3)``."""
        return np.asarray(self.affine[:3, :3] / np.asarray(self.spacing_mm))

    @property
    def voxel_volume_ml(self) -> float:
        """Volume of one voxel in millilitres."""
        return float(abs(np.linalg.det(self.affine[:3, :3]))) / 1000.0

    def index_to_lps(self, points: Points) -> Points:
        """Map array indices to patient coordinates.

        Parameters
        ----------
        points
            Shape ``(N, 3)``, ``(k, j, i)``, fractional allowed.

        Returns
        -------
        Points
            Shape ``(N, 3)``, LPS millimetres.
        """
        points = np.atleast_2d(np.asarray(points, dtype=np.float64))
        return np.asarray(points @ self.affine[:3, :3].T + self.affine[:3, 3])

    def lps_to_index(self, points: Points) -> Points:
        """Map patient coordinates to fractional array indices.

        Parameters
        ----------
        points
            Shape ``(N, 3)``, LPS millimetres.

        Returns
        -------
        Points
            Shape ``(N, 3)``, ``(k, j, i)``; may lie outside the array.
        """
        points = np.atleast_2d(np.asarray(points, dtype=np.float64))
        return np.asarray(np.linalg.solve(self.affine[:3, :3], (points - self.affine[:3, 3]).T).T)

    def corners_lps(self) -> Points:
        """Centres of the eight corner voxels, shape ``(8, 3)``, LPS millimetres."""
        ends = [(0, n - 1) for n in self.shape]
        return self.index_to_lps(np.array([(k, j, i) for k in ends[0] for j in ends[1] for i in ends[2]], float))

    def same_grid(self, other: VolumeGeometry, tolerance_mm: float = SAME_GRID_TOLERANCE_MM) -> bool:
        """Whether two geometries put every voxel at the same place.

        Frames of reference must be equal where both are known.
        """
        both_known = self.frame_of_reference_uid and other.frame_of_reference_uid
        if both_known and self.frame_of_reference_uid != other.frame_of_reference_uid:
            return False
        if self.shape != other.shape:
            return False
        return bool(np.abs(self.corners_lps() - other.corners_lps()).max() <= tolerance_mm)

    def crop(self, bbox: BBox) -> VolumeGeometry:
        """Geometry of the sub-array ``array[bbox]``."""
        start = np.array([s.start for s in bbox], dtype=np.float64)
        affine = np.array(self.affine)
        affine[:3, 3] = self.index_to_lps(start)[0]
        shape = tuple(s.stop - s.start for s in bbox)
        return VolumeGeometry((shape[0], shape[1], shape[2]), affine, self.frame_of_reference_uid)


def _validate(shape: tuple[int, int, int], affine: FloatArray) -> None:
    if len(shape) != 3 or any(int(n) < 1 for n in shape):
        raise GeometryError(f"A volume needs three positive dimensions, not {tuple(shape)}.")
    if affine.shape != (4, 4) or not np.isfinite(affine).all():
        raise GeometryError("The position of the scan in the patient is not a finite 4×4 matrix.")
    if not np.allclose(affine[3], (0, 0, 0, 1)):
        raise GeometryError(f"The last row of the geometry matrix is {affine[3].tolist()}, not 0 0 0 1.")
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    if (lengths <= 1e-6).any():
        raise GeometryError(f"The voxel spacing {lengths.round(6).tolist()} mm contains a zero.")
    axes = affine[:3, :3] / lengths
    cosines = np.abs(axes.T @ axes - np.eye(3))
    if cosines.max() > ORTHOGONALITY_TOLERANCE:
        angle = float(np.degrees(np.arcsin(min(1.0, cosines.max()))))
        raise GeometryError(
            f"The axes of the scan are not perpendicular (off by {angle:.2f}°).",
            "A tilted gantry must be corrected by resampling first.",
        )
