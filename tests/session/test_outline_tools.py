"""Outlines, fill, region grow, islands and scissors: pointer events in, voxels out, as one undo step."""

import numpy as np
import pytest

from ctviewer.domain.edits.region import Region
from ctviewer.domain.planes import Plane
from ctviewer.session.proposal import Setting
from ctviewer.session.tools.pointer import Modifier
from ctviewer.session.tools.tool_settings import NEW_SEGMENT, REMOVE, IslandAction, PaintOver, ToolKind
from tests.session.strokes import at, click
from tests.support.volumes import prediction

pytestmark = pytest.mark.gui
CTRL = frozenset({Modifier.CONTROL})


@pytest.fixture
def box(workspace):
    return workspace.toolbox


def labels(workspace):
    return workspace.document.labels


def settle(qtbot, workspace):
    qtbot.waitUntil(lambda: not workspace.runner.active, timeout=30_000)


def paint(document, part, label):
    document.paint(Region(part, np.ones([s.stop - s.start for s in part], bool)), label)
    document.end_gesture("Brush", "brush")


@pytest.mark.parametrize("plane", list(Plane))
def test_polygon_corner_by_corner_closes_on_its_first_one(workspace, box, plane):
    box.active = ToolKind.POLYGON
    center = [6, 20, 24]
    rows, columns = plane.row_axis, plane.column_axis
    corners = []
    for down, right in ((-3.4, -8.4), (-3.4, 8.4), (3.4, 8.4), (3.4, -8.4)):
        corner = list(center)
        corner[rows], corner[columns] = corner[rows] + down, corner[columns] + right
        corners.append(tuple(corner))
    for corner in corners:
        box.move(at(*corner, plane=plane))
        assert click(box, at(*corner, plane=plane))
        assert not labels(workspace).any()
        assert box.is_drawing
    assert len(box.outline.marks) == 4
    click(box, at(*corners[0], plane=plane))
    assert not box.is_drawing
    hit = np.argwhere(labels(workspace))
    assert set(hit[:, plane.normal_axis]) == {center[plane.normal_axis]}
    assert len(hit) == 7 * 17
    assert workspace.document.undo_name == "Polygon – Left lung"
    workspace.document.undo()
    assert not labels(workspace).any()


def test_outline_steps_back_and_cancels(workspace, box):
    box.active = ToolKind.POLYGON
    for place in ((6, 5, 5), (6, 5, 20), (6, 20, 20)):
        click(box, at(*place))
    assert box.step_back()
    assert len(box.outline.points) == 2
    assert box.cancel()
    assert box.outline is None
    assert not box.step_back()
    assert not labels(workspace).any()


def test_outline_stays_on_its_slice(workspace, box):
    heard = []
    box.refused.connect(lambda *words: heard.append(words))
    box.active = ToolKind.POLYGON
    click(box, at(6, 5, 5))
    assert not click(box, at(7, 5, 20))
    assert "another slice" in heard[0][0]
    box.active = ToolKind.BRUSH
    assert not box.is_drawing


@pytest.mark.parametrize(("subtracts", "held", "expected"), [(False, frozenset(), 1), (True, frozenset(), 0),
                                                            (False, CTRL, 0), (True, CTRL, 1)])  # fmt: skip
def test_lasso_adds_or_subtracts_and_ctrl_inverts(workspace, box, subtracts, held, expected):
    document = workspace.document
    other = slice(6, 7), slice(10, 14), slice(26, 30)
    paint(document, (slice(6, 7), slice(0, 40), slice(0, 26)), 1)
    paint(document, other, 2)
    box.active, box.subtracts = ToolKind.LASSO, subtracts
    path = [(6, 8, 20), (6, 8, 35), (6, 30, 35), (6, 30, 20)]
    box.press(at(*path[0], modifiers=held))
    for place in path[1:]:
        box.move(at(*place, modifiers=held))
    box.release(at(*path[-1], modifiers=held))
    inside = labels(workspace)[6, 20, 30], labels(workspace)[6, 20, 22]
    assert inside == ((1, 1) if expected else (0, 0))
    # What is taken from a segment is taken from that one only; what is added goes over the others.
    assert (labels(workspace)[other] == (1 if expected else 2)).all()


def test_livewire_follows_the_border_of_the_air(workspace, box):
    """The block of air begins at i = 4 and ends before 24; clicks a little off the edge still give its border."""
    box.active = ToolKind.LIVEWIRE
    for place in ((6, 5, 5), (6, 5, 23), (6, 33, 23), (6, 33, 5)):
        box.move(at(*place))
        click(box, at(*place))
    assert len(box.outline.marks) == 4
    assert box.finish()
    filled = labels(workspace)[6] == 1
    assert filled[10:30, 6:22].all()
    assert not filled[:, 26:].any()
    assert not filled[:, :3].any()
    assert workspace.document.undo_name == "Livewire – Left lung"


