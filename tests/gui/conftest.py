"""The real window on a synthetic volume, with the real store behind it."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from ctviewer.gui.main_window import MainWindow
from ctviewer.gui.theme import apply_theme
from ctviewer.session.reading_session import ReadingSession
from ctviewer.store.annotation_store import AnnotationStore
from ctviewer.store.model_registry import ModelRegistry
from ctviewer.store.study_index import KnownStudies
from tests.support.volumes import volume


@pytest.fixture(scope="session")
def themed_app(qapp):
    apply_theme(qapp)
    return qapp


@pytest.fixture
def make_window(qtbot, themed_app, tmp_path):
    """Opens windows on the same data folder, one after the other."""
    windows: dict[int, MainWindow] = {}

    def make(bundled=None, preferences_path=None, **options) -> MainWindow:
        store = AnnotationStore(tmp_path / "annotations.sqlite3", author="tester", daily_backup=False)
        registry = ModelRegistry(bundled or tmp_path / "no-models", tmp_path / "models")
        known = KnownStudies(tmp_path / "studies.sqlite3")
        session = ReadingSession.create(store, registry, known, preferences_path=preferences_path)
        window = MainWindow(session, **options)
        window.resize(1280, 800)
        # Not qtbot.addWidget, which would close a window that has destroyed itself.
        windows[id(window)] = window
        window.destroyed.connect(partial(windows.pop, id(window), None))
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield make
    for window in list(windows.values()):
        window.close()


@pytest.fixture
def empty_window(make_window):
    return make_window()


def show(window, vol=None):
    """Show a volume as if it had been loaded: with what the store knows about it."""
    vol = vol or volume()
    workspace = window.session.workspace
    series = vol.series
    state = workspace.store.open_document(series.series_key, series.patient_key, vol.hu.shape, series.label, "")
    return workspace.show_volume(vol, state)


@pytest.fixture
def window(make_window):
    window = make_window()
    show(window)
    return window


def picture_of(widget):
    """What is on a widget now, as an array ``(y, x, rgb)``."""
    image = widget.grab().toImage().convertToFormat(widget.grab().toImage().Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return data[:, : image.width(), 2::-1].astype(int)
