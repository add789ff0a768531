"""A closed window and a closed study leave the memory."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from ctviewer.domain.edits.region import Region
from ctviewer.gui.dialogs.new_segment import NewSegmentDialog
from tests.gui.conftest import show
from tests.support.volumes import volume

pytestmark = pytest.mark.gui


def deliver_deletions():
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    gc.collect()


def test_a_closed_window_leaves_the_memory_with_its_session_and_scan(make_window):
    window = make_window()
    scan = volume()
    show(window, scan)
    kept = [weakref.ref(window), weakref.ref(window.session.runner), weakref.ref(scan.hu)]
    window.close()
    del window, scan
    deliver_deletions()
    assert [reference() for reference in kept] == [None, None, None]


def test_a_closed_study_leaves_the_memory(window):
    kept = weakref.ref(window.session.workspace.document.volume.hu)
    window.session.workspace.close_document()
    deliver_deletions()
    assert kept() is None


def test_the_dialog_for_a_new_segment_leaves_the_memory(window, monkeypatch):
    monkeypatch.setattr(NewSegmentDialog, "exec", lambda _: NewSegmentDialog.DialogCode.Rejected)
    window.commands.handler("new_segment")()
    deliver_deletions()
    assert window.findChildren(NewSegmentDialog) == []


def draw(window):
    document = window.session.workspace.document
    box = (slice(2, 9), slice(5, 30), slice(4, 20))
    document.paint(Region(box, np.ones((7, 25, 16), bool)), 1)
    document.end_gesture("Draw")
    return document


def test_a_study_may_be_closed_while_it_is_saved(qtbot, window):
    draw(window)
    saving = window.session.saving
    with qtbot.waitSignal(saving.revision_saved, timeout=20_000):
        saving.save_revision()
        window.session.workspace.close_document()
        deliver_deletions()
    assert window.pages.messages.messages[-1].text == "The revision is saved."


def test_a_study_closed_during_a_computation_leaves_the_memory(qtbot, window):
    document = draw(window)
    kept = weakref.ref(document.volume.hu)
    del document
    window.actions_by_id["smooth_jointly"].trigger()
    window.session.workspace.close_document()

    def is_gone():
        deliver_deletions()
        return kept() is None

    qtbot.waitUntil(is_gone, timeout=20_000)
