"""Window and overlay fused by tables into one 32-bit picture; plain numpy, no Qt.

Two image items blended by the painter cost several times as much per slice (tests/benchmarks/bench_slice_change.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ctviewer.domain.arrays import AnyArray, BoolArray, LabelArray
from ctviewer.domain.overlay_look import OutlineStyle
from ctviewer.domain.windowing import Window, grey_levels
from ctviewer.session.segment_table import SegmentRow

Picture = NDArray[np.uint32]
"""Shape ``(rows, columns)``; each value is ``0xffRRGGBB`` (Qt's Format_RGB32)."""

PADDING_COLOR = 0xFF000000
UNKNOWN_LABEL_COLOR = (200, 200, 200)
OUTLINE_SHARE = 1.0
MOST_DIRECT_LABELS = 16
"""More segments than these make a table that no longer fits the processor's cache."""
ROWS_AT_ONCE = 128
"""Rows coloured at once: the index into the table, eight bytes a pixel, then stays in the processor's second cache."""
_STYLE_BIT = {OutlineStyle.SOLID: 1, OutlineStyle.DASHED: 2, OutlineStyle.DOTTED: 4}
_CELL_PX = {OutlineStyle.DASHED: 5, OutlineStyle.DOTTED: 2}
"""A border is drawn in every second square of a chequered pattern: no direction of it is left out or doubled."""
_ALL_HU = np.arange(65536, dtype=np.uint16).view(np.int16)
"""In the order of their bit patterns."""


class SliceFusion:
    """Tables for one window and one overlay style; `fuse` applies them."""

    def __init__(self) -> None:
        self._window_key = (Window(-600, 1500), False)
        self._grey_of_hu, self._plain_of_hu = _window_tables(*self._window_key)
        self._color_of = np.zeros((256, 256), np.uint32)
        self._direct: Picture | None = None
        self._last_label = 0
        self._has_overlay = False
        self._outline = False
        self._style_of_label = np.ones(256, np.uint8)
        self._index = _PackedIndex()
        self.set_overlay((), 0.0, outline=False, visible=False)

    def set_window(self, window: Window, inverted: bool = False) -> None:
        """Use another window, with low values white if inverted."""
        self._window_key = (window, inverted)
        self._grey_of_hu, self._plain_of_hu = _window_tables(window, inverted)
        self._direct = None

    def set_overlay(self, rows: Iterable[SegmentRow], opacity: float, *, outline: bool, visible: bool) -> None:
        """Use another overlay style.

        Parameters
        ----------
        rows
            Segments with colour, opacity and visibility; a label without a row is drawn grey, so that no voxel hides.
        opacity
            Share of the colour where segments are filled, 0 to 1; each has its own share of that.
        outline
            Draw only borders, opaque but for the segments' own opacity.
        visible
            Draw segments at all.
        """
        share = OUTLINE_SHARE if outline else opacity
        self._outline = outline
        self._has_overlay = visible and share > 0
        grey = np.arange(256, dtype=np.float64)[:, None]
        self._color_of[0] = _grey_colors()
        self._color_of[1:] = _packed(grey + share * (np.array(UNKNOWN_LABEL_COLOR) - grey))
        self._direct = None
        rows = tuple(rows)
        self._last_label = max((row.segment.label for row in rows), default=0)
        for row in rows:
            self._style_of_label[row.segment.label] = _STYLE_BIT[row.outline]
            if row.is_visible:
                own = share * row.opacity
                self._color_of[row.segment.label] = _packed(grey + own * (np.array(row.segment.color) - grey))
            else:
                self._color_of[row.segment.label] = _grey_colors()

    def fuse(
        self,
        hu: AnyArray,
        labels: LabelArray | None,
        out: Picture,
        padding: BoolArray | None = None,
        part: tuple[slice, slice] | None = None,
    ) -> None:
        """Write the picture of a slice.

        Parameters
        ----------
        hu
            Shape ``(rows, columns)``, int16.
        labels
            Same shape; None for no overlay.
        out
            Where to write, same shape.
        padding
            True where there is no data; drawn black.
        part
            Rows and columns to write; default all.
        """
        if part is None:
            part = (slice(None), slice(None))
        values = np.ascontiguousarray(hu[part]).view(np.uint16)
        target = out[part]
        shown = self._shown_labels(labels, part) if self._has_overlay and labels is not None else None
        for top in range(0, len(values), ROWS_AT_ONCE):
            rows = slice(top, top + ROWS_AT_ONCE)
            self._color(values[rows], None if shown is None else shown[rows], target[rows])
        if padding is not None:
            target[padding[part]] = PADDING_COLOR

    def _color(self, values: NDArray[np.uint16], shown: LabelArray | None, target: Picture) -> None:
        """Write the colours of some rows."""
        highest = 0 if shown is None else int(shown.max())
        if shown is None or highest == 0:
            _look_up(self._plain_of_hu, self._index.of_values(values), target)
        elif self._last_label < MOST_DIRECT_LABELS:
            if highest > self._last_label:
                shown = np.minimum(shown, self._last_label + 1)
            _look_up(self._direct_table(), self._index.of(shown, values), target)
        else:
            index = shown.astype(np.intp)
            index <<= 8
            index |= np.take(self._grey_of_hu, values)
            _look_up(self._color_of.ravel(), index, target)

    def _direct_table(self) -> Picture:
        """Colour by label and HU in one step; the row after the last label is for unknown ones."""
        if self._direct is None:
            self._direct = _direct_table(self._color_of[: self._last_label + 2].tobytes(), *self._window_key)
        return self._direct

    def _shown_labels(self, labels: LabelArray, part: tuple[slice, slice]) -> LabelArray | None:
        if not self._outline:
            return np.ascontiguousarray(labels[part])  # read once: sagittal slices lie scattered in memory
        rows, columns = (slice(*p.indices(n)) for p, n in zip(part, labels.shape, strict=True))
        # One more pixel on each side, so that borders at the edge of the part come out as in the whole slice.
        top, left = max(rows.start - 1, 0), max(columns.start - 1, 0)
        around = np.ascontiguousarray(labels[top : rows.stop + 1, left : columns.stop + 1])
        if not around.any():
            return None
        # Styles are asked for at the borders only: looking up a whole slice takes longer than finding the few pixels.
        border = np.flatnonzero(_borders(around))
        label = around.ravel()[border]
        pattern = _style_pattern(labels.shape)[top : rows.stop + 1, left : columns.stop + 1]
        label[(np.ascontiguousarray(pattern).ravel()[border] & self._style_of_label[label]) == 0] = 0
        outline = np.zeros(around.shape, np.uint8)
        outline.ravel()[border] = label
        return outline[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]


class _PackedIndex:
    """Label and HU side by side in the bytes of one table index: no widening, shifting and joining of whole slices."""

    def __init__(self) -> None:
        self._index = np.zeros((0, 0), "<i8")

    def of(self, labels: LabelArray, values: NDArray[np.uint16]) -> NDArray[np.int64]:
        """``label << 16 | value`` for each pixel; valid until the next call."""
        index = self.of_values(values)
        index.view(np.uint8)[:, 2::8] = labels
        return index

    def of_values(self, values: NDArray[np.uint16]) -> NDArray[np.int64]:
        """The values alone, as wide as `numpy.take` would make them anew each time; valid until the next call."""
        rows, columns = values.shape
        if self._index.shape[1] != columns or len(self._index) < rows:
            self._index = np.zeros((rows, columns), "<i8")
        index = self._index[:rows]
        index[...] = values
        return index


@lru_cache(maxsize=4)
def _window_tables(window: Window, inverted: bool) -> tuple[NDArray[np.uint8], Picture]:
    """Grey and colour by the bit pattern of an int16 HU, so negative ones need no offset; all planes share them."""
    levels = grey_levels(_ALL_HU, window)
    grey = np.asarray(255 - levels if inverted else levels, dtype=np.uint8)
    return grey, np.take(_grey_colors(), grey, mode="clip")


@lru_cache(maxsize=4)
def _direct_table(colors: bytes, window: Window, inverted: bool) -> Picture:
    """Colour by ``label << 16 | HU``; `colors` are the rows of 256 grey levels, one for each label."""
    grey = _window_tables(window, inverted)[0].astype(np.intp)  # once, instead of for every row
    by_label = np.frombuffer(colors, np.uint32).reshape(-1, 256)
    table = np.empty((len(by_label), grey.size), np.uint32)
    for row, of_label in zip(table, by_label, strict=True):
        np.take(of_label, grey, out=row, mode="clip")
    return table.ravel()


def _look_up(table: Picture, index: AnyArray, out: Picture) -> None:
    """Write table entries; without the copy and the check of `numpy.take` in its default mode."""
    if out.flags.c_contiguous:
        np.take(table, index, out=out, mode="clip")
    else:
        out[...] = np.take(table, index, mode="clip")


def _borders(labels: LabelArray) -> BoolArray:
    """Pixels with a different label above, below, left or right."""
    border = np.zeros(labels.shape, bool)
    down = labels[1:] != labels[:-1]
    right = labels[:, 1:] != labels[:, :-1]
    border[1:] |= down
    border[:-1] |= down
    border[:, 1:] |= right
    border[:, :-1] |= right
    return border


@lru_cache(maxsize=8)
def _style_pattern(shape: tuple[int, int]) -> LabelArray:
    """For each pixel, the bits of the styles that are drawn there."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    bits = np.full(shape, _STYLE_BIT[OutlineStyle.SOLID], np.uint8)
    for style, cell in _CELL_PX.items():
        bits[(rows // cell + columns // cell) % 2 == 0] |= _STYLE_BIT[style]
    return bits


def _grey_colors() -> Picture:
    grey = np.arange(256, dtype=np.uint32)
    return np.asarray(0xFF000000 | grey << 16 | grey << 8 | grey, dtype=np.uint32)


def _packed(rgb: AnyArray) -> Picture:
    channels = np.clip(np.round(rgb), 0, 255).astype(np.uint32)
    return np.asarray(0xFF000000 | channels[:, 0] << 16 | channels[:, 1] << 8 | channels[:, 2], dtype=np.uint32)
