"""What a mouse or pen did, in the language of the scan; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ctviewer.domain.planes import Plane


class Button(StrEnum):
    """A pressed mouse button."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


class Modifier(StrEnum):
    """A held key."""

    SHIFT = "shift"
    CONTROL = "control"
    ALT = "alt"


@dataclass(frozen=True, slots=True)
class PointerEvent:
    """One press, move or release over a view.

    Parameters
    ----------
    plane
        Plane of the view.
    index_kji
        Fractional array index under the pointer; may lie outside the volume.
    point_lps
        The same place, LPS millimetres.
    position_px
        Place on the view ``(x, y)``, logical pixels.
    mm_per_px
        Size of a logical pixel of the view in the slice.
    is_inside
        Whether the pointer is over the image.
    buttons
        Buttons held during the event (for a press: including the new one).
    modifiers
        Keys held.
    """

    plane: Plane
    index_kji: tuple[float, float, float]
    point_lps: tuple[float, float, float]
    position_px: tuple[float, float] = (0.0, 0.0)
    mm_per_px: float = 1.0
    is_inside: bool = True
    buttons: frozenset[Button] = field(default_factory=frozenset)
    modifiers: frozenset[Modifier] = field(default_factory=frozenset)