def test_fill_in_the_slice_and_through_all(qtbot, workspace, box):
    document = workspace.document
    ring = np.ones((3, 12, 12), bool)
    ring[1, 3:9, 3:9] = False
    document.paint(Region((slice(4, 7), slice(10, 22), slice(8, 20)), ring), 1)
    document.end_gesture("Brush", "brush")
    document.segments.active_label = 2
    box.active = ToolKind.FILL
    click(box, at(5, 15, 14))
    settle(qtbot, workspace)
    assert document.undo_name == "Fill – Right lung"
    assert np.count_nonzero(labels(workspace) == 2) == 36
    box.fills_3d = True
    click(box, at(5, 11, 9))
    settle(qtbot, workspace)
    assert document.proposal.n_relabelled == 3 * 144 - 36
    workspace.proposals.accept(document)
    assert not (labels(workspace) == 1).any()
    document.undo()
    click(box, at(1, 1, 1))  # the background is open to the outside of the scan
    box.limit_ml = 1
    settle(qtbot, workspace)
    click(box, at(1, 1, 1))
    settle(qtbot, workspace)
    assert "more than the limit of 1 ml" in workspace.messages.messages[-1].text


def test_region_grow_is_adjusted_while_it_is_shown(qtbot, workspace, box):
    document = workspace.document
    air = document.volume.hu == -900
    box.active, box.limit_ml = ToolKind.GROW, 5000
    click(box, at(6, 20, 10))
    settle(qtbot, workspace)
    np.testing.assert_array_equal(labels(workspace) == 1, air)
    assert document.undo_name == ""
    assert [c.setting for c in document.proposal.controls] == [Setting.TOLERANCE, Setting.LIMIT]
    document.proposal.controls[0].change(1000)
    settle(qtbot, workspace)
    assert box.tolerance_hu == 1000
    assert (labels(workspace) == 1).all()
    click(box, at(6, 20, 40))  # another click replaces it
    settle(qtbot, workspace)
    workspace.proposals.reject(document)
    assert not labels(workspace).any()
    box.grows_3d, box.tolerance_hu = False, 50
    click(box, at(6, 20, 10, plane=Plane.SAGITTAL))
    settle(qtbot, workspace)
    assert np.count_nonzero(labels(workspace)) == 12 * 40
    assert set(np.argwhere(labels(workspace))[:, 2]) == {10}


def test_region_grow_says_when_it_leaks(qtbot, workspace, box):
    box.active, box.limit_ml = ToolKind.GROW, 2
    click(box, at(6, 20, 10))
    settle(qtbot, workspace)
    assert "more than the limit of 2 ml" in workspace.messages.messages[-1].text
    assert workspace.document.proposal is None


def test_region_grow_stays_in_the_gate_and_obeys_locks(qtbot, workspace, box):
    document = workspace.document
    paint(document, (slice(0, 12), slice(0, 10), slice(0, 48)), 2)
    document.segments.set_locked(2, locked=True)
    box.active, box.tolerance_hu, box.limit_ml = ToolKind.GROW, 1000, 5000
    box.use_lung_gate()
    click(box, at(6, 20, 10))
    settle(qtbot, workspace)
    expected = (document.volume.hu == -900) & (labels(workspace) != 2)
    np.testing.assert_array_equal(labels(workspace) == 1, expected)
    assert (labels(workspace)[:, :10] == 2).all()


@pytest.mark.parametrize(("action", "left"), [(IslandAction.REMOVE, {2: 0, 8: 1}), (IslandAction.KEEP, {2: 1, 8: 0}),
                                              (IslandAction.RELABEL, {2: 3, 8: 1})])  # fmt: skip
def test_islands(qtbot, workspace, box, action, left):
    document = workspace.document
    for k in (2, 8):
        paint(document, (slice(k, k + 2), slice(5, 9), slice(6, 12)), 1)
    document.segments.active_label = 3
    box.active, box.island_action = ToolKind.ISLAND, action
    click(box, at(2, 6, 8))
    settle(qtbot, workspace)
    assert {k: int(labels(workspace)[k, 6, 8]) for k in left} == left
    assert "sland" in document.undo_name
    assert not click(box, at(0, 0, 0))
    assert "no segment" in workspace.messages.messages[-1].text


def block(document):
    paint(document, (slice(2, 10), slice(10, 30), slice(10, 40)), 1)


def test_scissors_split_left_from_right_into_a_new_segment(qtbot, workspace, box):
    document = workspace.document
    block(document)
    box.active = ToolKind.SCISSORS
    assert box.cut_target == NEW_SEGMENT
    box.press(at(6, 5, 22))
    box.move(at(6, 20, 22.4))
    box.release(at(6, 35, 22))
    settle(qtbot, workspace)
    assert document.segments.name(4) == "Left lung, part"
    cut = labels(workspace) == 4
    assert cut.sum() == 8 * 20 * 13  # the smaller part, through all slices
    assert set(np.argwhere(cut)[:, 2]) == set(range(10, 23))
    document.proposal.controls[0].change(1)
    settle(qtbot, workspace)
    assert set(np.argwhere(labels(workspace) == 4)[:, 2]) == set(range(23, 40))
    workspace.proposals.reject(document)
    assert document.segments.row(4) is None  # made for a cut that did not happen
    box.press(at(6, 5, 22))
    box.release(at(6, 35, 22))
    settle(qtbot, workspace)
    workspace.proposals.accept(document)
    assert document.undo_name == "Cut – Left lung to Left lung, part"


