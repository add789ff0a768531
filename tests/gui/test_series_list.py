"""What the window says about files: studies apart, badges, files left out, questions, and sides withheld."""

import threading

import pytest
from pydicom.dataset import Dataset
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from ctviewer.domain.planes import Plane
from ctviewer.gui.panels.series_row import HEADING, MARKS, SERIES
from ctviewer.gui.slices.badges import badges_of
from ctviewer.services import study_loading
from ctviewer.session.tools.pointer import PointerEvent
from ctviewer.session.tools.probe import probe
from tests.support.corpus import TRAPS
from tests.support.ct_phantom import Grid
from tests.support.dicom_files import write_series

pytestmark = pytest.mark.gui
OPENING_MS = 60_000
SMALL = Grid(shape=(12, 20, 16), slice_mm=8.0)


def write(name, folder):
    folder.mkdir()
    next(trap for trap in TRAPS if trap.name == name).write(folder)
    return folder


def wait_for_end(qtbot, window):
    qtbot.waitUntil(lambda: not window.session.workspace.opening.is_under_way, timeout=OPENING_MS)


def opened(qtbot, window, *paths):
    window.session.workspace.opening.open_path(*paths)
    wait_for_end(qtbot, window)
    return window.session.workspace.document


def lines(window):
    items = window.sides.series._list
    return [items.item(row) for row in range(items.count())]


def patient(name, uid):
    def edit(ds: Dataset, k: int) -> None:
        ds.PatientName, ds.PatientID, ds.SeriesInstanceUID, ds.StudyInstanceUID = name, name[:3], uid, f"{uid}.9"
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{uid}.{k + 1}"

    return edit


