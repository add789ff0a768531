"""Branching vessels of the synthetic thorax: grown to fill a volume, with radii by Murray's law.

Growth is space colonisation (Runions et al., 2007): points scattered in the organ pull the nearest tip of the tree
towards them and vanish when it arrives. The result branches and spreads like real pulmonary vessels and depends only on
the random generator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ctviewer.domain.arrays import FloatArray, Points

MURRAY_EXPONENT = 2.9

Edges = tuple[float, float]
"""Pixel size and slice thickness, millimetres."""


@dataclass(frozen=True, eq=False)
class VesselTree:
    """Straight pieces of a tree.

    Parameters
    ----------
    starts, ends
        Shape ``(N, 3)``, phantom millimetres ``(x, y, z)``.
    radii
        Shape ``(N,)``, millimetres.
    """

    starts: Points
    ends: Points
    radii: FloatArray


def scatter(
    inside: Callable[[FloatArray, FloatArray, FloatArray], NDArray[np.bool_]],
    low: tuple[float, float, float],
    high: tuple[float, float, float],
    count: int,
    rng: np.random.Generator,
) -> Points:
    """Random points for which ``inside(x, y, z)`` holds, about ``count`` of them, shape ``(N, 3)``."""
    found: list[Points] = []
    total = 0
    while total < count:
        points = rng.uniform(low, high, size=(max(4 * count, 4000), 3))
        kept = points[inside(points[:, 0], points[:, 1], points[:, 2])]
        found.append(kept)
        total += len(kept)
        if not len(kept):
            raise ValueError("The box contains no point of the organ.")
    return np.concatenate(found)[:count]


def grow(roots: Points, targets: Points, leaf_radius_mm: float, step_mm: float = 4.0) -> VesselTree:
    """Grow a tree from a trunk until it reaches every target.

    Parameters
    ----------
    roots
        Shape ``(M, 3)``: the trunk, each point the child of the one before.
    targets
        Shape ``(N, 3)``.
    leaf_radius_mm
        Radius of the last twigs.
    step_mm
        Length of one piece.
    """
    nodes = [np.asarray(p, dtype=np.float64) for p in roots]
    parents = list(range(-1, len(nodes) - 1))
    waiting = np.array(targets, dtype=np.float64)
    taken: set[tuple[int, int, int, int]] = set()
    for _ in range(160):
        if not len(waiting):
            break
        positions = np.array(nodes)
        distance, nearest = cKDTree(positions).query(waiting)
        waiting, nearest = waiting[distance > 1.4 * step_mm], nearest[distance > 1.4 * step_mm]
        if not len(waiting):
            break
        pull = waiting - positions[nearest]
        pull /= np.linalg.norm(pull, axis=1, keepdims=True)
        summed = np.zeros_like(positions)
        np.add.at(summed, nearest, pull)
        grew = False
        for node in np.unique(nearest):
            length = float(np.linalg.norm(summed[node]))
            if length < 1e-6:
                continue
            tip = positions[node] + summed[node] / length * step_mm
            cell = np.round(tip / (0.25 * step_mm)).astype(int)
            key = (int(node), int(cell[0]), int(cell[1]), int(cell[2]))
            if key in taken:
                continue  # two equal pulls would repeat the same twig for ever
            taken.add(key)
            nodes.append(tip)
            parents.append(int(node))
            grew = True
        if not grew:
            break
    return _with_radii(np.array(nodes), np.array(parents), leaf_radius_mm)


def _with_radii(nodes: Points, parents: NDArray[np.int_], leaf_radius_mm: float) -> VesselTree:
    """Pieces from each node to its parent; a parent's radius to the power is the sum over its children."""
    power = np.zeros(len(nodes))
    has_child = np.zeros(len(nodes), dtype=bool)
    has_child[parents[parents >= 0]] = True
    leaf = leaf_radius_mm**MURRAY_EXPONENT
    for node in range(len(nodes) - 1, -1, -1):  # children come after their parents
        if not has_child[node]:
            power[node] = leaf
        if parents[node] >= 0:
            power[parents[node]] += power[node]
    pieces = np.nonzero(parents >= 0)[0]
    return VesselTree(nodes[parents[pieces]], nodes[pieces], power[pieces] ** (1.0 / MURRAY_EXPONENT))


def draw(
    tree: VesselTree,
    into: NDArray[np.float32],
    axes: tuple[FloatArray, FloatArray, FloatArray],
    grow_mm: float = 0.0,
) -> None:
    """Raise a coverage volume to the tree's own coverage.

    Parameters
    ----------
    tree
        What to draw.
    into
        Shape ``(k, j, i)``, values 0 to 1; changed in place to the maximum of itself and the tree.
    axes
        Voxel centres along z, y and x in phantom millimetres, each ascending and evenly spaced.
    grow_mm
        Added to every radius (a bronchial wall).

    """
    steps = [float(a[1] - a[0]) if len(a) > 1 else 1.0 for a in axes]
    edges = (min(steps[1:]), steps[0])
    for start, end, radius in zip(tree.starts[:, ::-1], tree.ends[:, ::-1], tree.radii + grow_mm, strict=True):
        box = []
        for axis, step, a, b in zip(axes, steps, start, end, strict=True):
            margin = radius + max(edges[0], 0.5 * step)
            first = int(np.ceil((min(a, b) - margin - axis[0]) / step))
            last = int(np.floor((max(a, b) + margin - axis[0]) / step))
            box.append(slice(max(0, first), min(len(axis), last + 1)))
        if any(s.stop <= s.start for s in box):
            continue
        _draw_piece(into[tuple(box)], [a[s] for a, s in zip(axes, box, strict=True)], start, end, radius, edges)


def _draw_piece(
    part: NDArray[np.float32], axes: list[FloatArray], start: FloatArray, end: FloatArray, radius: float, edges: Edges
) -> None:
    """Draw one piece; a slice shows the mean over its thickness, so each is sampled at several heights."""
    pixel, thickness = edges
    heights = max(1, min(4, round(thickness / max(pixel, 0.7))))
    offsets = ((np.arange(heights) + 0.5) / heights - 0.5) * thickness
    dz = (axes[0][:, None] + offsets).ravel()[:, None, None] - start[0]
    dy = axes[1][None, :, None] - start[1]
    dx = axes[2][None, None, :] - start[2]
    axis = end - start
    t = np.clip((dz * axis[0] + dy * axis[1] + dx * axis[2]) / float(axis @ axis), 0.0, 1.0)
    distance = np.sqrt((dz - t * axis[0]) ** 2 + (dy - t * axis[1]) ** 2 + (dx - t * axis[2]) ** 2)
    # A vessel thinner than a pixel fills that share of its cross-section (partial volume).
    share = min(1.0, 2.0 * radius / pixel)
    value = share * np.clip(0.5 + (max(radius, pixel / 2) - distance) / pixel, 0.0, 1.0)
    mean = value.reshape(len(axes[0]), heights, *value.shape[1:]).mean(axis=1)
    np.maximum(part, mean.astype(np.float32), out=part)
