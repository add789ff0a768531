"""What the 3-D view shows, as one immutable value handed to the thread that draws."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import FloatArray, HUArray
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.windowing import Window, grey_levels
from ctviewer.gui.view3d.camera import Camera
from ctviewer.gui.view3d.surfaces import Surface

CUT_MARGIN_MM = 25.0
CUT_STEP = 2
"""Every second voxel of the slice is drawn on the cut plane."""


@dataclass(frozen=True, eq=False)
class CutPlane:
    """The current axial slice in space.

    Parameters
    ----------
    corners
        Shape ``(3, 3)``, LPS millimetres: the first corner, the corner along the columns, the corner along the rows.
    grey
        Shape ``(rows, columns)``, 0 to 255.
    normal
        LPS unit vector towards the head.
    """

    corners: FloatArray
    grey: NDArray[np.uint8]
    normal: FloatArray


@dataclass(frozen=True, eq=False)
class Body:
    """Downsampled scan for volume rendering.

    Parameters
    ----------
    hu
        Shape ``(k, j, i)``.
    geometry
        Of ``hu``.
    """

    hu: HUArray
    geometry: VolumeGeometry


Look = tuple[tuple[int, int, int], float]
"""RGB 0 to 255, and opacity 0 to 1."""


@dataclass(frozen=True, eq=False)
class Picture:
    """One frame that is wanted.

    Parameters
    ----------
    size_px
        Width and height.
    surfaces
        All of them.
    looks
        Colour and opacity by label, of the visible segments only.
    cut
        The current slice; None hides it.
    is_clipped
        Whether what lies above the cut is left out.
    body
        Scan to render instead of nothing; None for surfaces only.
    number
        Counts the frames asked for.
    """

    size_px: tuple[int, int]
    camera: Camera
    surfaces: tuple[Surface, ...] = ()
    looks: dict[int, Look] = field(default_factory=dict)
    cut: CutPlane | None = None
    is_clipped: bool = False
    body: Body | None = None
    number: int = 0


def cut_plane(
    hu: HUArray, geometry: VolumeGeometry, k: int, window: Window, surfaces: tuple[Surface, ...] = ()
) -> CutPlane:
    """The axial slice ``k`` as a plane in space, as far as it surrounds the surfaces."""
    rows, columns = _part_around(surfaces, geometry)
    first, last = (rows.start - 0.5, columns.start - 0.5), (rows.stop - 0.5, columns.stop - 0.5)
    edges = np.array([(k, *first), (k, first[0], last[1]), (k, last[0], first[1])], np.float64)
    grey = grey_levels(hu[k, rows, columns][::CUT_STEP, ::CUT_STEP], window)
    return CutPlane(geometry.index_to_lps(edges), np.ascontiguousarray(grey), geometry.directions[:, 0])


def _part_around(surfaces: tuple[Surface, ...], geometry: VolumeGeometry) -> tuple[slice, slice]:
    """Rows and columns with all surfaces and a margin; the whole slice without any."""
    whole = tuple(slice(0, n) for n in geometry.shape[1:])
    points = [surface.points for surface in surfaces if len(surface.points)]
    if not points:
        return (whole[0], whole[1])
    index = geometry.lps_to_index(np.concatenate(points).astype(np.float64))
    margin = CUT_MARGIN_MM / np.array(geometry.spacing_mm)
    low, high = np.floor(index.min(0) - margin), np.ceil(index.max(0) + margin)
    parts = [slice(max(int(low[a]), 0), min(int(high[a]), geometry.shape[a])) for a in (1, 2)]
    return (parts[0], parts[1])
