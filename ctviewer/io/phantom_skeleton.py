"""Bones and wall of the synthetic thorax: ribs, sternum, spine, scapulae, clavicles, muscles.

Ribs are exact level sets in "cage coordinates" (distance from the cage, angle around it), so they follow the chest wall
and slope downwards from the spine as real ones do. Coordinates as in `ctviewer.io.phantom_anatomy`.
"""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.io.phantom_anatomy import CAGE_BACK, CAGE_FRONT, SPINE_Y
from ctviewer.io.phantom_shapes import Coordinate, Profile, Tube, ellipsoid, superellipse

RIB_SPACING_MM = 23.5
FIRST_RIB_Z = 292.0
"""Height of the first rib at the spine."""

VERTEBRA_MM = 23.5
DISC_MM = 5.0

_RIB_DROP = Profile((0.0, 0.0), (0.35, 8.0), (0.9, 34.0), (1.6, 66.0), (2.2, 84.0), (2.6, 86.0), (3.1416, 80.0))
"""How far a rib has come down at an angle (radians) from the spine."""

_RIB_END = Profile((-12, 1.3), (-10.6, 1.7), (-9, 2.25), (-7, 2.45), (-4, 2.6), (-1, 2.55), (0, 2.4))
"""Angle where bone turns into cartilage, by minus the rib number counted from 0."""

CLAVICLES = tuple(
    Tube(
        [(s * 17, -66, 247, 8), (s * 45, -66, 256, 6.5), (s * 90, -50, 268, 5.8), (s * 132, -24, 276, 6.8)], samples=14
    )
    for s in (1, -1)
)
SCAPULAR_SPINES = tuple(
    Tube([(s * 78, 78, 238, 4), (s * 118, 66, 256, 5.5), (s * 143, 30, 270, 7)], samples=10) for s in (1, -1)
)
HUMERAL_HEADS = tuple((s * 146.0, -2.0, 288.0) for s in (1, -1))
HUMERAL_RADIUS_MM = 20.0


