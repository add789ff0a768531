"""Where the 3-D view is looked at from; no Qt, no VTK."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ctviewer.domain.arrays import FloatArray

DEGREES_PER_PX = 0.4
ZOOM_RANGE = (0.3, 12.0)
STEEPEST = 89.0


@dataclass(frozen=True, slots=True)
class Camera:
    """A turntable about the patient's long axis.

    Parameters
    ----------
    azimuth
        Degrees about the long axis; 0 looks from the front, 90 from the patient's left.
    elevation
        Degrees above the horizon; positive looks down from the head.
    zoom
        1 shows everything.
    pan
        Displacement right and up as shares of the height of the view.
    """

    azimuth: float = -25.0
    elevation: float = 15.0
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)

    def turned(self, dx_px: float, dy_px: float) -> Camera:
        """After a drag: the front follows the hand."""
        elevation = self.elevation + dy_px * DEGREES_PER_PX
        return replace(
            self,
            azimuth=(self.azimuth - dx_px * DEGREES_PER_PX) % 360,
            elevation=min(max(elevation, -STEEPEST), STEEPEST),
        )

    def zoomed(self, factor: float) -> Camera:
        """Closer or farther."""
        return replace(self, zoom=min(max(self.zoom * factor, ZOOM_RANGE[0]), ZOOM_RANGE[1]))

    def moved(self, dx: float, dy: float) -> Camera:
        """Displaced by shares of the height of the view, right and up."""
        return replace(self, pan=(self.pan[0] + dx, self.pan[1] + dy))

    @property
    def basis(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """LPS unit vectors: to the right on screen, up on screen, and from the patient to the eye."""
        a, e = np.radians(self.azimuth), np.radians(self.elevation)
        # In LPS the front is -y and the patient's left is +x.
        eye = np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)])
        right = np.array([np.cos(a), np.sin(a), 0.0])
        return right, np.cross(eye, right), eye


VIEWS: dict[str, tuple[float, float]] = {
    "A": (0.0, 0.0),
    "P": (180.0, 0.0),
    "L": (90.0, 0.0),
    "R": (-90.0, 0.0),
    "H": (0.0, STEEPEST),
    "F": (0.0, -STEEPEST),
}
"""Azimuth and elevation of the views from the six sides."""


def from_side(camera: Camera, side: str) -> Camera:
    """Look from a side (``"A"``, ``"P"``, ``"L"``, ``"R"``, ``"H"``, ``"F"``), everything in view."""
    azimuth, elevation = VIEWS[side]
    return replace(camera, azimuth=azimuth, elevation=elevation, zoom=1.0, pan=(0.0, 0.0))
