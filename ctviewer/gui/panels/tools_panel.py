"""Buttons of the tools, the settings of the active one, and the operations on a segment."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.panels.paint_rule_rows import PaintRuleRows
from ctviewer.gui.panels.tool_options import ToolOptions
from ctviewer.session.segmentation_document import SegmentationDocument
from ctviewer.session.tools.toolbox import ToolBox

COLUMNS = 9
ICON_PX = 18


class ToolsPanel(QWidget):
    """Everything about tools that is not a key.

    Parameters
    ----------
    toolbox
        What is set.
    tools
        Actions with a button above the settings.
    operations
        Actions with a button below them.
    """

    def __init__(
        self,
        toolbox: ToolBox,
        tools: tuple[QAction, ...] = (),
        operations: tuple[QAction, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._options = ToolOptions(toolbox)
        self._rules = PaintRuleRows(toolbox)
        heading = QLabel(self.tr("Whole segment"))
        heading.setProperty("role", "faint")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP // 2, theme.GAP, theme.GAP)
        column.setSpacing(6)
        column.addLayout(_buttons(tools))
        column.addWidget(self._options)
        column.addWidget(self._rules)
        column.addWidget(heading)
        column.addLayout(_buttons(operations))

    def set_document(self, document: SegmentationDocument | None) -> None:
        """Offer the segments of another document."""
        segments = None if document is None else document.segments
        self._options.set_segments(segments)
        self._rules.set_segments(segments)


def _buttons(actions: tuple[QAction, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(2)
    for place, action in enumerate(actions):
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        grid.addWidget(button, place // COLUMNS, place % COLUMNS)
    grid.setColumnStretch(COLUMNS, 1)
    return grid
