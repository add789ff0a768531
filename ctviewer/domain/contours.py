"""Outlines of a mask slice as polygons, and polygons back to a mask; one is the exact inverse of the other.

The outlines run along the edges of the pixels, so their area is the area of the pixels. A hole is joined to the outline
around it by a channel of no width (the keyhole of DICOM PS3.3 C.8.8.6.3), because a contour of a structure set has no
other way to say “without this”. Channels run between rows of pixels: no pixel centre lies on one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ctviewer.domain.arrays import AnyArray, BoolArray, FloatArray

Polygon = FloatArray
"""Corners ``(row, column)`` in pixel indices (whole numbers are pixel centres), shape ``(N, 2)``; closed implicitly."""

_STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))
"""East, south, west, north as (row, column)."""


def mask_polygons(mask: BoolArray) -> list[Polygon]:
    """Outlines of a mask, one polygon per part (pixels that share an edge), holes joined by keyholes.

    Parameters
    ----------
    mask
        Shape ``(rows, columns)``.
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return []
    corner = np.array([rows[0], columns[0]])
    loops = _loops(mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    return [_corners(np.array(loop)) + (corner - 0.5) for loop in _with_keyholes(loops)]


def polygons_mask(polygons: Sequence[Polygon], shape: tuple[int, int]) -> BoolArray:
    """Pixels whose centre is inside an odd number of polygons; parts outside the picture are cut off.

    Parameters
    ----------
    polygons
        Corners ``(row, column)`` in pixel indices.
    shape
        ``(rows, columns)`` of the picture.
    """
    crossings = np.zeros((shape[0], shape[1] + 1), np.int32)
    for polygon in polygons:
        row0, column0 = polygon.T
        row1, column1 = np.roll(polygon, -1, axis=0).T
        low, high = np.minimum(row0, row1), np.maximum(row0, row1)
        first = np.clip(np.ceil(low), 0, shape[0]).astype(np.int64)
        stop = np.clip(np.ceil(high), 0, shape[0]).astype(np.int64)
        counts = np.maximum(stop - first, 0)
        edge = np.repeat(np.arange(len(polygon)), counts)
        row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
        share = (row - row0[edge]) / (row1[edge] - row0[edge])
        column = np.ceil(column0[edge] + share * (column1[edge] - column0[edge]))
        np.add.at(crossings, (row, np.clip(column, 0, shape[1]).astype(np.int64)), 1)
    inside = np.cumsum(crossings[:, :-1], axis=1) % 2 == 1
    return np.asarray(inside)


def _loops(mask: BoolArray) -> list[list[tuple[int, int]]]:
    """Closed walks along pixel edges with the mask on the right hand, as vertices of the pixel grid."""
    padded = np.pad(mask, 1)
    inner = padded[1:-1, 1:-1]
    exists = np.zeros(
        (4, mask.shape[0] + 1, mask.shape[1] + 1), np.bool_
    )  # an edge that starts there and goes that way
    exists[0, :-1, :-1] = inner & ~padded[:-2, 1:-1]
    exists[1, :-1, 1:] = inner & ~padded[1:-1, 2:]
    exists[2, 1:, 1:] = inner & ~padded[2:, 1:-1]
    exists[3, 1:, :-1] = inner & ~padded[1:-1, :-2]
    edges = [(int(d), int(r), int(c)) for d, r, c in np.argwhere(exists)]
    known = set(edges)
    walked: set[tuple[int, int, int]] = set()
    loops = []
    for start in edges:
        if start in walked:
            continue
        way, row, column = start
        loop: list[tuple[int, int]] = []
        while True:
            walked.add((way, row, column))
            loop.append((row, column))
            row, column = row + _STEPS[way][0], column + _STEPS[way][1]
            # To the right first: pixels that only touch at a corner stay apart.
            way = next(w for w in ((way + 1) % 4, way, (way + 3) % 4) if (w, row, column) in known)
            if (way, row, column) == start:
                break
        loops.append(loop)
    return loops


def _with_keyholes(loops: list[list[tuple[int, int]]]) -> list[list[tuple[int, int]]]:
    """Outer loops with the holes inside them spliced in."""
    owner = {vertex: n for n, loop in enumerate(loops) for vertex in loop}
    holes = [n for n, loop in enumerate(loops) if _is_hole(loop)]
    joined = dict(enumerate(loops))
    roots = list(range(len(loops)))  # the outer loop that a hole was joined to
    # From the left, because the way to the left of a hole may end at another hole: that one is joined by then.
    for n in sorted(holes, key=lambda n: min(column for _, column in loops[n])):
        hole = loops[n]
        at = min(range(len(hole)), key=lambda i: (hole[i][1], hole[i][0]))
        row, column = hole[at]
        target = next((row, c) for c in range(column - 1, -1, -1) if (row, c) in owner)
        root = roots[owner[target]]
        outer = joined[root]
        place = outer.index(target)
        joined[root] = [*outer[: place + 1], *hole[at:], *hole[: at + 1], *outer[place:]]
        roots[n] = root
    return [loop for n, loop in joined.items() if roots[n] == n]


def _is_hole(loop: list[tuple[int, int]]) -> bool:
    row, column = np.array(loop).T
    # The mask is on the right hand: outer loops turn clockwise on the screen, holes the other way.
    return bool(np.dot(column, np.roll(row, -1)) - np.dot(row, np.roll(column, -1)) < 0)


def _corners(vertices: AnyArray) -> AnyArray:
    """The vertices where the direction changes."""
    before, after = vertices - np.roll(vertices, 1, axis=0), np.roll(vertices, -1, axis=0) - vertices
    return np.asarray(vertices[(np.sign(before) != np.sign(after)).any(axis=1)], dtype=np.float64)
