"""The warnings that belong on every picture of a view."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QCoreApplication

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane
from ctviewer.domain.slab import SlabKind
from ctviewer.domain.study import Mark
from ctviewer.gui import theme
from ctviewer.gui.slices.annotations import Badge
from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.session.display import DisplayState
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.viewport import Viewport

OBLIQUE_FROM_DEGREES = 5.0
"""Smaller angles are the usual tilt of a patient on the table."""

SLAB_NAMES = {
    SlabKind.MAXIMUM: QT_TRANSLATE_NOOP("Slab", "MIP {:.0f} mm"),
    SlabKind.MINIMUM: QT_TRANSLATE_NOOP("Slab", "MinIP {:.0f} mm"),
    SlabKind.MEAN: QT_TRANSLATE_NOOP("Slab", "Mean {:.0f} mm"),
}
FLIP_NAMES = {
    (True, False): QT_TRANSLATE_NOOP("Badges", "FLIPPED ↕"),
    (False, True): QT_TRANSLATE_NOOP("Badges", "FLIPPED ↔"),
    (True, True): QT_TRANSLATE_NOOP("Badges", "FLIPPED ↕ ↔"),
}
SYNTHETIC = QT_TRANSLATE_NOOP("Badges", "SYNTHETIC")
NOT_HU = QT_TRANSLATE_NOOP("Badges", "VALUES ARE NOT HU")
PREVIEW = QT_TRANSLATE_NOOP("Badges", "PREVIEW")
INVERTED = QT_TRANSLATE_NOOP("Badges", "INVERTED")
MASKS_HIDDEN = QT_TRANSLATE_NOOP("Badges", "MASKS HIDDEN")
MARKS = {
    Mark.NO_POSITIONS: QT_TRANSLATE_NOOP("Badges", "NO POSITIONS: SIDES UNKNOWN"),
    Mark.TILT: QT_TRANSLATE_NOOP("Badges", "TILT CORRECTED"),
    Mark.MOVED: QT_TRANSLATE_NOOP("Badges", "SLICES MOVED INTO LINE"),
    Mark.UNEVEN: QT_TRANSLATE_NOOP("Badges", "INTERPOLATED"),
    Mark.GAPS: QT_TRANSLATE_NOOP("Badges", "SLICES MISSING"),
}
"""Departures from a plain stack that are said on every picture."""
OBLIQUE = QT_TRANSLATE_NOOP("Badges", "OBLIQUE {:.0f}°")


def badges_of(document: SegmentationDocument, viewport: Viewport, display: DisplayState) -> tuple[Badge, ...]:
    """What must be written on a view of a document, most important first."""
    badges = []
    if document.volume.series.is_synthetic:
        badges.append(Badge(_words(SYNTHETIC)))
    if not document.volume.is_hu:
        badges.append(Badge(_words(NOT_HU), theme.ERROR))
    badges += [
        Badge(_words(MARKS[mark]), theme.ERROR if mark is Mark.NO_POSITIONS else theme.WARNING)
        for mark in document.volume.marks
        if mark in MARKS
    ]
    if viewport.flips in FLIP_NAMES:
        badges.append(Badge(_words(FLIP_NAMES[viewport.flips])))
    if document.preview is not None:
        badges.append(Badge(_words(PREVIEW), theme.ACCENT))
    slab = slab_text(viewport, document.volume.geometry)
    if slab:
        badges.append(Badge(slab, theme.ACCENT))
    angle = oblique_degrees(document.volume.geometry, viewport.plane)
    if angle >= OBLIQUE_FROM_DEGREES:
        badges.append(Badge(_words(OBLIQUE).format(angle), theme.MUTED, is_minor=True))
    if display.inverted:
        badges.append(Badge(_words(INVERTED), theme.MUTED, is_minor=True))
    if not display.overlay_visible and (document.has_mask or document.preview is not None):
        badges.append(Badge(_words(MASKS_HIDDEN), theme.MUTED, is_minor=True))
    return tuple(badges)


def slab_text(viewport: Viewport, geometry: VolumeGeometry) -> str:
    """Kind of the slab and the thickness it has with whole slices; empty for a single slice."""
    slab = viewport.slab
    if slab.kind is SlabKind.OFF:
        return ""
    spacing_mm = geometry.spacing_mm[viewport.plane.normal_axis]
    return QCoreApplication.translate("Slab", SLAB_NAMES[slab.kind]).format(slab.count(spacing_mm) * spacing_mm)


@lru_cache(maxsize=16)
def oblique_degrees(geometry: VolumeGeometry, plane: Plane) -> float:
    """Angle between the normal of a plane and the patient axis it is called after."""
    normal = np.asarray(geometry.affine[:3, plane.normal_axis])
    cosine = float(np.abs(normal).max() / np.linalg.norm(normal))
    return float(np.degrees(np.arccos(min(cosine, 1.0))))


def _words(text: str) -> str:
    return QCoreApplication.translate("Badges", text)
