"""The body box, the network's input, and the way back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ctviewer.domain.arrays import BoolArray, HUArray, LabelArray
from ctviewer.domain.manifest_parts import InputSpec
from ctviewer.inference.morphology import components
from ctviewer.inference.preprocess import CropBox, body_crop, crop_box, from_output, labels_to_input, to_input
from tests.support.real_data import real_data
from tests.support.synthetic import phantom

SPACING = (5.0, 2.0, 2.0)
SHAPE = (12, 200, 220)


def ellipse(center_mm: tuple[float, float], radii_mm: tuple[float, float], spacing: tuple[float, ...]) -> BoolArray:
    j, i = np.ogrid[: SHAPE[1], : SHAPE[2]]
    return ((j * spacing[1] - center_mm[0]) / radii_mm[0]) ** 2 + (
        (i * spacing[2] - center_mm[1]) / radii_mm[1]
    ) ** 2 <= 1


def chest(spacing: tuple[float, float, float] = SPACING) -> HUArray:
    """A trunk of 240 × 320 mm centred at (180, 200) mm with two lungs, in air."""
    hu = np.full(SHAPE, -1000, np.int16)
    hu[:, ellipse((180, 200), (120, 160), spacing)] = 40
    for side in (-75, 75):
        hu[:, ellipse((180, 200 + side), (85, 60), spacing)] = -850
    return hu


def edges_mm(box: CropBox, spacing: tuple[float, float, float]) -> tuple[float, float, float, float]:
    return (
        box.row_start * spacing[1],
        box.row_stop * spacing[1],
        box.column_start * spacing[2],
        box.column_stop * spacing[2],
    )


class TestBodyCrop:
    def test_holds_the_trunk_with_its_margin_and_little_more(self) -> None:
        top, bottom, first, last = edges_mm(body_crop(chest(), SPACING, margin_mm=10), SPACING)
        assert first == pytest.approx(30, abs=8)
        assert last == pytest.approx(370, abs=8)
        assert (top + bottom) / 2 == pytest.approx(180, abs=8)

    @pytest.mark.parametrize("spacing", [(5.0, 2.0, 2.0), (5.0, 2.0, 3.0), (5.0, 3.0, 2.0)])
    def test_is_square_in_millimetres(self, spacing: tuple[float, float, float]) -> None:
        box = body_crop(chest(spacing), spacing)
        assert box.rows * spacing[1] == pytest.approx(box.columns * spacing[2], abs=max(spacing[1:]))

    def test_a_couch_a_cable_and_separate_arms_do_not_count(self) -> None:
        plain = chest()
        cluttered = chest()
        couch = ellipse((220, 200), (100, 195), SPACING) & ~ellipse((218, 200), (96, 191), SPACING)
        couch[: round(306 / 2)] = False
        cluttered[:, couch] = 100
        cluttered[:, ellipse((180, 18), (12, 12), SPACING)] = 50  # an arm beside the trunk
        cluttered[:, 20:60, 104:106] = 3000  # a cable
        assert body_crop(cluttered, SPACING) == body_crop(plain, SPACING)

    def test_raised_arms_in_a_few_slices_do_not_widen_it(self) -> None:
        armed = chest()
        armed[-2:, 80:100, :] = 40
        assert body_crop(armed, SPACING) == body_crop(chest(), SPACING)

    def test_lungs_in_a_few_slices_are_never_cut(self) -> None:
        """A scan from neck to thigh: the chest is wider than everything else and only a part of the scan."""
        hu = np.full((40, *SHAPE[1:]), -1000, np.int16)
        hu[:, ellipse((180, 200), (60, 60), SPACING)] = 40
        hu[30:34] = chest()[0]
        lungs = np.argwhere((hu > -900) & (hu < -700))
        box = body_crop(hu, SPACING)
        assert box.row_start <= lungs[:, 1].min()
        assert box.row_stop > lungs[:, 1].max()
        assert box.column_start <= lungs[:, 2].min()
        assert box.column_stop > lungs[:, 2].max()

    @pytest.mark.parametrize("hu", [-1000, 40, -3024])
    def test_without_air_or_without_a_body_it_is_the_whole_image(self, hu: int) -> None:
        box = body_crop(np.full((4, 50, 60), hu, np.int16), (5.0, 2.0, 2.0))
        assert (box.column_start, box.column_stop) == (0, 60)
        assert (box.row_start, box.row_stop) == (-5, 55)

    def test_a_close_up_is_used_whole(self) -> None:
        close_up = chest()[:, 45:130, 70:130]
        box = body_crop(close_up, SPACING)
        assert box.row_start <= 0
        assert box.row_stop >= close_up.shape[1]
        assert box.column_start <= 0
        assert box.column_stop >= close_up.shape[2]

    def test_moving_the_patient_moves_the_box(self) -> None:
        moved = np.roll(chest(), (6, -10), axis=(1, 2))
        before, after = body_crop(chest(), SPACING), body_crop(moved, SPACING)
        assert abs(after.row_start - before.row_start - 6) <= 2
        assert abs(after.column_start - before.column_start + 10) <= 2
        assert abs(after.rows - before.rows) <= 2

    def test_holds_the_lungs_of_the_phantom(self) -> None:
        body = phantom()
        box = body_crop(body.hu, body.geometry.spacing_mm)
        where = np.argwhere(body.labels > 0)
        assert box.row_start <= where[:, 1].min()
        assert where[:, 1].max() < box.row_stop
        assert box.column_start <= where[:, 2].min()
        assert where[:, 2].max() < box.column_stop


class TestToInput:
    spec = InputSpec(size_px=64, hu_low=-1000, hu_high=400)
    box = CropBox(20, 180, 10, 210)

    def test_the_window_becomes_zero_to_one_and_the_rest_is_clipped(self) -> None:
        for hu, expected in ((-3000, 0.0), (-1000, 0.0), (-300, 0.5), (400, 1.0), (3000, 1.0)):
            picture = to_input(np.full((2, 200, 220), hu, np.int16), self.spec, self.box)
            assert picture.shape == (2, 1, 64, 64)
            assert picture.dtype is torch.float32
            assert picture.numpy() == pytest.approx(expected, abs=1e-6)

    def test_outside_the_image_there_is_air(self) -> None:
        picture = to_input(np.full((1, 100, 100), 400, np.int16), self.spec, CropBox(-100, 200, -100, 200))
        assert picture[0, 0, :20].max() == 0
        assert picture[0, 0, 30:34, 30:34].numpy() == pytest.approx(1, abs=1e-6)

    def test_shrinking_averages_instead_of_picking(self) -> None:
        """A checkerboard of single pixels must become grey, not a pattern."""
        board = np.where(np.indices((128, 128)).sum(0) % 2, 400, -1000).astype(np.int16)
        picture = to_input(board[None], InputSpec(size_px=32, hu_low=-1000, hu_high=400), CropBox(0, 128, 0, 128))
        assert (picture - 0.5).abs().max() < 0.05

    def test_further_channels_repeat_the_picture(self) -> None:
        spec = InputSpec(size_px=32, hu_low=-1000, hu_high=400, channels=3)
        picture = to_input(chest()[:2], spec, self.box)
        assert picture.shape == (2, 3, 32, 32)
        assert torch.equal(picture[:, 0], picture[:, 2])

    def test_the_volume_is_not_changed(self) -> None:
        hu = chest()
        before = hu.copy()
        hu.flags.writeable = False
        to_input(hu, self.spec, crop_box(hu, SPACING, self.spec))
        assert np.array_equal(hu, before)


def one_hot(labels: torch.Tensor, classes: int = 4) -> torch.Tensor:
    return torch.nn.functional.one_hot(labels.long(), classes).permute(0, 3, 1, 2).float()


def there_and_back(labels: LabelArray, spec: InputSpec, box: CropBox) -> LabelArray:
    return from_output(one_hot(labels_to_input(labels, spec, box)), box, (labels.shape[1], labels.shape[2]))


class TestBack:
    def test_a_constant_answer_fills_the_image(self) -> None:
        spec = InputSpec(size_px=32, hu_low=-1000, hu_high=400, crop="none")
        for spacing in (SPACING, (5.0, 1.0, 3.0)):
            box = crop_box(chest(), spacing, spec)
            labels = from_output(one_hot(torch.full((3, 32, 32), 2)), box, SHAPE[1:])
            assert labels.shape == (3, *SHAPE[1:])
            assert (labels == 2).all()

    def test_outside_the_box_is_background(self) -> None:
        labels = from_output(one_hot(torch.ones((1, 16, 16))), CropBox(50, 90, 60, 100), (120, 130))
        assert labels[0, 50:90, 60:100].all()
        assert labels.sum() == 40 * 40

    @settings(max_examples=30, deadline=None)
    @given(
        row=st.integers(-30, 40),
        column=st.integers(-30, 40),
        rows=st.integers(60, 160),
        columns=st.integers(60, 160),
    )
    def test_nothing_is_shifted(self, row: int, column: int, rows: int, columns: int) -> None:
        """A disc comes back where it was, to a fraction of the coarse pixel, whatever the box."""
        spec = InputSpec(size_px=64, hu_low=-1000, hu_high=400)
        box = CropBox(row, row + rows, column, column + columns)
        centre = (row + rows / 2 - 0.5, column + columns / 2 - 0.5)
        j, i = np.ogrid[:200, :200]
        disc = (((j - centre[0]) / (rows / 4)) ** 2 + ((i - centre[1]) / (columns / 4)) ** 2 <= 1).astype(np.uint8)
        labels = np.where((j >= 0) & (i >= 0), disc, 0)[None].astype(np.uint8)
        back = there_and_back(labels, spec, box)
        if labels.sum() == 0 or min(centre[0] - rows / 4, centre[1] - columns / 4) < 0:
            return
        before, after = np.argwhere(labels[0]).mean(0), np.argwhere(back[0]).mean(0)
        assert np.abs(before - after).max() < 0.35 * max(rows, columns) / 64
        assert abs(int(back.sum()) - int(labels.sum())) < 0.12 * labels.sum()

    def test_the_phantom_comes_back_nearly_whole(self) -> None:
        body = phantom()
        spec = InputSpec(size_px=128, hu_low=-1000, hu_high=400)
        box = crop_box(body.hu, body.geometry.spacing_mm, spec)
        back = there_and_back(body.labels, spec, box)
        for value in (1, 2, 3):
            truth, found = body.labels == value, back == value
            assert 2 * (truth & found).sum() / (truth.sum() + found.sum()) > 0.97

    def test_labels_take_the_nearest_pixel_and_invent_none(self) -> None:
        labels = np.random.default_rng(0).choice(np.array([0, 1, 3], np.uint8), (2, 90, 90))
        small = labels_to_input(labels, InputSpec(size_px=32, hu_low=-1000, hu_high=400), CropBox(0, 90, 0, 90))
        assert small.dtype is torch.uint8
        assert set(small.unique().tolist()) == {0, 1, 3}


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["tcga_de_a4ma", "lidc_0003", "lung_dx_a0002_8mm", "acrin_flt_001_mid"])
def test_the_box_of_real_scans_leaves_no_lung_outside(name: str) -> None:
    import nibabel

    path = real_data(f"ct/{name}.nii.gz")
    image = nibabel.as_closest_canonical(nibabel.load(path))  # RAS
    hu = np.asarray(image.dataobj).astype(np.int16).transpose(2, 1, 0)[:, ::-1, ::-1]
    x, y, z = (float(s) for s in image.header.get_zooms())
    box = body_crop(hu, (z, y, x))
    assert 250 < box.rows * y < 450
    # The two largest lung-like bodies (without thin skins: partial volume at arms, couch and blankets) lie inside.
    lung_like = ndimage.binary_opening((hu > -920) & (hu < -600), np.ones((1, 5, 5)))
    parts, sizes = components(lung_like)
    lungs = np.isin(parts, np.argsort(sizes)[-2:]).any(axis=0)
    inside = np.zeros(hu.shape[1:], bool)
    inside[max(0, box.row_start) : box.row_stop, max(0, box.column_start) : box.column_stop] = True
    assert lungs.sum() * y * x > 15000, "mm², so lungs were found"
    assert not (lungs & ~inside).any()
