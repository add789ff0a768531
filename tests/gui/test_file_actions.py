"""Actions of the file and help menus and the study list, by their keys, in the real window."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFileDialog, QMessageBox

from ctviewer.config.preferences import Preferences
from ctviewer.config.program import program_version
from ctviewer.domain.pseudonym import Dates
from ctviewer.domain.revision import RevisionStatus
from ctviewer.domain.study import SourceFormat
from ctviewer.gui.action_table import ACTIONS
from ctviewer.gui.dialogs.accept_case import AcceptCaseDialog
from ctviewer.gui.dialogs.cheat_sheet import CheatSheet
from ctviewer.gui.dialogs.check_mask import CheckMaskDialog
from ctviewer.gui.dialogs.deidentify_study import DeidentifyDialog
from ctviewer.gui.dialogs.preferences_dialog import PreferencesDialog
from tests.gui.conftest import show
from tests.gui.driving import axial, draw, run

pytestmark = pytest.mark.gui


def test_study_list_and_back(window):
    run(window, "study_list")
    assert window.pages.currentWidget() is window.pages.study_list
    assert window.actions_by_id["study_list"].isChecked()
    run(window, "study_list")
    assert window.pages.currentWidget() is window.views


def test_next_undone_says_when_all_is_done(window):
    run(window, "next_undone")
    assert "accepted" in window.pages.messages.messages[-1].text


def test_preferences(window, monkeypatch):
    monkeypatch.setattr(PreferencesDialog, "exec", lambda dialog: dialog.accept())
    run(window, "preferences")
    assert window.session.settings.preferences == Preferences()


def test_save_and_accept(qtbot, window, monkeypatch):
    document, store = draw(window), window.session.workspace.store
    with qtbot.waitSignal(window.session.saving.revision_saved) as saved:
        run(window, "save_revision")
    assert saved.args[0].status is RevisionStatus.DRAFT
    run(window, "accept_case")
    dialog = window.findChild(AcceptCaseDialog)
    qtbot.waitUntil(dialog.accept_button.isEnabled, timeout=60_000)
    dialog.accept_button.click()
    assert dialog.isVisible()  # the lungs are empty: it asks once
    with qtbot.waitSignal(window.session.saving.revision_saved) as saved:
        dialog.accept_button.click()
    info = saved.args[0]
    assert info.status is RevisionStatus.ACCEPTED
    assert 5 in info.reviewed_slices
    assert len(info.reviewed_slices) < document.volume.hu.shape[0]
    assert (store.revisions.load_labels(info.revision_id) == document.labels).all()


def test_check_lists_what_is_wrong_and_goes_there(qtbot, window):
    draw(window, k=3)
    run(window, "check_mask")
    dialog = window.findChild(CheckMaskDialog)
    qtbot.waitUntil(lambda: dialog.findings.list.count() > 0, timeout=60_000)
    texts = [dialog.findings.list.item(row).text() for row in range(dialog.findings.list.count())]
    assert "Right lung is empty." in texts
    draw(window, k=8)  # a second part, apart from the first
    qtbot.waitUntil(lambda: window.session.checking.findings is None, timeout=60_000)
    qtbot.waitUntil(lambda: window.session.checking.findings is not None, timeout=60_000)
    row = next(r for r in range(dialog.findings.list.count()) if "part" in dialog.findings.list.item(r).text())
    axial(window).slice_index = 11
    dialog.findings.list.setCurrentRow(row)
    assert axial(window).slice_index in (3, 8)
    dialog.close()


def test_import_brings_back_what_export_wrote(qtbot, window, monkeypatch, tmp_path):
    document = draw(window)
    drawn = document.labels.copy()
    target = tmp_path / "mask.seg.nrrd"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    run(window, "export_mask")
    qtbot.waitUntil(target.exists, timeout=120_000)
    document.undo()
    assert not document.labels.any()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(target), ""))
    run(window, "import_mask")
    qtbot.waitUntil(lambda: document.proposal is not None, timeout=120_000)
    run(window, "accept_preview")
    qtbot.waitUntil(lambda: document.proposal is None, timeout=60_000)
    assert (document.labels == drawn).all()
    assert document.undo_name == "Import mask.seg.nrrd"
    document.undo()
    assert not document.labels.any()


def test_a_study_leaves_without_identifiers(qtbot, window, monkeypatch, tmp_path):
    monkeypatch.setenv("CTVIEWER_DATA_DIR", str(tmp_path / "data"))
    document = window.session.workspace.document
    series = replace(document.volume.series, format=SourceFormat.NIFTI)
    show(window, replace(document.volume, series=series))
    draw(window)
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    run(window, "deidentify_study")
    dialog = window.findChild(DeidentifyDialog)
    assert dialog.with_mask
    assert dialog.dates is Dates.REMOVED
    dialog.accept()
    qtbot.waitUntil(
        lambda: any("without identifiers" in m.text for m in window.pages.messages.messages), timeout=120_000
    )
    (folder,) = (tmp_path / "out").iterdir()
    assert folder.name.startswith("ANON-")
    assert sorted(p.name for p in folder.iterdir()) == ["mask.nii.gz", "scan.nii.gz"]


def test_export_writes_the_mask(qtbot, window, monkeypatch, tmp_path):
    draw(window)
    target = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), "NIfTI, compressed (*.nii.gz)"))
    run(window, "export_mask")
    qtbot.waitUntil(lambda: (tmp_path / "out.nii.gz").exists(), timeout=120_000)
    qtbot.waitUntil(lambda: bool(window.pages.messages.messages))


def test_open_close_and_quit(qtbot, window, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(window.session.workspace.opening, "open_path", opened.append)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "x.nii"), ""))
    monkeypatch.setattr(window.session.workspace.opening, "open_demo", lambda: opened.append("demo"))
    run(window, "open_folder")
    run(window, "open_file")
    run(window, "open_demo")
    assert opened == [tmp_path, tmp_path / "x.nii", "demo"]
    run(window, "close_document")
    assert window.session.workspace.document is None
    assert not window.actions_by_id["segment"].isEnabled()
    run(window, "quit")
    assert not window.isVisible()


def test_help(qtbot, window, monkeypatch):
    run(window, "cheat_sheet")
    sheet = window.findChild(CheatSheet)
    texts = " ".join(label.text() for label in sheet.findChildren(object) if hasattr(label, "text") and label.text())
    for spec in ACTIONS:
        if spec.keys:
            assert QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) in texts
    sheet.close()
    shown = []
    monkeypatch.setattr(QMessageBox, "about", lambda *words: shown.append(words[2]))
    run(window, "about")
    assert "NOT FOR DIAGNOSTIC USE" in shown[0]
    assert program_version() in shown[0]
