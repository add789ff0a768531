"""Pictures of the views carry the patient's name only where that was asked for."""

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QFileDialog

from ctviewer.gui.dialogs.screenshot import ScreenshotDialog
from ctviewer.gui.slices.view_area import Layout
from ctviewer.gui.view_picture import view_picture
from tests.gui.conftest import show
from tests.support.small_disk import fill, small_disk
from tests.support.volumes import volume

pytestmark = pytest.mark.gui


def pixels(image):
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return data[:, : image.width(), :3].copy()


@pytest.mark.parametrize("layout", [Layout.AXIAL, Layout.THREE_PLANES, Layout.PRIOR])
def test_without_patient_text_two_patients_look_the_same(window, layout):
    window.views.view_layout = layout
    anonymous = pixels(view_picture(window.views))
    named = pixels(view_picture(window.views, window.session.workspace.document.volume.series))
    assert named.shape[0] > anonymous.shape[0]  # the name has lines of its own, and hides nothing
    show(window, volume(name="ANOTHER^PERSON", uid="1.2.4"))
    other = window.session.workspace.document.volume.series
    assert np.array_equal(pixels(view_picture(window.views)), anonymous)
    assert not np.array_equal(pixels(view_picture(window.views, other)), named)


def test_the_picture_holds_the_scan(window):
    picture = pixels(view_picture(window.views))
    canvas = window.views.focused_view
    assert picture.shape[1] == canvas.width()
    assert picture[: canvas.height()].max() > 150


def test_saving_without_patient_text_unless_ticked(window, monkeypatch, tmp_path):
    sizes = []
    for ticked in (False, True):
        path = tmp_path / f"{ticked}.png"

        def answer(dialog, ticked=ticked):
            assert not dialog.with_patient.isChecked()
            dialog.with_patient.setChecked(ticked)
            return QDialog.DialogCode.Accepted

        monkeypatch.setattr(ScreenshotDialog, "exec", answer)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        window.actions_by_id["save_screenshot"].trigger()
        sizes.append(QImage(str(path)).height())
    assert 0 < sizes[0] < sizes[1]


def test_a_full_disk_leaves_the_old_picture(window, monkeypatch, tmp_path):
    monkeypatch.setattr(ScreenshotDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "views.png"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        path.write_bytes(b"the old one")
        ballast = fill(disk)
        window.actions_by_id["save_screenshot"].trigger()
        assert path.read_bytes() == b"the old one"
        assert "free" in window.session.workspace.messages.messages[-1].text
        ballast.unlink()
        window.actions_by_id["save_screenshot"].trigger()
        assert not QImage(str(path)).isNull()


def test_a_picture_that_cannot_be_written_is_a_sentence(window, monkeypatch, tmp_path):
    monkeypatch.setattr(ScreenshotDialog, "exec", lambda _: QDialog.DialogCode.Accepted)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "such.png"), ""))
    window.actions_by_id["save_screenshot"].trigger()
    assert "such.png cannot be written" in window.pages.messages.messages[-1].text


def test_copying(window, monkeypatch):
    window.actions_by_id["copy_screenshot"].trigger()
    first = QGuiApplication.clipboard().image()
    assert first.width() > 100
    monkeypatch.setattr(ScreenshotDialog, "exec", lambda dialog: dialog._copy() or QDialog.DialogCode.Accepted)
    window.actions_by_id["save_screenshot"].trigger()
    assert QGuiApplication.clipboard().image().size() == first.size()


def test_the_views_are_taken_also_while_the_list_is_shown(window):
    before = view_picture(window.views).size()
    window.actions_by_id["study_list"].trigger()
    assert view_picture(window.views).size() == before
