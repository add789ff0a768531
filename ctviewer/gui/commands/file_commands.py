"""Open, save, accept, export, close."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QMainWindow

from ctviewer.gui.dialogs.accept_case import AcceptCaseDialog
from ctviewer.session.reading_session import ReadingSession


class FileCommands(QObject):
    """What the file menu does.

    Parameters
    ----------
    window
        Parent of dialogs.
    session
        What is worked on.
    """

    def __init__(self, window: QMainWindow, session: ReadingSession) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._workspace = session.workspace

    def open_folder(self) -> None:
        """Choose a folder and open what is in it."""
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder with CT images"))
        if folder:
            self._workspace.open_path(Path(folder))

    def open_file(self) -> None:
        """Choose a file and open it."""
        file, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a CT file"))
        if file:
            self._workspace.open_path(Path(file))

    def open_demo(self) -> None:
        """Open the synthetic study."""
        self._workspace.open_demo()

    def close_document(self) -> None:
        """Close what is shown."""
        self._workspace.close_document()

    def save_revision(self) -> None:
        """Keep the mask as a revision."""
        self._session.saving.save_revision()

    def accept_case(self) -> None:
        """Ask which slices count, then accept the mask for training."""
        document = self._workspace.document
        if document is None:
            return
        dialog = AcceptCaseDialog(document, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._session.saving.accept_case(dialog.all_slices)
        dialog.deleteLater()

    def export_mask(self) -> None:
        """Write the mask to a file the user chooses."""
        document = self._workspace.document
        if document is None:
            return
        from ctviewer.services.exporting import FORMATS, export_refusal

        offered = {s: n for s, n in FORMATS.items() if not export_refusal(s, document.volume)}
        filters = ";;".join(f"{name} (*{suffix})" for suffix, name in offered.items())
        name, chosen = QFileDialog.getSaveFileName(self._window, self.tr("Export the mask"), "mask.nii.gz", filters)
        if name:
            path = Path(name)
            if not any(path.name.lower().endswith(suffix) for suffix in offered):
                suffix = chosen.rpartition("(*")[2].rstrip(")")
                path = path.with_name(path.name + suffix)
            self._session.saving.export_labels(path)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()
