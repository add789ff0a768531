"""Everything one can operate has a name for screen readers, and can be reached and seen with the keyboard alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QToolBar,
    QWidget,
)

from ctviewer.gui.dialogs.accept_case import AcceptCaseDialog
from ctviewer.gui.dialogs.cheat_sheet import CheatSheet
from ctviewer.gui.dialogs.check_mask import CheckMaskDialog
from ctviewer.gui.dialogs.deidentify_study import DeidentifyDialog
from ctviewer.gui.dialogs.new_segment import NewSegmentDialog
from ctviewer.gui.dialogs.preferences_dialog import PreferencesDialog
from ctviewer.gui.dialogs.screenshot import ScreenshotDialog
from ctviewer.gui.slices.slice_view import SliceView
from ctviewer.gui.view_picture import view_picture
from ctviewer.session.messages import Message, Severity
from tests.support.volumes import prediction

pytestmark = pytest.mark.gui
CONTROLS = (
    QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider, QLineEdit, QTextEdit, QPlainTextEdit,
    QAbstractItemView, QKeySequenceEdit, SliceView,
)  # fmt: skip


def controls(root):
    """Widgets a person operates; the inner parts Qt builds them from are left out."""
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, QScrollBar):
            continue
        parent = widget.parentWidget()
        inside = isinstance(parent, QComboBox | QAbstractSpinBox | QKeySequenceEdit | QLineEdit | QTabBar | QMenuBar)
        inside = inside or isinstance(parent, QAbstractItemView) or widget.objectName().startswith("qt_")
        in_popup = isinstance(widget, QAbstractItemView) and isinstance(parent.parentWidget(), QComboBox)
        if not inside and not in_popup:
            yield widget


def name_of(widget):
    """What a screen reader says."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton):
        return widget.text() or (widget.defaultAction().text() if getattr(widget, "defaultAction", None) else "")
    labels = widget.window().findChildren(QLabel)
    return next((label.text() for label in labels if label.buddy() is widget), "")


def described(widget):
    chain = []
    while widget is not None and len(chain) < 4:
        chain.append(type(widget).__name__)
        widget = widget.parentWidget()
    return " in ".join(chain)


def nameless(root):
    return sorted({described(widget) for widget in controls(root) if not name_of(widget).strip()})


def unreachable(root):
    """Controls the Tab key never comes to; tool bars repeat the menus, which have keys."""
    return sorted(
        {
            described(widget)
            for widget in controls(root)
            if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not isinstance(widget.parentWidget(), QToolBar | QDialogButtonBox)
        }
    )


@pytest.fixture
def busy_window(window):
    """With everything on it that comes and goes."""
    document = window.session.workspace.document
    document.show_preview(prediction(document.volume))
    messages = window.session.workspace.messages
    messages.post(Message(Severity.WARNING, "Something.", "Do this.", "More"))
    return window


def test_every_control_of_the_window_has_a_name(busy_window):
    assert nameless(busy_window) == []


def test_every_control_of_the_window_can_be_reached(busy_window):
    assert unreachable(busy_window) == []


def test_every_control_of_the_dialogs_has_a_name_and_can_be_reached(window):
    dialogs = [
        CheatSheet(window),
        PreferencesDialog(window.session.settings, Path("/data"), "login", window),
        ScreenshotDialog(lambda _: view_picture(window.views), window),
        NewSegmentDialog([], window),
        CheckMaskDialog(window.session.checking, window),
        AcceptCaseDialog(window.session.workspace.document, window.session.checking, window),
        DeidentifyDialog(has_mask=True, parent=window),
    ]
    problems = {type(d).__name__: (nameless(d), unreachable(d)) for d in dialogs}
    for dialog in dialogs:
        dialog.close()
    assert problems == {name: ([], []) for name in problems}


def test_tab_goes_round_and_the_focus_can_be_seen(window):
    window.views.focused_view.setFocus()
    seen = []
    for _ in range(120):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget in seen:
            break
        seen.append(widget)
    else:
        pytest.fail("Tab does not come back to where it started.")
    reached = {id(widget) for widget in seen}
    wanted = [
        w for w in controls(window) if w.isVisible() and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    missed = [described(w) for w in wanted if id(w) not in reached and not isinstance(w.parentWidget(), QToolBar)]
    assert missed == []


def test_tab_goes_through_the_segments_before_what_lies_below_them(window):
    panel = window.sides.segments
    controls_of_rows = [control for row in panel.rows.values() for control in row.controls]
    controls_of_rows[0].setFocus()
    reached = []
    for _ in controls_of_rows:
        reached.append(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert reached == controls_of_rows
    assert QApplication.focusWidget().accessibleName() == "Opacity of the masks"
    controls_of_rows[0].setFocus()
    QTest.keyClick(controls_of_rows[0], Qt.Key.Key_Backtab)
    assert QApplication.focusWidget().text() == "Segments"


def test_a_focused_button_looks_different(window):
    button = next(b for b in window.sides.model.findChildren(QAbstractButton) if b.isEnabled() and b.isVisible())
    window.views.focused_view.setFocus()
    before = button.grab().toImage()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.grab().toImage() != before
