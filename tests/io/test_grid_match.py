"""A mask belongs to a scan or is refused with the sentence that says why."""

import numpy as np
import pytest

from ctviewer.domain.errors import GeometryMismatchError
from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.orientation import canonical_order, reorder_geometry
from ctviewer.io.grid_match import check_grid
from tests.support.volumes import geometry

SAME = np.eye(4)
SCAN = VolumeGeometry(geometry().shape, geometry().affine, "1.2.3")


def changed(left=SAME, right=SAME, shape=SCAN.shape, frame=None):
    found = VolumeGeometry(shape, left @ SCAN.affine @ right, frame)
    return reorder_geometry(found, canonical_order(found))


def turned(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.eye(4)
    matrix[:2, :2] = [[c, -s], [s, c]]
    return matrix


def moved(x, y, z):
    matrix = np.eye(4)
    matrix[:3, 3] = (x, y, z)
    return matrix


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (changed(frame="9.9"), "another frame of reference"),
        (changed(shape=(12, 40, 47)), "has 47×40×12 voxels, the scan 48×40×12"),
        (changed(right=np.diag([1, 1, 1.1, 1])), "voxels of 2.2×1×5 mm, the scan of 2×1×5 mm"),
        (changed(left=np.diag([-1, -1, 1, 1])), r"mirrored against the scan .*front and back"),
        (changed(right=np.diag([1, 1, -1, 1])), r"mirrored against the scan \(left and right exchanged\)"),
        (changed(right=np.diag([-1, 1, 1, 1])), r"mirrored against the scan \(head and feet exchanged\)"),
        (changed(left=turned(20)), "turned against the scan by 20.0°"),
        (changed(left=moved(0, 0, 12.5)), r"shifted against the scan by 12.5 mm \(\+0.0 to the left.*\+12.5 to the h"),
    ],
)
def test_each_mismatch_has_its_sentence(found, sentence):
    with pytest.raises(GeometryMismatchError, match=sentence):
        check_grid("mask.nii.gz", found, SCAN)


def test_the_same_place_in_another_order_passes():
    check_grid("a", changed(), SCAN)
    check_grid("a", changed(frame="1.2.3"), SCAN)
    check_grid("a", changed(left=moved(0.01, 0, 0)), SCAN)
