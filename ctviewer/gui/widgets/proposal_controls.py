"""Values of a proposal that can be changed while it waits."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from ctviewer.gui import theme
from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.session.proposal import Control, Proposal, Setting

_WORDS = {
    Setting.SIZE: QT_TRANSLATE_NOOP("ProposalControls", "Size"),
    Setting.SIGMA: QT_TRANSLATE_NOOP("ProposalControls", "Strength"),
    Setting.MARGIN: QT_TRANSLATE_NOOP("ProposalControls", "Margin"),
    Setting.TOLERANCE: QT_TRANSLATE_NOOP("ProposalControls", "Tolerance ±"),
    Setting.LIMIT: QT_TRANSLATE_NOOP("ProposalControls", "Leak limit"),
    Setting.OPERATION: "",
    Setting.OPERAND: "",
    Setting.TARGET: QT_TRANSLATE_NOOP("ProposalControls", "to"),
    Setting.OTHER_SIDE: QT_TRANSLATE_NOOP("ProposalControls", "Other side"),
}
_CHOICES = {
    "add": QT_TRANSLATE_NOOP("ProposalControls", "add"),
    "subtract": QT_TRANSLATE_NOOP("ProposalControls", "subtract"),
    "intersect": QT_TRANSLATE_NOOP("ProposalControls", "intersect with"),
    "HU range": QT_TRANSLATE_NOOP("ProposalControls", "HU range of the gate"),
}


class ProposalControls(QWidget):
    """A widget per `Control`; they stay in place while the same values change, so that typing goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.GAP // 2)
        self._controls: tuple[Control, ...] = ()
        self._widgets: list[QWidget] = []
        self.hide()

    def set_proposal(self, proposal: Proposal | None) -> None:
        """Show the controls of another proposal."""
        controls = proposal.controls if proposal is not None else ()
        same = [(c.setting, c.choices) for c in controls] == [(c.setting, c.choices) for c in self._controls]
        self._controls = controls
        if not same or not self._widgets:
            self._rebuild()
        self.setVisible(bool(controls))
        for widget, control in zip(self._widgets, controls, strict=True):
            with QSignalBlocker(widget):
                _show_value(widget, control)

    def widget(self, setting: Setting) -> QWidget:
        """Widget of a setting."""
        return next(w for w, c in zip(self._widgets, self._controls, strict=True) if c.setting is setting)

    def _rebuild(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._widgets = []
        for place, control in enumerate(self._controls):
            words = QCoreApplication.translate("ProposalControls", _WORDS[control.setting])
            widget = self._widget_of(control, place, words)
            if words and not isinstance(widget, QCheckBox):
                self._row.addWidget(QLabel(words))
            widget.setAccessibleName(words or control.setting.value)
            self._row.addWidget(widget)
            self._row.addSpacing(theme.GAP)
            self._widgets.append(widget)
        self._row.addStretch(1)

    def _widget_of(self, control: Control, place: int, words: str) -> QWidget:
        if control.choices:
            box = QComboBox()
            for value, name in control.choices:
                shown = _CHOICES.get(name)
                box.addItem(name if shown is None else QCoreApplication.translate("ProposalControls", shown), value)
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.currentIndexChanged.connect(lambda _: self._controls[place].change(box.currentData()))
            return box
        if isinstance(control.value, bool):
            check = QCheckBox(words)
            check.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            check.toggled.connect(lambda on: self._controls[place].change(on))
            return check
        spin = QDoubleSpinBox()
        spin.setRange(control.minimum, control.maximum)
        spin.setSingleStep(control.step)
        spin.setDecimals(1 if control.step < 1 else 0)
        spin.setSuffix(f" {control.unit}" if control.unit else "")
        spin.setKeyboardTracking(False)
        spin.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        spin.setFixedWidth(theme.scaled(88))
        spin.valueChanged.connect(lambda value: self._controls[place].change(value))
        return spin


def _show_value(widget: QWidget, control: Control) -> None:
    if isinstance(widget, QComboBox):
        widget.setCurrentIndex(widget.findData(control.value))
    elif isinstance(widget, QCheckBox):
        widget.setChecked(bool(control.value))
    elif isinstance(widget, QDoubleSpinBox):
        widget.setValue(float(control.value))
