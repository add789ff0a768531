"""How a mask is drawn over a picture: on the screen and in a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ctviewer.domain.segment import Segment


class OutlineStyle(StrEnum):
    """How the border of a segment is drawn, so that segments differ without colour too."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


@dataclass(frozen=True, slots=True)
class SegmentLook:
    """How one segment is drawn.

    Parameters
    ----------
    segment
        Label, name, code and colour in use (the user may have changed the colour).
    is_visible
        Whether it is drawn.
    outline
        How its border is drawn where masks are shown as outlines.
    opacity
        Its share of the opacity all masks have, 0.1 to 1; in 3-D its own opacity.
    """

    segment: Segment
    is_visible: bool = True
    outline: OutlineStyle = OutlineStyle.SOLID
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class OverlayLook:
    """How all segments are drawn.

    Parameters
    ----------
    segments
        Each one's own look.
    opacity
        Share of the colour where segments are filled, 0 to 1; each has its own share of that.
    as_outlines
        Draw only borders, opaque but for the segments' own opacity.
    """

    segments: tuple[SegmentLook, ...]
    opacity: float = 1.0
    as_outlines: bool = True


def plain_outlines(segments: Iterable[Segment]) -> OverlayLook:
    """All segments as solid, opaque outlines: where nobody chose anything else."""
    return OverlayLook(tuple(SegmentLook(segment) for segment in segments))
