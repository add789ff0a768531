"""Soft anatomy of the synthetic thorax: body, cage, diaphragm, mediastinum, heart, great vessels, airways, lungs.

Phantom coordinates: x to the left, y to posterior, z to the head, millimetres; z is 0 below the costal margin, the
carina lies at 190, the lung apices at 284. Proportions follow an average adult chest with the arms raised; they are not
taken from any person.
"""

from __future__ import annotations

import numpy as np

from ctviewer.domain.arrays import FloatArray
from ctviewer.io.phantom_shapes import Coordinate, Profile, Tube, ellipsoid, orthonormal, smooth_union, superellipse

BODY_HALF_X = Profile((0, 150), (60, 156), (120, 161), (180, 166), (225, 171), (262, 174), (290, 173), (320, 160))
BODY_FRONT = Profile((0, -112), (60, -116), (120, -117), (180, -111), (225, -97), (255, -82), (285, -66), (310, -56))
BODY_BACK = Profile((0, 110), (60, 113), (120, 115), (180, 117), (225, 115), (255, 110), (285, 100), (310, 86))

CAGE_HALF_X = Profile(
    (0, 124), (50, 131), (90, 133), (130, 130), (180, 121), (220, 106), (250, 88), (275, 70), (300, 58)
)
CAGE_FRONT = Profile((0, -88), (60, -95), (100, -95), (160, -86), (210, -72), (245, -58), (275, -38), (300, -24))
CAGE_BACK = Profile((0, 78), (60, 84), (110, 87), (180, 88), (220, 82), (250, 73), (275, 62), (300, 54))

SPINE_Y = Profile((0, 38), (60, 47), (120, 51), (180, 50), (230, 41), (270, 29), (310, 18))
"""Centre of the vertebral bodies (thoracic kyphosis)."""

TRACHEA = Tube(
    [(0, -14, 330, 9.0), (1, -10, 280, 9.0), (0, -3, 240, 9.2), (-2, 4, 205, 9.2), (-3, 6, 193, 9.0)], flatten=0.9
)
RIGHT_MAIN_BRONCHUS = Tube([(-3, 6, 194, 8.0), (-15, 8, 183, 7.6), (-31, 11, 172, 7.0)], samples=10)
LEFT_MAIN_BRONCHUS = Tube([(-3, 6, 194, 7.6), (14, 10, 184, 6.8), (32, 15, 174, 6.4), (45, 19, 167, 6.0)], samples=12)
AIRWAY = (TRACHEA, RIGHT_MAIN_BRONCHUS, LEFT_MAIN_BRONCHUS)
"""What label 3 covers: the lumen from the larynx's end down to the lobar bronchi."""

LOBAR_BRONCHI = (
    Tube([(-30, 11, 173, 5.0), (-42, 8, 184, 4.2), (-52, 4, 204, 3.4)], samples=10),
    Tube([(-31, 11, 172, 5.8), (-36, 14, 156, 5.2), (-44, 20, 136, 4.2), (-50, 28, 112, 3.0)], samples=14),
    Tube([(-35, 12, 158, 3.6), (-46, -8, 146, 3.2), (-58, -30, 136, 2.4)], samples=10),
    Tube([(45, 19, 167, 4.6), (53, 8, 174, 4.0), (58, -2, 196, 3.2)], samples=10),
    Tube([(45, 19, 167, 5.0), (50, 25, 150, 4.4), (56, 32, 124, 3.2), (60, 38, 104, 2.6)], samples=14),
    Tube([(52, 8, 172, 3.4), (62, -18, 156, 2.8), (68, -40, 138, 2.2)], samples=10),
)

