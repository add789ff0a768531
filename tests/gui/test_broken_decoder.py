"""A decoder that hangs or crashes costs one slice; the window goes on as if nothing had happened."""

import time

import pytest
from PySide6.QtCore import QTimer

from ctviewer.io import decoding
from ctviewer.io.sandbox import decoder_process
from ctviewer.io.sandbox.decoder_process import Request
from ctviewer.io.sandbox.pool import DecodePool
from tests.support.ct_phantom import Grid
from tests.support.dicom_files import write_series

pytestmark = pytest.mark.gui
DEADLINE_S = 2.0
STUTTER_MS = 1500
"""Longest time without an event. Some 50 ms are measured; a busy machine may starve the test longer, but a window that
waited for the decoder would be away for the whole deadline."""


class Heartbeat:
    """Measures how long the event loop is away."""

    def __init__(self, parent):
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(parent, interval=2)
        self._timer.timeout.connect(self._beat)

    def start(self):
        self.longest_ms, self._last = 0.0, time.perf_counter()
        self._timer.start()

    def stop(self):
        self._timer.stop()

    def _beat(self):
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now


@pytest.fixture
def broken_pool(monkeypatch):
    """The program's own pool, whose processes misbehave, with a short deadline."""
    monkeypatch.setattr(decoder_process, "WORKER_MODULE", "tests.io.misbehaving_worker")
    pool = DecodePool(size=2)
    monkeypatch.setattr(decoding, "decode_pool", lambda: pool)
    monkeypatch.setattr(decoding, "Request", lambda *a, **k: Request(*a, **k | {"deadline_s": DEADLINE_S}))
    yield pool
    pool.shutdown()


@pytest.mark.parametrize(
    ("what", "reason"), [("hang_on_the_third", "decoding it took too long"), ("crash_on_the_third", "decoder crashed")]
)
def test_window_does_not_stutter(qtbot, empty_window, broken_pool, tmp_path, monkeypatch, what, reason):
    window = empty_window
    monkeypatch.setenv("CTVIEWER_TEST_SLICE", what)
    paths = write_series(tmp_path / "scan", Grid(shape=(12, 40, 36), slice_mm=8.0), syntax="j2k")
    pulse = Heartbeat(window)
    workspace = window.session.workspace
    workspace.opening.open_path(tmp_path / "scan")
    qtbot.waitUntil(window.pages.first_slice.isVisible, timeout=60_000)  # libraries are loaded, decoding is under way

    def stop_and_show(*loaded):
        pulse.stop()  # building the views of the new scan is another matter
        workspace.show_volume(*loaded)

    workspace.opening.loaded.disconnect(workspace.show_volume)
    workspace.opening.loaded.connect(stop_and_show)
    pulse.start()
    qtbot.waitUntil(lambda: not workspace.opening.is_under_way, timeout=60_000)
    notes = " ".join(workspace.document.volume.notes)
    assert f"{paths[2].name}: " in notes
    assert reason in notes
    assert pulse.longest_ms < STUTTER_MS
