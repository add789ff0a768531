"""The synthetic thorax: sides, volumes, HU, and labels that agree with the picture."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from ctviewer.domain.errors import OperationCancelled
from ctviewer.domain.progress import CancelToken, Progress
from ctviewer.io import phantom_anatomy as anatomy
from ctviewer.io.phantom import PhantomGrid, thorax_phantom
from tests.support.synthetic import SMALL, TINY, phantom

LEFT, RIGHT, TRACHEA = 1, 2, 3


def at_mm(x: float, y: float, z: float) -> tuple[int, int, int]:
    kji = phantom().geometry.lps_to_index(np.array([[x, y, z]]))[0]
    return tuple(round(float(v)) for v in kji)  # type: ignore[return-value]


def test_same_seed_same_voxels_and_truth_does_not_depend_on_it() -> None:
    first, again, other = thorax_phantom(TINY, 3), thorax_phantom(TINY, 3), thorax_phantom(TINY, 4)
    assert np.array_equal(first.hu, again.hu)
    assert not np.array_equal(first.hu, other.hu)
    assert np.array_equal(first.labels, other.labels)


def test_left_lung_is_on_the_patients_left() -> None:
    p = phantom()
    for label, sign in ((LEFT, 1), (RIGHT, -1)):
        x_mm = p.geometry.index_to_lps(np.argwhere(p.labels == label))[:, 0]
        assert (sign * x_mm > 0).mean() > 0.99  # the anterior edge of the right lung crosses the midline


def test_every_structure_is_one_piece_and_the_lungs_do_not_touch() -> None:
    p = phantom(PhantomGrid.covering_chest(75, 128))
    for label in (LEFT, RIGHT, TRACHEA):
        sizes = np.bincount(ndimage.label(p.labels == label, np.ones((3, 3, 3)))[0].ravel())[1:]
        assert sizes.max() / sizes.sum() > 0.995
    touching = ndimage.binary_dilation(p.labels == LEFT) & (p.labels == RIGHT)
    assert np.argwhere(touching).tolist() == []


def test_volumes_are_those_of_an_adult_and_do_not_depend_on_the_grid() -> None:
    def volumes(p) -> list[float]:
        return [np.count_nonzero(p.labels == n) * p.geometry.voxel_volume_ml for n in (LEFT, RIGHT, TRACHEA)]

    fine, coarse = volumes(phantom()), volumes(phantom(PhantomGrid.covering_chest(40, 72)))
    left, right, trachea = fine
    assert 1500 < left < right < 3500
    assert 25 < trachea < 80
    assert coarse[0] == pytest.approx(left, rel=0.02)
    assert coarse[1] == pytest.approx(right, rel=0.02)


def test_trachea_divides_at_the_carina() -> None:
    p = phantom(PhantomGrid((60, 160, 160), (3.0, 1.0, 1.0), (0.0, 10.0, 200.0)))
    z_mm = p.geometry.index_to_lps(np.array([[k, 0, 0] for k in range(60)], float))[:, 2]
    pieces = [ndimage.label(plane == TRACHEA)[1] for plane in p.labels]
    assert all(n == 1 for n, z in zip(pieces, z_mm, strict=True) if 200 < z < 285)
    assert all(n == 2 for n, z in zip(pieces, z_mm, strict=True) if 174 < z < 182)


def test_right_diaphragm_is_higher() -> None:
    def lowest_over(x: float, label: int) -> int:
        _, j, i = at_mm(x, -5, 150)
        return int(np.nonzero(phantom().labels[:, j, i] == label)[0].min())

    assert lowest_over(-62, RIGHT) > lowest_over(85, LEFT)


@pytest.mark.parametrize(
    ("organ", "where", "low", "high"),
    [
        ("right lung", (-75, 10, 190), -1000, -650),
        ("tracheal lumen", (0, -3, 240), -1024, -930),
        ("ascending aorta", (-19, -37, 185), 200, 340),
        ("descending aorta", (29, 48, 160), 200, 340),
        ("pulmonary trunk", (22, -42, 174), 250, 400),
        ("left ventricle", (45, -36, 104), 220, 360),
        ("liver", (-70, 0, 40), 60, 150),
        ("vertebral body", (0, 50, 142), 80, 350),
        ("spinal cord", (0, 71, 142), -20, 110),
        ("gas in the stomach", (78, -48, 40), -1024, -800),
        ("air in front of the chest", (0, -150, 150), -1024, -930),
    ],
)
def test_organs_have_their_hounsfield_units(organ: str, where: tuple[float, float, float], low: int, high: int) -> None:
    k, j, i = at_mm(*where)
    value = np.median(phantom().hu[k, j - 1 : j + 2, i - 1 : i + 2])
    assert low < value < high, organ


def test_labels_agree_with_the_image() -> None:
    p = phantom()
    for label, low, high in ((LEFT, -900, -650), (RIGHT, -900, -650), (TRACHEA, -1010, -800)):
        assert low < np.median(p.hu[p.labels == label]) < high


def test_labels_are_exactly_the_formulas_at_voxel_centres() -> None:
    p = phantom()
    rng = np.random.default_rng(0)
    index = np.stack([rng.integers(0, n, 4000) for n in p.labels.shape], axis=1)
    x, y, z = p.geometry.index_to_lps(index.astype(float)).T
    expected = np.where(anatomy.lungs(x, y, z) < 0, np.where(x > anatomy.midline_x(z), LEFT, RIGHT), 0)
    expected[anatomy.airway(x, y, z) < 0] = TRACHEA
    found = p.labels[tuple(index.T)]
    assert np.count_nonzero(found) > 300
    assert np.array_equal(found, expected)


def test_progress_reaches_the_end_and_cancel_stops() -> None:
    reports: list[Progress] = []
    thorax_phantom(TINY, progress=reports.append)
    fractions = [r.fraction for r in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0

    token = CancelToken()
    with pytest.raises(OperationCancelled):
        thorax_phantom(TINY, progress=lambda _: token.cancel(), cancel=token)


def test_geometry_is_lps_and_canonical() -> None:
    geometry = SMALL.geometry()
    assert np.allclose(geometry.directions, [[0, 0, 1], [0, 1, 0], [1, 0, 0]])
    assert np.allclose(geometry.index_to_lps(np.array([[24.5, 47.5, 47.5]])), [[0, 20, 150]])
