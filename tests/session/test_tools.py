"""Tools without a window: pointer events in, voxels out."""

import numpy as np
import pytest

from ctviewer.domain.planes import Plane
from ctviewer.domain.windowing import Window
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.brush import Brush
from ctviewer.session.tools.drags import dragged_pan, dragged_window, pan_for_zoom
from ctviewer.session.tools.pointer import PointerEvent
from ctviewer.session.tools.probe import probe
from ctviewer.session.tools.tool_settings import LUNG_GATE_HU, RADIUS_RANGE_MM, PaintOver, ToolKind
from ctviewer.session.tools.toolbox import ToolBox
from tests.support.volumes import geometry, prediction, volume

pytestmark = pytest.mark.gui


def at(k, j, i, plane=Plane.AXIAL, **more):
    point = geometry().index_to_lps(np.array([(k, j, i)], float))[0]
    return PointerEvent(plane, (k, j, i), tuple(point), **more)


def voxels(region, shape=(12, 40, 48)):
    mask = np.zeros(shape, bool)
    if region is not None:
        mask[region.bbox] = region.mask
    return mask


@pytest.fixture
def box(qapp):
    box = ToolBox()
    box.set_document(SegmentationDocument(volume()))
    box.active = ToolKind.BRUSH
    box.radius_mm = 6
    return box


def labels(box):
    return box._document.labels


@pytest.mark.parametrize("plane", list(Plane))
def test_disc_is_round_in_millimetres_and_one_slice_thick(plane):
    grid = geometry()
    mask = voxels(Brush(grid, 6.0).press(at(6, 20, 24, plane)))
    points = np.argwhere(mask)
    distance = np.linalg.norm((points - (6, 20, 24)) * grid.spacing_mm, axis=1)
    assert set(points[:, plane.normal_axis]) == {(6, 20, 24)[plane.normal_axis]}
    assert distance.max() <= 6.0
    in_plane = np.argwhere(np.ones(mask.shape, bool))
    in_plane = in_plane[in_plane[:, plane.normal_axis] == (6, 20, 24)[plane.normal_axis]]
    near = np.linalg.norm((in_plane - (6, 20, 24)) * grid.spacing_mm, axis=1) <= 6.0
    assert len(points) == near.sum()


def test_ball_reaches_other_slices():
    mask = voxels(Brush(geometry(), 6.0, is_ball=True).press(at(6, 20, 24)))
    assert set(np.argwhere(mask)[:, 0]) == {5, 6, 7}


def test_fast_drag_leaves_no_gaps():
    brush = Brush(geometry(), 2.0)
    mask = voxels(brush.press(at(6, 5, 5)))
    mask |= voxels(brush.move(at(6, 5, 40)))
    mask |= voxels(brush.release(at(6, 35, 40)))
    assert mask[6, 5, 5:41].all()
    assert mask[6, 5:36, 40].all()


def test_one_drag_is_one_undo_step(box):
    assert box.press(at(6, 5, 5))
    box.move(at(6, 5, 20))
    box.move(at(6, 5, 30))
    box.release(at(6, 5, 30))
    assert labels(box)[6, 5, 5:31].all()
    assert box._document.undo_name == "Brush – Left lung"
    box._document.undo()
    assert not labels(box).any()


def test_eraser_removes_and_cancel_restores(box):
    box.press(at(6, 20, 24))
    box.release(at(6, 20, 24))
    before = labels(box).copy()
    box.active = ToolKind.ERASER
    box.press(at(6, 20, 24))
    assert not labels(box)[6, 20, 24]
    assert box.cancel()
    np.testing.assert_array_equal(labels(box), before)
    assert not box.cancel()


def test_gate_paints_air_only(box):
    box.gate_enabled = True
    assert box.gate_hu == LUNG_GATE_HU
    box.radius_mm = 40
    box.press(at(6, 20, 24))
    box.release(at(6, 20, 24))
    painted = labels(box) > 0
    assert painted.any()
    assert (box._document.volume.hu[painted] <= -300).all()


def test_paint_over_background_only(box):
    box.press(at(6, 20, 24))
    box.release(at(6, 20, 24))
    box._document.segments.active_label = 2
    box.paint_over = PaintOver.BACKGROUND
    box.radius_mm = 12
    box.press(at(6, 20, 24))
    box.release(at(6, 20, 24))
    assert labels(box)[6, 20, 24] == 1
    assert (labels(box) == 2).any()
    box.active = ToolKind.ERASER
    box.press(at(6, 20, 24))
    box.release(at(6, 20, 24))
    assert (labels(box) == 1).any()
    assert not (labels(box) == 2).any()


@pytest.mark.parametrize("why", ["preview", "locked"])
def test_refusals_are_sentences(box, why):
    heard = []
    box.refused.connect(lambda *words: heard.append(words))
    if why == "preview":
        box._document.show_preview(prediction(box._document.volume))
    else:
        box._document.segments.set_locked(1, locked=True)
    assert not box.press(at(6, 20, 24))
    assert len(heard) == 1
    assert all(len(words) > 10 for words in heard[0])
    assert not labels(box).any()


def test_browse_does_not_paint(box):
    box.active = ToolKind.BROWSE
    assert not box.press(at(6, 20, 24))
    box.move(at(6, 20, 30))
    box.release(at(6, 20, 30))
    assert not labels(box).any()


def test_outside_the_volume_nothing_happens(box):
    assert box.press(at(6, 200, 24))
    box.release(at(6, 300, 24))
    assert not labels(box).any()
    assert box._document.undo_name == ""


def test_changing_the_document_takes_back_the_gesture(box):
    document = box._document
    box.press(at(6, 20, 24))
    box.set_document(None)
    assert not document.labels.any()
    assert not box.press(at(6, 20, 24))


def test_radius_steps_and_limits(box):
    box.radius_mm = 10
    box.resize(1)
    assert box.radius_mm == 12
    box.resize(100)
    assert box.radius_mm == RADIUS_RANGE_MM[1]


def test_window_drag_directions():
    start = Window(40, 400)
    assert dragged_window(start, 50, 0).width_hu > 400
    assert dragged_window(start, 0, 50).center_hu > 40
    assert dragged_window(start, -10_000, 0).width_hu == 1


def test_pan_follows_the_pointer_and_zoom_keeps_the_point():
    assert dragged_pan((1.0, 2.0), 10, -4, 0.5) == (6.0, 0.0)
    pan = pan_for_zoom((3.0, 0.0), (100.0, 50.0), 1.0, 0.5)
    # The point under the pointer, in mm from the image's middle, before and after:
    assert 100 * 0.5 - pan[0] == pytest.approx(100 * 1.0 - 3.0)
    assert 50 * 0.5 - pan[1] == pytest.approx(50 * 1.0 - 0.0)


def test_probe_reads_the_stored_voxel(box):
    document = box._document
    box.press(at(6, 20, 10))
    box.release(at(6, 20, 10))
    reading = probe(document, at(6.2, 19.8, 10.3))
    assert reading.index_kji == (6, 20, 10)
    assert reading.point_lps == (-28.0, 0.0, 130.0)
    assert reading.value == -900
    assert (reading.label, reading.label_name) == (1, "Left lung")
    assert probe(document, at(6, 20, 30)).value == 40
    assert probe(document, at(6, 20, 300)) is None


def test_probe_says_no_value_in_padding(qapp):
    padding = np.zeros((12, 40, 48), bool)
    padding[:, :3] = True
    document = SegmentationDocument(volume(padding=padding))
    assert probe(document, at(6, 1, 10)).value is None
    assert probe(document, at(6, 5, 10)).value == -900
