"""The series that were found, by patient and study, and the files that could not be used."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from ctviewer.domain.study import SeriesRef, StudyIndex
from ctviewer.domain.volume import Volume
from ctviewer.gui.panels.rejected_files import RejectedFiles
from ctviewer.gui.panels.series_row import (
    SERIES,
    THUMBNAIL_PX,
    SeriesDelegate,
    heading_item,
    series_item,
    set_marks,
    study_of,
    thumbnail,
)
from ctviewer.session.segmentation_document import SegmentationDocument


class SeriesPanel(QWidget):
    """List of series; choosing one asks for it."""

    series_requested = Signal(object)
    """`SeriesRef` the user wants to see."""
    beside_requested = Signal(object)
    """`SeriesRef` the user wants to see beside the current one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget()
        self._list.setItemDelegate(SeriesDelegate(self._list))
        self._list.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(self.tr("Series"))
        self._list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._offer)
        self._list.itemClicked.connect(self._request)
        self._list.itemActivated.connect(self._request)
        self.rejected = RejectedFiles()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self._list, 1)
        column.addWidget(self.rejected)

    @property
    def count(self) -> int:
        """Number of series in the list."""
        return len(self._items())

    def set_index(self, index: StudyIndex | None) -> None:
        """Show what was found, study by study, in the order of the likeliest series of each."""
        self._list.clear()
        self.rejected.set_files(index.rejected if index is not None else ())
        studies: dict[tuple[str, ...], list[SeriesRef]] = {}
        for series in index.series if index is not None else ():
            studies.setdefault(study_of(series), []).append(series)
        for members in studies.values():
            if len(studies) > 1:
                self._list.addItem(heading_item(members[0]))
            for series in members:
                self._list.addItem(series_item(series))

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Mark the series that is shown, and give it its picture."""
        self._list.clearSelection()
        if document is None:
            return
        volume = document.volume
        item = self._find(volume.series)
        if item is None:
            item = series_item(volume.series)
            self._list.addItem(item)
        set_marks(item, volume.marks, volume.notes)
        item.setIcon(thumbnail(volume))
        self._list.setCurrentItem(item)

    def set_picture(self, series: SeriesRef, volume: Volume) -> None:
        """Give a series its picture before it is loaded."""
        item = self._find(series)
        if item is not None:
            item.setIcon(thumbnail(volume))

    def request_neighbour(self, distance: int) -> None:
        """Ask for the series so many places further down; beyond the ends nothing happens."""
        items = self._items()
        place = next((n for n, item in enumerate(items) if item is self._list.currentItem()), None)
        if place is not None and 0 <= place + distance < len(items):
            self._request(items[place + distance])

    def _items(self) -> list[QListWidgetItem]:
        items = (self._list.item(row) for row in range(self._list.count()))
        return [item for item in items if item.data(SERIES) is not None]

    def _find(self, series: SeriesRef) -> QListWidgetItem | None:
        return next((item for item in self._items() if item.data(SERIES) == series), None)

    def _offer(self, place: QPoint) -> None:
        item = self._list.itemAt(place)
        if item is None or item.data(SERIES) is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        series = item.data(SERIES)
        menu.addAction(self.tr("Open")).triggered.connect(lambda: self.series_requested.emit(series))
        menu.addAction(self.tr("Show beside the current scan")).triggered.connect(
            lambda: self.beside_requested.emit(series)
        )
        menu.popup(self._list.viewport().mapToGlobal(place))

    def _request(self, item: QListWidgetItem) -> None:
        if item.data(SERIES) is not None:
            self.series_requested.emit(item.data(SERIES))