@pytest.mark.parametrize("plane", list(Plane))
def test_scissors_remove_on_this_slice_only(qtbot, workspace, box, plane):
    document = workspace.document
    block(document)
    box.active, box.cut_target, box.cuts_through = ToolKind.SCISSORS, REMOVE, False
    center = [6, 20, 24]
    ends = []
    for reach in (-30, 30):
        end = list(center)
        end[plane.column_axis] += reach
        end[plane.row_axis] += 0.4
        ends.append(tuple(end))
    box.press(at(*ends[0], plane=plane))
    box.release(at(*ends[1], plane=plane))
    settle(qtbot, workspace)
    workspace.proposals.accept(document)
    lost = np.argwhere(labels(workspace)[2:10, 10:30, 10:40] == 0) + np.array([2, 10, 10])
    assert len(lost)
    assert set(lost[:, plane.normal_axis]) == {center[plane.normal_axis]}
    sides = {bool(row > center[plane.row_axis]) for row in lost[:, plane.row_axis]}
    assert len(sides) == 1


def test_a_line_that_misses_the_segment_cuts_nothing(qtbot, workspace, box):
    block(workspace.document)
    box.active = ToolKind.SCISSORS
    box.press(at(6, 2, 2))
    box.release(at(6, 38, 3))
    settle(qtbot, workspace)
    assert workspace.document.proposal is None
    assert workspace.document.segments.row(4) is None
    assert "does not divide" in workspace.messages.messages[-1].text


def test_adaptive_gate_takes_the_range_of_the_clicked_tissue(workspace, box):
    box.gate_enabled = box.gate_adaptive = True
    box.active, box.radius_mm = ToolKind.BRUSH, 40
    click(box, at(6, 20, 40))
    low, high = box.gate_hu
    assert low < 40 < high
    assert (workspace.document.volume.hu[labels(workspace) > 0] == 40).all()
    workspace.document.undo()
    click(box, at(6, 20, 10))
    assert (workspace.document.volume.hu[labels(workspace) > 0] == -900).all()


def test_painting_inside_one_segment_only(workspace, box):
    document = workspace.document
    block(document)
    document.segments.active_label = 2
    box.paint_over, box.inside_label = PaintOver.INSIDE, 1
    box.active, box.radius_mm = ToolKind.BRUSH, 12
    click(box, at(6, 12, 12))
    changed = labels(workspace) == 2
    assert changed.any()
    assert np.argwhere(changed).min(axis=0).tolist() == [6, 10, 10]


def test_ctrl_turns_the_brush_into_an_eraser_and_back(workspace, box):
    box.active, box.radius_mm = ToolKind.BRUSH, 6
    click(box, at(6, 20, 24))
    click(box, at(6, 20, 24, modifiers=CTRL))
    assert not labels(workspace).any()
    assert workspace.document.undo_name == "Eraser"
    box.active = ToolKind.ERASER
    click(box, at(6, 20, 24, modifiers=CTRL))
    assert labels(workspace)[6, 20, 24] == 1


def test_ball_drags_leave_no_gap(workspace, box):
    box.active, box.radius_mm, box.is_ball = ToolKind.BRUSH, 3, True
    box.press(at(2, 5, 5))
    box.move(at(9, 35, 40))
    box.release(at(9, 35, 40))
    for t in np.linspace(0, 1, 60):
        place = np.floor(np.array([2, 5, 5]) + t * np.array([7, 30, 35]) + 0.5).astype(int)
        assert labels(workspace)[tuple(place)] == 1


@pytest.mark.parametrize("kind", [ToolKind.POLYGON, ToolKind.LASSO, ToolKind.FILL, ToolKind.GROW, ToolKind.SCISSORS,
                                  ToolKind.ISLAND, ToolKind.LIVEWIRE])  # fmt: skip
def test_no_tool_works_under_a_preview(workspace, box, kind):
    document = workspace.document
    document.show_preview(prediction(document.volume))
    box.active = kind
    assert not box.press(at(6, 20, 24))
    assert "not part of the mask yet" in workspace.messages.messages[-1].text
    document.reject_preview()
    document.segments.set_locked(1, locked=True)
    if kind is not ToolKind.ISLAND:
        assert not box.press(at(6, 20, 24))
        assert "locked" in workspace.messages.messages[-1].text


def test_a_brush_does_not_paint_over_a_proposal(qtbot, workspace, box):
    box.active, box.limit_ml = ToolKind.GROW, 5000
    click(box, at(6, 20, 10))
    settle(qtbot, workspace)
    shown = labels(workspace).copy()
    box.active = ToolKind.BRUSH
    assert not box.press(at(6, 20, 40))
    np.testing.assert_array_equal(labels(workspace), shown)
    assert "proposed change" in workspace.messages.messages[-1].text