def cage_angle(x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
    """Angle from the spine around the cage, 0 at the back to pi at the front, the same on both sides."""
    yc = (CAGE_FRONT(z) + CAGE_BACK(z)) / 2
    return np.asarray(np.arctan2(np.abs(x), y - yc))


def ribs(x: Coordinate, y: Coordinate, z: Coordinate, wall: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Signed distances to the bony ribs and to their cartilages, given ``wall``, the distance from the cage."""
    angle = cage_angle(x, y, z)
    drop = _RIB_DROP(angle) * np.clip(1.5 - 0.0024 * np.asarray(z), 0.75, 1.35)
    number = np.clip(np.round((FIRST_RIB_Z - (z + drop)) / RIB_SPACING_MM), 0, 11)
    off = z + drop - (FIRST_RIB_Z - number * RIB_SPACING_MM)
    radial, height = (wall - 5.2) / 3.9, off * 0.84 / 5.8
    level = np.hypot(radial, height)
    tube = (level - 1.0) * 4.2
    end = _RIB_END(-number)
    # Heads meet the spine beside the vertebral bodies; the medial end is cut by the spine's own tissue.
    bone = np.maximum(np.maximum(tube, (angle - end) * 60.0), (24.0 - np.abs(x)) * (angle < 0.6))
    cartilage = np.maximum(np.maximum(tube, (end - angle) * 60.0), (number > 9.5) * 50.0)
    cartilage = np.maximum(cartilage, (14.0 - np.abs(x)))
    return np.asarray(bone), np.asarray(cartilage)


def sternum(x: Coordinate, y: Coordinate, z: Coordinate, wall: FloatArray) -> FloatArray:
    """Signed distance to manubrium and body of the sternum."""
    half_width = Profile((92, 8), (104, 15), (140, 19), (195, 15), (208, 17), (225, 27), (246, 24))(z)
    thickness = Profile((92, 4), (200, 5.5), (230, 7), (246, 6))(z)
    rounded = ((np.abs(x) / half_width) ** 3 + (np.abs(wall - 7.5) / thickness) ** 3) ** (1 / 3)
    ends = np.maximum(96.0 - np.asarray(z), np.asarray(z) - 247.0)
    joint = 2.0 - np.abs(np.asarray(z) - 203.0)  # angle of Louis
    front = np.where(np.asarray(y) < (CAGE_FRONT(z) + CAGE_BACK(z)) / 2, 0.0, 200.0)
    return np.asarray(np.maximum.reduce(np.broadcast_arrays((rounded - 1.0) * thickness, ends, joint, front)))


def scapulae(x: Coordinate, y: Coordinate, z: Coordinate, wall: FloatArray) -> FloatArray:
    """Signed distance to the blades of the scapulae with their thick lateral borders."""
    angle = cage_angle(x, y, z)
    medial = Profile((150, 0.95), (175, 0.80), (215, 0.66), (250, 0.70), (275, 0.95))(z)
    lateral = Profile((150, 1.0), (175, 1.18), (215, 1.36), (250, 1.50), (275, 1.42))(z)
    border = 3.2 * np.exp(-(((angle - lateral) / 0.09) ** 2))
    blade = np.abs(wall - (21.0 + 3.0 * np.sin((angle - 0.6) * 3.0))) - (2.0 + border)
    ends = np.maximum(150.0 - np.asarray(z), np.asarray(z) - 272.0)
    sides = np.maximum(medial - angle, angle - lateral) * 95.0
    return np.asarray(np.maximum.reduce(np.broadcast_arrays(blade, ends, sides)))


def humeral_head(x: Coordinate, y: Coordinate, z: Coordinate, side: int) -> FloatArray:
    """Signed distance to one humeral head; ``side`` 0 left, 1 right."""
    return ellipsoid(x, y, z, HUMERAL_HEADS[side], (HUMERAL_RADIUS_MM, HUMERAL_RADIUS_MM, HUMERAL_RADIUS_MM))


def vertebral_bodies(x: Coordinate, y: Coordinate, z: Coordinate) -> tuple[FloatArray, FloatArray]:
    """Signed distances to the column of vertebral bodies without discs, and to the discs."""
    phase = np.mod(np.asarray(z) + 4.0, VERTEBRA_MM)
    to_disc = np.minimum(phase, VERTEBRA_MM - phase)
    waist = 1.6 * np.cos(2 * np.pi * phase / VERTEBRA_MM)  # bodies are narrower half-way between the discs
    column = superellipse(x, y - SPINE_Y(z), 17.0 + waist, 13.5 + waist, 2.3)
    flat_back = (y - SPINE_Y(z)) - 11.5
    column = np.maximum(column, flat_back)
    return np.asarray(np.maximum(column, DISC_MM / 2 - to_disc)), np.asarray(np.maximum(column, to_disc - DISC_MM / 2))


def spinal_canal(x: Coordinate, y: Coordinate, z: Coordinate, radius_mm: float = 8.5) -> FloatArray:
    """Signed distance to the spinal canal (or, with a smaller radius, to the cord)."""
    return superellipse(x, y - SPINE_Y(z) - 20.5, radius_mm, radius_mm * 0.85)


def vertebral_arches(x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
    """Signed distance to pedicles, laminae, transverse and spinous processes."""
    yc = SPINE_Y(z) + 20.5
    phase = np.mod(np.asarray(z) + 4.0, VERTEBRA_MM) / VERTEBRA_MM
    ring = np.abs(superellipse(x, y - yc, 11.5, 10.0)) - 2.6
    pedicle_gap = 3.0 - 26.0 * (np.abs(phase - 0.62) - 0.27)  # foramina between neighbouring pedicles
    sides = np.where(np.asarray(y) - yc < 4.0, np.maximum(ring, -pedicle_gap), ring)
    off = np.abs(phase - 0.62) * VERTEBRA_MM
    transverse = np.maximum.reduce(
        np.broadcast_arrays(np.abs(y - yc - 2.0 - 0.25 * np.abs(x)) - 4.2, np.abs(x) - 33.0, off - 5.5)
    )
    # The spinous process hangs down: lower part of the one above at the tip.
    tip_phase = np.mod(np.asarray(z) + 4.0 + 0.75 * (y - yc), VERTEBRA_MM) / VERTEBRA_MM
    spinous = np.maximum.reduce(
        np.broadcast_arrays(
            np.abs(x) - 2.8, 9.0 - (y - yc), (y - yc) - 32.0, (np.abs(tip_phase - 0.5) - 0.32) * VERTEBRA_MM
        )
    )
    canal = -spinal_canal(x, y, z)
    return np.asarray(np.maximum(np.minimum(np.minimum(sides, transverse), spinous), canal))
