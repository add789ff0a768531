"""QObjects in reference cycles die on the GUI thread, whichever thread allocates."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from ctviewer.jobs.garbage import GuiThreadCollector

pytestmark = pytest.mark.gui


class Cyclic(QObject):
    def __init__(self, deaths):
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: deaths.append(threading.current_thread()))


@pytest.fixture
def collector(qapp):
    collector = GuiThreadCollector()
    collector.start()
    yield collector
    collector.stop()
    assert gc.isenabled()


def allocate():
    return [[n] for n in range(50 * gc.get_threshold()[0])]


def test_a_worker_that_allocates_destroys_nothing(qtbot, collector):
    deaths = []
    Cyclic(deaths)
    kept = []
    worker = threading.Thread(target=lambda: kept.extend(allocate()))
    worker.start()
    worker.join()
    assert deaths == []
    qtbot.waitUntil(lambda: len(deaths) == 1)
    assert deaths == [threading.main_thread()]


def test_older_generations_have_their_turn(collector):
    seen = set()
    kept = []
    for _ in range(200):
        kept.append(allocate())
        seen.add(collector.collect())
    assert {0, 1, 2} <= seen
