"""The picture of one slice, kept up to date with as little work as possible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage

from ctviewer.domain.arrays import AnyArray, BoolArray, HUArray, LabelArray
from ctviewer.domain.planes import Plane, extract_slice
from ctviewer.domain.sagittal import SagittalReader
from ctviewer.domain.slab import SlabKind, SlidingSlab
from ctviewer.gui.slices.fusion import Picture, SliceFusion
from ctviewer.session.display import DisplayState
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.viewport import Viewport

Part = tuple[slice, slice]
"""Rows and columns of the slice as `ctviewer.domain.planes.extract_slice` orders it, before mirroring."""

_ALL: Part = (slice(None), slice(None))
_LABEL_SHIFT = 16
"""Blocks of labels begin in the middle of blocks of HU, so that no step of scrolling reads both."""


@dataclass
class _Cut:
    """Voxels of the slice shown, each in one piece of memory."""

    hu: HUArray
    labels: LabelArray
    padding: BoolArray | None


class SlicePicture:
    """Fused image of a viewport's slice or slab; computed when asked for, and only the part that is out of date.

    Parameters
    ----------
    viewport, display
        What to draw, and how.
    """

    def __init__(self, viewport: Viewport, display: DisplayState) -> None:
        self._viewport = viewport
        self._display = display
        self._fusion = SliceFusion()
        self._pixels: Picture = np.zeros((1, 1), np.uint32)
        self._image = QImage()
        self._cut: _Cut | None = None
        self._stale: Part | None = _ALL
        self._style_is_stale = True
        self._slab: SlidingSlab | None = None
        self._slab_of: tuple[object, ...] = ()
        self._hu_reader, self._label_reader = SagittalReader(), SagittalReader(_LABEL_SHIFT)

    def forget(self, part: Part | None = None) -> None:
        """Read the voxels of a part, or of all, again when next asked."""
        if part is None:
            self._cut = None
            self._stale = _ALL
        elif self._stale is not _ALL:
            self._stale = part if self._stale is None else _union(self._stale, part)

    def forget_document(self) -> None:
        """Another one will be shown; keep no voxels of the former."""
        self._slab, self._slab_of = None, ()
        self._hu_reader.forget()
        self._label_reader.forget()
        self.forget()

    def forget_labels(self) -> None:
        """Labels have changed somewhere, perhaps only on other slices."""
        self._label_reader.forget()

    def forget_style(self) -> None:
        """Use other colours for the same voxels; a sagittal slice takes longer to read than to colour."""
        self._style_is_stale = True

    def image(self, document: SegmentationDocument) -> QImage:
        """The picture as it must be now, one pixel per voxel, mirrored as the viewport says."""
        part = _ALL if self._style_is_stale else self._stale
        if part is None:
            return self._image
        if self._style_is_stale:
            self._use_style(document)
        cut = self._read(document)
        if self._pixels.shape != cut.hu.shape:
            self._pixels = np.zeros(cut.hu.shape, np.uint32)
            rows, columns = cut.hu.shape
            self._image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        self._fusion.fuse(cut.hu, cut.labels, self._mirrored(self._pixels), cut.padding, part)
        self._stale = None
        return self._image

    def _read(self, document: SegmentationDocument) -> _Cut:
        """The voxels as they are now; only labels change while a slice is shown."""
        viewport, volume = self._viewport, document.volume
        plane, index = viewport.plane, viewport.slice_index
        if self._cut is None:
            padding = None if volume.padding is None else extract_slice(volume.padding, plane, index)
            hu = np.ascontiguousarray(self._values(document))
            self._cut = _Cut(hu, self._labels(document), padding)
            return self._cut
        labels = extract_slice(document.displayed_labels, plane, index)
        if not self._cut.labels.flags.owndata:  # a view of the document's own array, never written through
            self._cut.labels = np.ascontiguousarray(labels)
        elif self._stale is not None:
            self._cut.labels[self._stale] = labels[self._stale]
        return self._cut

    def _labels(self, document: SegmentationDocument) -> LabelArray:
        plane, index, labels = self._viewport.plane, self._viewport.slice_index, document.displayed_labels
        if plane is Plane.SAGITTAL:
            return self._label_reader.read(labels, index)
        return np.ascontiguousarray(extract_slice(labels, plane, index))

    def _use_style(self, document: SegmentationDocument) -> None:
        display = self._display
        self._fusion.set_window(display.window, display.inverted)
        self._fusion.set_overlay(
            document.segments.rows,
            display.overlay_opacity,
            outline=display.overlay_outline,
            visible=display.overlay_visible,
        )
        self._style_is_stale = False

    def _values(self, document: SegmentationDocument) -> HUArray:
        viewport, volume = self._viewport, document.volume
        plane, slab = viewport.plane, viewport.slab
        count = 1
        if slab.kind is not SlabKind.OFF:  # the spacing is computed from the affine each time
            count = slab.count(volume.geometry.spacing_mm[plane.normal_axis])
        if count == 1:
            self._slab, self._slab_of = None, ()
            if plane is Plane.SAGITTAL:
                return self._hu_reader.read(volume.hu, viewport.slice_index)
            return np.asarray(extract_slice(volume.hu, plane, viewport.slice_index))
        wanted = (document.document_id, slab.kind, count)
        if self._slab is None or self._slab_of != wanted:
            self._slab, self._slab_of = SlidingSlab(volume.hu, plane, slab.kind, count), wanted
        return self._slab.at(viewport.slice_index)

    def _mirrored(self, array: AnyArray) -> AnyArray:
        down, across = self._viewport.flips
        return array[:: -1 if down else 1, :: -1 if across else 1]


def _union(a: Part, b: Part) -> Part:
    return (
        slice(min(a[0].start, b[0].start), max(a[0].stop, b[0].stop)),
        slice(min(a[1].start, b[1].start), max(a[1].stop, b[1].stop)),
    )
