"""The series that were found, with a picture of those that were loaded."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.study import SeriesRef, StudyIndex
from ctviewer.domain.volume import Volume
from ctviewer.domain.windowing import PRESETS, grey_levels
from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.session.segmentation_document import SegmentationDocument

THUMBNAIL_PX = 56
ROW_PX = THUMBNAIL_PX + 12
_SERIES, _SECOND_LINE, _WARNING = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class SeriesPanel(QWidget):
    """List of series; choosing one asks for it."""

    series_requested = Signal(object)
    """`SeriesRef` the user wants to see."""
    beside_requested = Signal(object)
    """`SeriesRef` the user wants to see beside the current one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget()
        self._list.setItemDelegate(_SeriesDelegate(self._list))
        self._list.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(self.tr("Series"))
        self._list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._offer)
        self._list.itemClicked.connect(self._request)
        self._list.itemActivated.connect(self._request)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self._list)

    @property
    def count(self) -> int:
        """Number of series in the list."""
        return self._list.count()

    def set_index(self, index: StudyIndex | None) -> None:
        """Show what was found."""
        self._list.clear()
        for series in index.series if index is not None else ():
            self._list.addItem(_item(series))

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Mark the series that is shown, and give it its picture."""
        self._list.clearSelection()
        if document is None:
            return
        item = self._find(document.volume.series)
        if item is None:
            item = _item(document.volume.series)
            self._list.addItem(item)
        item.setIcon(thumbnail(document.volume))
        self._list.setCurrentItem(item)

    def set_picture(self, series: SeriesRef, volume: Volume) -> None:
        """Give a series its picture before it is loaded."""
        item = self._find(series)
        if item is not None:
            item.setIcon(thumbnail(volume))

    def _find(self, series: SeriesRef) -> QListWidgetItem | None:
        for row in range(self._list.count()):
            if self._list.item(row).data(_SERIES) == series:
                return self._list.item(row)
        return None

    def _offer(self, place: QPoint) -> None:
        item = self._list.itemAt(place)
        if item is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        series = item.data(_SERIES)
        menu.addAction(self.tr("Open")).triggered.connect(lambda: self.series_requested.emit(series))
        menu.addAction(self.tr("Show beside the current scan")).triggered.connect(
            lambda: self.beside_requested.emit(series)
        )
        menu.popup(self._list.viewport().mapToGlobal(place))

    def _request(self, item: QListWidgetItem) -> None:
        self.series_requested.emit(item.data(_SERIES))


class _SeriesDelegate(QStyledItemDelegate):
    """Picture, name, and a quieter second line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Same height for all."""
        return QSize(120, ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one series."""
        rect: QRect = option.rect.adjusted(1, 1, -1, -1)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ACCENT_DIM))
            painter.drawRoundedRect(rect, 4, 4)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.RAISED))
            painter.drawRoundedRect(rect, 4, 4)
        picture = QRect(rect.left() + 5, rect.center().y() - THUMBNAIL_PX // 2, THUMBNAIL_PX, THUMBNAIL_PX)
        index.data(Qt.ItemDataRole.DecorationRole).paint(painter, picture)
        text = rect.adjusted(THUMBNAIL_PX + 14, 8, -6, -8)
        if index.data(_WARNING):
            icon("alert-outline", theme.WARNING).paint(painter, QRect(rect.right() - 20, rect.bottom() - 20, 14, 14))
        font: QFont = option.font  # type: ignore[attr-defined]
        self._lines(painter, font, text, index.data(Qt.ItemDataRole.DisplayRole), index.data(_SECOND_LINE))
        painter.restore()

    def _lines(self, painter: QPainter, font: QFont, rect: QRect, first: str, second: str) -> None:
        metrics = painter.fontMetrics()
        painter.setFont(font)
        painter.setPen(QColor(theme.TEXT))
        top = QRect(rect.left(), rect.top(), rect.width(), metrics.height())
        elided = metrics.elidedText(first, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
        small = QFont(font)
        small.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(small)
        painter.setPen(QColor(theme.MUTED))
        painter.drawText(rect.adjusted(0, metrics.height() + 2, 0, 0), Qt.TextFlag.TextWordWrap, second)


def _item(series: SeriesRef) -> QListWidgetItem:
    item = QListWidgetItem(series.label)
    item.setData(_SERIES, series)
    item.setData(_SECOND_LINE, second_line(series))
    item.setIcon(icon("image-off-outline" if series.ai_exclusion else "lungs", theme.FAINT))
    notes = [*series.notes, *([f"Not analysed: {series.ai_exclusion}"] if series.ai_exclusion else [])]
    item.setData(_WARNING, bool(notes))
    item.setToolTip("\n".join([series.label, *notes]))
    return item


def second_line(series: SeriesRef) -> str:
    """Kind, number of slices and their distance."""
    slices = f"{series.shape[0]} slices" if series.shape[0] else ""
    distance = f"{series.spacing_mm[0]:.3g} mm" if series.spacing_mm[0] else ""
    kind = series.modality or series.format.value.upper()
    return f"{kind}  {' × '.join(part for part in (slices, distance) if part)}"


def thumbnail(volume: Volume) -> QPixmap:
    """Picture of the middle axial slice in the lung window, square, letterboxed."""
    grey = grey_levels(volume.hu[volume.hu.shape[0] // 2], PRESETS[0])
    rows, columns = grey.shape
    image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    spacing = volume.geometry.spacing_mm
    scale = THUMBNAIL_PX * 2 / max(rows * spacing[1], columns * spacing[2])
    scaled = image.scaled(
        max(1, round(columns * spacing[2] * scale)),
        max(1, round(rows * spacing[1] * scale)),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    square = QPixmap(THUMBNAIL_PX * 2, THUMBNAIL_PX * 2)
    square.fill(QColor(theme.VIEWPORT))
    painter = QPainter(square)
    painter.drawImage((square.width() - scaled.width()) // 2, (square.height() - scaled.height()) // 2, scaled)
    painter.end()
    return square
