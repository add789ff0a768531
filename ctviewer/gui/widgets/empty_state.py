"""What the middle of the window shows before anything is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ctviewer.domain.study import SeriesRef
from ctviewer.gui import theme
from ctviewer.gui.icons import icon


class EmptyState(QWidget):
    """Invites to drop a folder, to choose one, or to look at the demo."""

    folder_requested = Signal()
    file_requested = Signal()
    demo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(f"#empty {{ background: {theme.VIEWPORT}; }}")
        picture = QLabel()
        picture.setPixmap(icon("lungs", theme.FAINT).pixmap(64, 64))
        self._title = QLabel()
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        self._title.setFont(font)
        self._hint = QLabel()
        self._hint.setProperty("role", "muted")
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.GAP)
        for text, signal, primary in (
            (self.tr("Open folder…"), self.folder_requested, True),
            (self.tr("Open file…"), self.file_requested, False),
            (self.tr("Open the demo study"), self.demo_requested, False),
        ):
            button = QPushButton(text)
            button.setProperty("primary", "true" if primary else "false")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(signal)
            buttons.addWidget(button)
        self._buttons = QWidget()
        self._buttons.setLayout(buttons)
        column = QVBoxLayout(self)
        column.setSpacing(theme.GAP)
        column.addStretch(1)
        for widget in (picture, self._title, self._hint, self._buttons):
            column.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.set_opening(None)

    def set_opening(self, series: SeriesRef | None) -> None:
        """Say what is being loaded; None invites to open something."""
        self._buttons.setVisible(series is None)
        if series is None:
            self._title.setText(self.tr("Drop a CT folder or file here"))
            self._hint.setText(self.tr("DICOM, NIfTI, NRRD, MHA or MHD. Everything stays on this computer."))
        else:
            self._title.setText(self.tr("Loading…"))
            self._hint.setText(series.label)
