"""What is being worked on: title, progress, time left, cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from ctviewer.domain.progress import Progress
from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.gui.sentences import said, unit
from ctviewer.gui.translation import translated
from ctviewer.jobs.job import JobHandle
from ctviewer.jobs.runner import JobRunner

APPEAR_AFTER_MS = 300
"""Shorter jobs are not announced: a bar that only flashes says nothing."""


class JobBar(QWidget):
    """Shows the oldest job with a title; the others wait behind it.

    Parameters
    ----------
    runner
        Whose jobs are shown.
    """

    def __init__(self, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._job: JobHandle | None = None
        self._text = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._cancel = QToolButton()
        self._cancel.setIcon(icon("close", theme.MUTED))
        self._cancel.setToolTip(self.tr("Cancel"))
        self._cancel.setAccessibleName(self.tr("Cancel the running job"))
        self._cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._cancel.clicked.connect(self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 0, theme.GAP, 0)
        for widget in (self._text, self._bar, self._cancel):
            row.addWidget(widget)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(APPEAR_AFTER_MS)
        self._delay.timeout.connect(self._appear)
        self.hide()
        runner.job_submitted.connect(self._choose)
        runner.job_ended.connect(self._choose)

    @property
    def text(self) -> str:
        """What the bar says."""
        return self._text.text()

    def cancel(self) -> None:
        """Ask the shown job to stop."""
        if self._job is not None:
            self._job.cancel()
            self._text.setText(self.tr("Stopping…"))

    def _choose(self, _: object = None) -> None:
        waiting = [job for job in self._runner.active if job.title and not job.token.is_cancelled]
        if self._job in waiting:
            return
        if self._job is not None and not self._job.is_over:
            return  # asked to stop, but still there: the user should see that
        self._job = waiting[0] if waiting else None
        if self._job is None:
            self._delay.stop()
            self.hide()
            return
        self._job.progressed.connect(self._show)
        self._show(self._job.last_progress)
        if not self.isVisible():
            self._delay.start()

    def _appear(self) -> None:
        self.setVisible(self._job is not None)

    def _show(self, progress: Progress) -> None:
        job = self._job
        if job is None or job.token.is_cancelled:
            return
        self._bar.setRange(0, 1000 if progress.total > 0 else 0)
        self._bar.setValue(round(progress.fraction * 1000))
        self._text.setText(job_text(job, progress))


def job_text(job: JobHandle, progress: Progress) -> str:
    """Title, step, share and time left."""
    parts = [said(job.title)]
    step = said(progress.message)
    if step and step != parts[0]:
        parts.append(step)
    if progress.total > 0:
        parts.append(f"{progress.fraction:.0%}")
    if job.eta_s is not None:
        parts.append(translated("JobBar", "{} left").format(duration_text(job.eta_s)))
    return "  ·  ".join(parts)


def duration_text(seconds: float) -> str:
    """``"12 s"``, ``"3 min"``, ``"1 h 5 min"``: no more precise than an estimate can be."""
    if seconds < 90:
        return f"{max(1, round(seconds))} {unit('s')}"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} {unit('min')}"
    return f"{minutes // 60} {unit('h')} {minutes % 60} {unit('min')}"
