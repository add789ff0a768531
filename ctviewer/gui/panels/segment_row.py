"""One segment in the list: colour, name, volume, alone, visible, locked; below it what was measured."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QIcon, QMouseEvent
from PySide6.QtWidgets import (
    QColorDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.overlay_look import OutlineStyle
from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.panels.opacity_action import OpacityAction
from ctviewer.gui.panels.segment_words import detail_lines
from ctviewer.gui.sentences import said
from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.gui.widgets.swatch import swatch, volume_text
from ctviewer.services.structure_statistics import StructureStatistics
from ctviewer.session.segment_table import SegmentTable

STYLE_NAMES = {
    OutlineStyle.SOLID: QT_TRANSLATE_NOOP("SegmentRowWidget", "Solid outline"),
    OutlineStyle.DASHED: QT_TRANSLATE_NOOP("SegmentRowWidget", "Dashed outline"),
    OutlineStyle.DOTTED: QT_TRANSLATE_NOOP("SegmentRowWidget", "Dotted outline"),
}


class SegmentRowWidget(QFrame):
    """View of one row of a `SegmentTable`.

    Parameters
    ----------
    table, label
        Which row.
    """

    activated = Signal(int)
    """The user wants to paint this label."""

    def __init__(self, table: SegmentTable, label: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.label = label
        self.setObjectName("row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name = said(table.name(label))
        self._color = self._button(self.tr("Colour, opacity and outline of {}").format(name), checkable=False)
        self._color.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._color.setProperty("compact", True)  # no arrow beside the swatch
        self.opacity = OpacityAction(self.tr("Opacity of {}").format(name), self)
        self.opacity.chosen.connect(lambda opacity: table.set_opacity(label, opacity))
        self.menu = self._style_menu()
        self._color.setMenu(self.menu)
        self._name = QLabel(name)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._volume = QLabel("–")
        self._volume.setProperty("role", "muted")
        self._volume.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._solo = self._button(self.tr("Show {} alone").format(name), checkable=True)
        self._solo.clicked.connect(lambda: table.solo(label))
        self._visible = self._button(self.tr("Show {}").format(name), checkable=True)
        self._visible.toggled.connect(lambda on: table.set_visible(label, visible=on))
        self._locked = self._button(self.tr("Lock {}").format(name), checkable=True)
        self._locked.toggled.connect(lambda on: table.set_locked(label, locked=on))
        self._details = QLabel()
        self._details.setProperty("role", "muted")
        self._details.setTextFormat(Qt.TextFormat.PlainText)
        self._details.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._details.setWordWrap(True)
        self._details.setContentsMargins(28, 0, 4, 4)
        self._details.setVisible(False)
        self._arrange()
        self.show_row()

    def show_row(self) -> None:
        """Show the row as it is now."""
        row = self._table.row(self.label)
        if row is None:
            return
        is_active = self._table.active_label == self.label
        is_solo = self._table.is_solo(self.label)
        self.setStyleSheet(
            f"#row {{ border-radius: 4px; background: {theme.ACCENT_DIM if is_active else 'transparent'}; }}"
        )
        self._color.setIcon(swatch(row.segment.color, row.outline, row.opacity))
        self.opacity.show_opacity(row.opacity)
        for style, action in self._styles.items():
            action.setChecked(style is row.outline)
        self._name.setStyleSheet("" if row.is_visible else f"color: {theme.FAINT};")
        for button, on in ((self._visible, row.is_visible), (self._locked, row.is_locked), (self._solo, is_solo)):
            button.blockSignals(True)
            button.setChecked(on)
            button.blockSignals(False)
        self._solo.setIcon(_plain_icon("circle-slice-8" if is_solo else "circle-outline", strong=is_solo))
        self._visible.setIcon(
            _plain_icon("eye-outline" if row.is_visible else "eye-off-outline", strong=row.is_visible)
        )
        self._locked.setIcon(_plain_icon("lock-outline" if row.is_locked else "lock-open-variant-outline",
                                         strong=row.is_locked))  # fmt: skip

    def show_statistics(self, now: StructureStatistics | None, prior: StructureStatistics | None = None) -> None:
        """Show what was measured; None: not measured."""
        self._volume.setText("–" if now is None else volume_text(now.volume_ml))
        lines = detail_lines(now, prior) if now is not None else ()
        self._details.setText("\n".join(lines))
        self._volume.setToolTip("\n".join(lines))
        self._name.setToolTip("\n".join(lines))

    def show_details(self, shown: bool) -> None:
        """Show the lines below the row, or only in its tool tip."""
        self._details.setVisible(shown)

    @property
    def volume_shown(self) -> str:
        """Text of the volume."""
        return self._volume.text()

    @property
    def details_shown(self) -> str:
        """Text of the lines below."""
        return self._details.text()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make this the label that tools paint."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(self.label)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show only this segment, or all again."""
        self._table.solo(self.label)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self._color)
        row.addWidget(self._name, 1)
        for widget in (self._volume, self._solo, self._visible, self._locked):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 1, 2, 1)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._details)

    @property
    def controls(self) -> tuple[QToolButton, ...]:
        """Its buttons, from left to right."""
        return (self._color, self._solo, self._visible, self._locked)

    def _button(self, name: str, *, checkable: bool) -> QToolButton:
        button = QToolButton()
        button.setCheckable(checkable)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRaise(True)
        button.setIconSize(QSize(16, 16))
        # The glyph itself says on or off; a highlighted background on top would shout.
        button.setStyleSheet("QToolButton:checked { background: transparent; }")
        return button

    def _style_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self.tr("Colour…")).triggered.connect(self._choose_color)
        menu.addAction(self.opacity)
        menu.addSeparator()
        group = QActionGroup(menu)
        self._styles = {}
        for style, name in STYLE_NAMES.items():
            action = menu.addAction(self.tr(name))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, style=style: self._table.set_outline(self.label, style))
            group.addAction(action)
            self._styles[style] = action
        return menu

    def _choose_color(self) -> None:
        row = self._table.row(self.label)
        if row is None:
            return
        color = QColorDialog.getColor(
            QColor(*row.segment.color), self, self.tr("Colour of {}").format(said(row.segment.name))
        )
        if color.isValid():
            self._table.set_color(self.label, (color.red(), color.green(), color.blue()))


def _plain_icon(name: str, *, strong: bool) -> QIcon:
    color = theme.TEXT if strong else theme.FAINT
    return icon(name, color, color)
