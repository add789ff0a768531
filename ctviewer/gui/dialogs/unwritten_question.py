"""The question before a window closes whose last changes are not on the disk."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from ctviewer.gui.sentences import said
from ctviewer.session.reading_session import ReadingSession


def may_close(session: ReadingSession, parent: QWidget) -> bool:
    """Whether the window may close: everything is on the disk, or the user gives up what is not."""
    while (problem := session.unwritten()) is not None:
        answer = QMessageBox.warning(
            parent,
            QCoreApplication.translate("UnwrittenQuestion", "Changes are not saved"),
            QCoreApplication.translate(
                "UnwrittenQuestion", "Your last changes of the mask are not on the disk. Closing now loses them."
            )
            + f"\n\n{said(problem.message)} {said(problem.hint)}",
            QMessageBox.StandardButton.Retry | QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Retry,
        )
        if answer != QMessageBox.StandardButton.Retry:
            return answer == QMessageBox.StandardButton.Discard
    return True
