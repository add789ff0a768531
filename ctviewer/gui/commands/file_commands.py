"""Open, save, close."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMainWindow

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
            self._workspace.opening.open_path(Path(folder))

    def open_file(self) -> None:
        """Choose a file and open it."""
        file, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a CT file"))
        if file:
            self._workspace.opening.open_path(Path(file))

    def open_demo(self) -> None:
        """Open the synthetic study."""
        self._workspace.opening.open_demo()

    def close_document(self) -> None:
        """Close what is shown."""
        self._workspace.close_document()

    def save_revision(self) -> None:
        """Keep the mask as a revision."""
        self._session.saving.save_revision()

    def quit(self) -> None:
        """Close the window."""
        self._window.close()
