"""From a path to pixels and back to a sentence, through the real readers."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest

from ctviewer.domain.planes import Plane
from ctviewer.domain.windowing import Window
from ctviewer.gui.action_table import ACTIONS, WRITES
from ctviewer.gui.dialogs.accept_case import AcceptCaseDialog
from ctviewer.gui.slices.annotations import letters_of
from ctviewer.gui.slices.badges import badges_of
from ctviewer.session.open_documents import MAXIMUM_OPEN
from ctviewer.session.tools.tool_settings import ToolKind
from ctviewer.store.annotation_store import AnnotationStore
from tests.gui.conftest import picture_of, show
from tests.gui.driving import draw
from tests.support.real_data import real_data
from tests.support.volumes import prediction, volume

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
    workspace.opening.open_path(path)
    qtbot.waitUntil(lambda: workspace.document is not before, timeout=OPENING_MS)
    return workspace.document


def test_open_a_folder_to_pixels(qtbot, empty_window, written_series):
    window, (root, made) = empty_window, written_series
    assert window.pages.empty.isVisible()
    document = opened(qtbot, window, root / "one")
    assert window.views.isVisible()
    np.testing.assert_array_equal(document.volume.hu.shape, made.hu.shape)
    assert window.sides.series.count == 1
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
    window.session.workspace.opening.open_series(series)
    assert window.session.workspace.document is first
    assert window.session.workspace.position.index_kji[0] == 3
    assert not [job for job in window.session.runner.active if job.title]


def test_a_long_scan_opens_at_the_chest_and_reopens_where_it_was_left(qtbot, make_window, tmp_path):
    from ctviewer.io.mask_images import write_image
    from tests.support.long_body import body

    scan, path = body(slice(28, 42)), tmp_path / "long.nii.gz"
    write_image(path, scan.hu, scan.geometry)
    window = make_window()
    opened(qtbot, window, path)
    position = window.session.workspace.position
    assert 32 <= position.index_kji[0] < 42
    position.set_slice(Plane.AXIAL, 7)
    window.close()
    window = make_window()
    opened(qtbot, window, path)
    assert window.session.workspace.position.index_kji[0] == 7


def test_only_a_few_documents_stay_in_memory(window):
    workspace = window.session.workspace
    closed = []
    for number in range(MAXIMUM_OPEN + 2):
        document = show(window, volume(uid=f"1.2.3.{number}"))
        document.destroyed.connect(lambda _=None, number=number: closed.append(number))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(workspace.documents) == MAXIMUM_OPEN
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
    window.session.workspace.opening.open_path(target)
    qtbot.waitUntil(lambda: bool(window.pages.messages.messages), timeout=OPENING_MS)
    message = window.pages.messages.messages[-1]
    assert "Traceback" not in message.text + message.hint
    assert message.text.endswith(".")
    assert window.session.workspace.document is document  # the open study stays


def test_opening_something_else_drops_the_first(qtbot, empty_window, written_series):
    window, (root, _) = empty_window, written_series
    first = window.session.workspace.opening.open_path(root / "one")
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


def test_second_window_on_the_same_store_only_reads_and_says_who_writes(qtbot, make_window):
    first = make_window()
    show(first)
    drawn = draw(first)
    first.session.workspace.store.wait_durable()
    second = make_window()
    document = show(second)
    assert (document.labels == drawn.labels).all()
    told = next(m for m in second.pages.messages.messages if "being edited by tester" in m.text)
    assert "read-only" in told.hint
    assert second.banner._lock.isVisible()
    assert "tester" in second.banner._lock.toolTip()
    assert not first.banner._lock.isVisible()
    enabled = {spec.id for spec in ACTIONS if second.actions_by_id[spec.id].isEnabled()}
    assert enabled & WRITES == set()
    assert {"export_mask", "check_mask", "segment", "measure_length", "report"} <= enabled
    before = document.labels.copy()
    draw(second)
    press_and_drag(qtbot, second)
    assert (document.labels == before).all()
    assert document.journal is None
    document.show_preview(prediction(document.volume))
    assert not second.actions_by_id["accept_preview"].isEnabled()
    assert second.actions_by_id["reject_preview"].isEnabled()


def press_and_drag(qtbot, window):
    """A stroke with the brush, as if it had been chosen before the window became read-only."""
    toolbox = window.session.workspace.toolbox
    toolbox.active = ToolKind.BRUSH
    view = window.views.view(Plane.AXIAL)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    assert "being edited" in window.pages.messages.messages[-1].text


def test_a_window_after_a_crash_writes_again(make_window, tmp_path):
    """The lock of a killed program is gone with it, whatever its file still says."""
    (tmp_path / "annotations.sqlite3.lock").write_text(
        '{"name": "Ada", "host": "elsewhere", "pid": 1, "since": "2024-01-01T00:00:00"}'
    )
    window = make_window()
    document = show(window)
    assert document.read_only_reason == ""
    assert draw(window).journal is not None


def test_the_program_makes_its_daily_backup(qtbot, monkeypatch, tmp_path):
    """As `build_window` opens the store: today's backup appears once there is something to back up."""
    from ctviewer.app.composition import build_window

    monkeypatch.setenv("CTVIEWER_DATA_DIR", str(tmp_path))
    window = build_window()
    qtbot.addWidget(window)
    document = show(window)
    with qtbot.waitSignal(window.session.saving.revision_saved, timeout=60_000):
        draw(window)
        window.session.saving.save_revision()
    backups = tmp_path / "backups"
    qtbot.waitUntil(lambda: bool(list(backups.glob("annotations-*.sqlite3"))), timeout=60_000)
    (made,) = backups.glob("annotations-*.sqlite3")
    window.close()
    with AnnotationStore(made, daily_backup=False) as store:
        assert store.check() == []
        (info,) = store.revisions.select()
        assert (store.revisions.load_labels(info.revision_id) == document.labels).all()


def test_accept_dialog_offers_what_is_true(qtbot, window):
    document = draw(window, k=5)
    dialog = AcceptCaseDialog(document, window.session.checking, window)
    qtbot.addWidget(dialog)
    assert not dialog.all_slices
    document.slices.mark_reviewed(range(document.volume.hu.shape[0]))
    everything = AcceptCaseDialog(document, window.session.checking, window)
    qtbot.addWidget(everything)
    assert everything.all_slices


def test_segments_panel_shows_volumes(qtbot, window):
    document = draw(window, k=5)
    row = window.sides.segments.rows[1]
    expected = document.volume.geometry.voxel_volume_ml * 24
    qtbot.waitUntil(lambda: row.volume_shown != "–", timeout=60_000)
    assert row.volume_shown == f"{expected:.1f} ml"


def test_panel_switches_reach_the_document(window):
    document = window.session.workspace.document
    row = window.sides.segments.rows[2]
    row._locked.click()
    row._visible.click()
    state = document.segments.row(2)
    assert state.is_locked
    assert not state.is_visible
    document.segments.set_locked(2, locked=False)
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
