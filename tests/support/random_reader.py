"""A reader who does whatever comes to mind: opens, scrolls, windows, measures, paints, segments, undoes, closes.

Real events go to the real window; everything is drawn from a seed, so what went wrong can be done again. Dialogs that
wait for an answer are answered with Cancel, file choosers with nothing.
"""

from __future__ import annotations

import gc
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QColorDialog,
    QDialog,
    QFileDialog,
    QInputDialog,
    QMenu,
    QMessageBox,
    QWidget,
)
from shiboken6 import isValid

from ctviewer.gui.action_table import ACTIONS
from ctviewer.gui.main_window import MainWindow
from ctviewer.gui.slices.slice_view import SliceView
from ctviewer.session.messages import Message, Severity

NEVER = frozenset({"quit", "open_demo"})
"""Ends the session; takes the better part of a minute on its first use."""
MIB = 2**20


@dataclass
class Diary:
    """What happened, and what was measured on the way."""

    steps: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    samples: list[tuple[float, float, int, int, int]] = field(default_factory=list)
    """Seconds, memory in MiB, threads, running timers, visible windows."""
    last: list[str] = field(default_factory=list)

    def note(self, what: str) -> None:
        """Count a step and remember the latest."""
        self.steps[what] += 1
        self.last = [*self.last[-14:], what]

    def fault(self, what: str) -> None:
        """Write down something that must not happen, with what led to it."""
        self.faults.append(f"{what} after {', '.join(self.last)}")

    @property
    def slope_mib_per_min(self) -> float:
        """Growth of the memory over the second half, by least squares; the first half fills caches."""
        half = self.samples[len(self.samples) // 2 :]
        if len(half) < 3:
            return 0.0
        mean_t = sum(s[0] for s in half) / len(half)
        mean_m = sum(s[1] for s in half) / len(half)
        spread = sum((s[0] - mean_t) ** 2 for s in half)
        return 60 * sum((s[0] - mean_t) * (s[1] - mean_m) for s in half) / spread


class RandomReader:
    """Drives one window.

    Parameters
    ----------
    window
        Shown, and with something it can open.
    scans
        Folders it opens.
    seed
        The same seed does the same.
    """

    def __init__(self, window: MainWindow, scans: list[Path], seed: int) -> None:
        self.window = window
        self.scans = scans
        self.random = random.Random(seed)
        self.diary = Diary()
        self._started = time.monotonic()
        self._process = psutil.Process()
        window.session.workspace.messages.posted.connect(self._read)

    def run(self, seconds: float, sample_every_s: float = 5.0) -> Diary:
        """Read for so long."""
        end, next_sample = time.monotonic() + seconds, time.monotonic()
        with answered_dialogs(), caught_exceptions(self.diary):
            while time.monotonic() < end:
                self._step()
                if time.monotonic() >= next_sample:
                    self.sample()
                    next_sample = time.monotonic() + sample_every_s
        return self.diary

    def sample(self) -> None:
        """Measure memory, threads, timers and windows."""
        memory = self._process.memory_info().rss / MIB
        timers = sum(1 for timer in self.window.findChildren(QTimer) if timer.isActive())
        windows = sum(1 for widget in QApplication.topLevelWidgets() if widget.isVisible())
        now = time.monotonic() - self._started
        self.diary.samples.append((now, memory, threading.active_count(), timers, windows))

    def _step(self) -> None:
        steps: list[tuple[int, Callable[[], None]]] = [
            (14, self._wheel), (12, self._key), (10, self._drag), (3, self._open), (2, self._list), (2, self._segment),
            (2, self._settle), (1, self._resize), (1, self._close), (1, self._type),
        ]  # fmt: skip
        step = self.random.choices([s for _, s in steps], [w for w, _ in steps])[0]
        self.diary.note(step.__name__.strip("_"))
        step()
        self._tidy()
        QApplication.processEvents()
        # The program's own event loop destroys what was put away; processEvents outside of it leaves it for ever.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # -- what a reader does --------------------------------------------------------------------------------------------

    def _views(self) -> list[SliceView]:
        return [view for view in self.window.views.findChildren(SliceView) if view.isVisible()]

    def _place(self, view: QWidget) -> QPoint:
        return QPoint(self.random.randrange(2, view.width() - 2), self.random.randrange(2, view.height() - 2))

    def _wheel(self) -> None:
        views = self._views()
        if not views:
            return
        view = self.random.choice(views)
        keys = self.random.choice([Qt.KeyboardModifier.NoModifier] * 6 + [
            Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
        ])  # fmt: skip
        place = QPointF(self._place(view))
        for _ in range(self.random.randrange(1, 12)):
            turn = QPoint(0, self.random.choice((-120, 120)))
            event = QWheelEvent(
                place, view.mapToGlobal(place), QPoint(), turn, Qt.MouseButton.NoButton, keys,
                Qt.ScrollPhase.NoScrollPhase, False,  # noqa: FBT003  Qt's own order
            )  # fmt: skip
            QCoreApplication.sendEvent(view, event)
            QApplication.processEvents()

    def _key(self) -> None:
        spec = self.random.choice([spec for spec in ACTIONS if spec.id not in NEVER])
        self.diary.note(spec.id)
        action = self.window.actions_by_id[spec.id]
        if action.isEnabled():
            action.trigger()

    def _drag(self) -> None:
        views = self._views()
        if not views:
            return
        view = self.random.choice(views)
        button = self.random.choices(
            [Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton], [6, 2, 1]
        )[0]
        keys = self.random.choice([Qt.KeyboardModifier.NoModifier] * 5 + [Qt.KeyboardModifier.ControlModifier])
        place = self._place(view)
        QTest.mousePress(view, button, keys, place)
        for _ in range(self.random.randrange(1, 10)):
            place = place + QPoint(self.random.randrange(-25, 26), self.random.randrange(-25, 26))
            QTest.mouseMove(view, place)
            QApplication.processEvents()
        QTest.mouseRelease(view, button, keys, place)
        if self.random.random() < 0.1:
            QTest.mouseDClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def _open(self) -> None:
        self.window.session.workspace.opening.open_path(self.random.choice(self.scans))
        if self.random.random() < 0.7:
            self._wait(lambda: not self.window.session.workspace.opening.is_under_way, 5.0)

    def _list(self) -> None:
        study_list, page = self.window.session.study_list, self.window.pages.study_list
        self.window.actions_by_id["study_list"].trigger()
        page.search.setText(self.random.choice(["", "synthetic", "a", "nobody"]))
        self._wait(lambda: False, 0.15)
        if study_list.rows and self.random.random() < 0.6:
            study_list.open_row(self.random.choice(study_list.rows))
            self._wait(lambda: not self.window.session.workspace.opening.is_under_way, 5.0)

    def _segment(self) -> None:
        action = self.window.actions_by_id["segment"]
        if not action.isEnabled():
            return
        action.trigger()
        analysis = self.window.session.analysis
        if self.random.random() < 0.8:
            self._wait(lambda: not analysis.is_segmenting, 20.0)
            choice = self.random.choice(["accept_preview", "accept_preview", "reject_preview", "undo"])
            self.window.actions_by_id[choice].trigger()

    def _type(self) -> None:
        target = QApplication.focusWidget() or self.window
        for key in self.random.choices(
            [Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_7], k=3
        ):
            QTest.keyClick(target, key)
            target = QApplication.focusWidget() or self.window

    def _resize(self) -> None:
        self.window.resize(self.random.randrange(1000, 1500), self.random.randrange(640, 900))

    def _close(self) -> None:
        self.window.session.workspace.close_document()

    def _settle(self) -> None:
        self._wait(lambda: False, self.random.uniform(0.05, 0.5))

    # -- keeping order -------------------------------------------------------------------------------------------------

    def _wait(self, done: Callable[[], bool], seconds: float) -> None:
        end = time.monotonic() + seconds
        while not done() and time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def _tidy(self) -> None:
        """Close menus and dialogs that stay open beside the window."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                QApplication.processEvents()
                widget.close()

    def _read(self, message: Message) -> None:
        if message.severity is Severity.ERROR:
            self.diary.note(f"error: {message.text}")
        if "fault in the program" in message.text:
            self.diary.fault(f"{message.text} {message.details}")


@contextmanager
def answered_dialogs() -> Iterator[None]:
    """Dialogs that would wait for a person answer by themselves."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(QDialog, "exec", lambda *_: QDialog.DialogCode.Rejected))
        stack.enter_context(patch.object(QMenu, "exec", lambda *_: None))
        for name in ("getOpenFileName", "getSaveFileName"):
            stack.enter_context(patch.object(QFileDialog, name, lambda *_, **__: ("", "")))
        stack.enter_context(patch.object(QFileDialog, "getExistingDirectory", lambda *_, **__: ""))
        stack.enter_context(patch.object(QInputDialog, "getText", lambda *_, **__: ("", False)))
        stack.enter_context(patch.object(QMessageBox, "about", lambda *_: None))
        stack.enter_context(patch.object(QColorDialog, "getColor", lambda color, *_, **__: color))
        yield


@contextmanager
def caught_exceptions(diary: Diary) -> Iterator[None]:
    """Exceptions in slots and threads go into the diary."""
    former, former_thread = sys.excepthook, threading.excepthook

    def heard(kind: type[BaseException], error: BaseException, trace: object) -> None:
        import traceback

        diary.fault("".join(traceback.format_exception(kind, error, trace)))  # type: ignore[arg-type]

    sys.excepthook = heard
    threading.excepthook = lambda a: heard(a.exc_type, a.exc_value or a.exc_type(), a.exc_traceback)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = former, former_thread


def left_behind(threads_before: set[threading.Thread]) -> list[str]:
    """Threads, timers and windows that are still there after the window was closed."""
    for _ in range(5):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    gc.collect()
    for thread in threading.enumerate():
        if thread not in threads_before:
            thread.join(5.0)
    threads = [t.name for t in threading.enumerate() if t not in threads_before and not t.name.startswith("Dummy")]
    windows = [type(w).__name__ for w in QApplication.topLevelWidgets() if w.isVisible()]
    timers = [
        type(timer.parent()).__name__
        for timer in gc.get_objects()
        if type(timer) is QTimer and isValid(timer) and timer.isActive()
    ]
    return [*threads, *windows, *timers]
