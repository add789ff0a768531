"""Pictures of the views: to a file, or to the clipboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QMainWindow

from ctviewer.config.atomic import atomic_write_bytes
from ctviewer.domain.errors import StoreError
from ctviewer.gui.dialogs.screenshot import ScreenshotDialog
from ctviewer.gui.slices.view_area import ViewArea
from ctviewer.gui.view_picture import view_picture
from ctviewer.session.workspace import Workspace


class PictureCommands(QObject):
    """What the picture actions do.

    Parameters
    ----------
    window
        Parent of dialogs.
    workspace
        Whose study is shown.
    views
        What is taken.
    """

    def __init__(self, window: QMainWindow, workspace: Workspace, views: ViewArea) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._views = views

    def save_screenshot(self) -> None:
        """Ask whether patient text belongs on the picture, then save or copy it."""
        dialog = ScreenshotDialog(self._draw, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            if dialog.wants_copy:
                self._copy(dialog.picture)
            else:
                self._save(dialog.picture)
        dialog.deleteLater()

    def copy_screenshot(self) -> None:
        """Put the views on the clipboard, without patient text."""
        self._copy(self._draw(with_patient=False))

    def _draw(self, with_patient: bool) -> QImage:
        document = self._workspace.document
        named = document.volume.series if with_patient and document is not None else None
        return view_picture(self._views, named)

    def _copy(self, picture: QImage) -> None:
        QGuiApplication.clipboard().setImage(picture)
        self._workspace.messages.info(self.tr("The picture is on the clipboard."))

    def _save(self, picture: QImage) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the picture"), "ctviewer.png", self.tr("Picture (*.png)")
        )
        if not name:
            return
        path = Path(name if Path(name).suffix else f"{name}.png")
        content = QBuffer()
        if not picture.save(content, path.suffix[1:]):  # type: ignore[call-overload]
            self._workspace.messages.warn(
                self.tr("The picture could not be written to {}.").format(path), self.tr("Use the ending .png.")
            )
            return
        try:
            atomic_write_bytes(path, bytes(content.data().data()))
        except StoreError as error:
            self._workspace.messages.report(error)
        else:
            self._workspace.messages.info(self.tr("The picture was written to {}.").format(path))
