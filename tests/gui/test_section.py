"""The column on the right: no section that grows squeezes the others, not even for a frame."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel

from ctviewer.gui.widgets.section import SectionColumn
from tests.gui.conftest import show

pytestmark = pytest.mark.gui


class Squeezed(QObject):
    """Notes the buttons that are painted lower than they need to be."""

    def __init__(self, buttons):
        super().__init__()
        self.found = []
        for button in buttons:
            button.installEventFilter(self)

    def eventFilter(self, button, event):
        if event.type() == QEvent.Type.Paint and button.height() < button.sizeHint().height():
            self.found.append(button)
        return False


def test_buttons_keep_their_height_when_the_segments_appear(qtbot, empty_window):
    window = empty_window
    window.resize(1280, 700)
    QApplication.processEvents()
    panel = window.sides.tools
    buttons = [button for button in panel.findChildren(QObject) if hasattr(button, "defaultAction")]
    assert len(buttons) > 20
    squeezed = Squeezed(buttons)
    show(window)
    for _ in range(5):  # each level of the layout asks the next one
        QApplication.processEvents()
    assert squeezed.found == []
    assert all(button.height() >= button.sizeHint().height() for button in buttons)


def test_a_panel_with_something_new_is_opened_and_scrolled_to(qtbot, themed_app):
    column = SectionColumn()
    qtbot.addWidget(column)
    panels = [QLabel("Words", minimumHeight=200) for _ in range(3)]
    sections = [column.add(f"Section {n}", panel) for n, panel in enumerate(panels)]
    sections[1].is_open = False
    column.resize(260, 240)
    column.show()
    column.reveal(panels[1])
    assert sections[1].is_open
    qtbot.waitUntil(lambda: column.verticalScrollBar().value() == sections[1].y() > 0)