ASCENDING_AORTA = Tube([(2, -28, 148, 15), (-12, -36, 165, 16.5), (-20, -37, 190, 16), (-16, -32, 212, 15)])
AORTIC_ARCH = Tube(
    [(-16, -32, 211, 15), (-7, -20, 223, 14.5), (8, 2, 228, 13.8), (22, 22, 223, 13), (29, 36, 208, 12.8)]
)
DESCENDING_AORTA = Tube(
    [
        (29, 36, 209, 12.8),
        (31, 44, 185, 12.6),
        (27, 49, 145, 12.2),
        (19, 46, 90, 11.8),
        (9, 30, 35, 11),
        (6, 20, -20, 10),
    ]
)
PULMONARY_TRUNK = Tube([(16, -56, 148, 13.5), (20, -49, 166, 14), (23, -34, 180, 14), (22, -24, 183, 13)], samples=14)
RIGHT_PULMONARY_ARTERY = Tube(
    [(20, -26, 182, 12), (2, -16, 181, 11.5), (-20, -10, 179, 11), (-40, -4, 174, 9.5), (-52, 2, 166, 7)], samples=20
)
LEFT_PULMONARY_ARTERY = Tube(
    [(23, -26, 183, 12), (35, -10, 187, 11.5), (48, 8, 187, 10.5), (57, 22, 180, 9), (60, 27, 164, 6.5)], samples=16
)
SUPERIOR_VENA_CAVA = Tube([(-31, -34, 226, 8), (-33, -29, 195, 9), (-34, -24, 165, 9.5), (-34, -22, 150, 11)])
INFERIOR_VENA_CAVA = Tube([(-34, 0, 110, 12), (-29, 5, 88, 11.5), (-22, 10, 50, 11.5), (-17, 12, -20, 11)])
BRACHIOCEPHALIC_VEINS = (
    Tube([(48, -30, 300, 6), (44, -42, 268, 6.5), (14, -46, 246, 6.8), (-16, -42, 233, 7), (-31, -35, 223, 7.5)]),
    Tube([(-50, -24, 300, 6), (-44, -36, 268, 6.5), (-33, -36, 236, 7.5), (-31, -34, 224, 8)]),
)
ARCH_BRANCHES = (
    Tube([(-10, -26, 224, 7.5), (-18, -18, 248, 6.8), (-27, -14, 272, 6), (-30, -14, 320, 4.5)]),
    Tube([(3, -8, 230, 5), (12, -10, 256, 4.5), (22, -14, 285, 4.2), (27, -16, 320, 4)]),
    Tube([(15, 10, 230, 6), (26, 10, 255, 5.6), (38, 4, 272, 5.4), (62, -12, 284, 5), (95, -20, 288, 4.5)]),
    Tube([(-29, -14, 272, 5.2), (-46, -8, 282, 5), (-72, -14, 286, 4.8), (-105, -20, 290, 4.2)]),
)
AZYGOS = Tube([(-8, 26, 20, 3), (-9, 32, 120, 3.2), (-10, 30, 185, 3.6), (-16, 22, 204, 4.2), (-30, -14, 203, 4.4)])
ESOPHAGUS = Tube(
    [
        (5, 6, 330, 6.5),
        (6, 14, 270, 6.5),
        (7, 22, 220, 6.5),
        (8, 24, 180, 7),
        (11, 20, 130, 7.5),
        (20, 8, 92, 8),
        (38, -8, 72, 9),
    ]
)
PULMONARY_VEINS = (
    Tube([(-16, 10, 156, 7.5), (-36, -8, 158, 6.5), (-54, -18, 168, 5)], samples=10),
    Tube([(-14, 18, 146, 7.5), (-34, 26, 140, 6.5), (-54, 36, 126, 5)], samples=10),
    Tube([(34, 10, 158, 7.5), (50, -8, 162, 6.5), (66, -20, 172, 5)], samples=10),
    Tube([(36, 20, 148, 7.5), (50, 32, 142, 6.5), (62, 42, 128, 5)], samples=10),
)

HEART_CENTER = (24.0, -40.0, 112.0)
HEART_AXES = orthonormal((0.72, -0.50, -0.48), (0.45, 0.86, -0.22))
"""Rows: long axis (towards the apex: left, anterior, down), short axis, third axis."""
HEART_HALF = (62.0, 42.0, 47.0)


