"""A sagittal view that reads blocks shows what the voxels are now, whatever happened beside the slice it showed."""

from dataclasses import replace

import numpy as np
import pytest

from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.planes import Plane
from ctviewer.gui.slices.slice_canvas import SliceCanvas
from ctviewer.gui.slices.slice_picture import SlicePicture
from ctviewer.session.display import DisplayState
from ctviewer.session.position import ReadingPosition
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.viewport import Viewport
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui


@pytest.fixture
def canvas(qtbot, themed_app):
    position = ReadingPosition()
    canvas = SliceCanvas(Viewport(Plane.SAGITTAL, position), DisplayState())
    qtbot.addWidget(canvas)
    canvas.set_document(SegmentationDocument(volume()))
    position.enter_grid((12, 40, 48))
    return canvas


def pixels(image):
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()].copy()


def assert_current(canvas):
    canvas.grab()
    fresh = SlicePicture(canvas.viewport, canvas.display)
    expected = pixels(fresh.image(canvas.document))
    np.testing.assert_array_equal(pixels(canvas._picture.image(canvas.document)), expected)
    return expected


def scroll(canvas, *slices):
    for index in slices:
        canvas.viewport.slice_index = index
        canvas.grab()


def test_a_change_on_another_slice_is_there_when_one_gets_there(canvas):
    document = canvas.document
    scroll(canvas, 20, 21, 22)
    changed = document.labels.copy()
    changed[3:9, 10:30, 24] = 2
    document.apply_edit(edit_between(document.labels, changed), "drawn in another view")
    before = assert_current(canvas)
    scroll(canvas, 23, 24)
    assert (assert_current(canvas) != before).any()


def test_a_preview_and_its_end_are_there(canvas):
    document = canvas.document
    scroll(canvas, 14, 15, 16)
    plain = assert_current(canvas)
    document.show_preview(prediction(document.volume))
    assert (assert_current(canvas) != plain).any()
    scroll(canvas, 17, 18)
    document.reject_preview()
    scroll(canvas, 17, 16)
    np.testing.assert_array_equal(assert_current(canvas), plain)


def test_another_scan_is_not_mixed_with_the_former(canvas):
    scroll(canvas, 14, 15, 16)
    other = volume(uid="1.2.4")
    canvas.set_document(SegmentationDocument(replace(other, hu=other.hu + np.int16(300))))
    scroll(canvas, 17)
    assert_current(canvas)
