"""What the tests do in the real window as a person would: press keys, choose menu entries, draw a stroke."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ctviewer.domain.edits.region import Region
from ctviewer.domain.planes import Plane
from ctviewer.gui.action_spec import ActionSpec
from ctviewer.gui.action_table import ACTIONS

BY_ID = {spec.id: spec for spec in ACTIONS}


def press(window, key):
    combination = QKeySequence(key)[0]
    target = QApplication.focusWidget() or window
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


def run(window, action_id):
    """Press its first key, or choose it from the menu."""
    spec = BY_ID[action_id]
    assert window.actions_by_id[action_id].isEnabled(), action_id
    if spec.keys:
        press(window, spec.keys[0])
    else:
        window.actions_by_id[action_id].trigger()


def draw(window, k=5, label=1):
    document = window.session.workspace.document
    region = Region((slice(k, k + 1), slice(5, 9), slice(6, 12)), np.ones((1, 4, 6), bool))
    document.paint(region, label)
    document.end_gesture("Brush", "brush")
    return document


def with_model(folder):
    from tests.support.version_folders import tiny_segmentation_version  # loads torch

    tiny_segmentation_version(folder / "bundled" / "chest" / "1.0.0")
    return folder / "bundled"


def axial(window):
    return window.session.workspace.viewports[Plane.AXIAL]


def key_conflicts(specs: Iterable[ActionSpec]) -> list[tuple[str, str, str]]:
    """Keys used twice: key, first action, second action."""
    owners: dict[str, str] = {}
    conflicts = []
    for spec in specs:
        for key in spec.keys:
            portable = QKeySequence(key).toString()
            if portable in owners:
                conflicts.append((portable, owners[portable], spec.id))
            owners[portable] = spec.id
    return conflicts