def test_patients_have_headings_and_files_left_out_can_be_copied(qtbot, empty_window, tmp_path):
    window = empty_window
    write_series(tmp_path / "a", SMALL, patient("Иванов^Пётр", "1.2.1"))
    write_series(tmp_path / "b", SMALL, patient("Smith^Ann", "1.2.2"), skip=(4,))
    (tmp_path / "broken.dcm").write_text("no image")
    (tmp_path / "readme.txt").write_text("no image either")
    opened(qtbot, window, tmp_path / "a", tmp_path / "b", tmp_path / "broken.dcm", tmp_path / "readme.txt")
    headings = [item.data(HEADING)[0] for item in lines(window) if item.data(HEADING)]
    assert [heading.split("   ")[0] for heading in headings] == ["Иванов Пётр", "Smith Ann"]
    assert window.sides.series.count == 2
    badges = [item.data(MARKS)[0] for item in lines(window) if item.data(SERIES)]
    assert badges == ["geometry regular", "slices missing"]
    rejected = window.sides.series.rejected
    assert rejected._toggle.text() == "2 files not used"
    qtbot.mouseClick(rejected._toggle, Qt.MouseButton.LeftButton)
    assert rejected._text.isVisible()
    qtbot.mouseClick(rejected._copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().splitlines() == [
        "broken.dcm: it is a text file, not a DICOM image",
        "readme.txt: it is a text file, not a DICOM image",
    ]
    assert [message.text for message in window.pages.messages.messages] == ["1 file could not be used."]


def test_two_images_at_one_place_are_asked_about_and_either_answer_opens(qtbot, empty_window, tmp_path):
    window = empty_window
    assert opened(qtbot, window, write("duplicate, other pixels", tmp_path / "trap")) is None
    (question,) = [message for message in window.pages.messages.messages if message.choices]
    assert "two different images lie at the same position" in question.text
    buttons = {button.text(): button for button in window.pages.messages.findChildren(QPushButton)}
    assert set(buttons) == {"Use again.dcm", "Use slice0020.dcm"}
    qtbot.mouseClick(buttons["Use slice0020.dcm"], Qt.MouseButton.LeftButton)
    wait_for_end(qtbot, window)
    document = window.session.workspace.document
    assert "slice0020.dcm chosen, again.dcm left out" in " ".join(document.volume.notes)


def test_series_are_in_sight_even_if_the_likeliest_is_refused(qtbot, empty_window, tmp_path):
    window = empty_window
    window.actions_by_id["study_list"].trigger()
    assert window.pages.study_list.isVisible()
    assert opened(qtbot, window, write("pixel size changes", tmp_path / "trap")) is None
    assert not window.pages.study_list.isVisible()
    assert window.sides.series.isVisible()
    assert "pixel size changes" in window.pages.messages.messages[-1].text


def test_sides_and_millimetres_are_withheld_where_they_are_unknown(qtbot, empty_window, tmp_path):
    window = empty_window
    document = opened(qtbot, window, write("no positions", tmp_path / "trap"))
    view = window.views.view(Plane.AXIAL)
    words = view._annotations(document, view.transform)
    assert words.letters == {}
    assert words.px_per_mm == 0
    assert words.top_left == ("Axial  23 / 46",)
    shown = [badge.text for badge in words.badges]
    assert "NO POSITIONS: SIDES UNKNOWN" in shown
    assert "VALUES ARE NOT HU" not in shown  # the files say what their values are
    reading = probe(document, PointerEvent(Plane.AXIAL, (3.0, 20.0, 20.0), (0.0, 0.0, 0.0)))
    assert reading.is_hu
    assert reading.point_lps is None
    assert not window.session.workspace.measuring.may_measure()
    window.session.analysis.segment()
    assert "no positions" in window.pages.messages.messages[-1].text
    assert document.preview is None


@pytest.mark.parametrize(
    ("trap", "badge"),
    [
        ("gantry tilt 15°", "TILT CORRECTED"),
        ("missing slices", "SLICES MISSING"),
        ("uneven spacing", "INTERPOLATED"),
        ("no rescale", "VALUES ARE NOT HU"),
    ],
)
def test_what_was_done_to_the_geometry_is_on_the_picture(qtbot, empty_window, tmp_path, trap, badge):
    window = empty_window
    document = opened(qtbot, window, write(trap, tmp_path / "trap"))
    view = window.views.view(Plane.AXIAL)
    shown = [b.text for b in badges_of(document, view.viewport, view.display)]
    assert badge in shown


def test_first_slice_is_shown_while_the_rest_is_loading(qtbot, empty_window, tmp_path, monkeypatch):
    window = empty_window
    write_series(tmp_path / "a", SMALL)
    may_go_on = threading.Event()
    load = study_loading.load

    def slow(*arguments):
        may_go_on.wait(30)
        return load(*arguments)

    monkeypatch.setattr(study_loading, "load", slow)
    window.session.workspace.opening.open_path(tmp_path / "a")
    try:
        qtbot.waitUntil(window.pages.first_slice.isVisible, timeout=OPENING_MS)
        assert window.pages.first_slice.volume.hu.shape == (1, 20, 16)
        assert "Phantom" in window.banner._who.text()
        assert not window.actions_by_id["segment"].isEnabled()
        assert (
            window.pages.first_slice.grab().toImage().pixelColor(window.pages.first_slice.rect().center()).lightness()
            > 0
        )
    finally:
        may_go_on.set()
    wait_for_end(qtbot, window)
    assert window.views.isVisible()
    assert window.actions_by_id["segment"].isEnabled()


def test_failed_loading_brings_the_former_scan_and_its_patient_back(qtbot, empty_window, tmp_path, monkeypatch):
    window = empty_window
    write_series(tmp_path / "a", SMALL, patient("First^One", "1.2.1"))
    write_series(tmp_path / "b", SMALL, patient("Second^Two", "1.2.2"))
    document = opened(qtbot, window, tmp_path / "a")
    seen = threading.Event()

    def fail(*_):
        seen.wait(30)
        raise MemoryError

    monkeypatch.setattr(study_loading, "load", fail)
    window.session.workspace.opening.open_path(tmp_path / "b")
    qtbot.waitUntil(window.pages.first_slice.isVisible, timeout=OPENING_MS)
    assert "Second" in window.banner._who.text()
    seen.set()
    wait_for_end(qtbot, window)
    assert window.views.isVisible()
    assert window.session.workspace.document is document
    assert "First" in window.banner._who.text()
