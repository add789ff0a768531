"""Asking the models, the report, retraining, and help."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QMainWindow, QMessageBox

from ctviewer.config import paths
from ctviewer.config.program import program_version
from ctviewer.domain.errors import CTViewerError
from ctviewer.gui.dialogs.cheat_sheet import CheatSheet
from ctviewer.gui.dialogs.model_card import ModelCard
from ctviewer.gui.translation import translated
from ctviewer.gui.widgets.patient_banner import NOT_FOR_DIAGNOSIS
from ctviewer.session.reading_session import ReadingSession

DialogFactory = Callable[[QMainWindow], QDialog]


class AnalysisCommands(QObject):
    """What the analysis and help menus do.

    Parameters
    ----------
    window
        Parent of dialogs.
    session
        What is worked on.
    dialogs
        Makers of dialogs that other parts of the program own, by action id.
    """

    def __init__(self, window: QMainWindow, session: ReadingSession, dialogs: Mapping[str, DialogFactory]) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._workspace = session.workspace
        self._dialogs = dialogs
        self._open_dialogs: dict[str, QDialog] = {}

    def segment(self) -> None:
        """Run the segmentation model."""
        self._session.analysis.segment()

    def classify(self) -> None:
        """Run the classification model."""
        self._session.analysis.classify()

    def propose_evidence(self) -> None:
        """Draw calipers across pulmonary trunk and aorta."""
        self._session.evidence.propose()

    def retrain(self) -> None:
        """Open the retraining dialog."""
        self._open_dialog("retrain")

    def report(self) -> None:
        """Open the report of the scan."""
        self._open_dialog("report")

    def model_card(self) -> None:
        """Show the card of the segmentation model in use."""
        version = self._session.models.segmentation
        if version is None:
            self._workspace.messages.warn("No segmentation model is installed.", "Install the program again.")
            return
        ModelCard(version, self._window).show()

    def cheat_sheet(self) -> None:
        """Show all keys."""
        CheatSheet(self._window).show()

    def about(self) -> None:
        """Say what this is, which version, and whose parts it is made of."""
        what = self.tr(
            "ctviewer: reads chest CT, segments lungs and trachea, learns from corrections on this computer."
        )
        version = self.tr("Version {}").format(program_version())
        licences = self.tr("The licences of its parts are in {}.").format(paths.resource("licences"))
        notice = translated("PatientBanner", NOT_FOR_DIAGNOSIS)
        QMessageBox.about(self._window, self.tr("About ctviewer"), "\n\n".join((what, version, licences, notice)))

    def _open_dialog(self, action_id: str) -> None:
        factory = self._dialogs.get(action_id)
        if factory is None:
            self._workspace.messages.warn("This part of the program is not installed.")
            return
        dialog = self._open_dialogs.get(action_id)
        if dialog is None:
            try:
                dialog = self._open_dialogs[action_id] = factory(self._window)
            except CTViewerError as error:
                self._workspace.messages.report(error)
                return
            dialog.destroyed.connect(lambda: self._open_dialogs.pop(action_id, None))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
