"""Shared fixtures: every test gets its own data folder; Qt tests must leave no thread, timer or window behind."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before anything imports Qt: tests never need a screen. An explicit platform (xcb under Xvfb) is respected.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

LIBRARY_OBJECTS = 200_000
"""More tracked objects than any test makes."""

LEAK_WAIT_S = 5.0


@pytest.fixture(autouse=True)
def own_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Annotations, models and settings of one test must not reach another, nor the developer's own."""
    folder = tmp_path / "ctviewer-data"
    monkeypatch.setenv("CTVIEWER_DATA_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_qt_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a passed Qt test that leaves threads, running timers or top-level widgets (a failed one may leave some)."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    _set_libraries_aside()
    # Instantiated here so that our teardown runs before pytest-qt's, but after qtbot closed its widgets.
    request.getfixturevalue("qapp")
    threads_before = set(threading.enumerate())
    widgets_before = set(_top_level_names())
    yield
    report = getattr(request.node, "call_report", None)
    if report is None or not report.passed:
        return

    def leaks() -> list[str]:
        return [
            *_leftover_threads(threads_before),
            *(f"window {name}" for name in _top_level_names() if name not in widgets_before),
            *_running_timers(),
        ]

    _deliver_deletions()
    left = leaks()
    if left:
        gc.collect()
        _deliver_deletions()
        left = leaks()
    if left:
        pytest.fail("The test left behind: " + "; ".join(left))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    if report.when == "call":
        item.call_report = report  # type: ignore[attr-defined]
    return report


def _set_libraries_aside() -> None:
    """Keep what imported libraries made out of every later search: with torch loaded it is a million objects."""
    if len(gc.get_objects()) > LIBRARY_OBJECTS:
        gc.collect()
        gc.freeze()


def _deliver_deletions() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _leftover_threads(before: set[threading.Thread]) -> list[str]:
    deadline = time.monotonic() + LEAK_WAIT_S
    left = [t for t in threading.enumerate() if t not in before and not t.name.startswith("Dummy")]
    for thread in left:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [f"thread {t.name}" for t in left if t.is_alive()]


def _top_level_names() -> list[str]:
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return []
    return [f"{type(w).__name__}#{id(w):x}" for w in application.topLevelWidgets() if w.isVisible()]


def _running_timers() -> list[str]:
    from PySide6.QtCore import QTimer

    found = []
    for candidate in gc.get_objects():
        try:
            # Not isinstance: it asks a million objects for their class, and some answer slowly.
            if type(candidate) is QTimer and candidate.isActive():
                found.append(f"timer of {type(candidate.parent()).__name__}")
        except (RuntimeError, ReferenceError):  # its C++ part is gone, so it does not run
            continue
    return found
