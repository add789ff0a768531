"""The Qt binding must not lose references: PySide6 6.12.0 did, and ended Python 3.11 with a fatal error."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal

pytestmark = pytest.mark.gui

CALLS = 30


class Emitter(QObject):
    fired = Signal()


@pytest.mark.parametrize("constant", [None, True, False], ids=str)
def test_calls_into_qt_keep_the_reference_counts_of_constants(qapp, constant):
    emitter = Emitter()
    before = sys.getrefcount(constant)
    for _ in range(CALLS):
        emitter.fired.emit()
        emitter.setObjectName("x")
    assert sys.getrefcount(constant) > before - CALLS // 2
