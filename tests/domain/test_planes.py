"""Slices as they are drawn: which voxel is where on the screen, and which letters stand at the edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctviewer.domain.geometry import VolumeGeometry
from ctviewer.domain.planes import Plane, edge_letters, extract_slice, index_to_pixel, pixel_to_index
from tests.domain.grids import straight_geometry

SHAPE = (5, 6, 7)
PLANES = list(Plane)


@pytest.mark.parametrize("plane", PLANES)
def test_every_drawn_pixel_names_the_voxel_it_shows(plane):
    places = np.arange(np.prod(SHAPE)).reshape(SHAPE)
    for index in range(SHAPE[plane.normal_axis]):
        drawn = extract_slice(places, plane, index)
        for row, column in np.ndindex(drawn.shape):
            kji = pixel_to_index(plane, index, row, column, SHAPE)
            assert drawn[row, column] == places[tuple(int(n) for n in kji)]
            assert kji[plane.normal_axis] == index


@given(plane=st.sampled_from(PLANES), row=st.floats(-3, 10), column=st.floats(-3, 10), index=st.integers(0, 4))
def test_pixel_and_index_are_inverse_for_fractions_and_outside(plane, row, column, index):
    kji = pixel_to_index(plane, index, row, column, SHAPE)
    assert index_to_pixel(plane, kji, SHAPE) == pytest.approx((row, column))


@pytest.mark.parametrize(
    ("plane", "letters"),
    [
        (Plane.AXIAL, {"left": "R", "right": "L", "top": "A", "bottom": "P"}),
        (Plane.CORONAL, {"left": "R", "right": "L", "top": "H", "bottom": "F"}),
        (Plane.SAGITTAL, {"left": "A", "right": "P", "top": "H", "bottom": "F"}),
    ],
)
def test_the_radiological_convention(plane, letters):
    assert edge_letters(straight_geometry(), plane) == letters


@pytest.mark.parametrize("plane", PLANES)
def test_letters_follow_the_voxels_shown_not_an_assumption(plane):
    """A mark placed towards a patient side is drawn at the edge that carries its letter, on a turned grid too."""
    turned = np.array(straight_geometry((9, 9, 9)).affine)
    turn = np.radians(25)
    matrix = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    turned[:3, :3] = matrix @ turned[:3, :3]
    geometry = VolumeGeometry((9, 9, 9), turned)
    letters = edge_letters(geometry, plane)
    sides = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "H": (2, 1), "F": (2, -1)}
    middle = geometry.index_to_lps(np.array([4.0, 4.0, 4.0]))[0]
    for edge, (row, column) in {"left": (4, 0), "right": (4, 8), "top": (0, 4), "bottom": (8, 4)}.items():
        shown = geometry.index_to_lps(np.array(pixel_to_index(plane, 4, row, column, (9, 9, 9))))[0]
        axis, sign = sides[letters[edge][0]]
        assert (shown - middle)[axis] * sign > 0
        assert np.abs(shown - middle).argmax() == axis


def test_slices_are_views():
    labels = np.zeros(SHAPE, np.uint8)
    for plane in PLANES:
        assert np.shares_memory(extract_slice(labels, plane, 0), labels)
