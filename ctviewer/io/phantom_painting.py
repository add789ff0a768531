"""Paints one axial slice of the synthetic thorax in Hounsfield units, organ after organ, with soft edges.

Later organs cover earlier ones. HU values are those of a chest CT in the pulmonary-arterial phase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctviewer.domain.arrays import BoolArray, FloatArray, LabelArray
from ctviewer.io import phantom_anatomy as anatomy
from ctviewer.io import phantom_skeleton as skeleton
from ctviewer.io.phantom_shapes import Profile, Tube, coverage, ellipsoid, superellipse

AIR_HU = -1000.0
LUNG_HU = -868.0
FAT_HU = -98.0
MUSCLE_HU = 56.0
LEFT_LUNG, RIGHT_LUNG, TRACHEA = 1, 2, 3

_MUSCLE_BACK = Profile((0, 36), (100, 36), (200, 40), (300, 70))
_MUSCLE_SIDE = Profile((0, 14), (90, 15), (130, 22), (200, 40), (300, 120))
_MUSCLE_FRONT = Profile((0, 11), (90, 12), (130, 16), (180, 30), (240, 34), (300, 60))
_FAT_UNDER_SKIN = Profile((0, 15), (100, 13), (200, 10), (260, 9), (310, 6))


@dataclass(frozen=True, eq=False)
class SlicePicture:
    """One painted slice.

    Parameters
    ----------
    hu
        Shape ``(rows, columns)``, without noise and without lung vessels.
    labels
        Shape ``(rows, columns)``, 1 left lung, 2 right lung, 3 trachea with main bronchi.
    lung
        Shape ``(rows, columns)``, share of each voxel that is lung.
    """

    hu: FloatArray
    labels: LabelArray
    lung: FloatArray


class _Canvas:
    """A slice being painted: coordinates, values and soft painting."""

    def __init__(self, x: FloatArray, y: FloatArray, z: float) -> None:
        self.x, self.y, self.z = x[None, :], y[:, None], z
        self.columns, self.rows = x, y
        self.edge_mm = max(float(x[1] - x[0]), 0.8)
        self.hu = np.full((len(y), len(x)), AIR_HU)

    def paint(self, distance: FloatArray, value: FloatArray | float) -> None:
        share = coverage(distance, self.edge_mm)
        self.hu += share * (value - self.hu)

    def paint_tube(self, tube: Tube, value: float, margin_mm: float = 0.0) -> None:
        """Paint a tube inside its bounding box only."""
        bounds = tube.bounds_xy(self.z, margin_mm + 2 * self.edge_mm)
        if bounds is None:
            return
        x0, x1, y0, y1 = bounds
        cols = slice(*np.searchsorted(self.columns, (x0, x1)))
        rows = slice(*np.searchsorted(self.rows, (y0, y1)))
        if cols.stop <= cols.start or rows.stop <= rows.start:
            return
        distance = tube.distance(self.x[:, cols], self.y[rows], self.z) - margin_mm
        share = coverage(distance, self.edge_mm)
        self.hu[rows, cols] += share * (value - self.hu[rows, cols])


def paint_slice(x: FloatArray, y: FloatArray, z: float) -> SlicePicture:
    """Paint the slice at height ``z``.

    Parameters
    ----------
    x, y
        Column and row centres in phantom millimetres, ascending.
    z
        Height in phantom millimetres.
    """
    canvas = _Canvas(x, y, z)
    body = anatomy.body(canvas.x, canvas.y, z)
    wall = anatomy.cage(canvas.x, canvas.y, z)
    lungs = anatomy.lungs(canvas.x, canvas.y, z)
    airway = anatomy.airway(canvas.x, canvas.y, z)
    _paint_couch(canvas)
    _paint_wall(canvas, body, wall)
    _paint_abdomen(canvas, wall)
    _paint_mediastinum(canvas)
    _paint_bones(canvas, wall)
    share = coverage(lungs, canvas.edge_mm)
    canvas.hu += share * (_parenchyma(canvas) - canvas.hu)
    _paint_airway(canvas, airway)
    labels = np.zeros(canvas.hu.shape, dtype=np.uint8)
    inside: BoolArray = lungs < 0
    is_left = canvas.x > anatomy.midline_x(z)
    labels[inside & is_left] = LEFT_LUNG
    labels[inside & ~is_left] = RIGHT_LUNG
    labels[airway < 0] = TRACHEA
    return SlicePicture(canvas.hu, labels, share)


def _paint_couch(canvas: _Canvas) -> None:
    """A curved carbon-fibre table with a foam core, a mattress and a second rail below."""
    surface = canvas.y - (120.5 - canvas.x**2 / 1500.0)
    sides = np.abs(canvas.x) - 178.0
    canvas.paint(np.maximum(np.abs(surface - 6.0) - 6.0, sides), -880.0)
    canvas.paint(np.maximum(np.abs(surface - 0.8) - 0.8, sides), -150.0)
    canvas.paint(np.maximum(np.abs(surface - 13.0) - 0.9, sides), -60.0)
    lower = canvas.y - (160.0 - canvas.x**2 / 2600.0)
    canvas.paint(np.maximum(np.abs(lower) - 1.2, sides), -200.0)


def _paint_wall(canvas: _Canvas, body: FloatArray, wall: FloatArray) -> None:
    """Skin, fat under it, muscles around the cage, and fat inside the cage."""
    x, y, z = canvas.x, canvas.y, canvas.z
    angle = skeleton.cage_angle(x, y, z)
    back = np.exp(-((angle / 0.55) ** 2))
    front = np.exp(-(((np.pi - angle) / 1.0) ** 2))
    depth = _MUSCLE_SIDE(z) * (1 - back) * (1 - front) + _MUSCLE_BACK(z) * back + _MUSCLE_FRONT(z) * front
    depth = depth + 2.5 * np.sin(5.0 * angle + 0.02 * z)
    canvas.paint(body, 20.0)
    canvas.paint(body + 2.0, FAT_HU)
    muscle = np.maximum(wall - depth, body + _FAT_UNDER_SKIN(z) * (1.0 - 0.4 * back))
    canvas.paint(muscle, MUSCLE_HU + 6.0 * np.sin(0.9 * x + 0.7 * y) * np.sin(0.23 * x - 0.31 * y + 0.05 * z))
    _paint_fat_planes(canvas, muscle, wall, angle)
    canvas.paint(wall - 10.5, np.where(wall > 1.2, MUSCLE_HU, FAT_HU))
    canvas.paint(wall, FAT_HU)


def _paint_fat_planes(canvas: _Canvas, muscle: FloatArray, wall: FloatArray, angle: FloatArray) -> None:
    x, y, z = canvas.x, canvas.y, canvas.z
    # The planes wander and fade, or they would look like onion rings.
    inner = 0.9 * np.sin(2.3 * angle + 0.043 * z + 0.4 * np.sin(0.021 * x)) + 0.3
    outer = 1.0 * np.sin(3.1 * angle - 0.031 * z + 1.1) + 0.1
    planes = [
        np.abs(wall - 13.0 - 2.4 * np.sin(3.7 * angle + 0.03 * z) - 1.2 * np.sin(9.0 * angle)) - inner,
        np.abs(wall - 25.0 - 5.0 * np.sin(2.9 * angle - 0.02 * z + 0.7) - 1.5 * np.sin(8.0 * angle)) - outer,
        np.maximum(np.abs(angle - 0.40 - 0.06 * np.sin(0.11 * wall + 0.05 * z)) * 90.0 - 0.8, 10.0 - wall),
        np.maximum(np.abs(angle - 1.75 + 0.16 * np.sin(0.09 * wall + 0.03 * z)) * 110.0 - 1.8, 14.0 - wall),
    ]
    for plane in planes:
        canvas.paint(np.maximum(plane, muscle + 1.0), -70.0)
    for side in (1, -1):  # axillary fat with its vessels
        axilla = ellipsoid(x, y, z, (side * 127.0, -10.0, 236.0), (17.0, 36.0, 44.0))
        canvas.paint(np.maximum(axilla, muscle), FAT_HU)
        for offset, radius, value in ((0.0, 4.6, 150.0), (9.0, 4.0, 230.0)):
            vessel = superellipse(x - side * (128.0 + 0.1 * (z - 236.0)), y + 14.0 - offset, radius, radius)
            canvas.paint(np.maximum(vessel, axilla + 3.0), value)


def _paint_abdomen(canvas: _Canvas, wall: FloatArray) -> None:
    x, y, z = canvas.x, canvas.y, canvas.z
    if z > 110.0:
        return
    dome = 0.6 * (z - anatomy.diaphragm_height(x, y))  # negative below the diaphragm
    inside = np.maximum(dome, wall + 1.0)
    canvas.paint(np.maximum(np.maximum(dome, wall), -np.maximum(dome + 3.5, wall + 3.5)), MUSCLE_HU)
    liver = np.maximum(
        np.maximum(dome + 3.5, wall + 4.5),
        0.75 * x + 0.55 * y - 20.0 - 0.12 * (z - 40.0) - 7.0 * np.sin(0.035 * y - 0.02 * z),
    )
    liver = np.maximum(liver, 26.0 - np.hypot(x - 2.0, y - anatomy.SPINE_Y(z)))
    canvas.paint(liver, 108.0 + 2.0 * np.sin(0.13 * x + 0.11 * y + 0.1 * z))
    spleen = np.maximum(ellipsoid(x, y, z, (92, 44, 46), (30, 37, 40)), np.maximum(dome + 3.5, wall + 5.0))
    canvas.paint(spleen, 122.0)
    stomach = np.maximum(ellipsoid(x, y, z, (62, -24, 46), (44, 52, 38)), np.maximum(dome + 5.0, wall + 6.0))
    stomach = np.maximum(stomach, -liver - 0.5)
    canvas.paint(stomach, 70.0)
    canvas.paint(stomach + 4.0, np.where(y < -34.0, AIR_HU, 18.0))
    colon = np.maximum(ellipsoid(x, y, z, (100, -34, 18), (15, 24, 20)), np.maximum(dome + 5.0, wall + 6.0))
    colon = np.maximum(colon, -stomach + 1.0)
    canvas.paint(colon, 50.0)
    canvas.paint(colon + 2.5, np.where(y < -38.0, AIR_HU, -20.0))
    for center, half in (((60.0, 52.0, -6.0), (25.0, 22.0, 34.0)), ((-58.0, 52.0, -18.0), (25.0, 22.0, 34.0))):
        kidney = np.maximum(ellipsoid(x, y, z, center, half), inside)
        canvas.paint(kidney, 190.0)
        canvas.paint(kidney + 8.0, 140.0)
    for side in (1, -1):  # diaphragmatic crura beside the aorta
        crus = superellipse(x - side * 14.0 - 4.0, y - anatomy.SPINE_Y(z) + 12.0, 5.0, 12.0)
        canvas.paint(np.maximum(crus, (z - 70.0)), MUSCLE_HU)


def _paint_mediastinum(canvas: _Canvas) -> None:
    x, y, z = canvas.x, canvas.y, canvas.z
    if 40.0 < z < 190.0:
        _paint_heart(canvas)
    if z > 240.0:  # thyroid-level soft tissue: strap muscles and the muscles beside the spine
        for side in (1, -1):
            neck = ellipsoid(x, y, z, (side * 30.0, 18.0, 320.0), (20.0, 26.0, 62.0))
            canvas.paint(neck, MUSCLE_HU)
            thyroid = ellipsoid(x, y, z, (side * 19.0, -14.0, 300.0), (9.0, 13.0, 24.0))
            canvas.paint(thyroid, 150.0)
    for node in ((-22, 2, 196), (16, -4, 200), (8, 16, 178), (-12, -30, 224), (2, 24, 168)):
        canvas.paint(ellipsoid(x, y, z, node, (4.2, 3.4, 5.0)), 55.0)
    canvas.paint_tube(anatomy.ESOPHAGUS, 48.0)
    canvas.paint_tube(anatomy.ESOPHAGUS, 20.0, margin_mm=-4.4)
    vessels = (
        (anatomy.AZYGOS, 170.0),
        *((vein, 330.0) for vein in anatomy.BRACHIOCEPHALIC_VEINS),
        (anatomy.SUPERIOR_VENA_CAVA, 390.0),
        (anatomy.INFERIOR_VENA_CAVA, 140.0),
        *((vein, 285.0) for vein in anatomy.PULMONARY_VEINS),
        *((branch, 262.0) for branch in anatomy.ARCH_BRANCHES),
        (anatomy.DESCENDING_AORTA, 262.0),
        (anatomy.ASCENDING_AORTA, 268.0),
        (anatomy.AORTIC_ARCH, 266.0),
        (anatomy.RIGHT_PULMONARY_ARTERY, 325.0),
        (anatomy.LEFT_PULMONARY_ARTERY, 325.0),
        (anatomy.PULMONARY_TRUNK, 330.0),
    )
    for tube, value in vessels:
        canvas.paint_tube(tube, 60.0, margin_mm=1.2)
        canvas.paint_tube(tube, value)


def _paint_heart(canvas: _Canvas) -> None:
    x, y, z = canvas.x, canvas.y, canvas.z
    outer = anatomy.heart(x, y, z)
    canvas.paint(np.abs(outer - 3.2) - 0.6, 20.0)  # pericardium
    canvas.paint(outer, 112.0)
    axes = anatomy.HEART_AXES
    chambers = (
        (ellipsoid(x, y, z, (45, -36, 104), (37, 20, 22), axes), 290.0),
        (ellipsoid(x, y, z, (10, -62, 112), (36, 13, 30), axes), 335.0),
        (ellipsoid(x, y, z, (-30, -22, 126), (21, 26, 30)), 330.0),
        (ellipsoid(x, y, z, (10, 8, 150), (30, 16, 20)), 288.0),
    )
    for distance, value in chambers:
        canvas.paint(np.maximum(distance, outer + 2.5), value)
    for center in ((44, -48, 106), (54, -30, 96)):  # papillary muscles
        canvas.paint(ellipsoid(x, y, z, center, (9, 3.2, 3.6), axes), 118.0)
    # Fat in the groove between the ventricles and around the coronary arteries.
    groove = ellipsoid(x, y, z, (38, -76, 118), (18, 4, 5), axes)
    canvas.paint(np.maximum(groove, outer + 0.5), -70.0)


def _paint_bones(canvas: _Canvas, wall: FloatArray) -> None:
    x, y, z = canvas.x, canvas.y, canvas.z
    ribs, cartilage = skeleton.ribs(x, y, z, wall)
    canvas.paint(cartilage, 95.0)
    bodies, discs = skeleton.vertebral_bodies(x, y, z)
    shapes = (
        (ribs, 1.4, 820.0, 260.0),
        (skeleton.sternum(x, y, z, wall), 1.2, 520.0, 160.0),
        (skeleton.scapulae(x, y, z, wall), 1.3, 780.0, 320.0),
        (skeleton.vertebral_arches(x, y, z), 1.5, 640.0, 300.0),
        *((skeleton.humeral_head(x, y, z, side), 1.5, 700.0, 230.0) for side in (0, 1)),
        (bodies, 1.5, 430.0, 190.0),
    )
    canvas.paint(discs, 92.0)
    for distance, cortex_mm, cortex_hu, marrow_hu in shapes:
        canvas.paint(distance, cortex_hu)
        texture = 35.0 * np.sin(0.85 * x + 0.3 * z) * np.sin(0.95 * y - 0.4 * z)
        canvas.paint(distance + cortex_mm, marrow_hu + texture)
    for tube in (*skeleton.CLAVICLES, *skeleton.SCAPULAR_SPINES):
        canvas.paint_tube(tube, 800.0)
        canvas.paint_tube(tube, 240.0, margin_mm=-1.8)
    canvas.paint(skeleton.spinal_canal(x, y, z), 8.0)
    canvas.paint(skeleton.spinal_canal(x, y, z, 5.2), 42.0)


def _parenchyma(canvas: _Canvas) -> FloatArray:
    """Lung tissue: denser where it hangs (gravity), with the fissures as faint lines."""
    x, y, z = canvas.x, canvas.y, canvas.z
    value = (
        LUNG_HU + 46.0 * np.clip((y + 90.0) / 180.0, 0.0, 1.0) ** 1.6 + 10.0 * np.sin(0.07 * x + 0.05 * y + 0.04 * z)
    )
    oblique = y - (58.0 - 0.7 * (z - 90.0)) + 0.0012 * (np.abs(x) - 60.0) ** 2
    value = value + 114.0 * coverage(np.abs(oblique) - 0.5, 2.0)
    minor = z - (158.0 - 0.004 * ((x + 75.0) ** 2 + (y + 40.0) ** 2))
    ahead = (oblique < -1.0) & (x < 0)
    return np.asarray(value + 90.0 * coverage(np.abs(minor) - 0.5, 2.0) * ahead)


def _paint_airway(canvas: _Canvas, airway: FloatArray) -> None:
    for tube in anatomy.LOBAR_BRONCHI:
        canvas.paint_tube(tube, 15.0, margin_mm=1.2)
    canvas.paint(airway - 1.6, 30.0)
    for tube in anatomy.LOBAR_BRONCHI:
        canvas.paint_tube(tube, -985.0)
    canvas.paint(airway, AIR_HU)
