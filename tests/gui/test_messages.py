"""Messages float over the views and hide neither a side nor a warning."""

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize
from PySide6.QtWidgets import QApplication, QLayout, QLayoutItem, QToolButton

from ctviewer.gui.slices.view_area import Layout
from ctviewer.gui.widgets.clear_place import clear_place
from ctviewer.gui.widgets.message_bar import MessageRow
from tests.gui.conftest import show
from tests.support.volumes import prediction, volume

pytestmark = pytest.mark.gui


def items_known_to_python(layout):
    """Items of a layout that were handed to Python and stay there, also when the layout has destroyed them."""
    kinds = [type(it) for it in gc.get_referents(layout)]
    return [kind for kind in kinds if issubclass(kind, QLayoutItem) and not issubclass(kind, QLayout)]


def settle():
    for _ in range(6):
        QApplication.processEvents()


@pytest.mark.parametrize("size", [(1366, 768), (1100, 640), (1600, 1000)], ids=str)
@pytest.mark.parametrize("layout", [Layout.AXIAL, Layout.THREE_PLANES])
def test_messages_cover_no_letter_and_no_badge(empty_window, size, layout):
    window = empty_window
    window.resize(*size)
    document = show(window)
    window.views.view_layout = layout
    messages = window.session.workspace.messages
    messages.warn("Something was found that should be looked at.", "Look at it.", "details")
    messages.info("The revision is saved.")
    settle()
    document.show_preview(prediction(document.volume))  # one more badge
    settle()
    marks = window.views.marks
    assert len(marks) >= (5 if layout is Layout.AXIAL else 15)
    assert window.pages.messages.isVisible()
    assert not any(window.pages.messages.geometry().intersects(mark) for mark in marks)
    assert not window.pages.messages.geometry().intersects(window.pages.preview_bar.geometry())
    assert not any(window.pages.preview_bar.geometry().intersects(mark) for mark in marks)


def test_messages_leave_the_middles_of_three_small_pictures_alone(empty_window):
    window = empty_window
    window.resize(1366, 768)
    document = show(window, volume((40, 48, 48), (6.0, 8.0, 8.0)))
    window.views.view_layout = Layout.THREE_PLANES
    settle()
    document.show_preview(prediction(document.volume))
    messages = window.session.workspace.messages
    messages.warn("Something was found that should be looked at.", "Look at it.", "details")
    messages.info("The revision is saved.")
    settle()
    pictures = window.views.pictures
    assert len(pictures) == 3
    for bar in (window.pages.messages.geometry(), window.pages.preview_bar.geometry()):
        covered = [bar & picture for picture in pictures]
        assert sum(part.width() * part.height() for part in covered) < 0.4 * bar.width() * bar.height()


def test_messages_leave_the_head_of_the_study_list_alone(empty_window):
    window = empty_window
    window.actions_by_id["study_list"].trigger()
    window.session.workspace.messages.info("The revision is saved.")
    settle()
    top = window.pages.messages.geometry().top()
    assert top >= window.pages.study_list.table.y() + window.pages.study_list.table.horizontalHeader().height()


def test_what_lies_well_enough_stays():
    area, mark = QSize(800, 600), QRect(250, 0, 300, 30)
    first = clear_place(area, [300], lambda width: 60, 8, [mark])
    wider = mark.adjusted(-5, 0, 5, 2)
    assert clear_place(area, [300], lambda width: 60, 8, [wider], now=first) == first
    below = first.translated(0, 24)
    assert clear_place(area, [300], lambda width: 60, 8, [mark], now=below) == below
    far = first.translated(0, 300)
    assert clear_place(area, [300], lambda width: 60, 8, [mark], now=far) == first
    assert not clear_place(area, [300], lambda width: 60, 8, [first], now=first).intersects(first)


def test_where_every_place_covers_something_the_one_that_covers_least_is_taken():
    marks = [QRect(0, 0, 400, 60), QRect(0, 60, 400, 40), QRect(0, 140, 400, 60)]
    place = clear_place(QSize(400, 200), [300], lambda width: 60, 8, marks)
    assert 80 <= place.y() <= 100
    assert (place.x(), place.width(), place.height()) == (50, 300, 60)


def test_messages_that_went_leave_no_layout_items_behind(empty_window):
    # PySide takes what is made at the address of a destroyed item for the item, and crashes when that is destroyed.
    window = empty_window
    messages = window.session.workspace.messages
    for n in range(5):
        messages.warn(f"Something was found {n}.")
        settle()
    shown = [message.text for message in window.pages.messages.messages]
    assert shown == [f"Something was found {n}." for n in (2, 3, 4)]
    for row in window.pages.messages.findChildren(MessageRow):
        next(b for b in row.findChildren(QToolButton) if b.accessibleName() == "Close the message").click()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    settle()
    assert window.pages.messages.messages == ()
    assert window.pages.messages.isHidden()
    assert items_known_to_python(window.pages.messages.layout()) == []
