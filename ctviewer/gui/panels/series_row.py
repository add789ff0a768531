"""One line of the series list: picture, name, size and geometry badge; and the headings between studies."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ctviewer.domain.opening_window import opening_window
from ctviewer.domain.planes import Plane, extract_slice
from ctviewer.domain.study import Mark, SeriesRef, SourceFormat
from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import PRESETS, grey_levels
from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.sentences import said, unit
from ctviewer.gui.translation import QT_TRANSLATE_NOOP

THUMBNAIL_PX = 56
ROW_PX, HEADING_PX = THUMBNAIL_PX + 12, 40
SERIES, SECOND_LINE, MARKS, HEADING = (Qt.ItemDataRole.UserRole + n for n in range(4))

MARK_WORDS = {
    Mark.NO_POSITIONS: QT_TRANSLATE_NOOP("Marks", "no positions"),
    Mark.NOT_HU: QT_TRANSLATE_NOOP("Marks", "not HU"),
    Mark.UNDECIDED: QT_TRANSLATE_NOOP("Marks", "choice needed"),
    Mark.TILT: QT_TRANSLATE_NOOP("Marks", "tilt corrected"),
    Mark.MOVED: QT_TRANSLATE_NOOP("Marks", "slices moved"),
    Mark.UNEVEN: QT_TRANSLATE_NOOP("Marks", "interpolated"),
    Mark.GAPS: QT_TRANSLATE_NOOP("Marks", "slices missing"),
    Mark.REPEATS: QT_TRANSLATE_NOOP("Marks", "repeated slices"),
    Mark.DAMAGED: QT_TRANSLATE_NOOP("Marks", "damaged files"),
    Mark.LOSSY: QT_TRANSLATE_NOOP("Marks", "lossy"),
    Mark.IDENTITY: QT_TRANSLATE_NOOP("Marks", "identity incomplete"),
}
GEOMETRY_IS_PLAIN = QT_TRANSLATE_NOOP("Marks", "geometry regular")


class SeriesDelegate(QStyledItemDelegate):
    """Draws headings and series."""

    def sizeHint(self, _: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Same height for all of a kind."""
        return QSize(120, HEADING_PX if index.data(HEADING) else ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one line of the list."""
        rect: QRect = option.rect.adjusted(1, 1, -1, -1)
        font: QFont = option.font
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(HEADING):
            _two_lines(painter, font, rect.adjusted(6, 4, -4, 0), *index.data(HEADING))
        else:
            self._paint_series(painter, option, rect, font, index)
        painter.restore()

    def _paint_series(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        rect: QRect,
        font: QFont,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        state: QStyle.StateFlag = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(state & QStyle.StateFlag.State_Selected)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ACCENT_DIM if chosen else theme.RAISED))
            painter.drawRoundedRect(rect, 4, 4)
        picture = QRect(rect.left() + 5, rect.center().y() - THUMBNAIL_PX // 2, THUMBNAIL_PX, THUMBNAIL_PX)
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, picture)
        text = rect.adjusted(THUMBNAIL_PX + 14, 6, -6, -6)
        words, color = index.data(MARKS)
        _two_lines(painter, font, text, index.data(Qt.ItemDataRole.DisplayRole), index.data(SECOND_LINE))
        small = _smaller(font)
        metrics = QFontMetrics(small)
        painter.setFont(small)
        painter.setPen(QColor(color))
        line = QRect(text.left(), text.bottom() - metrics.height(), text.width(), metrics.height())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, _cut(metrics, words, text.width()))


def series_item(series: SeriesRef) -> QListWidgetItem:
    """Line of a series whose picture is not there yet."""
    item = QListWidgetItem(series.label)
    item.setData(SERIES, series)
    item.setData(SECOND_LINE, second_line(series))
    item.setIcon(icon("image-off-outline" if series.ai_exclusion else "lungs", theme.FAINT))
    set_marks(item, series.marks, series.notes)
    return item


def set_marks(item: QListWidgetItem, marks: tuple[Mark, ...], notes: tuple[str, ...]) -> None:
    """Show the geometry badge of a series, and everything there is to say about it as a tool tip."""
    series: SeriesRef = item.data(SERIES)
    item.setData(MARKS, badge_of(series, marks))
    exclusion = (
        [_words(QT_TRANSLATE_NOOP("Marks", "Not analysed: {}")).format(said(series.ai_exclusion))]
        if series.ai_exclusion
        else []
    )
    item.setToolTip("\n".join([series.label, *map(said, notes), *exclusion]))


def badge_of(series: SeriesRef, marks: tuple[Mark, ...]) -> tuple[str, str]:
    """Words and colour of the geometry badge."""
    if marks:
        serious = {Mark.NO_POSITIONS, Mark.NOT_HU, Mark.UNDECIDED} & set(marks)
        return " · ".join(_words(MARK_WORDS[mark]) for mark in marks), theme.ERROR if serious else theme.WARNING
    if not any(series.spacing_mm):
        return _words(QT_TRANSLATE_NOOP("Marks", "cannot be opened")), theme.ERROR
    if series.ai_exclusion:
        return _words(QT_TRANSLATE_NOOP("Marks", "not analysed")), theme.MUTED
    return _words(GEOMETRY_IS_PLAIN), theme.GOOD


def heading_item(series: SeriesRef) -> QListWidgetItem:
    """Heading above the series of one study: the patient, then the study."""
    patient = series.patient
    who = "   ".join(filter(None, (patient.name, patient.patient_id))) or _words(
        QT_TRANSLATE_NOOP("Marks", "Patient not named")
    )
    date = series.study_date
    when = f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdigit() else date
    item = QListWidgetItem()
    item.setData(HEADING, (who, "  ".join(filter(None, (when, series.study_description)))))
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setToolTip(who)
    return item


def study_of(series: SeriesRef) -> tuple[str, ...]:
    """What sets the studies of the list apart."""
    return (series.patient.patient_id, series.patient.name, series.study_uid)


def second_line(series: SeriesRef) -> str:
    """Kind, number of slices and their distance."""
    slices = _words(QT_TRANSLATE_NOOP("Marks", "{} slices")).format(series.shape[0]) if series.shape[0] else ""
    distance = f"{series.spacing_mm[0]:.3g} {unit('mm')}" if series.spacing_mm[0] else ""
    kind = series.modality if series.format is SourceFormat.DICOM else series.format.value.upper()
    return f"{kind}  {' × '.join(part for part in (slices, distance) if part)}"


def thumbnail(volume: Volume) -> QPixmap:
    """Picture of the middle slice in the window it opens with, square, letterboxed; a single slice in its own plane."""
    plane = Plane.AXIAL if min(volume.hu.shape) > 1 else min(Plane, key=lambda p: volume.hu.shape[p.normal_axis])
    hu = extract_slice(volume.hu, plane, volume.hu.shape[plane.normal_axis] // 2)
    grey = grey_levels(hu, opening_window(volume) or PRESETS[0])
    grey = grey if grey.flags.c_contiguous else grey.copy()
    rows, columns = grey.shape
    image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    spacing = volume.geometry.spacing_mm
    height, width = rows * spacing[plane.row_axis], columns * spacing[plane.column_axis]
    scale = THUMBNAIL_PX * 2 / max(height, width)
    scaled = image.scaled(
        max(1, round(width * scale)),
        max(1, round(height * scale)),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    square = QPixmap(THUMBNAIL_PX * 2, THUMBNAIL_PX * 2)
    square.fill(QColor(theme.VIEWPORT))
    painter = QPainter(square)
    painter.drawImage((square.width() - scaled.width()) // 2, (square.height() - scaled.height()) // 2, scaled)
    painter.end()
    return square


def _two_lines(painter: QPainter, font: QFont, rect: QRect, first: str, second: str) -> None:
    metrics = QFontMetrics(font)
    painter.setFont(font)
    painter.setPen(QColor(theme.TEXT))
    top = QRect(rect.left(), rect.top(), rect.width(), metrics.height())
    painter.drawText(top, Qt.AlignmentFlag.AlignVCenter, _cut(metrics, first, rect.width()))
    small = _smaller(font)
    painter.setFont(small)
    painter.setPen(QColor(theme.MUTED))
    below = top.translated(0, metrics.height())
    painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, _cut(QFontMetrics(small), second, rect.width()))


def _cut(metrics: QFontMetrics, text: str, width: int) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _smaller(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small


def _words(text: str) -> str:
    return QCoreApplication.translate("Marks", text)
