"""RAS (NIfTI, NRRD) to LPS (DICOM, ITK, this program): the only place where the two meet."""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import FloatArray

_FLIP_XY = np.diag([-1.0, -1.0, 1.0, 1.0])


def ras_to_lps(affine: FloatArray) -> FloatArray:
    """Affine to LPS millimetres from one to RAS millimetres; its own inverse. Shape ``(4, 4)``."""
    return np.asarray(_FLIP_XY @ affine)


def affine_kji(directions: FloatArray, origin: FloatArray) -> FloatArray:
    """Affine of array indices ``(k, j, i)`` for files that store the fastest axis first.

    Parameters
    ----------
    directions
        Columns: step along the file's first (fastest), second and third axis, LPS millimetres, shape ``(3, 3)``.
    origin
        Centre of the first voxel, shape ``(3,)``.
    """
    affine = np.eye(4)
    affine[:3, :3] = np.asarray(directions)[:, ::-1]
    affine[:3, 3] = origin
    return affine
