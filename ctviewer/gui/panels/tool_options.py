"""Settings of the active tool; those of the others are out of sight."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ctviewer.gui.panels.tool_rows import SegmentChoice, choice, number, radius_row, switch
from ctviewer.session.segment_table import SegmentTable
from ctviewer.session.tools.tool_settings import (
    LIMIT_RANGE_ML,
    NEW_SEGMENT,
    REMOVE,
    TOLERANCE_RANGE_HU,
    IslandAction,
    ToolKind,
    ToolSettings,
)


class ToolOptions(QWidget):
    """One small page per kind of tool.

    Parameters
    ----------
    settings
        What is set, and which tool is active.
    """

    def __init__(self, settings: ToolSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._cut_target = SegmentChoice(
            settings, "cut_target", ((NEW_SEGMENT, self.tr("a new segment")), (REMOVE, self.tr("nothing: remove it")))
        )
        self._cut_target.setAccessibleName(self.tr("What the part that is cut off becomes"))
        self._pages: dict[QWidget, frozenset[ToolKind]] = {}
        self._stroke_page()
        self._outline_page()
        self._fill_page()
        self._grow_page()
        self._scissors_page()
        self._island_page()
        self._box_page()
        settings.active_changed.connect(self._show)
        self._show()

    def set_segments(self, segments: SegmentTable | None) -> None:
        """Offer the segments of another document."""
        self._cut_target.set_segments(segments)

    def _show(self, _: object = None) -> None:
        active = self._settings.active
        # The brush is what most people take next, so its settings are there when no tool is chosen.
        shown = active if any(active in kinds for kinds in self._pages.values()) else ToolKind.BRUSH
        for page, kinds in self._pages.items():
            page.setVisible(shown in kinds)

    def _page(self, *kinds: ToolKind) -> QFormLayout:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._column.addWidget(page)
        self._pages[page] = frozenset(kinds)
        return form

    def _hint(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "faint")
        label.setWordWrap(True)
        return label

    def _mode(self) -> QWidget:
        return choice(
            self._settings,
            "subtracts",
            ((False, self.tr("add to the segment")), (True, self.tr("subtract from the segment"))),
            self.tr("Add or subtract"),
        )

    def _stroke_page(self) -> None:
        form = self._page(ToolKind.BRUSH, ToolKind.ERASER)
        form.addRow(
            self.tr("Radius"),
            radius_row(self._settings, self.tr("Brush radius"), self.tr("Brush radius in millimetres")),
        )
        form.addRow(switch(self._settings, "is_ball", self.tr("Paint in three dimensions (ball)")))

    def _outline_page(self) -> None:
        form = self._page(ToolKind.POLYGON, ToolKind.LASSO, ToolKind.LIVEWIRE)
        form.addRow(self.tr("Inside"), self._mode())
        form.addRow(self._hint(self.tr("Enter or double-click closes, Backspace takes a point back, Ctrl inverts.")))

    def _fill_page(self) -> None:
        form = self._page(ToolKind.FILL)
        form.addRow(self.tr("Region"), self._mode())
        form.addRow(
            switch(self._settings, "fills_3d", self.tr("Through all slices")),
        )
        form.addRow(self.tr("Leak limit"), self._limit())
        form.addRow(self._hint(self.tr("Fills what has the clicked label and is connected, within the HU gate.")))

    def _grow_page(self) -> None:
        form = self._page(ToolKind.GROW)
        form.addRow(self.tr("Region"), self._mode())
        tolerance = number(self._settings, "tolerance_hu", *TOLERANCE_RANGE_HU, 10, "HU", self.tr("Tolerance in HU"))
        tolerance.setPrefix("± ")
        row = QHBoxLayout()
        row.addWidget(tolerance)
        row.addStretch(1)
        row.addWidget(switch(self._settings, "grows_3d", self.tr("All slices")))
        form.addRow(self.tr("Tolerance"), row)
        form.addRow(self.tr("Leak limit"), self._limit())

    def _limit(self) -> QWidget:
        return number(self._settings, "limit_ml", *LIMIT_RANGE_ML, 50, "ml", self.tr("Leak limit in millilitres"))

    def _scissors_page(self) -> None:
        form = self._page(ToolKind.SCISSORS)
        form.addRow(self.tr("Cut off to"), self._cut_target)
        form.addRow(switch(self._settings, "cuts_through", self.tr("Through all slices of the view")))
        form.addRow(self._hint(self.tr("Draw a line across the active segment; Shift draws it straight.")))

    def _island_page(self) -> None:
        form = self._page(ToolKind.ISLAND)
        actions = choice(
            self._settings,
            "island_action",
            (
                (IslandAction.REMOVE, self.tr("removes it")),
                (IslandAction.KEEP, self.tr("keeps only it")),
                (IslandAction.RELABEL, self.tr("gives it to the active segment")),
            ),
            self.tr("What a click on a connected part does"),
        )
        form.addRow(self.tr("A click"), actions)

    def _box_page(self) -> None:
        form = self._page(ToolKind.BOX)
        form.addRow(
            self._hint(self.tr("Drag a rectangle; another one in a second plane limits the box along the slices."))
        )
