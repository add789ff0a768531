"""The button of the study list that says which folders are watched for new studies."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton

from ctviewer.gui import theme
from ctviewer.gui.icons import icon
from ctviewer.session.folder_watch import FolderWatch


class WatchedFolders(QToolButton):
    """Its menu adds folders and lets go of them.

    Parameters
    ----------
    watch
        What watches them.
    """

    def __init__(self, watch: FolderWatch) -> None:
        super().__init__()
        self._watch = watch
        self.setText(self.tr("Watched folders"))
        self.setIcon(icon("folder-eye-outline", theme.MUTED))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setProperty("menu", "true")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        menu.addAction(self.tr("Watch a folder…"), self._choose)
        if self._watch.folders:
            menu.addSeparator()
        for folder in self._watch.folders:
            action = menu.addAction(self.tr("Stop watching {}").format(folder))
            action.triggered.connect(partial(self._watch.unwatch, folder))

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Watch this folder for new studies"))
        if folder:
            self._watch.watch(Path(folder))