def body(x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
    """Signed distance to the skin."""
    front, back = BODY_FRONT(z), BODY_BACK(z)
    yc, half_y = (front + back) / 2, (back - front) / 2
    # Pectoral swelling, and the groove over the spine.
    swell = 4.0 * np.exp(-(((np.abs(x) - 68) / 42) ** 2)) * np.exp(-(((z - 195) / 45) ** 2)) * (np.asarray(y) < yc)
    groove = 5.0 * np.exp(-((x / 16.0) ** 2)) * (np.asarray(y) > yc)
    return superellipse(x, y - yc, BODY_HALF_X(z), half_y, 2.45) - swell + groove


def cage(x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
    """Signed distance to the inner surface of the rib cage (and of the abdominal wall below it)."""
    front, back = CAGE_FRONT(z), CAGE_BACK(z)
    return superellipse(x, y - (front + back) / 2, CAGE_HALF_X(z), (back - front) / 2, 2.3)


def diaphragm_height(x: Coordinate, y: Coordinate, z_offset: float = 0.0) -> FloatArray:
    """Height z of the diaphragm over ``(x, y)``: two domes, the right one higher, deep posterior recesses."""
    left = np.asarray(x) > 6
    top = np.where(left, 84.0, 98.0) + z_offset
    center_x = np.where(left, 62.0, -60.0)
    lateral = np.where(left, x - center_x, center_x - x)
    rho = np.hypot(lateral / np.where(lateral > 0, 72.0, 150.0), (y + 6.0) / 95.0)
    base = 32.0 - 0.26 * np.asarray(y)
    return np.asarray(base + (top - base) * (1.0 - rho**2.6))


def heart(x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
    """Signed distance to the outer surface of the heart (ventricles, right atrium, left atrium)."""
    ventricles = ellipsoid(x, y, z, HEART_CENTER, HEART_HALF, HEART_AXES)
    right_atrium = ellipsoid(x, y, z, (-30, -22, 126), (25, 30, 34))
    left_atrium = ellipsoid(x, y, z, (10, 8, 150), (34, 20, 24))
    return smooth_union(smooth_union(ventricles, right_atrium, 14.0), left_atrium, 10.0)


def midline_x(z: Coordinate) -> FloatArray:
    """Where the plane between the lungs lies at a height; the heart pushes it to the left."""
    return _MIDLINE_SHIFT(z)


def mediastinum(x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
    """Signed distance to everything between the lungs, with the fat that rounds it off."""
    half_width = _MIDLINE_HALF_WIDTH(y)
    top = np.clip((np.asarray(z) - 238.0) / 40.0, 0.0, 1.0)
    result = np.abs(x - midline_x(z)) - (half_width + 14.0 * top)
    result = smooth_union(result, superellipse(x, y - SPINE_Y(z), 21.0, 19.0), 9.0)
    result = smooth_union(result, heart(x, y, z) - 4.0, 10.0)
    for tube, margin in _MEDIASTINAL_TUBES:
        distance = tube.distance(x, y, z) - margin
        if float(np.min(distance)) < 40.0:
            result = smooth_union(result, distance, 8.0)
    return result


_MIDLINE_HALF_WIDTH = Profile(
    (-105, 16), (-84, 7), (-62, 6), (-40, 12), (0, 15), (30, 13), (52, 11), (72, 13), (90, 19)
)
_MIDLINE_SHIFT = Profile((60, 12), (130, 6), (180, 2), (230, -2), (300, 0))

_MEDIASTINAL_TUBES: tuple[tuple[Tube, float], ...] = (
    (ASCENDING_AORTA, 2.5),
    (AORTIC_ARCH, 2.0),
    (DESCENDING_AORTA, 1.5),
    (PULMONARY_TRUNK, 2.0),
    (RIGHT_PULMONARY_ARTERY, 1.5),
    (LEFT_PULMONARY_ARTERY, 1.5),
    (SUPERIOR_VENA_CAVA, 2.0),
    (INFERIOR_VENA_CAVA, 2.0),
    (AZYGOS, 1.5),
    (ESOPHAGUS, 2.5),
    (TRACHEA, 4.0),
    (RIGHT_MAIN_BRONCHUS, 3.0),
    (LEFT_MAIN_BRONCHUS, 3.0),
    *((vein, 2.5) for vein in BRACHIOCEPHALIC_VEINS),
    *((branch, 2.5) for branch in ARCH_BRANCHES[:3]),
)


def airway(x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
    """Signed distance to the lumen of trachea and main bronchi."""
    parts = [tube.distance(x, y, z) for tube in AIRWAY]
    return smooth_union(smooth_union(parts[0], parts[1], 2.5), parts[2], 2.5)


def lungs(x: Coordinate, y: Coordinate, z: Coordinate) -> FloatArray:
    """Signed distance to both lungs; left is where ``x`` exceeds `midline_x`."""
    left = np.asarray(x) > midline_x(z)
    apex_x = np.where(left, 43.0, -44.0)
    apex_top = np.where(left, 282.0, 285.0)
    apex = 0.6 * (z - apex_top + 33.0 * (((x - apex_x) / 47.0) ** 2 + ((y - 16.0) / 58.0) ** 2))
    base = 0.6 * (diaphragm_height(x, y) - z)
    outside = np.maximum(np.maximum(cage(x, y, z) + 2.0, apex), base)
    return np.asarray(np.maximum(outside, -mediastinum(x, y, z)))
