"""One random gesture of every kind the program has, on a small anisotropic volume."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ctviewer.domain.edits.brush import ball, ball_stroke, disc, stroke
from ctviewer.domain.edits.compose import EditRules, PaintRule, compose
from ctviewer.domain.edits.flood import (
    HUGate,
    LeakError,
    flood_in_slice,
    flood_in_volume,
    grow_in_slice,
    grow_in_volume,
)
from ctviewer.domain.edits.hu_range import adaptive_range
from ctviewer.domain.edits.islands import all_but_island_at, island_at
from ctviewer.domain.edits.livewire import Livewire
from ctviewer.domain.edits.mask_edit import MaskEdit
from ctviewer.domain.edits.region import Region
from ctviewer.domain.edits.scissors import cut_off
from ctviewer.domain.edits.segment_operations import Operands, SegmentOperation, operation_edit
from ctviewer.domain.edits.set_operations import SetOperation
from ctviewer.domain.edits.shapes import polygon
from ctviewer.domain.planes import Plane
from tests.domain.grids import straight_geometry

SHAPE = (7, 13, 15)
SPACING_MM = (2.5, 0.8, 1.0)
GEOMETRY = straight_geometry(SHAPE, SPACING_MM)
PLANES = list(Plane)


@dataclass(frozen=True)
class Scene:
    """What a gesture is made on, and what limits it."""

    labels: np.ndarray
    hu: np.ndarray
    rule: PaintRule
    random: np.random.Generator

    def point(self) -> tuple[float, float, float]:
        """A place, now and then outside the volume."""
        k, j, i = self.random.uniform(-1, np.array(SHAPE) + 1)
        return (float(k), float(j), float(i))

    def voxel(self) -> tuple[int, int, int]:
        """A voxel."""
        k, j, i = self.random.integers(0, SHAPE)
        return (int(k), int(j), int(i))

    def plane(self) -> Plane:
        """A plane."""
        return PLANES[self.random.integers(3)]

    def radius(self) -> float:
        """Radius of a brush in millimetres."""
        return float(self.random.uniform(0.5, 6))

    def label(self) -> int:
        """A segment."""
        return int(self.random.integers(1, 5))

    def painted(self, region: Region | None) -> MaskEdit | None:
        """Paint or erase a region by the rule."""
        value = self.label() if self.random.random() < 0.7 else 0
        return None if region is None else compose(region, value, self.labels, self.rule, self.hu)


def _outline(scene: Scene) -> MaskEdit | None:
    plane = scene.plane()
    index = int(scene.random.integers(SHAPE[plane.normal_axis]))
    corners = np.array([scene.point() for _ in range(scene.random.integers(2, 9))])
    return scene.painted(polygon(SHAPE, plane, index, corners))


def _livewire(scene: Scene) -> MaskEdit | None:
    plane = scene.plane()
    axes = [a for a in range(3) if a != plane.normal_axis]
    index = int(scene.random.integers(SHAPE[plane.normal_axis]))
    wire = Livewire(np.take(scene.hu, index, plane.normal_axis), (SPACING_MM[axes[0]], SPACING_MM[axes[1]]))
    corners = [tuple(scene.point()[a] for a in axes) for _ in range(4)]
    way = []
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        wire.set_anchor(start)
        way.append(wire.path_to(end))
    flat = np.vstack(way)
    points = np.full((len(flat), 3), float(index))
    points[:, axes] = flat
    return scene.painted(polygon(SHAPE, plane, index, points))


def _fill(scene: Scene) -> MaskEdit | None:
    gate = HUGate(scene.hu, *scene.rule.hu_range) if scene.rule.hu_range else None
    if scene.random.random() < 0.5:
        return scene.painted(flood_in_slice(scene.labels, scene.plane(), scene.voxel(), gate))
    try:
        return scene.painted(flood_in_volume(scene.labels, scene.voxel(), GEOMETRY, 2.0, gate))
    except LeakError:
        return None


def _grow(scene: Scene) -> MaskEdit | None:
    seed = scene.voxel()
    low, high = adaptive_range(scene.hu, GEOMETRY, seed)
    if scene.random.random() < 0.5:
        return scene.painted(grow_in_slice(scene.hu, scene.plane(), seed, (low, high)))
    try:
        return scene.painted(grow_in_volume(scene.hu, seed, (low, high), GEOMETRY, 2.0))
    except LeakError:
        return None


def _island(scene: Scene) -> MaskEdit | None:
    seed = scene.voxel()
    find = island_at if scene.random.random() < 0.5 else all_but_island_at
    return scene.painted(find(scene.labels, int(scene.labels[seed]), seed))


def _scissors(scene: Scene) -> MaskEdit | None:
    path = np.array([scene.point() for _ in range(scene.random.integers(2, 5))])
    through, other = scene.random.random(2) < 0.5
    return scene.painted(
        cut_off(
            scene.labels,
            scene.label(),
            GEOMETRY,
            scene.plane(),
            path,
            through_all=bool(through),
            other_side=bool(other),
        )
    )


def _operation(operation: SegmentOperation) -> Callable[[Scene], MaskEdit | None]:
    def make(scene: Scene) -> MaskEdit | None:
        plane = scene.plane()
        source = int(scene.random.integers(SHAPE[plane.normal_axis]))
        operands = Operands(
            amount_mm=float(scene.random.uniform(-4, 4) if operation is SegmentOperation.MARGIN else scene.radius()),
            other=int(scene.random.integers(0, 5)),
            set_operation=list(SetOperation)[scene.random.integers(3)],
            plane=plane,
            source=source,
            target=source + (1 if scene.random.random() < 0.5 else -1),
        )
        rules = EditRules(scene.rule, scene.rule)
        return operation_edit(operation, scene.labels, scene.label(), GEOMETRY, rules, operands, scene.hu)

    return make


GESTURES: dict[str, Callable[[Scene], MaskEdit | None]] = {
    "disc": lambda s: s.painted(disc(GEOMETRY, s.plane(), s.point(), s.radius())),
    "stroke": lambda s: s.painted(stroke(GEOMETRY, s.plane(), s.point(), s.point(), s.radius())),
    "ball": lambda s: s.painted(ball(GEOMETRY, s.point(), s.radius())),
    "ball stroke": lambda s: s.painted(ball_stroke(GEOMETRY, s.point(), s.point(), s.radius())),
    "outline": _outline,
    "livewire": _livewire,
    "fill": _fill,
    "region grow": _grow,
    "island": _island,
    "scissors": _scissors,
    **{operation.value: _operation(operation) for operation in SegmentOperation},
}
HEEDS_LOCKS_ONLY = frozenset(
    {SegmentOperation.SWAP_LUNGS.value, SegmentOperation.RELABEL.value, SegmentOperation.CLEAR.value}
)
"""Half a lung on the wrong side because of an HU gate would be worse than an ignored gate."""
IGNORES_PAINT_OVER = HEEDS_LOCKS_ONLY | {SegmentOperation.SMOOTH_JOINTLY.value}


def random_rule(random: np.random.Generator) -> PaintRule:
    """Locks, paint rule and gate, each now and then."""
    locked = frozenset({int(random.integers(1, 5))}) if random.random() < 0.25 else frozenset()
    only_over = frozenset({int(random.integers(0, 5))}) if random.random() < 0.25 else None
    hu_range = (-1024.0, -300.0) if random.random() < 0.25 else None
    return PaintRule(locked, only_over, hu_range)


def random_hu(random: np.random.Generator) -> np.ndarray:
    """Blocks of air and tissue with noise."""
    coarse = random.choice([-900, -850, 40, 60], size=(4, 5, 5))
    hu = coarse.repeat(2, 0).repeat(3, 1).repeat(3, 2)[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    return (hu + random.normal(0, 15, SHAPE)).astype(np.int16)


def random_labels(random: np.random.Generator) -> np.ndarray:
    """A few overlapping balls of different labels, with specks, holes and an empty slice."""
    labels = np.zeros(SHAPE, np.uint8)
    index = np.indices(SHAPE)
    for label in (1, 2, 3, 4, 1):
        center = random.uniform(0, SHAPE)
        distance = np.sqrt(sum(((index[a] - center[a]) * SPACING_MM[a]) ** 2 for a in range(3)))
        labels[distance < random.uniform(2, 7)] = label
    specks = tuple(random.integers(0, np.array(SHAPE)[:, None], (3, 30)))
    labels[specks] = random.integers(0, 5, 30) * (random.random(30) < 0.4)
    labels[random.integers(1, SHAPE[0] - 1)] = 0
    return labels
