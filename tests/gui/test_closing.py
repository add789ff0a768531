"""A closed window and a closed study leave the memory."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

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
