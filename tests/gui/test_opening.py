"""From a path to pixels and back to a sentence, through the real readers."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from ctviewer.domain.planes import Plane
from ctviewer.domain.windowing import Window
from ctviewer.gui.dialogs.accept_case import AcceptCaseDialog
from ctviewer.gui.slices.annotations import letters_of
from ctviewer.gui.slices.badges import badges_of
from ctviewer.session.workspace import MAXIMUM_OPEN
from tests.gui.conftest import picture_of, show
from tests.gui.test_actions import draw
from tests.support.real_data import real_data
from tests.support.volumes import volume

pytestmark = pytest.mark.gui
OPENING_MS = 240_000
LIVER_SLICE = {"lidc_0001_dicom": 30, "lung_dx_a0001_dicom": 8, "tcga_de_a4ma.nii.gz": 155}
"""Axial index at which each scan shows much liver."""


@pytest.fixture(scope="module")
def written_series(tmp_path_factory):
    """Two small DICOM series in two folders, written by the project's own writer."""
    from ctviewer.io.dicom_writer import SeriesHeader, write_ct_series
    from tests.support.synthetic import TINY, phantom

    root = tmp_path_factory.mktemp("studies")
    made = phantom(TINY)
    for name in ("one", "two"):
        (root / name).mkdir()
        write_ct_series(root / name, made.hu, made.geometry, SeriesHeader(uid_seed=name))
    return root, made


def opened(qtbot, window, path):
    workspace = window.session.workspace
    before = workspace.document
    workspace.open_path(path)
    qtbot.waitUntil(lambda: workspace.document is not before, timeout=OPENING_MS)
    return workspace.document


def test_open_a_folder_to_pixels(qtbot, empty_window, written_series):
    window, (root, made) = empty_window, written_series
    assert window.empty.isVisible()
    document = opened(qtbot, window, root / "one")
    assert window.views.isVisible()
    np.testing.assert_array_equal(document.volume.hu.shape, made.hu.shape)
    assert window.series_panel.count == 1
    assert "SYNTHETIC" in [
        b.text
        for b in badges_of(document, window.session.workspace.viewports[Plane.AXIAL], window.session.workspace.display)
    ]
    assert picture_of(window.views.view(Plane.AXIAL)).max() > 100


def test_going_back_to_a_loaded_series_is_at_once_and_where_one_was(qtbot, empty_window, written_series):
    window, (root, _) = empty_window, written_series
    first = opened(qtbot, window, root / "one")
    window.session.workspace.position.set_slice(Plane.AXIAL, 3)
    series = first.volume.series
    second = opened(qtbot, window, root / "two")
    assert second is not first
    window.session.workspace.open_series(series)
    assert window.session.workspace.document is first
    assert window.session.workspace.position.index_kji[0] == 3
    assert not [job for job in window.session.runner.active if job.title]


def test_only_a_few_documents_stay_in_memory(window):
    workspace = window.session.workspace
    closed = []
    for number in range(MAXIMUM_OPEN + 2):
        document = show(window, volume(uid=f"1.2.3.{number}"))
        document.destroyed.connect(lambda _=None, number=number: closed.append(number))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(workspace._open) == MAXIMUM_OPEN
    assert closed == [0, 1]  # and the one the window opened first, unheard


@pytest.mark.parametrize("content", ["nothing", "text", "missing"])
def test_what_cannot_be_opened_is_one_sentence(qtbot, window, tmp_path, content):
    target = tmp_path / "target"
    if content == "nothing":
        target.mkdir()
    elif content == "text":
        target.mkdir()
        (target / "note.dcm").write_text("This is not an image.")
    document = window.session.workspace.document
    window.session.workspace.open_path(target)
    qtbot.waitUntil(lambda: bool(window.messages.messages), timeout=OPENING_MS)
    message = window.messages.messages[-1]
    assert "Traceback" not in message.text + message.hint
    assert message.text.endswith(".")
    assert window.session.workspace.document is document  # the open study stays


def test_opening_something_else_drops_the_first(qtbot, empty_window, written_series):
    window, (root, _) = empty_window, written_series
    first = window.session.workspace.open_path(root / "one")
    second = opened(qtbot, window, root / "two")
    assert first.token.is_cancelled
    assert "two" in str(second.volume.series.paths[0])


def test_strokes_are_there_after_the_window_was_closed_and_opened(qtbot, make_window):
    first = make_window()
    show(first)
    draw(first, k=5)
    draw(first, k=7)
    first.session.workspace.document.undo()
    first.close()
    second = make_window()
    document = show(second)
    assert np.unique(np.argwhere(document.labels)[:, 0]).tolist() == [5]
    assert document.redo_name == "Brush"
    assert second.actions_by_id["undo"].isEnabled()


def test_second_window_on_the_same_store_says_that_it_keeps_nothing(make_window):
    first = make_window()
    show(first)
    second = make_window()
    show(second)
    assert any("not kept" in m.text for m in second.messages.messages)
    draw(second)  # works, and only the first window writes
    assert second.session.workspace.document.journal is None


def test_accept_dialog_offers_what_is_true(qtbot, window):
    document = draw(window, k=5)
    dialog = AcceptCaseDialog(document, window.session.checking, window)
    qtbot.addWidget(dialog)
    assert not dialog.all_slices
    document.mark_reviewed(range(document.volume.hu.shape[0]))
    everything = AcceptCaseDialog(document, window.session.checking, window)
    qtbot.addWidget(everything)
    assert everything.all_slices


def test_segments_panel_shows_volumes(qtbot, window):
    document = draw(window, k=5)
    row = window.segments_panel.rows[1]
    expected = document.volume.geometry.voxel_volume_ml * 24
    qtbot.waitUntil(lambda: row.volume_shown != "–", timeout=60_000)
    assert row.volume_shown == f"{expected:.1f} ml"


def test_panel_switches_reach_the_document(window):
    document = window.session.workspace.document
    row = window.segments_panel.rows[2]
    row._locked.click()
    row._visible.click()
    state = document.segments.row(2)
    assert state.is_locked
    assert not state.is_visible
    document.segments.set_locked(2, False)
    assert not row._locked.isChecked()


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["lidc_0001_dicom", "lung_dx_a0001_dicom", "tcga_de_a4ma.nii.gz"])
def test_real_scans_show_the_patient_the_right_way_round(qtbot, empty_window, name):
    """By the letters, and by the liver: it must be on the left of the screen, in whatever order the file came."""
    window = empty_window
    document = opened(qtbot, window, real_data(f"ct/{name}"))
    letters = letters_of(document.volume.geometry, Plane.AXIAL, (False, False))
    assert [letters[edge][0] for edge in ("left", "right", "top", "bottom")] == ["R", "L", "A", "P"]
    view, display = window.views.view(Plane.AXIAL), window.session.workspace.display
    window.session.workspace.position.set_slice(Plane.AXIAL, LIVER_SLICE[name])
    display.text_visible = False
    display.window = Window(100, 120)  # grey is soft tissue; fat is black, bone and contrast are white
    soft = (np.abs(picture_of(view)[..., 0] - 128) < 90).astype(float)
    middle = soft.shape[1] // 2
    assert soft[:, :middle].sum() > 1.15 * soft[:, middle:].sum()
