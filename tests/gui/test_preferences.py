"""Preferences in the real window: keys are rebound, conflicts are seen, everything is kept."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ctviewer.config.preferences import Preferences, load_preferences
from ctviewer.domain.planes import Plane
from ctviewer.gui.action_table import ACTIONS
from ctviewer.gui.actions import keys_of
from ctviewer.gui.dialogs.cheat_sheet import CheatSheet, sheet_html
from ctviewer.gui.dialogs.preferences_dialog import PreferencesDialog
from ctviewer.gui.dialogs.shortcut_editor import ShortcutEditor
from ctviewer.session.messages import MessageLog
from ctviewer.session.settings import Settings
from tests.gui.driving import key_conflicts

pytestmark = pytest.mark.gui


@pytest.fixture
def editor(qtbot, themed_app):
    editor = ShortcutEditor({})
    qtbot.addWidget(editor)
    return editor


def choose(editor, action_id, key=""):
    editor._table.setCurrentCell([spec.id for spec in ACTIONS].index(action_id), 0)
    if key:
        editor._edit.setKeySequence(QKeySequence(key))


def test_a_free_key_is_taken_and_the_other_keys_stay(editor):
    choose(editor, "redo", "Ctrl+Alt+Y")
    assert editor._set.isEnabled()
    editor._set.click()
    assert editor.shortcuts == {"redo": ("Ctrl+Alt+Y", "Ctrl+Y")}


def test_a_conflict_is_named_and_using_the_key_moves_it(editor):
    choose(editor, "tool_brush", "E")
    assert "Eraser" in editor._note.text()
    editor._set.click()
    assert editor.shortcuts == {"tool_brush": ("E",), "tool_eraser": ()}
    assert no_conflicts(editor.shortcuts)
    choose(editor, "tool_eraser")
    editor._default.click()  # takes its key back
    assert editor.shortcuts == {"tool_brush": ()}
    editor._all_defaults.click()
    assert editor.shortcuts == {}


def test_keys_with_a_fixed_meaning_are_refused(editor):
    choose(editor, "undo", "Space")
    assert not editor._set.isEnabled()
    assert "fixed meaning" in editor._note.text()


def test_search_finds_by_words_and_by_key(editor):
    editor._filter.setText("Ctrl+Shift+Z")
    shown = [spec.id for n, spec in enumerate(ACTIONS) if not editor._table.isRowHidden(n)]
    assert shown == ["redo"]


def test_a_key_can_be_pressed_in_the_field(qtbot, editor):
    editor.show()
    qtbot.waitExposed(editor)
    choose(editor, "undo")
    editor._edit.setFocus()
    QTest.keyClick(editor._edit, Qt.Key.Key_F9)
    assert editor._pressed == "F9"


def no_conflicts(shortcuts):
    from dataclasses import replace

    return key_conflicts(replace(spec, keys=keys_of(spec, shortcuts)) for spec in ACTIONS) == []


def test_dialog_changes_what_holds_and_what_is_kept(qtbot, themed_app, tmp_path):
    path = tmp_path / "preferences.toml"
    settings = Settings(Preferences(), path, MessageLog())
    dialog = PreferencesDialog(settings, tmp_path, "login")
    qtbot.addWidget(dialog)
    dialog.language.setCurrentIndex(dialog.language.findData("ru"))
    dialog.text_size.setValue(125)
    dialog.author.setText(" Dr. B ")
    dialog.device.setCurrentIndex(dialog.device.findData("cpu"))
    choose(dialog.keys, "undo", "F9")
    dialog.keys._set.click()
    assert settings.preferences == Preferences()
    dialog.accept()
    loaded = load_preferences(path)
    assert loaded.problems == ()
    assert loaded.preferences == settings.preferences
    assert (loaded.preferences.language, loaded.preferences.text_scale) == ("ru", 1.25)
    assert (loaded.preferences.author, loaded.preferences.device) == ("Dr. B", "cpu")
    assert loaded.preferences.shortcuts == {"undo": ("F9",)}


def test_preferences_that_cannot_be_written_hold_in_this_session(tmp_path):
    messages = MessageLog()
    (tmp_path / "file").write_text("")
    settings = Settings(Preferences(), tmp_path / "file" / "preferences.toml", messages)
    settings.change(Preferences(device="cpu"))
    assert settings.preferences.device == "cpu"
    assert len(messages.messages) == 1


def test_new_keys_work_at_once_in_the_window(window):
    axial = window.session.workspace.viewports[Plane.AXIAL]
    before = axial.slice_index
    window.session.settings.change(Preferences(shortcuts={"slice_next": ("F9",), "no_such_action": ("X",)}))
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert axial.slice_index == before
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F9)
    assert axial.slice_index == before - 1
    sheet = CheatSheet(window)
    rows = dict(row for _, rows in sheet.groups for row in rows)
    assert rows["F9"] == "Next slice"
    sheet.close()


def test_name_and_device_hold_at_once(window):
    window.session.settings.change(Preferences(author="Dr. B", device="cpu"))
    assert window.session.workspace.store.author == "Dr. B"
    assert window.session.analysis.device == "cpu"


def test_cheat_sheet_prints_all_groups(window, tmp_path):
    from PySide6.QtPrintSupport import QPrinter

    sheet = CheatSheet(window)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "keys.pdf"))
    sheet.print_to(printer)
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")
    html = sheet_html("Keys", sheet.groups)
    assert all(title in html for title, _ in sheet.groups)
    sheet.close()


def test_how_masks_are_drawn_is_there_again_at_the_next_start(make_window, tmp_path):
    path = tmp_path / "preferences.toml"
    window = make_window(preferences_path=path)
    display = window.session.workspace.display
    display.overlay_opacity = 0.6
    display.overlay_outline = True
    window.close()
    kept = load_preferences(path).preferences
    assert (kept.overlay_opacity, kept.overlay_outline) == (0.6, True)
