"""Display windows in HU, and the 8-bit grey values they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import AnyArray


@dataclass(frozen=True, slots=True)
class Window:
    """Centre and width in HU; width at least 1."""

    center_hu: float
    width_hu: float
    name: str = ""

    def __post_init__(self) -> None:
        if self.width_hu < 1:
            raise ValueError(f"Argument 'width_hu' must be at least 1, not {self.width_hu}.")

    @property
    def low_hu(self) -> float:
        """HU shown as black."""
        return self.center_hu - self.width_hu / 2

    @property
    def high_hu(self) -> float:
        """HU shown as white."""
        return self.center_hu + self.width_hu / 2


PRESETS: tuple[Window, ...] = (
    Window(-600, 1500, "Lung"),
    Window(40, 400, "Mediastinum"),
    Window(480, 2500, "Bone"),
    Window(100, 700, "Pulmonary arteries"),
    Window(-850, 500, "Emphysema"),
    Window(1024, 4096, "Full"),
)
"""Window presets on the number keys 1 to 6."""


def grey_levels(hu: AnyArray, window: Window) -> NDArray[np.uint8]:
    """Grey values 0 to 255 by DICOM's linear VOI function.

    Parameters
    ----------
    hu
        Any shape.
    window
        Centre and width in HU.

    Notes
    -----
    PS3.3 C.11.2.1.2.1: ``((x − (c − 0.5)) / (w − 1) + 0.5)``, clipped.
    """
    width = max(window.width_hu - 1, 1e-6)
    scaled = (hu.astype(np.float32) - (window.center_hu - 0.5)) / width + 0.5
    return np.asarray(np.clip(scaled * 255.0 + 0.5, 0, 255), dtype=np.uint8)
