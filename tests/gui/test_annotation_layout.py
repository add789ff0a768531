"""Letters, badges and texts of a view: at no size does one cover another, and warnings are always there."""

from itertools import combinations

import pytest
from PySide6.QtCore import QCoreApplication, QRectF, QTranslator
from PySide6.QtGui import QImage, QPainter

from ctviewer.gui import theme
from ctviewer.gui.slices import badges as badge_words
from ctviewer.gui.slices.annotation_layout import EDGES, Anchor, arrange
from ctviewer.gui.slices.annotations import Annotations, Badge, paint_annotations
from ctviewer.gui.translation import install_language

pytestmark = pytest.mark.gui

SIZES = [(200, 160), (200, 400), (320, 160), (317, 265), (424, 308), (900, 700)]
LETTERS = {"left": "R", "right": "L", "top": "H", "bottom": "F"}
OBLIQUE_LETTERS = {"left": "RA", "right": "LP", "top": "HA", "bottom": "FP"}
WARNINGS = (
    badge_words.SYNTHETIC, badge_words.NOT_HU, *list(badge_words.MARKS.values())[1:3],
    badge_words.FLIP_NAMES[True, True], badge_words.PREVIEW,
)  # fmt: skip


@pytest.fixture(params=["en", "ru"])
def language(request, themed_app):
    install_language(themed_app, request.param)
    yield request.param
    for translator in themed_app.findChildren(QTranslator):
        themed_app.removeTranslator(translator)
        translator.setParent(None)


def written(n_warnings, letters=LETTERS):
    words = [QCoreApplication.translate("Badges", text) for text in WARNINGS[:n_warnings]]
    minor = Badge(QCoreApplication.translate("Badges", badge_words.MASKS_HIDDEN), theme.MUTED, is_minor=True)
    return Annotations(
        letters,
        ("Сагиттальная  121 / 256", "x  −127.3 mm"),
        ("Zoom 125%", "Mediastinum", "C −600  W 1500"),
        (*(Badge(text) for text in words), minor),
        1.7,
    )


def boxes_of(what, size, font, monkeypatch):
    """What was arranged in the end, and the marks."""
    asked = []
    monkeypatch.setattr(
        "ctviewer.gui.slices.annotations.arrange",
        lambda *given: asked.append((given[3], arrange(*given))) or asked[-1][1],
    )
    image = QImage(*size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    marks = paint_annotations(painter, QRectF(0, 0, *size), what, font)
    painter.end()
    return asked[-1], marks


def overlaps(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("letters", [LETTERS, OBLIQUE_LETTERS], ids=["plain", "oblique"])
@pytest.mark.parametrize("n_warnings", [1, 3, 6])
def test_nothing_covers_anything_and_warnings_stay(themed_app, language, monkeypatch, size, letters, n_warnings):
    (items, boxes), marks = boxes_of(written(n_warnings, letters), size, themed_app.font(), monkeypatch)
    placed = [box for box in boxes if box is not None]
    assert not any(overlaps(a, b) for a, b in combinations(placed, 2))
    assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1] for box in placed)
    assert None not in boxes[: 4 + n_warnings]
    assert len(marks) >= 4 + n_warnings
    assert [item[0] for item in items[:4]] == [Anchor(edge) for edge in LETTERS]
    if size == (900, 700):
        assert None not in boxes


def test_a_warning_without_any_room_is_written_over_the_rest(themed_app, monkeypatch):
    font = themed_app.font()
    font.setPointSizeF(3 * font.pointSizeF())
    (_, boxes), marks = boxes_of(written(6), (200, 160), font, monkeypatch)
    assert None in boxes[:10]
    assert len(marks) == 10


def test_less_important_text_goes_first():
    texts = [(Anchor.TOP_LEFT, 90, 15), (Anchor.BOTTOM_LEFT, 100, 15), (Anchor.BOTTOM_RIGHT, 90, 26),
             (Anchor.TOP_LEFT, 80, 15), (Anchor.BOTTOM_LEFT, 80, 15)]  # fmt: skip
    letters = [(edge, 20, 22) for edge in EDGES]
    small = arrange(240, 110, 7, (*letters, *texts, (Anchor.BOTTOM_LEFT, 60, 15)))
    assert small[4] is not None
    assert small[5] is not None
    assert small[9] is None
    shifted = arrange(240, 200, 7, (*letters, (Anchor.TOP_LEFT, 110, 15), (Anchor.TOP_LEFT, 40, 15)))
    assert shifted[4][1] > 22  # too wide for the place beside the upper letter
    assert shifted[5][1] == shifted[4][3]  # and the next line stays below it
    large = arrange(500, 400, 7, (*letters, *texts))
    assert None not in large
    assert large[4][1] < large[7][1]  # the position is below the slice number
    assert large[8][1] < large[5][1]  # the preset is above the numbers of the window
