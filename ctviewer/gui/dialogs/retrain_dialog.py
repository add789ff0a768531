"""The retraining dialog: choose cases, watch, compare, promote or roll back."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ctviewer.domain.progress import Progress
from ctviewer.gui.dialogs.retrain_cases import CaseTable
from ctviewer.gui.dialogs.retrain_comparison import ComparisonWidget
from ctviewer.gui.dialogs.retrain_curves import CurvesWidget
from ctviewer.gui.sentences import said, unit
from ctviewer.gui.widgets.spin_text import indent_text
from ctviewer.services.retraining import MINIMUM_RAM_CAP_MB, RetrainingSettings
from ctviewer.services.retraining_comparison import SHORTEST_REASON, Comparison
from ctviewer.session.retraining_session import RetrainingSession, RetrainingState
from ctviewer.store.holdout import Side

_EFFORTS = (("Quick check", 3), ("Normal", 8), ("Thorough", 24))
"""Name and number of iterations."""


class RetrainDialog(QDialog):
    """Non-modal: reading goes on while the model trains.

    Parameters
    ----------
    session
        Owns the run; the dialog shows its state and keeps none of its own.
    default_ram_cap_mb
        Preselected memory limit.
    """

    def __init__(
        self, session: RetrainingSession, default_ram_cap_mb: int = 4096, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle(self.tr("Retrain the segmentation model"))
        self.setMinimumWidth(860)  # as high as the page that is shown needs
        self.resize(910, 600)
        self._base = QComboBox()
        self._base.setAccessibleName(self.tr("Base model"))
        self._cases = CaseTable()
        self._ram = QSpinBox()
        self._ram.setAccessibleName(self.tr("Memory limit"))
        self._ram.setRange(MINIMUM_RAM_CAP_MB, 1_048_576)
        self._ram.setSingleStep(512)
        self._ram.setSuffix(f" {unit('MB')}")
        self._ram.setValue(default_ram_cap_mb)
        indent_text(self._ram)
        self._effort = QComboBox()
        self._effort.setAccessibleName(self.tr("Effort"))
        for name, iterations in _EFFORTS:
            self._effort.addItem(said(name), iterations)
        self._effort.setCurrentIndex(1)
        self._sides = QLabel()
        self._sides.setWordWrap(True)
        self._estimate = QLabel()
        self._estimate.setProperty("role", "muted")
        self._curves = CurvesWidget()
        self._comparison = ComparisonWidget()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._stage = QLabel()
        self._stage.setProperty("role", "muted")
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._build()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Read models and accepted cases again."""
        active = self._session.active_model.ref
        self._base.blockSignals(True)
        self._base.clear()
        for version in self._session.base_models():
            suffix = self.tr(" (active)") if version.ref == active else ""
            self._base.addItem(f"{version.ref}{suffix}", version.ref)
        self._base.setCurrentIndex(max(0, self._base.findData(active)))
        self._base.blockSignals(False)
        self._show_cases()
        self._follow_state(self._session.state)

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("Start from"), self._base)
        form.addRow(self.tr("Effort"), self._effort)
        form.addRow(self.tr("Memory limit"), self._ram)
        setup = QWidget()
        setup_layout = QVBoxLayout(setup)
        setup_layout.setContentsMargins(0, 0, 0, 0)
        setup_layout.addLayout(form)
        setup_layout.addWidget(self._cases)
        setup_layout.addWidget(self._sides)
        setup_layout.addWidget(self._estimate)
        self._pages = QStackedWidget()
        for page in (setup, self._curves, self._result_page()):
            self._pages.addWidget(page)
        self._start = QPushButton(self.tr("Retrain"))
        self._start.setDefault(True)
        self._start.setProperty("primary", "true")
        self._cancel = QPushButton(self.tr("Cancel training"))
        self._again = QPushButton(self.tr("Back to cases"))
        self._close = QPushButton(self.tr("Close"))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self._again, self._cancel, self._start, self._close):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._stage)
        layout.addWidget(self._progress)
        layout.addWidget(self._message)
        layout.addLayout(buttons)

    def _result_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._comparison, 1)
        self._promote = QPushButton(self.tr("Promote the new model"))
        self._promote.setProperty("primary", "true")
        self._keep = QPushButton(self.tr("Keep the old model"))
        self._reason = QLineEdit()
        self._reason.setAccessibleName(self.tr("Reason to promote anyway"))
        self._reason.setPlaceholderText(self.tr("To use it anyway, say in words why; the words are kept"))
        self._reason.hide()
        layout.addWidget(self._reason)
        self._roll_back = QPushButton(self.tr("Roll back"))
        self._roll_back.setToolTip(self.tr("Return to the model that was active before the last promotion."))
        row = QHBoxLayout()
        for button in (self._promote, self._keep, self._roll_back):
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        return page

    def _connect(self) -> None:
        session = self._session
        self._base.currentIndexChanged.connect(lambda _index: self._show_cases())
        self._cases.selection_edited.connect(self._show_sides)
        self._start.clicked.connect(self._on_start)
        self._cancel.clicked.connect(session.cancel)
        self._again.clicked.connect(self._to_cases)
        self._close.clicked.connect(self.close)
        self._promote.clicked.connect(lambda: session.promote(self._reason.text()))
        self._reason.textChanged.connect(lambda _text: self._show_promotion())
        self._effort.currentIndexChanged.connect(lambda _index: self._show_estimate())
        self._keep.clicked.connect(self.close)
        self._roll_back.clicked.connect(session.roll_back)
        session.state_changed.connect(self._follow_state)
        session.progressed.connect(self._show_progress)
        session.curve_changed.connect(lambda _point: self._curves.show_points(session.curve))
        session.comparison_changed.connect(self._show_comparison)
        session.message_changed.connect(self._show_message)
        session.active_model_changed.connect(self._show_active)

    def _on_start(self) -> None:
        self._curves.show_points(())
        self._session.start(self._cases.checked(), self._settings())

    def _settings(self) -> RetrainingSettings:
        return RetrainingSettings(
            base_ref=str(self._base.currentData()),
            ram_cap_mb=self._ram.value(),
            iterations=int(self._effort.currentData()),
        )

    def _show_estimate(self) -> None:
        cost = self._session.estimate(self._cases.checked(), self._settings()) if self._base.currentData() else None
        if cost is None:
            self._estimate.clear()
            return
        text = (
            self.tr("Takes about {time} at most and {memory} MB of memory, judged by an earlier run on this computer.")
            if cost.is_measured
            else self.tr("Takes roughly {time} at most and {memory} MB of memory; the first run tells more exactly.")
        )
        self._estimate.setText(text.format(time=_duration(cost.seconds), memory=f"{round(cost.memory_mb, -1):.0f}"))

    def _show_comparison(self, comparison: Comparison) -> None:
        self._comparison.show_comparison(comparison)
        self._reason.clear()
        self._reason.setVisible(bool(comparison.objections))
        self._show_promotion()

    def _show_promotion(self) -> None:
        """Promotion is offered for a candidate that is not in use; against objections only with a reason."""
        session = self._session
        waiting = session.candidate is not None and session.candidate.ref != session.active_model.ref
        objected = session.comparison is not None and bool(session.comparison.objections)
        self._promote.setEnabled(waiting and (not objected or len(self._reason.text().strip()) >= SHORTEST_REASON))

    def _show_cases(self) -> None:
        ref = self._base.currentData()
        self._cases.show_cases(self._session.cases(str(ref)) if ref else [])

    def _show_sides(self) -> None:
        sides = self._cases.checked_sides()
        training = sum(side is Side.TRAINING for side in sides)
        if not self._cases.rowCount():
            text = self.tr("No accepted case yet. Correct a mask and accept it; it then appears here.")
        else:
            text = self.tr(
                "{training} case(s) train the model, {held} case(s) of held-out patients measure it."
            ).format(training=training, held=len(sides) - training)
        self._sides.setText(text)
        self._start.setEnabled(training > 0 and not self._session.is_busy)
        self._show_estimate()

    def _follow_state(self, state: RetrainingState) -> None:
        busy = self._session.is_busy
        finished = state is RetrainingState.FINISHED
        self._pages.setCurrentIndex(1 if busy else 2 if finished else 0)
        self._progress.setVisible(busy)
        self._stage.setVisible(busy)
        self._cancel.setVisible(busy)
        self._cancel.setEnabled(state is not RetrainingState.STOPPING)
        self._start.setVisible(not busy and not finished)
        self._again.setVisible(finished)
        self._show_promotion()
        if busy and state is not RetrainingState.RUNNING:
            self._progress.setRange(0, 0)
        self._show_sides()

    def _to_cases(self) -> None:
        self.refresh()
        self._pages.setCurrentIndex(0)
        self._again.setVisible(False)
        self._start.setVisible(True)

    def _show_progress(self, report: object) -> None:
        if isinstance(report, Progress):
            self._stage.setText(said(report.message))
            return
        if not isinstance(report, dict) or report.get("event") != "progress" or not report.get("of"):
            return
        self._progress.setRange(0, 1000)
        self._progress.setValue(round(1000 * float(report["done"]) / float(report["of"])))
        eta = report.get("eta_s")
        left = "" if eta is None else self.tr(" – about {time} left").format(time=_duration(float(eta)))
        self._stage.setText(f"{said(str(report.get('message', '')))}{left}")

    def _show_message(self, message: str, hint: str) -> None:
        self._message.setText(f"{said(message)} {said(hint)}".strip())

    def _show_active(self, _version: object) -> None:
        self._show_promotion()


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} {unit('s')}"
    return f"{math.ceil(seconds / 60)} {unit('min')}"
