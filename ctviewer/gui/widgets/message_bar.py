"""Sentences that float over the views: what happened, what to do, and details for whoever wants them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.sentences import said
from ctviewer.gui.widgets.clear_place import clear_place
from ctviewer.gui.widgets.floating import Floating
from ctviewer.session.messages import Choice, Message, Severity

INFO_MS = 7000
MOST_SHOWN = 3
WIDTHS_PX = (620, 480, 360)
"""Narrower only where nothing else keeps letters and badges in sight."""
TOP_PX = 32
"""Below the line above the views."""
_STYLE = {
    Severity.INFO: (theme.ACCENT, "information-outline"),
    Severity.WARNING: (theme.WARNING, "alert-outline"),
    Severity.ERROR: (theme.ERROR, "alert-circle-outline"),
}


class MessageRow(QFrame):
    """One message."""

    closed = Signal()
    """The reader is done with it."""

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = message
        color, glyph = _STYLE[message.severity]
        self.setObjectName("message")
        self.setStyleSheet(
            f"#message {{ background: {theme.RAISED}; border: 1px solid {theme.BORDER};"
            f" border-left: 3px solid {color}; border-radius: 4px; }}"
        )
        symbol = QLabel()
        symbol.setPixmap(icon(glyph, color).pixmap(20, 20))
        text = QLabel(said(message.text))
        hint = QLabel(said(message.hint))
        self._details = QLabel(said(message.details))
        for label in (text, hint, self._details):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        hint.setProperty("role", "muted")
        hint.setVisible(bool(message.hint))
        self._details.setProperty("role", "faint")
        self._details.setVisible(False)
        self._close = QToolButton()
        self._close.setIcon(icon("close", theme.MUTED))
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self.closed)
        column = QVBoxLayout()
        column.setSpacing(2)
        for label in (text, hint, self._details):
            column.addWidget(label)
        if message.choices:
            column.addLayout(self._choice_buttons())
        if message.details:
            column.addWidget(self._details_button(), alignment=Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, 4, theme.GAP)
        row.addWidget(symbol, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        row.addWidget(self._close, alignment=Qt.AlignmentFlag.AlignTop)

    def _choice_buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, theme.GAP // 2, 0, 0)
        column.setSpacing(theme.GAP // 2)
        for choice in self.message.choices:
            button = QPushButton(said(choice.text))
            button.setProperty("primary", "true")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._choose, choice))
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        return column

    def _choose(self, choice: Choice) -> None:
        self.closed.emit()
        choice.act()

    def _details_button(self) -> QPushButton:
        button = QPushButton(self.tr("Details"))
        button.setProperty("flat", "true")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.toggled.connect(self._details.setVisible)
        return button


class MessageBar(Floating):
    """Stack of the newest messages at the top of another widget.

    Parameters
    ----------
    parent
        Widget it floats over.
    marks
        Tells what no message may hide, in coordinates of the parent: sides and warnings.
    pictures
        Tells what they should hide as little of as possible.
    """

    def __init__(
        self,
        parent: QWidget,
        marks: Callable[[], Sequence[QRect]] = tuple,
        pictures: Callable[[], Sequence[QRect]] = tuple,
    ) -> None:
        super().__init__(parent)
        self._rows: list[MessageRow] = []
        """Kept here, not asked of the layout: PySide crashes over items of a layout that outlive what they hold."""
        self._marks = marks
        self._pictures = pictures
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.place)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GAP // 2)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What is shown, newest last."""
        return tuple(row.message for row in self._rows)

    def show_message(self, message: Message) -> None:
        """Show a message; the same sentence is not shown twice, information goes away by itself."""
        for old in self._rows[:]:
            if old.message.text == message.text:
                self._remove(old)
        row = MessageRow(message, self)
        row.closed.connect(partial(self._remove, row))
        self._rows.append(row)
        self._column.addWidget(row)
        for old in self._rows[:-MOST_SHOWN]:
            self._remove(old)
        if message.severity is Severity.INFO:
            timer = QTimer(row)
            timer.setSingleShot(True)
            timer.timeout.connect(row.closed)
            timer.start(INFO_MS)
        self.show()
        self.raise_()
        self.place()

    def clear(self) -> None:
        """Close all messages."""
        for row in self._rows[:]:
            self._remove(row)

    def place_soon(self) -> None:
        """Find another place, because what must not be hidden is elsewhere now."""
        if self._rows:
            self._soon.start()

    def place(self) -> None:
        """Stay near the top of the parent, as high as the messages need; hide without any."""
        parent = self.parentWidget()
        if parent is None:
            return
        if not self._rows:
            self.hide()
            return
        room = parent.width() - 4 * theme.GAP
        widths = [width for width in WIDTHS_PX if width <= room] or [room]
        marks, pictures, now = self._marks(), self._pictures(), self.geometry()
        self.setGeometry(
            clear_place(parent.size(), widths, self._column.heightForWidth, TOP_PX, marks, pictures, now=now)
        )

    def event(self, event: QEvent) -> bool:
        """Follow the height of the messages."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return handled

    def _remove(self, row: MessageRow) -> None:
        if row not in self._rows:  # its time was up while it was being closed
            return
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.place()
