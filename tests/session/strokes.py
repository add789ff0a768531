"""What a hand does to a document in tests: draw, point, click, accept."""

import numpy as np

from ctviewer.domain.edits.mask_edit import edit_between
from ctviewer.domain.edits.region import Region
from ctviewer.domain.planes import Plane
from ctviewer.session.preview_outcome import PreviewChoice, preview_outcome
from ctviewer.session.tools.pointer import PointerEvent
from tests.support.volumes import geometry

REPLACING = PreviewChoice(replaces_human=True)


def box(k0, k1, j0=5, j1=9, i0=6, i1=12):
    bbox = (slice(k0, k1), slice(j0, j1), slice(i0, i1))
    return Region(bbox, np.ones((k1 - k0, j1 - j0, i1 - i0), bool))


def draw(document, region, label=1, name="Brush"):
    assert document.paint(region, label)
    assert document.end_gesture(name, "brush")


def accept(document):
    locked = document.segments.locked
    outcome = preview_outcome(document.labels, document.preview.labels, locked, REPLACING, (), frozenset())
    document.accept_preview(edit_between(document.labels, outcome.labels))


def at(k, j, i, plane=Plane.AXIAL, **more):
    point = geometry().index_to_lps(np.array([(k, j, i)], float))[0]
    return PointerEvent(plane, (k, j, i), tuple(point), mm_per_px=0.5, **more)


def click(box, event):
    done = box.press(event)
    box.release(event)
    return done
