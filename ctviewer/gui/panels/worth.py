"""How much a look at a case is worth, as a word, a small picture and the reasons."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from ctviewer.domain.study_row import CaseStatus, StudyRow
from ctviewer.gui import theme
from ctviewer.gui.translation import QT_TRANSLATE_NOOP


class Level(IntEnum):
    """Steps of the expected benefit, as many bars as its value."""

    NOTHING = 0
    LITTLE = 1
    SOME = 2
    MUCH = 3


SOME_FROM, MUCH_FROM = 1 / 3, 2 / 3
LITTLE_FROM = 0.05

WORDS = {
    Level.NOTHING: "",
    Level.LITTLE: QT_TRANSLATE_NOOP("StudyList", "Little"),
    Level.SOME: QT_TRANSLATE_NOOP("StudyList", "Some"),
    Level.MUCH: QT_TRANSLATE_NOOP("StudyList", "Much"),
}
_COLORS = {Level.LITTLE: theme.MUTED, Level.SOME: theme.ACCENT, Level.MUCH: theme.WARNING}


def level_of(row: StudyRow) -> Level:
    """The level of a row; `Level.NOTHING` for one that is done, or of which nothing is known."""
    if row.outlook is None or row.worth < LITTLE_FROM:
        return Level.NOTHING
    return Level.MUCH if row.worth >= MUCH_FROM else Level.SOME if row.worth >= SOME_FROM else Level.LITTLE


def level_word(level: Level) -> str:
    """The level in a word; empty for none."""
    return _words(WORDS[level]) if WORDS[level] else ""


def reasons(row: StudyRow) -> str:
    """Why a look at a case is worth something, or why that is not known."""
    if row.status.is_done:
        return _words(QT_TRANSLATE_NOOP("StudyList", "Accepted: nothing is left to look at."))
    if row.outlook is None:
        if row.status is CaseStatus.NEW:
            return _words(QT_TRANSLATE_NOOP("StudyList", "Not segmented yet."))
        return _words(QT_TRANSLATE_NOOP("StudyList", "No prediction says where it may be wrong."))
    found = []
    if row.outlook.doubt_ml >= 1:
        words = _words(QT_TRANSLATE_NOOP("StudyList", "{} ml in close calls of the model on slices nobody looked at"))
        found.append(words.format(f"{row.outlook.doubt_ml:.0f}"))
    if row.outlook.findings == 1:
        found.append(_words(QT_TRANSLATE_NOOP("StudyList", "1 finding of the check")))
    elif row.outlook.findings:
        found.append(_words(QT_TRANSLATE_NOOP("StudyList", "{} findings of the check")).format(row.outlook.findings))
    if row.outlook.changed_ml >= 1:
        words = _words(QT_TRANSLATE_NOOP("StudyList", "{} ml of an earlier mask changed by the prediction"))
        found.append(words.format(f"{row.outlook.changed_ml:.0f}"))
    return "\n".join(found) or _words(QT_TRANSLATE_NOOP("StudyList", "Nothing is left that looks doubtful."))


@lru_cache(maxsize=len(Level))
def level_icon(level: Level) -> QIcon:
    """Three bars, of which as many are lit as the level says; an empty icon for none."""
    if level is Level.NOTHING:
        return QIcon()
    picture = QPixmap(42, 42)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for number in range(3):
        painter.setBrush(QColor(_COLORS[level] if number < level else theme.BORDER))
        height = 12.0 * (number + 1)
        painter.drawRoundedRect(QRectF(3 + 13 * number, 40 - height, 10, height), 2, 2)
    painter.end()
    return QIcon(picture)


def _words(text: str) -> str:
    return QCoreApplication.translate("StudyList", text)
