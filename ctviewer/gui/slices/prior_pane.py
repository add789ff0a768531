"""The prior beside the current scan: whose, when, and how it follows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.study import SeriesRef
from ctviewer.gui import theme
from ctviewer.gui.binding import bind
from ctviewer.gui.icons import icon
from ctviewer.gui.slices.elided_label import ElidedLabel
from ctviewer.gui.slices.slice_view import SliceView
from ctviewer.gui.slices.view_frame import ViewFrame
from ctviewer.gui.widgets.strip_button import STRIP_PX, dress_strip_button
from ctviewer.session.comparison import OFFSET_RANGE_MM, Comparison
from ctviewer.session.display import DisplayState
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.tool_settings import ToolKind
from ctviewer.session.tools.toolbox import ToolBox

_HARMLESS = frozenset({ToolKind.BROWSE, ToolKind.WINDOW, ToolKind.PAN, ToolKind.ZOOM})
"""Tools that work on a prior too; its mask is not edited here."""


class PriorPane(QWidget):
    """Axial view of the prior with its own banner.

    Parameters
    ----------
    comparison
        The prior and how it follows.
    display
        Window and overlay, shared with the current scan.
    toolbox
        Whose choice of tool is followed as far as it changes nothing.
    """

    open_requested = Signal()
    """The user wants to choose a prior."""

    def __init__(
        self, comparison: Comparison, display: DisplayState, toolbox: ToolBox, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._comparison = comparison
        self._tools = ToolBox(self)
        self.view = SliceView(comparison.viewport, display, self._tools)
        self.view.setAccessibleName(self.tr("Prior"))
        self.link = QToolButton()
        self.offset = QDoubleSpinBox()
        self._title = ElidedLabel(least="0000-00-00…")
        self._warning = QLabel()
        self.frame = ViewFrame(self.view, self._strip())
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._invitation())
        self._stack.addWidget(self.frame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        toolbox.active_changed.connect(self._use_tool)
        self._use_tool(toolbox.active)
        comparison.document_changed.connect(self.set_document)
        comparison.beyond_changed.connect(self._show_state)
        comparison.is_linked_changed.connect(self._show_state)
        self.set_document(comparison.document)

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Show another prior."""
        self.frame.set_document(document)
        self._stack.setCurrentIndex(0 if document is None else 1)
        series = None if document is None else document.volume.series
        self._title.set_whole("" if series is None else title_of(series))
        self.view.set_mark(self.tr("PRIOR"))
        self._show_state()

    def _show_state(self, _: object = None) -> None:
        comparison = self._comparison
        shares = comparison.shares_frame
        self.link.setIcon(icon("link-variant" if comparison.is_linked else "link-variant-off", theme.MUTED))
        self.offset.setEnabled(comparison.is_linked)
        self.offset.setToolTip(
            self.tr("Both scans have the same coordinates; the offset is added to them")
            if shares
            else self.tr("The scans have no common coordinates: how much higher the prior lies")
        )
        if comparison.is_other_patient:
            self._warn(self.tr("OTHER PATIENT"), theme.ERROR)
        elif comparison.is_beyond and comparison.is_linked:
            self._warn(self.tr("NOT IN THE PRIOR"), theme.WARNING)
        else:
            self._warn("", theme.WARNING)

    def _warn(self, text: str, color: str) -> None:
        self._warning.setText(text)
        self._warning.setStyleSheet(f"color: {color}; font-weight: 600;")
        self._warning.setVisible(bool(text))

    def _use_tool(self, kind: ToolKind) -> None:
        self._tools.active = kind if kind in _HARMLESS else ToolKind.BROWSE

    def _strip(self) -> QWidget:
        comparison = self._comparison
        strip = QWidget()
        strip.setFixedHeight(STRIP_PX)
        self._title.setProperty("role", "muted")
        dress_strip_button(self.link, self.tr("Scroll both together"))
        self.link.setCheckable(True)
        bind(self.link, comparison, "is_linked", self.link.toggled, self.link.isChecked, self.link.setChecked)
        self.offset.setRange(*OFFSET_RANGE_MM)
        self.offset.setDecimals(1)
        self.offset.setPrefix(self.tr("offset "))
        self.offset.setSuffix(self.tr(" mm"))
        self.offset.setAccessibleName(self.tr("Offset of the prior"))
        self.offset.setFixedHeight(STRIP_PX - 2)
        self.offset.setProperty("compact", True)
        bind(
            self.offset, comparison, "offset_mm", self.offset.valueChanged, self.offset.value, self.offset.setValue
        )  # fmt: skip
        close = QToolButton()
        close.setIcon(icon("close", theme.MUTED))
        dress_strip_button(close, self.tr("Take the prior away"))
        close.clicked.connect(lambda: comparison.set_document(None))
        row = QHBoxLayout(strip)
        row.setContentsMargins(theme.GAP, 0, 2, 0)
        row.setSpacing(6)
        row.addWidget(self._title, 1)
        for widget in (self._warning, self.link, self.offset, close):
            row.addWidget(widget)
        return strip

    def _invitation(self) -> QWidget:
        page = QWidget()
        page.setStyleSheet(f"background: {theme.VIEWPORT};")
        words = QLabel(self.tr("No prior is open beside this scan."))
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        choose = QPushButton(self.tr("Open prior…"))
        choose.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        choose.clicked.connect(self.open_requested)
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(words)
        column.addWidget(choose, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        return page


def title_of(series: SeriesRef) -> str:
    """Date of the study and name of the series."""
    date = series.study_date
    if len(date) == 8 and date.isdigit():
        date = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    return "  ·  ".join(part for part in (date, series.study_description, series.label) if part)
