"""Measured vessels beside published cut-offs, and how they stand to the classifier; part of the PH panel."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.measurement import MeasurementRole
from ctviewer.domain.ph_evidence import Agreement, CutOff, Evidence, EvidenceKey, reached
from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.sentences import unit
from ctviewer.gui.translation import QT_TRANSLATE_NOOP
from ctviewer.session.evidence_session import EvidenceSession
from ctviewer.session.workspace import Workspace

_NAMES = {
    EvidenceKey.TRUNK: QT_TRANSLATE_NOOP("Evidence", "Pulmonary trunk"),
    EvidenceKey.AORTA: QT_TRANSLATE_NOOP("Evidence", "Ascending aorta"),
    EvidenceKey.TRUNK_TO_AORTA: QT_TRANSLATE_NOOP("Evidence", "Trunk : aorta"),
    EvidenceKey.RIGHT_ARTERY: QT_TRANSLATE_NOOP("Evidence", "Right pulmonary artery"),
    EvidenceKey.LEFT_ARTERY: QT_TRANSLATE_NOOP("Evidence", "Left pulmonary artery"),
    EvidenceKey.VENTRICLES: QT_TRANSLATE_NOOP("Evidence", "Right : left ventricle"),
}
_BY_HAND = {
    EvidenceKey.TRUNK_TO_AORTA: MeasurementRole.TRUNK_TO_AORTA,
    EvidenceKey.RIGHT_ARTERY: MeasurementRole.RIGHT_PULMONARY_ARTERY,
    EvidenceKey.LEFT_ARTERY: MeasurementRole.LEFT_PULMONARY_ARTERY,
    EvidenceKey.VENTRICLES: MeasurementRole.VENTRICLES,
}
"""Quantities with a button to draw them; trunk and aorta are drawn together."""
_SEXES = {"M": QT_TRANSLATE_NOOP("Evidence", "men"), "F": QT_TRANSLATE_NOOP("Evidence", "women")}
_AGREEMENTS = {
    Agreement.SAME_WAY: QT_TRANSLATE_NOOP("Evidence", "Cut-offs and classifier point the same way."),
    Agreement.DIFFERENT_WAYS: QT_TRANSLATE_NOOP("Evidence", "Cut-offs and classifier point different ways."),
    Agreement.DIVIDED: QT_TRANSLATE_NOOP("Evidence", "The cut-offs are divided among themselves."),
}


class EvidenceView(QWidget):
    """Table of an `EvidenceSession`, rebuilt when a value changes.

    Parameters
    ----------
    session
        Values and intentions.
    workspace
        Says whether a study is open; a value that is clicked is shown on its slice.
    """

    def __init__(self, session: EvidenceSession, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._workspace = workspace
        self._propose = QPushButton(self.tr("Measure vessels"))
        self._propose.setToolTip(
            self.tr("Propose calipers across pulmonary trunk and ascending aorta on a contrast scan (Shift+D).")
        )
        self._propose.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._propose.clicked.connect(session.propose)
        self._table = QWidget()
        self._summary = _label("", "")
        self._summary.setWordWrap(True)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setStyleSheet(f"color: {theme.BORDER};")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(line)
        column.addWidget(self._table)
        column.addWidget(self._summary)
        column.addWidget(self._propose)
        self._column = column
        self._shown: object = None
        session.changed.connect(self._show)
        workspace.document_changed.connect(lambda _: self._show())
        self._show()

    def _show(self) -> None:
        is_open = self._workspace.document is not None
        self._propose.setEnabled(is_open and not self._session.is_proposing)
        evidence = self._session.evidence
        state = (evidence, self._session.elevated_probability, is_open)
        if state == self._shown:
            return
        self._shown = state
        table = QWidget()
        self._fill(table, {item.key: item for item in evidence}, is_open=is_open)
        self._column.replaceWidget(self._table, table)
        self._table.hide()
        self._table.deleteLater()
        self._table = table
        table.show()
        self._summary.setText(self._sentences(evidence))
        self._summary.setVisible(bool(self._summary.text()))

    def _fill(self, table: QWidget, evidence: dict[EvidenceKey, Evidence], *, is_open: bool) -> None:
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        row = 0
        for key in EvidenceKey:
            item = evidence.get(key)
            if item is None and key not in _BY_HAND:
                continue
            grid.addWidget(_label("" if item else "muted", _words(_NAMES[key])), row, 0)
            if item is not None:
                grid.addWidget(self._value(item), row, 1)
            if key in _BY_HAND:
                grid.addWidget(self._draw_button(key, is_open=is_open), row, 2)
            row += 1
            if item is not None:
                for cut_off in item.cut_offs:
                    grid.addLayout(_cut_off_line(cut_off, item), row, 0, 1, 2)
                    row += 1

    def _value(self, item: Evidence) -> QPushButton:
        text = f"{item.value:.1f} {unit(item.unit)}" if item.unit else f"{item.value:.2f}"
        button = QPushButton(text)
        button.setProperty("flat", "true")
        button.setStyleSheet("QPushButton { padding: 1px 2px; text-align: right; font-weight: 600; }")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(self.tr("Show the calipers on their slice."))
        button.setAccessibleName(f"{_words(_NAMES[item.key])} {text}")
        button.clicked.connect(lambda: self._workspace.measuring.go_to(item.measurement.measurement_id))
        return button

    def _draw_button(self, key: EvidenceKey, *, is_open: bool) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon("pencil-ruler", theme.MUTED))
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(20, 20)
        button.setStyleSheet("QToolButton { padding: 0; }")
        name = self.tr("Draw by hand: {}").format(_words(_NAMES[key]))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setEnabled(is_open)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._session.draw_by_hand(_BY_HAND[key]))
        return button

    def _sentences(self, evidence: tuple[Evidence, ...]) -> str:
        count, total = reached(evidence)
        if total == 0:
            return ""
        sentences = [self.tr("{count} of {total} cut-offs are reached.").format(count=count, total=total)]
        probability = self._session.elevated_probability
        if probability is not None:
            text = self.tr("The classifier gives {percent} % to the classes above the control class.")
            sentences.append(text.format(percent=round(100 * probability)))
            sentences.append(_words(_AGREEMENTS[self._session.agreement]))
        return " ".join(sentences)


def _cut_off_line(cut_off: CutOff, item: Evidence) -> QHBoxLayout:
    """Limit, source and whether the value reaches it."""
    measured_in = f" {unit(item.unit)}" if item.unit else ""
    only = f", {_words(_SEXES[cut_off.sex])}" if cut_off.sex else ""
    is_reached = cut_off.is_reached(item.value)
    limit = _label("muted", f"{cut_off.text}{measured_in}{only}")
    source = _label("faint", cut_off.source)
    state = _words(QT_TRANSLATE_NOOP("Evidence", "reached") if is_reached else QT_TRANSLATE_NOOP("Evidence", "below"))
    verdict = _label("" if is_reached else "faint", state)
    line = QHBoxLayout()
    line.setContentsMargins(theme.GAP // 2, 0, 0, 0)
    line.setSpacing(5)
    # The source gives way in a narrow column; its tool tip has it in full.
    source.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    for widget in (limit, source):
        widget.setToolTip(cut_off.reference)
    line.addWidget(limit)
    line.addWidget(source, 1)
    line.addWidget(verdict)
    return line


def _label(role: str, text: str) -> QLabel:
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    return label


def _words(text: str) -> str:
    return QCoreApplication.translate("Evidence", text)
