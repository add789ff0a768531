"""The inside of the chest on a picture, whatever its framing and resolution."""

import numpy as np
import pytest
from skimage.transform import resize

from ctviewer.domain.thorax_picture import find_thorax, thorax_picture
from tests.support.ph_pictures import chest


def test_thorax_covers_both_lungs_and_what_lies_between():
    picture = chest()
    thorax = find_thorax(picture)
    assert thorax is not None
    assert thorax.shape == picture.shape
    assert thorax[100, 150], "mediastinum"
    assert thorax[110, 90], "right lung"
    assert thorax[110, 210], "left lung"
    assert not thorax[:15].any()
    assert not thorax[-15:].any()


def test_framing_does_not_change_what_the_classifier_sees():
    """The same chest with a black frame, a couch and lettering gives the same input: no class can leak that way."""
    plain = chest(couch=False)
    framed = np.pad(plain, ((40, 90), (70, 70)))
    framed[-30:-25] = 220
    framed[5:20, 5:60] = 255
    first = thorax_picture(plain, find_thorax(plain), 128).astype(float)
    second = thorax_picture(framed, find_thorax(framed), 128).astype(float)
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.9


# A picture shrunk to 0.6 has lost vessels of two pixels, which no enlargement brings back.
@pytest.mark.parametrize(("scale", "agreement"), [(0.6, 0.94), (1.7, 0.97)])
def test_resolution_does_not_change_what_the_classifier_sees(scale, agreement):
    plain = chest()
    shape = tuple(int(n * scale) for n in plain.shape)
    other = resize(plain, shape, order=1, preserve_range=True, anti_aliasing=True).astype(np.uint8)
    first = thorax_picture(plain, find_thorax(plain), 96).astype(float)
    second = thorax_picture(other, find_thorax(other), 96).astype(float)
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > agreement


def test_outside_of_the_thorax_is_black_and_the_left_stays_left():
    picture = chest(trunk=22)
    cut = thorax_picture(picture, find_thorax(picture), 128)
    assert cut.shape == (128, 128)
    assert cut[0].max() == 0
    assert cut[-1].max() == 0
    # The trunk is drawn on the patient's left, which is the right of the picture.
    right = (cut[:, 64:] == 255).sum()
    assert right > (cut[:, :64] == 255).sum()


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(np.zeros((200, 200), np.uint8), id="black"),
        pytest.param(np.full((200, 200), 130, np.uint8), id="no air"),
        pytest.param(np.pad(np.full((100, 120), 130, np.uint8), 60), id="abdomen"),
    ],
)
def test_no_thorax_where_there_are_no_lungs(picture):
    assert find_thorax(picture) is None
